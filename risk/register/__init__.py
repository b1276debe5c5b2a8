"""The risk register: what may go wrong again, how likely and how bad in words, what is done, and who answers for it."""
