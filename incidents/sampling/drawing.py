"""Drawing a sample, and marking a case of it as looked at. The log has the filter, the seed and the digest of what was
there to choose from, but no number: numbers over cases are for who may see every one of them (security.md A3)."""

import secrets
from collections.abc import Iterator
from datetime import datetime

from pydantic import BaseModel, Field, field_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.audit import record
from core.db import new_id
from core.errors import N_, Conflict, Invalid, NotFound
from core.organisation import organisation
from incidents.models import Incident
from incidents.queries import find_in_register, may_see
from incidents.register.asking import Asked, conditions, read_asked
from incidents.sampling.models import Sample, SampledCase
from incidents.sampling.rule import draw

MOST = 200
AT_ONCE = 5000
NOT_A_SEED = N_("A seed is 8 to 64 letters and digits.")
EMPTY = N_("No case matches the rule. Choose a longer period or another cause.")


class SampleForm(BaseModel):
    """How many, of which, and a seed only when an earlier sample is drawn again."""

    size: int = Field(ge=1, le=MOST)
    cause: str = ""
    state: str = ""
    since: str = ""
    until: str = ""
    seed: str = ""

    @field_validator("seed")
    @classmethod
    def _readable(cls, seed: str) -> str:
        seed = seed.strip().lower()
        if seed and not (seed.isascii() and seed.isalnum() and 8 <= len(seed) <= 64):
            raise ValueError(NOT_A_SEED)
        return seed

    @property
    def asked(self) -> Asked:
        return read_asked(self.cause, self.state, self.since, self.until)


def draw_sample(
    session: Session, actor: Actor, form: SampleForm, now: datetime, reading: Session | None = None
) -> Sample:
    """Draw and keep it. The service makes the seed at this moment, unless an earlier one is given. `reading` is asked
    for what there is to choose from, so that a long look holds up nobody who writes.

    Raises:
        Invalid: nothing to choose from.
    """
    seed = form.seed or secrets.token_hex(16)
    drawn = draw(population(reading or session, actor, form.asked), seed, form.size)
    if not drawn.references:
        raise Invalid({"size": EMPTY})
    sample = Sample(
        id=new_id(), drawn_by=actor.id, drawn_at=now, filter=dict(form.asked.facts), size=form.size, seed=seed,
        seed_given=bool(form.seed), population=drawn.population, digest=drawn.digest,
    )  # fmt: skip
    session.add(sample)
    session.flush()
    ids = _ids(session, actor, drawn.references)
    session.add_all(SampledCase(sample_id=sample.id, incident_id=ids[one], place=place)
                    for place, one in enumerate(drawn.references, 1) if one in ids)  # fmt: skip
    facts = form.asked.facts | {"sample_size": form.size, "seed": seed, "seed_given": sample.seed_given,
                                "digest": drawn.digest}  # fmt: skip
    record(session, actor, "sample:drawn", sample.id, now, facts=facts)
    return sample


def population(session: Session, actor: Actor, asked: Asked) -> Iterator[str]:
    """The references of the register that this reader may see behind the filter, in the order of their characters,
    whatever alphabet the database sorts by."""
    wanted = (may_see(actor, Operation.READ_REGISTER), *conditions(asked, organisation(session).zone))
    sqlite = session.get_bind().dialect.name == "sqlite"
    order = Incident.reference if sqlite else Incident.reference.collate("C")
    query = select(Incident.reference).where(*wanted).order_by(order)
    yield from session.scalars(query.execution_options(yield_per=AT_ONCE))


def mark_looked_at(session: Session, actor: Actor, sample: Sample, reference: str, now: datetime) -> None:
    """An auditor has looked at a case of the sample.

    Raises:
        NotFound: it is none of the sample, or not for this reader.
        Conflict: somebody has marked it already.
    """
    incident = find_in_register(session, actor, reference, Operation.READ_REGISTER)
    row = session.get(SampledCase, (sample.id, incident.id))
    if row is None:
        raise NotFound()
    if row.looked_at is not None:
        raise Conflict(N_("This case is already marked as looked at."))
    row.looked_by, row.looked_at = actor.id, now
    record(session, actor, "sample:looked_at", incident.reference, now, case=incident.id)


def find_sample(session: Session, sample_id: str) -> Sample:
    """A sample by its id.

    Raises:
        NotFound: there is none.
    """
    sample = session.get(Sample, sample_id)
    if sample is None:
        raise NotFound()
    return sample


def _ids(session: Session, actor: Actor, references: tuple[str, ...]) -> dict[str, str]:
    query = select(Incident.reference, Incident.id).where(
        Incident.reference.in_(references), may_see(actor, Operation.READ_REGISTER)
    )
    return {row[0]: row[1] for row in session.execute(query)}
