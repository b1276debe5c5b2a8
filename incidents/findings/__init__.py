"""What an auditor found, on a case, on an entry of the log or in general: rows of their own, no change of a case."""
