"""The rules in versions, and what people answered to them: rows that nobody changes."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id


class RulesVersion(Base):
    """One published text, in one language or both. It is the company's own rule for its staff, so it lies in clear."""

    __tablename__ = "rules_version"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text_sv: Mapped[str] = mapped_column(default="")
    text_en: Mapped[str] = mapped_column(default="")
    summary_sv: Mapped[str] = mapped_column(default="")
    summary_en: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime]
    published_by: Mapped[str]

    @property
    def languages(self) -> list[str]:
        return [code for code, text in (("sv", self.text_sv), ("en", self.text_en)) if text]

    def language_for(self, lang: str) -> str:
        """The language in which this reader gets the text: their own, else the one there is."""
        return lang if lang in self.languages else self.languages[0]

    def text(self, lang: str) -> str:
        return self.text_sv if self.language_for(lang) == "sv" else self.text_en

    def summary(self, lang: str) -> str:
        first, other = (self.summary_sv, self.summary_en) if lang == "sv" else (self.summary_en, self.summary_sv)
        return first or other

    @property
    def path(self) -> str:
        return f"/rules/versions/{self.number}"


class RulesAnswer(Base):
    """Somebody signed a version by typing their name, or refused with a reason. `text_hash`: of the text they read."""

    __tablename__ = "rules_answer"
    __table_args__ = (Index("ix_rules_answer_user_id_at", "user_id", "at"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(ForeignKey("rules_version.number"), index=True)
    language: Mapped[str]
    text_hash: Mapped[str]
    refused: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    name_sealed: Mapped[str] = mapped_column(default="")
    reason_sealed: Mapped[str] = mapped_column(default="")


class RulesReminder(Base):
    """A reminder that was given, once and for all. `since`: from when on this person owes a signature."""

    __tablename__ = "rules_reminder"
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), primary_key=True)
    version: Mapped[int] = mapped_column(ForeignKey("rules_version.number"), primary_key=True)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
    given_at: Mapped[datetime]
