"""The words of a letter before anybody's name is in it: subject and text in each language, and the common values."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from notifications.letters.placeholders import fill, fill_subject
from notifications.letters.wording import Problem, check, check_subject

NAMES_FOR_A_TRIAL = {"sv": "Kim Exempel", "en": "Kim Example"}


@dataclass(frozen=True, slots=True)
class Version:
    """One language. `values` fill the placeholders that are the same for everybody; `data` is what most people lost."""

    subject: str
    text: str
    values: Mapping[str, str] = field(default_factory=dict)
    data: tuple[str, ...] = ()

    def filled(self, name: str, data: tuple[str, ...] = ()) -> tuple[str, str]:
        """Subject and text for one person, about this person's own data when the list names them."""
        values = {**self.values, "name": name, "your_data": bullets(data or self.data)}
        return fill_subject(self.subject, values), fill(self.text, values)

    def problems(self, lang: str) -> list[Problem]:
        values = {**self.values, "name": NAMES_FOR_A_TRIAL[lang], "your_data": bullets(self.data)}
        return [*check_subject(self.subject), *check(self.text, lang, values)]


@dataclass(frozen=True, slots=True)
class Manuscript:
    """The whole letter, as it is sealed, hashed and approved."""

    template: str
    versions: Mapping[str, Version]

    def dumped(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    def stops(self) -> bool:
        """Whether some language has a problem that no letter may be sent with."""
        return any(problem.stops for lang, version in self.versions.items() for problem in version.problems(lang))


def manuscript(dumped: str) -> Manuscript:
    """Read what `dumped` wrote."""
    known: dict[str, Any] = json.loads(dumped)
    versions = {
        lang: Version(one["subject"], one["text"], one["values"], tuple(one["data"]))
        for lang, one in sorted(known["versions"].items(), reverse=True)  # Swedish first, as everywhere
    }
    return Manuscript(known["template"], versions)


def bullets(data: tuple[str, ...]) -> str:
    return "\n".join(f"- {one}" for one in data)
