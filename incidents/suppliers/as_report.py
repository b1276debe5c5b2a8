"""The first thing a supplier tells, as the report that starts a case."""

from incidents.forms import ReportForm
from incidents.people_count import PEOPLE_BANDS
from incidents.questions import ContactChoice, DataKind, NoticedChoice, PeopleBand, ReporterRelation
from incidents.suppliers.forms import TellingForm


def as_report(told: TellingForm, supplier: str) -> ReportForm:
    """What both forms ask. The moments are set apart from it, since a supplier need not know them yet."""
    choice, value = _reach(told)
    return ReportForm(
        client_uuid=told.client_uuid,
        what_happened_kind=told.what_happened_kind,
        what_happened_text=told.what_happened_text,
        noticed_at_choice=NoticedChoice.NOW,
        still_going_on=told.still_going_on,
        data_kinds=told.data_kinds or [DataKind.UNKNOWN],
        people_band=_band(told.people),
        contact_choice=choice,
        contact_value=value,
        where_system=told.systems,
        done_already=told.done,
        reporter_name=told.contact_name,
        unit=supplier,
        reporter_relation=ReporterRelation.PROCESSOR,
    )


def _reach(told: TellingForm) -> tuple[ContactChoice, str]:
    if told.contact_email:
        return ContactChoice.EMAIL, told.contact_email
    if told.contact_phone:
        return ContactChoice.PHONE, told.contact_phone
    return ContactChoice.CODE, ""


def _band(people: int | None) -> PeopleBand:
    for band, count in PEOPLE_BANDS.items():
        if people and count.least and count.least <= people <= (count.most or people):
            return PeopleBand(band)
    return PeopleBand.UNKNOWN
