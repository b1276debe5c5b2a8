"""The ways in to the authorities as pages show them: what each needs, who holds it, and when it was last tried."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.i18n import date_only, translate
from core.organisation import organisation
from identity.people import names
from incidents.models import Incident
from incidents.readiness.keeping import local_day, possible_holders, trials
from incidents.readiness.rule import FRESH, RESULTS, SENTENCES, WORDS, Readiness, Trial, latest, readiness, state_of
from incidents.stand_in import excluded
from notifications.authorities import AUTHORITIES, Authority

SHAPES = {
    Readiness.READY: ("ok", "check"),
    Readiness.OLD: ("soon", "triangle"),
    Readiness.FAILED: ("soon", "cross"),
    Readiness.NEVER_TRIED: ("soon", "ring"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One trial in words. `tried` is empty when there was none."""

    name: str
    holds: str
    tried: str
    word: str
    level: str
    shape: str
    note: str
    recorded_by: str
    recorded: str


@dataclass(frozen=True, slots=True)
class WayIn:
    """One authority. `held` is the last word about each holder who is still here, `earlier` all the rest."""

    code: str
    card: Authority
    own: bool
    state: Readiness
    word: str
    sentence: str
    held: tuple[Line, ...]
    earlier: tuple[Line, ...]

    @property
    def ready(self) -> bool:
        return self.state is Readiness.READY

    @property
    def used(self) -> bool:
        """The company's own authority, and any other that somebody has prepared for."""
        return self.own or bool(self.held or self.earlier)


def ways_in(session: Session, now: datetime, lang: str) -> list[WayIn]:
    """Every authority, the company's own first and then those that somebody has prepared for."""
    own = organisation(session).authority
    found = trials(session, *AUTHORITIES)
    reader = _reader(session, [trial for known in found.values() for trial in known], now, lang)
    order = sorted(AUTHORITIES, key=lambda code: (code != own, not found[code]))
    return [reader.way_in(code, found[code]) for code in order]


def way_in_of(session: Session, incident: Incident, authority: str, now: datetime, lang: str) -> WayIn:
    """Who can file in this case. Whoever is involved in it cannot, and is not named."""
    out = excluded(session, incident)
    known = [trial for trial in trials(session, authority)[authority] if trial.holder not in out]
    return _reader(session, known, now, lang).way_in(authority, known)


def own_readiness(session: Session, now: datetime) -> tuple[Authority, Readiness]:
    """The company's own authority, for `vaka check`."""
    own = organisation(session).authority
    here = {user.id for user in possible_holders(session)}
    known = [trial for trial in trials(session, own)[own] if trial.holder in here]
    return AUTHORITIES[own], readiness(known, local_day(session, now))


@dataclass(frozen=True, slots=True)
class _Reader:
    """What turns trials into words: who is still here, what everybody is called, today, and the language."""

    here: frozenset[str]
    people: dict[str, str]
    own: str
    today: date
    lang: str
    zone: str

    def way_in(self, code: str, known: Sequence[Trial]) -> WayIn:
        current = latest(trial for trial in known if trial.holder in self.here)
        state = readiness(current, self.today)
        card = AUTHORITIES[code]
        return WayIn(
            code,
            card,
            code == self.own,
            state,
            translate(self.lang, WORDS[state]),
            translate(self.lang, SENTENCES[state], authority=card.short, days=FRESH.days),
            tuple(self.line(trial, self.today) for trial in current),
            tuple(self.line(trial, trial.tried_on or self.today) for trial in known if trial not in current),
        )

    def line(self, trial: Trial, on: date) -> Line:
        """As it counts `on` a day: an earlier trial was never too old for its own."""
        level, shape = SHAPES[state_of(trial, on)]
        return Line(
            self.people.get(trial.holder, ""),
            trial.holds,
            _day(trial.tried_on, self.lang, self.zone) if trial.tried_on else "",
            translate(self.lang, RESULTS[trial.result]),
            level,
            shape,
            trial.note,
            self.people.get(trial.recorded_by, ""),
            date_only(trial.recorded_at, self.lang, self.zone),
        )


def _reader(session: Session, known: Sequence[Trial], now: datetime, lang: str) -> _Reader:
    here = frozenset(user.id for user in possible_holders(session)) if known else frozenset()
    people = names(session, [one for trial in known for one in (trial.holder, trial.recorded_by)])
    company = organisation(session)
    return _Reader(here, people, company.authority, local_day(session, now), lang, company.zone)


def _day(day: date, lang: str, zone: str) -> str:
    return date_only(datetime.combine(day, time(12), ZoneInfo(zone)), lang, zone)
