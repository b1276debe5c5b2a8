"""Six suppliers with an agreement in each state, two with a link. The payroll supplier is asked about its case,
answers, and adds more."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from app.demo import registers
from app.demo.case import Case
from app.demo.stage import Stage
from incidents.suppliers.agreement_files import keep_agreement
from incidents.suppliers.asking import ask
from incidents.suppliers.forms import TellingForm
from incidents.suppliers.keeping import SupplierForm, add, archive, cards
from incidents.suppliers.links import give_link, links_of
from incidents.suppliers.sub_processors import read_rows
from incidents.suppliers.telling import open_questions, tell_us

PAYROLL = SupplierForm(name="Lönedrift AB", email="security@lonedrift.example", language="en", note="Runs our payroll.",
                       country="SE", contact="Lo Rask, 08-555 01 02")  # fmt: skip
OTHERS = (
    SupplierForm(name="Molnlagret Norr AB", email="jour@molnlagret.example", language="sv", note="Säkerhetskopior.",
                 country="NO"),
    SupplierForm(name="Frakt & Packet AB", email="it@fraktpacket.example", language="sv"),
    SupplierForm(name="Kallkontakt AB", email="info@kallkontakt.example", language="sv", note="Ringer kunder åt oss."),
    SupplierForm(name="Post & Puls Inc.", email="privacy@postpuls.example", language="en", country="US"),
    SupplierForm(name="Gamla Tryckeriet AB", email="order@tryckeriet.example", language="sv"),
)  # fmt: skip
KNOWN: Mapping[str, object] = {
    "what_happened_kind": "hacked_malware", "still_going_on": "yes", "data_kinds": ["personal_number", "bank_card"],
    "subject_groups": ["employees"], "hits": ["availability"], "systems": "Payroll", "places": "Göteborg",
    "what_happened_text": "Ransomware locked the payroll servers. We shut them off within the hour.",
    "done": "Servers shut off, police told, backups checked.", "own_reference": "LD-2207",
    "contact_name": "Lo Rask", "contact_email": "security@lonedrift.example",
}  # fmt: skip
LATER: Mapping[str, object] = {
    "still_going_on": "no", "people": "118", "hits": ["confidentiality", "availability"], "others": "no",
    "consequences": "Account numbers can be misused if they were copied.",
    "planned": "New machines, and new keys for every customer.",
}  # fmt: skip


def enter(stage: Stage) -> None:
    """The suppliers, the two that process most with a link of their own; the last one works for us no more."""
    actor, today = stage.actor("manager"), stage.present.date()
    suppliers = []
    for form in (PAYROLL, *OTHERS):
        rows = read_rows(registers.sub_processors(form.name))
        known = form.model_copy(update={**registers.agreed(form.name, today), "sub_processors": rows})
        suppliers.append(add(stage.session, actor, known, stage.moment))
        stage.session.flush()
        if form in (PAYROLL, OTHERS[0]):
            name, content = registers.file_of(suppliers[-1], form.name)
            keep_agreement(stage.session, actor, suppliers[-1], name, content, stage.moment)
    archive(stage.session, actor, suppliers[-1], stage.moment)
    for supplier in suppliers[:2]:
        give_link(stage.session, actor, supplier, stage.moment, by_mail=True)


def ask_payroll(case: Case, by: str = "manager") -> None:
    needed_by = case.now + timedelta(hours=24)
    payroll = next(one for one in cards(case.session) if one.name == PAYROLL.name)
    ask(case.session, case.stage.actor(by), case.incident, payroll.id, needed_by, case.now)


def answer(case: Case) -> str:
    """The first word; its receipt code."""
    link = links_of(case.session, case.incident)[0]
    open_questions(case.session, link, case.now)
    return tell_us(case.session, link, _form(KNOWN), case.now, language="en").code


def add_more(case: Case, code: str) -> None:
    """What was not known the first time. The supplier had noticed a few hours before it was reported."""
    noticed = (case.incident.reported_at - timedelta(hours=4)).astimezone(ZoneInfo(case.stage.zone))
    when = {"noticed_at_date": f"{noticed:%Y-%m-%d}", "noticed_at_time": f"{noticed:%H:%M}"}
    link = links_of(case.session, case.incident)[0]
    tell_us(case.session, link, _form({**KNOWN, **LATER, **when}), case.now, language="en", code=code)


def _form(told: Mapping[str, object]) -> TellingForm:
    return TellingForm.model_validate({"client_uuid": secrets.token_urlsafe(18), **told})
