"""The minutes of a case as one reader may see them: the text of a version, all versions, and whether the log agrees."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM, Actor
from core.audit.models import AuditEntry
from core.audit.told import told
from core.document import Document
from core.errors import N_, NotFound
from core.i18n import LANGUAGES, absolute, iso, translate
from core.organisation import organisation
from identity.people import names
from incidents.assessing.confirming import current_decision
from incidents.assessing.minutes import WRITTEN, document_in, is_as_written, may_write, versions
from incidents.assessing.seats import commission_of
from incidents.commission_models import Commission
from incidents.minutes import minutes_document
from incidents.minutes_models import Minutes
from incidents.models import Incident
from incidents.sealed import sealed_from


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version. `entry` is the number of the log entry that holds the same digests, none when there is no such."""

    number: int
    written: str
    written_iso: str
    by: str
    language: str
    href: str
    pdf: str
    data_sha256: str
    pdf_sha256: str
    entry: int | None
    shown: bool


@dataclass(frozen=True, slots=True)
class MinutesPage:
    """`whole`: text and file still have their digests. `changed`: minutes written now would say something else."""

    sealed: bool = False
    document: Document | None = None
    chosen: VersionView | None = None
    whole: bool = False
    changed: bool = False
    may_write: bool = False
    in_force: bool = False
    versions: list[VersionView] = field(default_factory=list)


def minutes_page(session: Session, actor: Actor, incident: Incident, version: int | None, lang: str) -> MinutesPage:
    """The newest minutes, or the version asked for. Whoever has still to answer under seal sees none of it.

    Raises:
        NotFound: there is no such version.
    """
    if sealed_from(session, actor, incident):
        return MinutesPage(sealed=True)
    rows = versions(session, incident)
    row = next((row for row in rows if version in (None, row.version)), None)
    if row is None and version is not None:
        raise NotFound()
    commission = commission_of(session, incident)
    may = commission is not None and may_write(session, actor, incident, commission)
    if row is None:
        return MinutesPage(may_write=may, in_force=_in_force(session, commission))
    views = _views(session, incident, rows, row, lang)
    document = document_in(session, row)
    return MinutesPage(
        document=document,
        chosen=next(view for view in views if view.shown),
        whole=is_as_written(session, row),
        changed=row is rows[0] and _says_otherwise(session, incident, commission, row, document),
        may_write=may,
        in_force=_in_force(session, commission),
        versions=views,
    )


def _in_force(session: Session, commission: Commission | None) -> bool:
    decision = current_decision(session, commission) if commission else None
    return decision is not None and decision.in_force_at is not None


def _says_otherwise(
    session: Session, incident: Incident, commission: Commission | None, row: Minutes, written: Document
) -> bool:
    """Whether something has happened since: an opinion, a late answer, another decision."""
    decision = current_decision(session, commission) if commission else None
    if commission is None or decision is None or decision.in_force_at is None:
        return False
    now = minutes_document(
        session, incident, commission, decision, row.language, row.version, row.written_by, row.written_at
    )
    return not now.says_the_same_as(written)


def _views(session: Session, incident: Incident, rows: list[Minutes], shown: Minutes, lang: str) -> list[VersionView]:
    zone, logged = organisation(session).zone, _logged(session, incident)
    called = names(session, {row.written_by for row in rows}) | {SYSTEM.id: SYSTEM.name}
    return [
        VersionView(
            number=row.version,
            written=absolute(row.written_at, lang, zone),
            written_iso=iso(row.written_at, zone),
            by=called.get(row.written_by, translate(lang, N_("Somebody who has left"))),
            language=LANGUAGES[row.language],
            href=f"{incident.path}/minutes/{row.version}",
            pdf=f"{incident.path}/minutes/{row.version}.pdf" if row.pdf_sha256 else "",
            data_sha256=row.data_sha256,
            pdf_sha256=row.pdf_sha256,
            entry=logged.get((str(row.version), row.data_sha256, row.pdf_sha256)),
            shown=row is shown,
        )
        for row in rows
    ]


def _logged(session: Session, incident: Incident) -> dict[tuple[str, str, str], int]:
    """Version and digests as the log holds them, with the number of the entry."""
    query = select(AuditEntry.seq, AuditEntry.entry)
    query = query.where(AuditEntry.case_id == incident.id, AuditEntry.action == WRITTEN)
    found = {}
    for seq, entry in session.execute(query).all():
        facts = told(entry)["facts"]
        found[str(facts.get("minutes_version")), str(facts.get("data_sha256")), str(facts.get("pdf_sha256"))] = seq
    return found
