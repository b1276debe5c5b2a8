"""Suppliers that process personal data for us (in law: processors): their links, what we ask and what they tell."""
