"""Event tasks: checklists that an event starts (somebody leaves, a password is known), with an owner for each step."""
