"""The registers of suppliers and of processing as files: taken in after a look, given out, and the same both ways."""
