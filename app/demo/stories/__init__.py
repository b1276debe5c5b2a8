"""The cases as TOML, one file a chapter. Texts of our own; nobody in them exists."""
