"""The log that nobody can alter unnoticed (architecture.md section 3, security.md section 4)."""

from core.audit.entries import record

__all__ = ["record"]
