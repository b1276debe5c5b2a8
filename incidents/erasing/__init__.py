"""Erasing what need not be kept any more: noticed by the worker, proposed by one person, approved by another."""
