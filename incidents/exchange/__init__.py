"""Other people's formats, read into our words."""
