"""What the auditor did: a sample by rule, half worked through, and findings in every state."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.demo.stage import Stage, Story
from incidents.findings import keeping
from incidents.findings.keeping import FindingForm
from incidents.findings.models import Finding
from incidents.findings.rules import Severity
from incidents.models import Incident
from incidents.sampling.drawing import SampleForm, draw_sample, mark_looked_at
from incidents.sampling.models import SampledCase

DAYS_AGO, SIZE, LOOKED_AT = 12, 6, 3


def audited(stage: Stage) -> Story:
    """Twelve days ago a sample was drawn of what was closed; the first cases have been looked at."""
    yield stage.present - timedelta(days=DAYS_AGO)
    session, auditor = stage.session, stage.actor("auditor")
    sample = draw_sample(session, auditor, SampleForm(size=SIZE, state="closed"), stage.moment)
    session.flush()
    chosen = select(Incident.reference).join(SampledCase, SampledCase.incident_id == Incident.id)
    references = session.scalars(chosen.where(SampledCase.sample_id == sample.id).order_by(SampledCase.place)).all()
    for number, reference in enumerate(references[:LOOKED_AT]):
        yield stage.present - timedelta(days=DAYS_AGO - 1, hours=-number)
        mark_looked_at(session, auditor, sample, reference, stage.moment)
    deviation = _write(stage, DEVIATION, Severity.DEVIATION, "manager", 10, references[0])
    yield from _findings(stage, deviation)


DEVIATION = "Beslutet saknar en hänvisning till punkt 8.1. Kommissionens svar är daterat efter beslutet."
SERIOUS = "Två av tre larm kvitterades först nästa dag. Jourlistan var inte uppdaterad efter sommaren."
REMARK = "Mallen för brev nämner fortfarande det gamla numret till växeln."
REWRITTEN = "Beslutet är kompletterat med en hänvisning. Datumet var rätt: kommissionen svarade samma dag."
DONE = "Mallen är rättad och provskickad. Numret står nu på ett enda ställe."


def _findings(stage: Stage, deviation: Finding) -> Story:
    """One answered and closed, one answered that the auditor has not read yet, one that nobody has answered."""
    yield stage.present - timedelta(days=DAYS_AGO - 2)
    remark = _write(stage, REMARK, Severity.REMARK, "writer", 8)
    _write(stage, SERIOUS, Severity.SERIOUS, "deputy", 5)
    yield stage.present - timedelta(days=DAYS_AGO - 5)
    keeping.answer(stage.session, stage.actor("writer"), remark, DONE, stage.moment)
    keeping.answer(stage.session, stage.actor("manager"), deviation, REWRITTEN, stage.moment)
    yield stage.present - timedelta(days=DAYS_AGO - 6)
    keeping.close(stage.session, stage.actor("auditor"), remark, "", stage.moment)


def _write(stage: Stage, text: str, severity: Severity, owner: str, days: int, case: str = "") -> Finding:
    today = stage.moment.astimezone(ZoneInfo(stage.zone)).date()
    form = FindingForm(text=text, severity=severity, owner=stage.people[owner].id, case=case,
                       due_on=today + timedelta(days=days))  # fmt: skip
    return keeping.write(stage.session, stage.actor("auditor"), form, today, stage.moment)
