"""The register of risks as files: CSV and workbook in the reader's words, JSON in codes. Only the cases that the reader
may see are counted."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import Database
from core.errors import N_
from core.i18n import absolute, translate
from core.tables import Cell, csv_lines
from identity.people import names
from incidents.catalogue import catalogue
from incidents.models import Incident
from incidents.queries import may_see
from incidents.risks.asking import Asked, conditions
from incidents.risks.sight import visible_risks
from incidents.risks.view import Row, rows
from risk.register.models import Risk, RiskCase, RiskControl
from risk.register.noting import measures_of, rationale_of
from risk.register.queries import Place, page_of
from risk.register.service import today_of

BLOCK = 100
HEADS = (
    N_("Number"), N_("Risk"), N_("State"), N_("Rule"), N_("Cause"), N_("What is hit"), N_("How likely today"),
    N_("How bad"), N_("Level today"), N_("Level in words"), N_("Level without measures"),
    N_("Level after the measures"), N_("What is done"), N_("Measures"), N_("Accepted until"), N_("Owner"),
    N_("Look again on"), N_("Why it stands so"), N_("Controls"), N_("Incidents"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exported:
    """One risk with what hangs on it: `words` for tables, `codes` for programs."""

    words: tuple[Cell, ...]
    codes: dict[str, object]


@dataclass(frozen=True, slots=True)
class Head:
    company: str
    made_at: datetime
    made_by: str
    filter: str


def every(database: Database, actor: Actor, asked: Asked, lang: str, now: datetime) -> Iterator[Exported]:
    """All that the filter shows, block by block, each in a session of its own: memory stays flat."""
    after: Place | None = None
    while True:
        with database.reading() as session:
            today = today_of(session, now)
            query = visible_risks(actor, Operation.EXPORT_RISKS).where(*conditions(asked, actor, today))
            found, following = page_of(session, query, after, BLOCK)
            block = _block(session, actor, found, lang, now)
        yield from block
        after = Place.read(following)
        if after is None:
            return


def table_rows(head: Head, found: Iterable[Exported], lang: str, zone: str) -> Iterator[tuple[Cell, ...]]:
    yield (translate(lang, N_("Register of risks")), head.company)
    yield (translate(lang, N_("Downloaded")), absolute(head.made_at, lang, zone))
    yield (translate(lang, N_("By")), head.made_by)
    yield (translate(lang, N_("Filter")), head.filter)
    yield ("",)
    yield tuple(translate(lang, word) for word in HEADS)
    for one in found:
        yield one.words


def as_csv(head: Head, found: Iterable[Exported], lang: str, zone: str) -> Iterator[str]:
    return csv_lines(table_rows(head, found, lang, zone))


def as_json(head: Head, found: Iterable[Exported]) -> Iterator[str]:
    """One document, a risk at a time."""
    about = {"company": head.company, "made_at": head.made_at.isoformat(timespec="seconds"), "made_by": head.made_by,
             "filter": head.filter}  # fmt: skip
    yield f'{{"head":{json.dumps(about, ensure_ascii=False)},"risks":['
    for number, one in enumerate(found):
        yield f"{',' if number else ''}\n{json.dumps(one.codes, ensure_ascii=False)}"
    yield "\n]}\n"


def _block(session: Session, actor: Actor, found: list[Risk], lang: str, now: datetime) -> list[Exported]:
    ids = [risk.id for risk in found]
    controls: dict[int, list[str]] = {}
    linked = select(RiskControl.risk_id, RiskControl.control_code).where(RiskControl.risk_id.in_(ids))
    for row in session.execute(linked.order_by(RiskControl.control_code)):
        controls.setdefault(row.risk_id, []).append(row.control_code)
    seen = select(RiskCase.risk_id, func.count()).join(Incident, Incident.id == RiskCase.case_id)
    seen = seen.where(RiskCase.risk_id.in_(ids), may_see(actor, Operation.READ_CASE)).group_by(RiskCase.risk_id)
    cases = {row[0]: row[1] for row in session.execute(seen)}
    people = names(session, [risk.owner_id for risk in found])
    shown = rows(session, actor, found, catalogue(session), today_of(session, now), lang)
    return [
        _exported(session, risk, row, controls.get(risk.id, []), cases.get(risk.id, 0), people)
        for risk, row in zip(found, shown, strict=True)
    ]


def _exported(
    session: Session, risk: Risk, row: Row, controls: list[str], cases: int, people: dict[str, str]
) -> Exported:
    rationale, measures = rationale_of(session, risk), measures_of(session, risk)
    scores = [one.score if one else None for one in (row.now, row.inherent, row.target)]
    words: tuple[Cell, ...] = (
        risk.name, risk.title, row.state, row.clause, row.cause, risk.asset, risk.current_likelihood or None,
        risk.impact or None, scores[0], row.now.word if row.now else "", scores[1], scores[2], row.treatment, measures,
        row.accept_until, row.owner, row.review, rationale, ", ".join(controls), cases,
    )  # fmt: skip
    codes: dict[str, object] = {
        "number": risk.id, "title": risk.title, "state": risk.state, "cause_class": risk.cause_class,
        "cause_code": risk.cause_code, "asset": risk.asset, "treatment": risk.treatment,
        "likelihood": risk.likelihood, "current_likelihood": risk.current_likelihood, "impact": risk.impact,
        "inherent": [risk.inherent_likelihood, risk.inherent_impact],
        "target": [risk.target_likelihood, risk.target_impact], "owner": people.get(risk.owner_id or "", ""),
        "review_on": risk.review_on.isoformat() if risk.review_on else None,
        "accept_until": risk.accept_until.isoformat() if risk.accept_until else None,
        "rationale": rationale, "measures": measures, "controls": controls, "cases": cases,
        "created_at": risk.created_at.isoformat(timespec="seconds"),
    }  # fmt: skip
    return Exported(words, codes)
