"""Samples as one reader sees them: only the cases they may see. How many there were to choose from is shown to the one
who drew: for another that number could tell of a case that is kept from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_
from identity.people import names
from incidents.models import Incident
from incidents.queries import may_see
from incidents.queue import Cursor
from incidents.register.asking import read_asked, sentence
from incidents.register.reading import entries
from incidents.register.view import RegisterRow, register_rows
from incidents.register.wording import Speaker
from incidents.sampling.models import Sample, SampledCase

PAGE = 25


@dataclass(frozen=True, slots=True)
class SampleRow:
    href: str
    drawn_at: datetime
    drawn_by: str
    rule: str
    cases: int
    looked: int


@dataclass(frozen=True, slots=True)
class SampledRow:
    case: RegisterRow
    looked_at: datetime | None
    looked_by: str


@dataclass(frozen=True, slots=True)
class SampleView:
    """`population` is none for another reader than the one who drew."""

    id: str
    href: str
    drawn_at: datetime
    drawn_by: str
    rule: str
    size: int
    seed: str
    seed_given: bool
    population: int | None
    digest: str
    rows: tuple[SampledRow, ...]
    again: dict[str, str]

    @property
    def looked(self) -> int:
        return sum(row.looked_at is not None for row in self.rows)


def sample_rows(session: Session, actor: Actor, speaker: Speaker, after: Cursor | None) -> tuple[list[SampleRow], str]:
    """One page, the latest first, and where the next begins."""
    query = select(Sample)
    if after is not None:
        earlier = and_(Sample.drawn_at == after.at, Sample.id < after.id)
        query = query.where(or_(Sample.drawn_at < after.at, earlier))
    found = list(session.scalars(query.order_by(Sample.drawn_at.desc(), Sample.id.desc()).limit(PAGE + 1)))
    shown, people = found[:PAGE], names(session, (one.drawn_by for one in found))
    marks = _marks(session, actor, shown)
    rows = [
        SampleRow(one.path, one.drawn_at, people.get(one.drawn_by, ""), rule_in_words(speaker, one),
                  len(marks.get(one.id, [])), sum(marks.get(one.id, [])))
        for one in shown
    ]  # fmt: skip
    return rows, str(Cursor(False, shown[-1].drawn_at, shown[-1].id)) if len(found) > PAGE else ""


def _marks(session: Session, actor: Actor, samples: Sequence[Sample]) -> dict[str, list[bool]]:
    """Sample -> for each of its cases that this reader sees, whether it was looked at."""
    query = select(SampledCase.sample_id, SampledCase.looked_at).join(Incident, Incident.id == SampledCase.incident_id)
    mine = query.where(SampledCase.sample_id.in_([one.id for one in samples]), may_see(actor, Operation.READ_REGISTER))
    found: dict[str, list[bool]] = {}
    for sample, looked_at in session.execute(mine):
        found.setdefault(sample, []).append(looked_at is not None)
    return found


def sample_view(session: Session, actor: Actor, speaker: Speaker, sample: Sample, now: datetime) -> SampleView:
    query = (
        select(SampledCase, Incident)
        .join(Incident, Incident.id == SampledCase.incident_id)
        .where(SampledCase.sample_id == sample.id, may_see(actor, Operation.READ_REGISTER))
        .order_by(SampledCase.place)
    )
    pairs = [(row[0], row[1]) for row in session.execute(query)]
    people = names(session, [sample.drawn_by, *(one.looked_by for one, _ in pairs)])
    shown = register_rows(speaker, entries(session, actor, [case for _, case in pairs], now))
    rows = tuple(
        SampledRow(row, one.looked_at, people.get(one.looked_by or "", ""))
        for (one, _), row in zip(pairs, shown, strict=True)
    )
    return SampleView(
        id=sample.id, href=sample.path, drawn_at=sample.drawn_at, drawn_by=people.get(sample.drawn_by, ""),
        rule=rule_in_words(speaker, sample), size=sample.size, seed=sample.seed, seed_given=sample.seed_given,
        population=sample.population if sample.drawn_by == actor.id else None, digest=sample.digest, rows=rows,
        again=_again(sample),
    )  # fmt: skip


def rule_in_words(speaker: Speaker, sample: Sample) -> str:
    codes = _codes(sample)
    asked = read_asked(codes["cause"], codes["state"], codes["since"], codes["until"])
    chosen = sentence(asked, speaker.known, speaker.lang, speaker.zone) if asked else speaker.say(N_("all cases"))
    return speaker.say(N_("{size} of: {filter}"), size=sample.size, filter=chosen)


def _codes(sample: Sample) -> dict[str, str]:
    kept = sample.filter
    return {"cause": kept.get("cause", ""), "state": kept.get("case_state", ""), "since": kept.get("since", ""),
            "until": kept.get("until", "")}  # fmt: skip


def _again(sample: Sample) -> dict[str, str]:
    """The answers of the form that draw this sample again."""
    codes = {name: value for name, value in _codes(sample).items() if value}
    return codes | {"size": str(sample.size), "seed": sample.seed}
