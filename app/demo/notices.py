"""The notice to the authority on the stage: written by one, released by another, filed by a person."""

import secrets
from datetime import timedelta

from app.demo.case import Case
from incidents.attachments import attach
from incidents.notifying.drafting import draft, save
from incidents.notifying.filing import Sent, file_notice, withdraw
from incidents.notifying.reckoning import reckoned
from incidents.notifying.releasing import ask_release, release
from notifications.edpb.answers import Answer, Knowledge, known
from notifications.edpb.answers import Notice as Reckoned
from notifications.filings import answers_of, notices
from notifications.notice_models import Notice

RECEIPT = "Kvittens (påhittad): anmälan är mottagen.\n"
KNOWN_LATER: dict[int, tuple[str, ...]] = {
    24: ("Ansvarig för personuppgiftsincidenter",),
    38: ("no",),
    44: ("specific_day",),
    50: ("controller",),
    51: ("En medarbetare märkte det och rapporterade det samma dag.",),
    53: ("Inget att tillägga.",),
    55: ("confidentiality",),
    56: ("not_disclosed",),
    57: ("no",),
    58: ("altered_no_misuse",),
    59: ("temporary",),
    60: ("other",),
    61: ("unknown",),
    62: ("Se ärendets egen beskrivning.",),
    63: ("Ett ärendesystem hos bolaget.",),
    65: ("customers",),
    66: ("Kunder i Sverige.",),
    67: ("not_determinable",),
    70: ("contact",),
    71: ("Namn och kontaktuppgifter.",),
    72: ("not_determinable",),
    75: ("access_levels", "backup", "training"),
    76: ("Behörigheter per roll och daglig säkerhetskopia.",),
    79: ("other_purposes",),
    81: ("invalid_used",),
    83: ("no_access",),
    85: ("loss_of_control", "fraud"),
    87: ("moderate",),
    89: ("risk",),
    90: ("Kommissionen har bedömt risken. Motiveringen finns i beslutet.",),
    92: ("Uppgifterna har begärts tillbaka.",),
    94: ("process_change", "training"),
    95: ("Rutinen ändras och alla som berörs går igenom den inom en månad.",),
    97: ("planned_tbd",),
    113: ("no",),
}


def begin(case: Case, by: str = "manager") -> None:
    """Drafted, with what a first notice cannot do without and the case does not know."""
    draft(case.session, case.stage.actor(by), case.incident, "imy", case.now)
    case.session.flush()
    _answer(case, [question.number for question in _reckoned(case).blocking()], by)


def fill_in(case: Case, by: str = "manager") -> None:
    """Everything that was open, and what it leads to, until nothing is open any more."""
    while left := [question.number for question in _reckoned(case).open()]:
        _answer(case, left, by)


def promise(case: Case, days: int, by: str = "manager") -> None:
    """What is still missing is promised for a day."""
    promised, actor = (case.now + timedelta(days=days)).date(), case.stage.actor(by)
    kept = answers_of(case.session, latest(case))
    open_ones = [question.number for question in _reckoned(case).open()]
    answers = {
        number: Answer(kept[number].values if number in kept else (), Knowledge.NOT_KNOWN_YET, promised, actor.id)
        for number in open_ones
    }
    save(case.session, actor, case.incident, latest(case), answers, case.now)


def _reckoned(case: Case) -> Reckoned:
    return reckoned(case.session, case.incident, answers_of(case.session, latest(case)), case.now)


def _answer(case: Case, numbers: list[int], by: str) -> None:
    gone = Answer(state=Knowledge.NOT_APPLICABLE)
    answers = {number: known(*KNOWN_LATER[number]) if number in KNOWN_LATER else gone for number in numbers}
    save(case.session, case.stage.actor(by), case.incident, latest(case), answers, case.now)


def give_reasons_for_delay(case: Case, by: str = "manager") -> None:
    late = {49: known(case.tale.late)}
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
