"""One line of `vaka check`: what was looked at, what was found, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.errors import N_
from core.i18n import LANGUAGES, translate


class Result(StrEnum):
    """Advice is no failure: the service does its work, but could be watched better."""

    OK = "ok"
    ADVICE = "advice"
    FAILED = "failed"


WORDS = {Result.OK: N_("fine"), Result.ADVICE: N_("advice"), Result.FAILED: N_("WRONG")}
NAMES = {
    "database": N_("database"),
    "schema": N_("schema"),
    "keys": N_("keys"),
    "relay": N_("mail server"),
    "second_channel": N_("second channel"),
    "worker": N_("worker"),
    "alarms": N_("alarms"),
    "clock": N_("clock"),
    "heartbeat": N_("sign of life"),
    "log": N_("log"),
    "erasing": N_("erasing"),
    "signer": N_("signer"),
    "backups": N_("backups"),
    "state": N_("state"),
    "anchors": N_("log held outside"),
    "authority": N_("authority"),
}


@dataclass(frozen=True)
class Said:
    """A sentence inside a sentence, with the one slot it may have."""

    sentence: str
    code: int | None = None


@dataclass(frozen=True)
class Finding:
    """`text` and `remedy` are marked sentences; both know the same `params`."""

    check: str
    result: Result
    text: str
    remedy: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    def as_document(self) -> dict[str, object]:
        return {
            "check": self.check,
            "result": self.result.value,
            "text": self._in_each(self.text),
            "remedy": self._in_each(self.remedy) if self.remedy else None,
        }

    def in_words(self, lang: str) -> str:
        word, name = translate(lang, WORDS[self.result]), translate(lang, NAMES[self.check])
        said = " ".join(self._said(lang, sentence) for sentence in (self.text, self.remedy) if sentence)
        return f"{word:<5} {name:<16} {said}"

    def _in_each(self, sentence: str) -> dict[str, str]:
        return {lang: self._said(lang, sentence) for lang in LANGUAGES}

    def _said(self, lang: str, sentence: str) -> str:
        return translate(lang, sentence, **{name: _in(lang, value) for name, value in self.params.items()})


def _in(lang: str, value: object) -> object:
    return translate(lang, value.sentence, code=value.code) if isinstance(value, Said) else value


def fine(check: str, text: str, **params: object) -> Finding:
    return Finding(check, Result.OK, text, "", params)


def advice(check: str, text: str, remedy: str, **params: object) -> Finding:
    return Finding(check, Result.ADVICE, text, remedy, params)


def failed(check: str, text: str, remedy: str, **params: object) -> Finding:
    return Finding(check, Result.FAILED, text, remedy, params)
