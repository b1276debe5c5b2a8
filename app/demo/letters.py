"""Letters to the people affected on the stage, from the list to the last answer of a relay that is only played."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.demo.case import Case
from app.demo.recipients import COLUMNS, list_of
from core.organisation import organisation
from incidents import informing
from incidents.informing.jobs import let_go, settle_one
from incidents.informing.sending import missing
from notifications.claims import Claim, enter_data
from notifications.handover import Accepted, Deferred, Outcome, Refused
from notifications.letters.actions import actions_for, advice
from notifications.letters.list_rows import count, written_to
from notifications.letters.models import Mailing
from notifications.models import OutboxMessage
from notifications.settling import Result, settle

FEW = 3  # a writer keeps what is most urgent: a letter of 350 words is read, a longer one is not
TAKEN = Accepted(250, "2.0.0 queued")
UNKNOWN = Refused(550, "5.1.1 no such mailbox")
FULL = Deferred(452, "4.2.2 mailbox full")


def prepare(case: Case, by: str = "writer") -> None:
    """The list, and the letter in the languages it needs."""
    actor, tale = case.stage.actor(by), case.tale
    informing.keep_draft(case.session, actor, case.incident, list_of(case.incident.people_max or 1), case.now)
    columns = [*COLUMNS]
    informing.import_list(case.session, actor, case.incident, columns, case.now, with_faults=False)
    fields = informing.proposed(case.session, case.incident, tale.letter_template)
    fields |= {"what_happened_sv": tale.told.sv, "what_happened_en": tale.told.en,
               "measures_sv": tale.measures.sv, "measures_en": tale.measures.en}  # fmt: skip
    urgent = actions_for(case.incident.data_categories, FEW)
    fields |= {f"advice_{lang}": advice(urgent, lang) for lang in ("sv", "en")}
    languages = informing.needed(case.session, informing.mailing_of(case.session, case.incident))
    form = informing.letter_form(fields, languages)
    informing.write(case.session, actor, case.incident, form, case.stage.settings, case.now)


def try_out(case: Case, by: str = "writer") -> None:
    """To oneself and two colleagues; then it waits for somebody else."""
    readers = [case.stage.people[key].id for key in ("dpo", "deputy")]
    informing.test_send(case.session, case.stage.actor(by), case.incident, readers, case.now)
    informing.ask_approval(case.session, case.stage.actor(by), case.incident, case.now)


def approve(case: Case, by: str = "approver") -> None:
    mails = str(count(case.session, mailing(case), written_to(mailing(case))))
    informing.approve(case.session, case.stage.actor(by), case.incident, mails, case.stage.password, case.now)


def start_sending(case: Case) -> None:
    """The wait is over."""
    let_go(case.session, mailing(case).id, case.now)


def deliver(case: Case, answers: Sequence[Outcome]) -> None:
    """The first letters that wait, each with the relay's answer. No line is opened: these people do not exist."""
    waiting = (OutboxMessage.mailing_id == mailing(case).id) & (OutboxMessage.state == "queued")
    query = select(OutboxMessage).where(waiting).order_by(OutboxMessage.id).limit(len(answers))
    for message, answer in zip(case.session.scalars(query).all(), answers, strict=True):
        message.state, message.fence, message.attempts = "claimed", message.fence + 1, message.attempts + 1
        case.session.flush()
        claim = Claim(message.id, message.fence)
        enter_data(case.session, [claim], case.now)
        settle(case.session, [Result(claim, answer)], case.now)
    case.session.flush()


def deliver_all(case: Case, *others: Outcome) -> None:
    """Everything that waits is taken, but for the answers in `others`."""
    waiting = (OutboxMessage.mailing_id == mailing(case).id) & (OutboxMessage.state == "queued")
    number = len(case.session.scalars(select(OutboxMessage.id).where(waiting)).all())
    deliver(case, [*others, *[TAKEN] * (number - len(others))])


def finish_sending(case: Case) -> None:
    """Every letter has an outcome."""
    settle_one(case.session, mailing(case).id, case.now)


def pause(case: Case, by: str = "manager") -> None:
    informing.pause(case.session, case.stage.actor(by), case.incident, case.now)


def finish(case: Case, by: str = "writer") -> None:
    """Whom no mail reached is told by post; then the people are told."""
    for row in missing(case.session, mailing(case)):
        informing.tell_otherwise(case.session, case.stage.actor(by), case.incident, row, "letter", case.now)
    informing.finish(case.session, case.stage.actor(by), case.incident, "", case.now)


def tell_the_public(case: Case, by: str = "writer", release: str = "approver") -> None:
    """Instead of thousands of letters: written, approved by another, published, and kept with proof."""
    ask = "Vill du veta om det gäller dig? Ring oss på växelns nummer."
    form = informing.PublicForm(
        text="\n\n".join((case.tale.told.sv, case.tale.measures.sv, ask)),
        channels=["website", "newspaper"],
        places="Startsidan i två veckor. Helsida i Nordhamns Tidning.",
        reach="Alla kunder besöker sidan. Tidningen läses av de flesta i kommunen.",
        reason="Vi har inga adresser till dem det gäller, och att söka upp dem skulle ta månader.",
    )
    informing.write_public(case.session, case.stage.actor(by), case.incident, form, case.now)
    informing.approve_public(case.session, case.stage.actor(release), case.incident, case.stage.password, case.now)


def note_published(case: Case, by: str = "writer") -> None:
    day = case.now.astimezone(ZoneInfo(organisation(case.session).zone)).date()
    proof = ("startsidan.txt", "Så stod meddelandet på startsidan.\n".encode())
    informing.publish_public(case.session, case.stage.actor(by), case.incident, day.isoformat(), proof, case.now)


def mailing(case: Case) -> Mailing:
    found = informing.mailing_of(case.session, case.incident)
    if found is None:
        raise LookupError(f"{case.code}: no letter was begun yet")
    return found


HOLD = timedelta(minutes=10, seconds=5)
