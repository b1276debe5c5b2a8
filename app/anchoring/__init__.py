"""Holding what the signer signs where nobody here can change it: in a folder elsewhere, with a time-stamp, by mail.

Only the worker on the host that signs does it, and only with notes that its own signer vouches for: a checkpoint that
somebody has put in the database is never carried outside. No write ever waits for any of it.
"""
