"""Training: courses, who took them and until when they hold, who is missing (sibling policy: all staff are trained)."""
