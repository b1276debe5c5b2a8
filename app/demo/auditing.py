"""What the auditor did: a sample by rule, half worked through."""

from datetime import timedelta

from sqlalchemy import select

from app.demo.stage import Stage, Story
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
