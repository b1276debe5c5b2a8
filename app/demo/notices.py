"""The notice to the authority on the stage: written by one, released by another, filed by a person."""

import secrets
from dataclasses import replace
from datetime import timedelta

from app.demo.case import Case
from incidents.attachments import attach
from incidents.notifying.drafting import draft, save
from incidents.notifying.filing import Sent, file_notice, withdraw
from incidents.notifying.releasing import ask_release, release
from notifications.filings import answers_of, notices
from notifications.notice_fields import Answer, FieldState
from notifications.notice_models import Notice

RECEIPT = "Kvittens (påhittad): anmälan är mottagen.\n"
LATER_KNOWN = {
    "measures_planned": "Rutinen ändras och alla som berörs går igenom den inom en månad.",
    "severity": "Kommissionen har bedömt risken. Motiveringen finns i beslutet.",
    "consequences": "Uppgifterna kan användas för bedrägeri eller ge obehag för dem det gäller.",
    "people_told": "De berörda informeras enligt beslutet i ärendet.",
    "others_told": "Inga andra.",
    "data_now": "Så långt vi vet finns uppgifterna inte kvar hos någon utomstående.",
}


def begin(case: Case, by: str = "manager") -> None:
    draft(case.session, case.stage.actor(by), case.incident, "imy", case.now)
    case.session.flush()


def fill_in(case: Case, by: str = "manager") -> None:
    """Everything that was not known yet: answered, or said not to apply."""
    notice = latest(case)
    answers = {
        code: Answer(LATER_KNOWN[code]) if code in LATER_KNOWN else replace(answer, state=FieldState.NOT_APPLICABLE)
        for code, answer in answers_of(case.session, notice).items()
        if answer.state is FieldState.NOT_KNOWN_YET
    }
    save(case.session, case.stage.actor(by), case.incident, notice, answers, case.now)


def promise(case: Case, days: int, by: str = "manager") -> None:
    """What is still missing is promised for a day."""
    notice = latest(case)
    promised = (case.now + timedelta(days=days)).date()
    answers = {
        code: replace(answer, expected_by=promised)
        for code, answer in answers_of(case.session, notice).items()
        if answer.state is FieldState.NOT_KNOWN_YET
    }
    save(case.session, case.stage.actor(by), case.incident, notice, answers, case.now)


def give_reasons_for_delay(case: Case, by: str = "manager") -> None:
    late = {"delay_reasons": Answer(case.tale.late)}
    save(case.session, case.stage.actor(by), case.incident, latest(case), late, case.now)


def hand_over(case: Case, by: str = "manager") -> None:
    ask_release(case.session, case.stage.actor(by), case.incident, latest(case), case.now)
    case.session.flush()


def let_go(case: Case, by: str = "approver") -> None:
    notice = latest(case)
    release(case.session, case.stage.actor(by), case.incident, notice, notice.version, case.now)
    case.session.flush()


def file(case: Case, by: str = "manager") -> None:
    """Sent in the authority's own portal a few minutes ago; the receipt is kept with the case."""
    actor = case.stage.actor(by)
    receipt = attach(case.session, actor, case.incident, "kvittens.txt", RECEIPT.encode(), case.now)
    reference = f"DEMO-{case.now:%Y}-{secrets.randbelow(9000) + 1000}"
    sent = Sent(case.now, "portal", reference, case.tale.late, receipt.id)
    file_notice(case.session, actor, case.incident, latest(case), sent, case.now)


def take_back(case: Case, by: str = "manager") -> None:
    withdraw(case.session, case.stage.actor(by), case.incident, case.tale.withdrawn, case.now)


def latest(case: Case) -> Notice:
    return notices(case.session, case.incident.id)[-1]
