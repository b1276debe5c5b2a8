"""The register in words: which fields a row has, under which of the heads of Art. 33(5) each stands, what it says."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from core.errors import N_
from core.i18n import absolute, day_only, span, translate
from core.tables import Cell
from core.territories import country_name
from incidents.assessing.confirming import INFORM_LABELS
from incidents.assessing.departing import WHYS
from incidents.assessing.words import CONSEQUENCE_LABELS
from incidents.causes.known import Catalogue
from incidents.classification import BREACH_LABELS, CLASS_LABELS, DATA_LABELS, GROUP_LABELS
from incidents.commission import GROUND_LABELS, Ground
from incidents.people_count import PeopleCount
from incidents.people_told import in_words
from incidents.questions import KINDS
from incidents.register.entry import Entry
from incidents.sealed import OWES
from incidents.signed_view import NO_RISK, NOTIFY_LABELS
from incidents.states import AUTHORITY_LABELS, PEOPLE_LABELS, STATE_LABELS
from incidents.urgency import URGENCY_LABELS, Urgency
from risk.words import BANDS

ERASED = N_("erased")
FACTS, EFFECTS, ACTION, TIMES, DECISION, STATE = (
    N_("Facts"), N_("Effects"), N_("Remedial action"), N_("Times"), N_("Decision"), N_("Where it stands"),
)  # fmt: skip
NOT_SENT = N_("Not sent")
IN_TIME = N_("In time")
LATE = N_("{span} late")
OVERDUE = N_("Not sent, and the deadline has passed")
NOT_A_BREACH = N_("No personal data breach")


@dataclass(frozen=True, slots=True)
class Speaker:
    """The language, the zone of the company, and the causes as they are called today."""

    lang: str
    zone: str
    known: Catalogue

    def say(self, message: str, **params: object) -> str:
        return translate(self.lang, message, **params)

    def listed(self, codes: Iterable[str], labels: Mapping[Any, str]) -> str:
        """A code that nobody gave a word to stays as it is."""
        return ", ".join(self.say(labels.get(code, code)) for code in codes)

    def cause(self, code: str) -> str:
        card = self.known.get(code)
        return card.label.in_(self.lang) if card else code

    def shown(self, value: Cell) -> str:
        """A cell as it reads on paper."""
        if isinstance(value, datetime):
            return absolute(value, self.lang, self.zone)
        return day_only(value, self.lang) if isinstance(value, date) else str(value or "")


Words = Callable[[Speaker, Entry], Cell]


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the tables and one line of the page. `coded`: for other programs, the page leaves it out."""

    group: str
    label: str
    words: Words
    coded: bool = False


def lateness(speaker: Speaker, entry: Entry) -> str:
    authority = entry.authority
    if authority.notified_at is None:
        return speaker.say(OVERDUE if authority.overdue else NOT_SENT)
    if not authority.late_seconds:
        return speaker.say(IN_TIME) if authority.due_at else ""
    return speaker.say(LATE, span=span(timedelta(seconds=authority.late_seconds)))


def notice(speaker: Speaker, entry: Entry) -> str:
    """For the list: late or in time once it is sent, else how far it has come."""
    if entry.authority.notified_at:
        return lateness(speaker, entry)
    if entry.authority.overdue:
        return speaker.say(URGENCY_LABELS[Urgency.LATE])
    return speaker.listed([entry.authority.track], AUTHORITY_LABELS)


def reasons(speaker: Speaker, entry: Entry) -> str:
    """Why, each text under its question when there are several."""
    if entry.withheld:
        return speaker.say(OWES)
    if entry.decision is None:
        return ""
    found = entry.decision.reasons
    if not found:
        return speaker.say(ERASED) if entry.erased else ""
    if len(found) == 1:
        return found[0].text
    return "\n".join(f"{speaker.say(dict(WHYS).get(one.why, one.why))}: {one.text}" for one in found)


def decided(speaker: Speaker, entry: Entry) -> str:
    """What was decided about the authority and the people, or that it is no breach."""
    decision = entry.decision
    if decision is None:
        return ""
    if decision.kind == "not_an_incident":
        return speaker.say(NOT_A_BREACH)
    authority = speaker.say(NOTIFY_LABELS[bool(decision.notify_authority)])
    people = speaker.listed([decision.inform_people], INFORM_LABELS)
    return "; ".join((f"{speaker.say(N_('Authority'))}: {authority}",
                      f"{speaker.say(N_('People affected'))}: {people}"))  # fmt: skip


def ground(speaker: Speaker, entry: Entry) -> str:
    decision = entry.decision
    if decision is None or not decision.ground:
        return ""
    unlikely = decision.ground == Ground.NOTIFY and not decision.notify_authority
    words = NO_RISK if unlikely else GROUND_LABELS.get(Ground(decision.ground), decision.ground)
    return speaker.say(N_("{ground} (GDPR Art. {article})"), ground=words, article=decision.ground)


def signed(_speaker: Speaker, entry: Entry) -> str:
    return ", ".join(filter(None, (entry.decision.by, entry.decision.second))) if entry.decision else ""


def severity(speaker: Speaker, entry: Entry) -> str:
    if entry.score is None:
        return ""
    score = f"{entry.score:g}".replace(".", "," if speaker.lang == "sv" else ".")
    return f"{score}, {speaker.say(BANDS.get(entry.severity, entry.severity))}"


def texts(found: tuple[str, ...], speaker: Speaker, entry: Entry) -> str:
    return "\n".join(found) or (speaker.say(ERASED) if entry.erased else "")


def people(speaker: Speaker, entry: Entry) -> str:
    return in_words(PeopleCount(entry.people.least, entry.people.most), speaker.lang)


def title(speaker: Speaker, entry: Entry) -> str:
    return entry.title or speaker.say(ERASED if entry.erased else N_("Report without a title"))


def state(speaker: Speaker, entry: Entry) -> str:
    found = speaker.listed([entry.state], STATE_LABELS)
    if entry.merged_into:
        found = f"{found}: {entry.merged_into}"
    return f"{found}, {speaker.say(N_('imported'))}" if entry.imported else found


FIELDS: tuple[Field, ...] = (
    Field(FACTS, N_("What"), title),
    Field(FACTS, N_("Reported as"), lambda s, e: s.listed([e.kind], KINDS)),
    Field(FACTS, N_("Kind of cause"), lambda s, e: s.listed([e.cause_class], CLASS_LABELS)),
    Field(FACTS, N_("Cause"), lambda s, e: s.cause(e.cause_code) if e.cause_code else ""),
    Field(FACTS, N_("Code of the cause"), lambda _, e: e.cause_code),
    Field(FACTS, N_("Cause in own words"), lambda _, e: e.cause_text),
    Field(FACTS, N_("Further causes"), lambda s, e: ", ".join(map(s.cause, e.further_causes))),
    Field(FACTS, N_("Kind of breach"), lambda s, e: s.listed(e.breach_types, BREACH_LABELS)),
    Field(FACTS, N_("Data"), lambda s, e: s.listed(e.data, DATA_LABELS)),
    Field(FACTS, N_("Groups of people"), lambda s, e: s.listed(e.groups, GROUP_LABELS)),
    Field(FACTS, N_("People affected"), people),
    Field(FACTS, N_("People, at least"), lambda _, e: e.people.least, coded=True),
    Field(FACTS, N_("People, at most"), lambda _, e: e.people.most, coded=True),
    Field(FACTS, N_("Records"), lambda _, e: e.records),
    Field(FACTS, N_("Systems"), lambda _, e: e.systems),
    Field(FACTS, N_("Countries"), lambda s, e: ", ".join(country_name(code, s.lang) for code in e.countries)),
    Field(EFFECTS, N_("Severity"), severity),
    Field(EFFECTS, N_("Consequences"), lambda s, e: s.listed(e.consequences, CONSEQUENCE_LABELS)),
    Field(ACTION, N_("Stopped"), lambda _, e: e.contained_at),
    Field(ACTION, N_("What was done"), lambda s, e: texts(e.measures, s, e)),
    Field(ACTION, N_("Lesson"), lambda s, e: texts(e.lessons, s, e)),
    Field(TIMES, N_("Happened"), lambda _, e: e.occurred_at),
    Field(TIMES, N_("Ended"), lambda _, e: e.ended_at),
    Field(TIMES, N_("Noticed"), lambda _, e: e.detected_at),
    Field(TIMES, N_("Reported"), lambda _, e: e.reported_at),
    Field(TIMES, N_("Known to the company"), lambda _, e: e.aware_at),
    Field(TIMES, N_("Deadline of the notice"), lambda _, e: e.authority.due_at),
    Field(TIMES, N_("Authority told"), lambda _, e: e.authority.notified_at),
    Field(TIMES, N_("In time?"), lateness),
    Field(TIMES, N_("Seconds late"), lambda _, e: e.authority.late_seconds, coded=True),
    Field(TIMES, N_("First person told"), lambda _, e: e.people.informed_at),
    Field(TIMES, N_("People told"), lambda _, e: e.people.told or None),
    Field(DECISION, N_("Decision"), decided),
    Field(DECISION, N_("Ground"), ground),
    Field(DECISION, N_("Reasons"), reasons),
    Field(DECISION, N_("Signed by"), signed),
    Field(DECISION, N_("Decided"), lambda _, e: e.decided_at),
    Field(STATE, N_("State"), state),
    Field(STATE, N_("Notice to the authority"), lambda s, e: s.listed([e.authority.track], AUTHORITY_LABELS)),
    Field(STATE, N_("Letters to people"), lambda s, e: s.listed([e.people.track], PEOPLE_LABELS)),
    Field(STATE, N_("Closed"), lambda _, e: e.closed_at),
)
