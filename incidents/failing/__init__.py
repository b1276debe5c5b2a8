"""Which controls failed in a case, and in which unit it happened: facts for learning, never a name."""
