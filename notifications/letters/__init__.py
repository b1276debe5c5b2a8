"""Letters to the people affected (GDPR Art. 34): their words, their recipients and their sending."""
