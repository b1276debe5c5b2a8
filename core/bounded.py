"""Numbers that are counted up to a bound and never further: beyond it one costs more than its page and tells nobody
more."""

from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select

from core.i18n import grouped

MOST = 1_000


def bounded(rows: Select[Any], most: int = MOST) -> ScalarSelect[int]:
    """How many rows there are, up to `most` + 1, which says that there are more."""
    return select(func.count()).select_from(rows.limit(most + 1).subquery()).scalar_subquery()


def in_words(number: int, most: int = MOST) -> str:
    """The number for a page: "1 000+" when there are more."""
    return f"{grouped(most)}+" if number > most else grouped(number)
