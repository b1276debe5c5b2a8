"""Which cases are told together, as the pages show it: those of this one's notice, or whose notice this one is in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.i18n import absolute, date_only, span, time_left, translate
from core.organisation import organisation
from incidents.bundling.choosing import Like, like_cases
from incidents.bundling.facts import people_of
from incidents.bundling.lateness import deadline_of, first_due, late_ones
from incidents.bundling.together import UNSENT, lead_of, members, together
from incidents.case_view import shown_title
from incidents.likeness import Likeness
from incidents.models import Incident
from incidents.people_count import PeopleCount
from incidents.queries import visible
from incidents.similar_view import shown
from incidents.states import AuthorityTrack

NOT_COMPARED = Likeness(0, ())


@dataclass(frozen=True, slots=True)
class Row:
    """One case: its people and its own deadline. `why` it is like the leading one, and whether it is `chosen`."""

    reference: str
    title: str
    href: str
    people: str
    reported: str
    due: str
    left: str
    late: bool
    leads: bool = False
    why: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Bundle:
    """A joint notice for one reader. `first` is the case whose deadline comes first, `due` that deadline."""

    rows: tuple[Row, ...]
    count: int
    people: str
    first: str
    due: str
    sent: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """This case is told in another's notice; the link is for who may read that one."""

    reference: str
    href: str
    sent: bool


def bundle_view(session: Session, actor: Actor, incident: Incident, now: datetime, lang: str) -> Bundle | None:
    """The cases of this one's notice; None while it is told alone, and for who may not see all of them."""
    cases = together(session, incident)
    if len(cases) == 1 or not _all_visible(session, actor, cases):
        return None
    zone, first = organisation(session).zone, first_due(cases)
    return Bundle(
        rows=tuple(replace(_row(case, now, lang, zone), leads=case is incident) for case in cases),
        count=len(cases),
        people=_people(people_of(cases), lang),
        first=first.reference if first else "",
        due=absolute(due, lang, zone) if first and (due := deadline_of(first)) else "",
        sent=AuthorityTrack(incident.authority_track) not in UNSENT,
    )


def joined_view(session: Session, actor: Actor, incident: Incident) -> Joined | None:
    """Whose notice tells of this case, if it is not its own."""
    lead = lead_of(session, incident)
    if lead is None:
        return None
    readable = session.scalar(visible(actor, Operation.READ_NOTICE).where(Incident.id == lead.id)) is not None
    sent = AuthorityTrack(lead.authority_track) not in UNSENT
    return Joined(lead.reference if readable else "", f"{lead.path}/authority" if readable else "", sent)


def candidates(session: Session, actor: Actor, lead: Incident, days: int, now: datetime, lang: str) -> list[Row]:
    """Those that are in it first, then the like ones within so many days."""
    found = {one.case.id: one for one in like_cases(session, actor, lead, days)}
    readable = _visible(session, actor, members(session, lead))
    here = {case.id: Like(case, NOT_COMPARED) for case in members(session, lead) if case.id in readable}
    alike, zone = here | found, organisation(session).zone
    compared = {key: one.likeness for key, one in alike.items()}
    words = {one.id: one.why for one in shown(session, actor, compared, lang, zone)}
    return [
        replace(_row(one.case, now, lang, zone), why=words.get(key, ""), chosen=key in here)
        for key, one in alike.items()
    ]


def lateness(session: Session, actor: Actor, incident: Incident, now: datetime) -> list[tuple[str, str]]:
    """The cases of the notice that would be late if it were sent now, each with by how much."""
    late = late_ones(together(session, incident), now)
    readable = _visible(session, actor, [one.case for one in late])
    return [(one.case.reference, span(one.by)) for one in late if one.case.id in readable]


def _row(case: Incident, now: datetime, lang: str, zone: str) -> Row:
    due = deadline_of(case)
    return Row(
        reference=case.reference,
        title=shown_title(case, lang),
        href=case.path,
        people=_people(PeopleCount(case.people_min, case.people_max), lang),
        reported=date_only(case.reported_at, lang, zone),
        due=absolute(due, lang, zone) if due else "",
        left=time_left(due - now, lang) if due else "",
        late=due is not None and now > due,
    )


def _people(count: PeopleCount, lang: str) -> str:
    text, numbers = count.label
    return translate(lang, text).format(**numbers)


def _visible(session: Session, actor: Actor, cases: Iterable[Incident]) -> set[str]:
    query = visible(actor, Operation.READ_NOTICE).where(Incident.id.in_([case.id for case in cases]))
    return set(session.scalars(query.with_only_columns(Incident.id)))


def _all_visible(session: Session, actor: Actor, cases: list[Incident]) -> bool:
    return len(_visible(session, actor, cases)) == len(cases)
