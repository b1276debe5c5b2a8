"""One case on the stage: its report, and the verbs of whoever handles it, at the moment of the scene."""

import secrets
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.demo.registers import touched
from app.demo.stage import Stage
from app.demo.tales import Tale
from core.access import ANONYMOUS
from incidents import service
from incidents.attachments import REPORT, attach
from incidents.classification import CauseClass
from incidents.classifying import ClassifyForm, classify
from incidents.forms import AddMessage, PhoneReport, ReportForm
from incidents.instants import Instants
from incidents.intake import report, report_by_phone
from incidents.models import Incident
from incidents.risks.lessons import Changes, LessonForm, learn
from incidents.thread import answer_reporter, write_as_reporter

CHANGED = {
    CauseClass.ACCIDENTAL: "maintenance_and_tests",
    CauseClass.INTENTIONAL: "signs_of_intrusion",
    CauseClass.UNFORESEEN: "fire_water_power",
    CauseClass.UNKNOWN: "compliance_review",
}
TEXT_FILE = "Skickat 14:02. Ämne: Kundlista. En bilaga. (Påhittat exempel.)\n"


class Case:
    """A tale being played. Times are said as `later(...)` than this scene, or `day(2, "10:30")` after the report."""

    def __init__(self, stage: Stage, code: str, tale: Tale) -> None:
        self.stage, self.code, self.tale = stage, code, tale
        self.session = stage.session
        self.incident: Incident

    @property
    def now(self) -> datetime:
        return self.stage.moment

    @property
    def version(self) -> int:
        """What a page would carry: the version after everything so far is written."""
        self.session.flush()
        return self.incident.version

    def begins(self) -> datetime:
        """When it is reported."""
        if self.tale.hours_ago is not None:
            return self.stage.present - timedelta(hours=self.tale.hours_ago)
        return self._local(self.stage.present - timedelta(days=self.tale.days_ago or 0), self.tale.at)

    def later(self, **span: float) -> datetime:
        return self.now + timedelta(**span)

    def day(self, number: int, clock: str) -> datetime:
        """A time of day, so many days after the report."""
        return self._local(self.incident.reported_at + timedelta(days=number), time.fromisoformat(clock))

    def report(self) -> None:
        form = ReportForm.model_validate(self._answers())
        self._arrived(report(self.session, ANONYMOUS, form, self.now, language=self.tale.language).incident)
        if self.tale.attachment:
            content = TEXT_FILE.encode()
            attach(self.session, ANONYMOUS, self.incident, self.tale.attachment, content, self.now, REPORT)

    def phone_in(self, by: str) -> None:
        """The call came ten minutes before it was written down."""
        called = (self.now - timedelta(minutes=10)).astimezone(ZoneInfo(self.stage.zone))
        spoken = {"reported_by_phone_at_date": called.date(), "reported_by_phone_at_time": called.strftime("%H:%M")}
        form = PhoneReport.model_validate(self._answers() | spoken)
        self._arrived(report_by_phone(self.session, self.stage.actor(by), form, self.now).incident)

    def take(self, by: str = "manager") -> None:
        service.take(self.session, self.stage.actor(by), self.incident, self.now)

    def hand_back(self, by: str) -> None:
        service.hand_back(self.session, self.stage.actor(by), self.incident, self.tale.handed_back, self.now)

    def classify(self, by: str = "manager") -> None:
        known = {"people_known": "unknown"} if self.tale.people is None else self._count(*self.tale.people)
        form = ClassifyForm.model_validate(
            {
                "title": self.tale.title, "cause": self.tale.cause, "further_causes": self.tale.further,
                "breach_types": self.tale.breach, "data_categories": self.tale.data,
                "subject_groups": self.tale.groups, "records_count": self.tale.records,
                "systems": self.tale.systems, "countries": self.tale.countries, "version": self.version, **known,
                **touched(self.stage, self.tale.groups, self.tale.systems),
            }
        )  # fmt: skip
        reported = self.incident.reported_at
        detected = reported - timedelta(hours=self.tale.detected_before)
        before = self.tale.occurred_before
        times = Instants(None if before is None else reported - timedelta(hours=before), detected)
        classify(self.session, self.stage.actor(by), self.incident, form, times, None, self.now)

    def contain(self, by: str = "manager") -> None:
        service.contain(self.session, self.stage.actor(by), self.incident, self.tale.contained, self.now, self.now)

    def note(self, by: str = "manager") -> None:
        for text in self.tale.notes:
            happened = self.now - timedelta(hours=1)
            service.note(self.session, self.stage.actor(by), self.incident, text, happened, self.now)

    def ask(self, place: int, by: str = "manager") -> None:
        """The line at `place` of the thread, to the reporter."""
        form = AddMessage(text=self.tale.thread[place])
        answer_reporter(self.session, self.stage.actor(by), self.incident, form, self.now)

    def answer(self, place: int) -> None:
        """The line at `place` of the thread, from the reporter."""
        write_as_reporter(self.session, self.incident, AddMessage(text=self.tale.thread[place]), self.now)

    def learn(self, by: str = "manager") -> None:
        """The control that belongs to the kind of cause is done better from now on."""
        control = CHANGED[CauseClass(self.incident.cause_class)]
        form = LessonForm(lesson=self.tale.lesson, changes=Changes.CONTROL, control=control)
        learn(self.session, self.stage.actor(by), self.incident, form, self.now)

    def _arrived(self, incident: Incident) -> None:
        self.incident = self.stage.cases[self.code] = incident

    def _answers(self) -> dict[str, object]:
        tale = self.tale
        return {
            "client_uuid": secrets.token_urlsafe(18), "what_happened_kind": tale.kind, "what_happened_text": tale.text,
            "noticed_at_choice": "now", "still_going_on": tale.still_going_on, "data_kinds": tale.data_kinds,
            "people_band": tale.people_band, "contact_choice": tale.contact, "contact_value": tale.contact_value,
            "involved": tale.involved, "unit": tale.unit, "reporter_relation": tale.relation,
            "where_system": tale.where, "recipient_who": tale.recipient, "done_already": tale.done_already,
        }  # fmt: skip

    def _count(self, least: int, most: int) -> dict[str, object]:
        return {"people_known": "exact" if least == most else "range", "people_min": least, "people_max": most}

    def _local(self, moment: datetime, clock: time) -> datetime:
        zone = ZoneInfo(self.stage.zone)
        return datetime.combine(moment.astimezone(zone).date(), clock, zone).astimezone(self.stage.present.tzinfo)
