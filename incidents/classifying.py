"""Classifying a case: the facts that everything later builds on. Of two at once, the second sees both versions."""

from datetime import datetime

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Conflict, Invalid
from core.territories import is_country, read_countries
from incidents.activities.chosen import Chosen, check_chosen, choose
from incidents.catalogue import catalogue
from incidents.causes.known import Catalogue
from incidents.classification import BreachType, CauseClass, DataCategory, SubjectGroup
from incidents.instants import Instants, implausible
from incidents.models import Incident
from incidents.notifying.updating import follow_countries
from incidents.people_count import PeopleCount
from incidents.risks.likes import count_likes
from incidents.search import search_text
from incidents.states import ENDED
from notifications.competence import BY_LAND

CHANGED = N_(
    "Somebody else has saved the classification meanwhile. Both versions are shown; nothing you wrote is lost."
)
FIELDS = ("title", "cause_class", "cause_code", "cause_text", "further_causes", "breach_types", "data_categories",
          "subject_groups", "people_min", "people_max", "records_count", "systems", "countries", "occurred_at",
          "ended_at", "detected_at")  # fmt: skip


class ClassifyForm(BaseModel):
    """What is asked. `cause` is a code of the catalogue or "unknown"; "not yet known" is a lawful answer everywhere."""

    title: str = Field(min_length=3, max_length=120)
    cause: str = Field(max_length=80)
    cause_text: str = Field(default="", max_length=200)
    further_causes: list[str] = Field(default=[], max_length=20)
    breach_types: list[BreachType] = Field(min_length=1)
    data_categories: list[DataCategory] = Field(min_length=1)
    subject_groups: list[SubjectGroup] = Field(min_length=1)
    people_known: str = Field(pattern="^(exact|range|unknown)$")
    people_min: int | None = Field(default=None, ge=0, le=2_000_000_000)
    people_max: int | None = Field(default=None, ge=0, le=2_000_000_000)
    records_count: int | None = Field(default=None, ge=0, le=2_000_000_000)
    systems: str = Field(default="", max_length=300)
    countries: str = Field(default="", max_length=200)
    activities: list[str] = Field(default=[], max_length=50)
    processors: list[str] = Field(default=[], max_length=50)
    version: int = 0

    @property
    def chosen(self) -> Chosen:
        """What of the registers the case touched."""
        return Chosen(tuple(sorted(set(self.activities))), tuple(sorted(set(self.processors))))

    @property
    def people(self) -> PeopleCount:
        """Exact, a range, or unknown.

        Raises:
            Invalid: a number is missing or the ends are the wrong way round.
        """
        if self.people_known == "unknown":
            return PeopleCount()
        if self.people_min is None:
            raise Invalid({"people_min": N_("Write a number, or choose “not yet known”.")})
        if self.people_known == "exact":
            return PeopleCount.exact(self.people_min)
        if self.people_max is not None and self.people_max < self.people_min:
            raise Invalid({"people_max": N_("The upper number is smaller than the lower one.")})
        return PeopleCount(self.people_min, self.people_max)


def classify(
    session: Session, actor: Actor, incident: Incident, form: ClassifyForm, times: Instants, ended_at: datetime | None,
    now: datetime,
) -> Incident:  # fmt: skip
    """Save the classification.

    Raises:
        Conflict: it has been saved by somebody else since the form was opened, or the case has ended.
        Invalid: the moments cannot be true together, or a text or number is missing.
    """
    if incident.state in ENDED:
        raise Conflict(N_("The case has ended. Open it again first."))
    if form.version != incident.version:
        raise Conflict(CHANGED)
    known = catalogue(session)
    check(incident, form, known, times, ended_at, now)
    check_chosen(session, form.chosen)
    before = snapshot(incident)
    apply(incident, form, known, times, ended_at)
    incident.classified_at, incident.cause_catalogue = now, known.version
    after = snapshot(incident)
    changed = {name: (before[name], after[name]) for name in FIELDS if before[name] != after[name]}
    changed |= choose(session, incident, form.chosen)
    record(session, actor, "incident:classified", incident.reference, now, case=incident.id,
           facts={"cause_class": incident.cause_class, "fields": sorted(changed), "catalogue": known.version},
           changes=changed)  # fmt: skip
    if "cause_code" in changed:
        count_likes(session, incident, now)
    if "countries" in changed:
        follow_countries(session, actor, incident, now)
    return incident


def check(
    incident: Incident, form: ClassifyForm, known_causes: Catalogue, times: Instants, ended_at: datetime | None,
    now: datetime,
) -> None:  # fmt: skip
    """Refuse what cannot be true, each fault at its field.

    Raises:
        Invalid: see there.
    """
    known = Instants(times.occurred_at, times.detected_at, incident.reported_at, incident.aware_at)
    wrong = {
        field if field in {"occurred_at", "detected_at"} else _asked(field, times): sentence
        for field, sentence in implausible(known, now).items()
    }
    if ended_at is not None and (ended_at > now or (times.occurred_at is not None and ended_at < times.occurred_at)):
        wrong["ended_at"] = N_("It cannot have ended before it began, or in the future. Check both times.")
    wrong |= _not_offered(incident, form, known_causes)
    cause = known_causes.get(form.cause)
    if cause is not None and cause.needs_text and not form.cause_text.strip():
        wrong["cause_text"] = N_("Write in a few words what the cause was.")
    if not all(map(is_country, read_countries(form.countries))):
        wrong["countries"] = N_("Write names or codes of countries with commas between, for example Sweden, NO.")
    try:
        form.people  # noqa: B018 - asks whether the numbers make sense
    except Invalid as fault:
        wrong |= fault.fields
    if wrong:
        raise Invalid(wrong)


def _not_offered(incident: Incident, form: ClassifyForm, known: Catalogue) -> dict[str, str]:
    """A retired cause stays with the case that has it; nobody chooses it anew."""
    kept = {incident.cause_code, *(incident.further_causes or [])}
    asked = {
        "cause": {form.cause} - {str(CauseClass.UNKNOWN)},
        "further_causes": set(form.further_causes),
    }
    return {
        field: N_("Choose one of the causes.")
        for field, codes in asked.items()
        if any(not known.offers(code) for code in codes - (kept & set(known.causes)))
    }


def apply(incident: Incident, form: ClassifyForm, known: Catalogue, times: Instants, ended_at: datetime | None) -> None:
    """Put the answers on the row."""
    cause = known.get(form.cause)
    incident.title, incident.systems = form.title.strip(), form.systems.strip()
    incident.cause_class = cause.cause_class if cause else CauseClass.UNKNOWN
    incident.cause_code = cause.code if cause else ""
    incident.cause_text = form.cause_text.strip()
    incident.further_causes = sorted(set(form.further_causes) - {form.cause})
    incident.breach_types = [str(value) for value in form.breach_types]
    incident.data_categories = [str(value) for value in form.data_categories]
    incident.subject_groups = [str(value) for value in form.subject_groups]
    incident.people_min, incident.people_max = form.people.least, form.people.most
    incident.records_count = form.records_count
    put_countries(incident, read_countries(form.countries))
    incident.occurred_at, incident.ended_at, incident.detected_at = times.occurred_at, ended_at, times.detected_at
    incident.search = search_text(incident)


def put_countries(incident: Incident, countries: list[str]) -> None:
    """Numbers and authorities that were known of other countries go with them."""
    incident.countries = countries
    known = incident.people_by_country or {}
    incident.people_by_country = {code: number for code, number in known.items() if code in countries}
    incident.land_authorities = (incident.land_authorities or []) if BY_LAND in countries else []


def snapshot(incident: Incident) -> dict[str, str | None]:
    """The classification as text, for the log and for comparing two versions."""
    return {name: _text(getattr(incident, name)) for name in FIELDS}


def _asked(field: str, times: Instants) -> str:
    """A fault of a moment that this form does not ask for stands at the one that it does ask for."""
    return "detected_at" if times.detected_at is not None and field != "occurred_at" else "occurred_at"


def _text(value: object) -> str | None:
    match value:
        case None | "" | []:
            return None
        case datetime():
            return value.isoformat()
        case list():
            return ", ".join(str(part) for part in value)
    return str(value)
