"""What waits on a level, as conditions. Each repeats the words of its partial index, or SQLite would not use it."""

from sqlalchemy import and_, text

from incidents.models import ClockLevel

NOT_OVERTAKEN = text("NOT clock_level.overtaken")
TO_TELL = and_(ClockLevel.told_at.is_(None), NOT_OVERTAKEN)
UNSENT = and_(ClockLevel.sent_at.is_(None), NOT_OVERTAKEN, ClockLevel.told_at.is_not(None))
