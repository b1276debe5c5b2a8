"""Others than the authority who are told of a case on the stage: the insurer has been, the police is written to."""

from app.demo.case import Case
from incidents.notifying.drafting import begin, save
from incidents.notifying.filing import Sent, file_notice
from incidents.notifying.listing_others import OtherForm, add
from incidents.notifying.releasing import ask_release, release
from incidents.notifying.to_other import TheOther
from notifications.edpb.answers import Answer, known
from notifications.filings import notices
from notifications.notice_models import Notice
from notifications.others import Kind

POLICY = {212: known("F-4711-2026"), 92: known("Uppgifterna har begärts tillbaka.")}


def list_them(case: Case, by: str = "manager") -> None:
    """Insurer and police come on the list; both messages are begun."""
    for kind, name in ((Kind.INSURER, "Hamnförsäkring AB (påhittat)"), (Kind.POLICE, "Polisen")):
        form = OtherForm(kind=kind, name=name, language="sv")
        row = add(case.session, case.stage.actor(by), case.incident, form, case.now)
        begin(case.session, case.stage.actor(by), TheOther(case.session, case.incident, row), case.now)
        case.session.flush()
        if kind is Kind.INSURER:
            _tell(case, row.id, POLICY, by)


def _tell(case: Case, recipient_id: str, answers: dict[int, Answer], by: str) -> None:
    """Written, released by the approver, and sent by e-mail."""
    writer, notice = case.stage.actor(by), _latest(case, recipient_id)
    save(case.session, writer, case.incident, notice, answers, case.now)
    case.session.flush()
    ask_release(case.session, writer, case.incident, notice, case.now)
    case.session.flush()
    release(case.session, case.stage.actor("approver"), case.incident, notice, notice.version, case.now)
    case.session.flush()
    file_notice(case.session, writer, case.incident, notice, Sent(case.now, "email", "DEMO-SKADA-12"), case.now)


def _latest(case: Case, recipient_id: str) -> Notice:
    return notices(case.session, case.incident.id, recipient_id)[-1]
