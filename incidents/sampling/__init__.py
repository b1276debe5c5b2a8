"""Sampling by rule: which cases an auditor looks at follows from a filter and a seed, not from a choice."""
