"""Controls: the duties of the policy that somebody keeps, again and again, and can prove."""
