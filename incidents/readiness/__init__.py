"""Whether somebody can file with an authority, known long before a breach: the 72 hours leave no time for a new eID."""
