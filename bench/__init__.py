"""Comparisons with a yardstick inside each run: only ratios count, because machines differ and drift."""
