"""What cases are found by. The rows are kept by triggers on `incident`, in the transaction that writes the case."""

from sqlalchemy import ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class SearchRow(Base):
    """The words of one case (`Incident.search` and the marks of incidents/search.py), and the number by which SQLite's
    index of words knows it.

    SQLite keeps that index in the virtual table `incident_words` (FTS5), PostgreSQL in `ix_incident_search_words`.
    """

    __tablename__ = "incident_search"
    no: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"), unique=True)
    words: Mapped[str]


SPLIT = func.string_to_array(SearchRow.words, text("' '"))
LEXEMES = func.array_to_tsvector(func.array_remove(SPLIT, text("''")))
Index("ix_incident_search_words", LEXEMES, postgresql_using="gin").ddl_if(dialect="postgresql")
