"""The second channel: an alarm that must be seen when mail does not leave (security.md, Ticks)."""

from notifications.channels.announcing import announce

__all__ = ["announce"]
