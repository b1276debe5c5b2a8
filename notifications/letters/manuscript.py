"""The words of a letter before anybody's name is in it: subject and text in each language, and the common values."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from notifications.letters.data import in_language, kinds_of, known, not_involved
from notifications.letters.languages import LANGUAGES
from notifications.letters.placeholders import fill, fill_subject
from notifications.letters.wording import Problem, check, check_subject, readable


@dataclass(frozen=True, slots=True)
class Version:
    """One language. `values` fill the placeholders that are the same for everybody; `data` is what most people lost.

    `said` is what the writer typed, field by field; `list_words` puts words of the list into this language; `absent`
    are codes of data that was not part of it.
    """

    lang: str
    subject: str
    text: str
    values: Mapping[str, str] = field(default_factory=dict)
    data: tuple[str, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    list_words: Mapping[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()

    def filled(self, name: str, data: tuple[str, ...] = ()) -> tuple[str, str]:
        """Subject and text for one person, about this person's own data when the list names them."""
        values = self._values(name, data)
        return fill_subject(self.subject, values), fill(self.text, values)

    def _values(self, name: str, data: tuple[str, ...] = ()) -> dict[str, str]:
        own = in_language(data, self.lang, self.list_words) or self.data
        absent = not_involved(self.absent, [*data, *own], self.lang)
        sentence = LANGUAGES[self.lang].not_involved.format(data=absent) if absent else ""
        return {**self.values, "name": name, "your_data": bullets(own), "not_involved": sentence}

    def problems(self) -> list[Problem]:
        language = LANGUAGES[self.lang]
        values = self._values(language.example)
        return [*check_subject(self.subject, language.rules), *check(self.text, language.rules, values)]

    @property
    def contradicted(self) -> list[str]:
        """Codes of data that the letter says were part of it, and were not."""
        return [one for one in self.absent if (word := known(one)) and word.kind in kinds_of(self.data)]

    @property
    def as_read(self) -> str:
        """The text as a made-up person would read it."""
        return readable(self.text, self._values(LANGUAGES[self.lang].example))


@dataclass(frozen=True, slots=True)
class Manuscript:
    """The whole letter, as it is sealed, hashed and approved. `choices` are the answers that need no language."""

    template: str
    versions: Mapping[str, Version]
    choices: Mapping[str, str] = field(default_factory=dict)

    def dumped(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    def stops(self) -> bool:
        """Whether some language has a problem that no letter may be sent with."""
        return any(problem.stops for version in self.versions.values() for problem in version.problems())

    def shown_in(self, lang: str) -> Version:
        """The version to show to somebody here who reads `lang`."""
        return self.versions.get(lang) or next(iter(self.versions.values()))


def manuscript(dumped: str) -> Manuscript:
    """Read what `dumped` wrote."""
    kept: dict[str, Any] = json.loads(dumped)
    versions = {lang: _version(kept["versions"][lang]) for lang in LANGUAGES if lang in kept["versions"]}
    return Manuscript(kept["template"], versions, kept["choices"])


def _version(kept: Mapping[str, Any]) -> Version:
    return Version(**{**kept, "data": tuple(kept["data"]), "absent": tuple(kept["absent"])})


def bullets(data: tuple[str, ...]) -> str:
    return "\n".join(f"- {one}" for one in data)
