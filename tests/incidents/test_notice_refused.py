"""What may not be done with a notice: refused with a status and a sentence that helps, and not a row is changed."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from core.access import Role
from core.audit.models import AuditEntry
from core.db import Base
from core.i18n import translate
from incidents import notifying
from incidents.notice_view import latest_notice
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.first_notice import file_first, release_first
from tests.incidents.test_notifying import READY

OF_A_VISIT = {"user_session"}  # when somebody was last here is no part of the case
LOCAL = ZoneInfo("Europe/Stockholm")
RECEIPT = {"receipt": ("kvittens.pdf", b"%PDF-1.4 kvittens", "application/pdf")}


def rows(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in OF_A_VISIT]
    with world.look() as session:
        return {table.name: sorted(map(tuple, session.execute(select(table))), key=repr) for table in tables}


def entries(world: World) -> int:
    with world.look() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


@dataclass(frozen=True)
class Refused:
    """Who tries what on a notice in which state, and how it is refused."""

    state: str
    who: str
    where: str
    form: Mapping[str, str]
    status: int
    sentence: str
    beside: str = ""
    hours: float = 0


def sent_at(hours: float) -> dict[str, str]:
    """The fields of a filing, so many hours from now."""
    at = (World.now + timedelta(hours=hours)).astimezone(LOCAL)
    return {"filed_at_date": f"{at:%Y-%m-%d}", "filed_at_time": f"{at:%H:%M}", "channel": "portal",
            "authority_reference": "IMY-2026-4711"}  # fmt: skip


EDIT = {"asked": "62", "q62": "Det gick till två företag."}
NEW = {"authority": "imy"}
REFUSED = {
    "filing a draft": Refused(
        "draft", Role.MANAGER, "/file", sent_at(0), 409, "Only a released notice can be recorded as sent.",
        "Somebody who has not written in it releases it first."),
    "filing what waits for release": Refused(
        "in_review", Role.MANAGER, "/file", sent_at(0), 409, "Only a released notice can be recorded as sent.",
        "Somebody who has not written in it releases it first."),
    "filing twice": Refused(
        "filed", Role.MANAGER, "/file", sent_at(0), 409, "The notice has been sent. Add what is new in a supplement."),
    "releasing one's own edit": Refused(
        "in_review", Role.MANAGER, "/release", {}, 409,
        "You have written in this notice. Somebody else must release it."),
    "releasing a version that is not the one that was read": Refused(
        "in_review", Role.APPROVER, "/release", {"version": "1"}, 409,
        "The notice was changed while you read it. Read it again, then release it."),
    "releasing a draft": Refused(
        "draft", Role.APPROVER, "/release", {}, 409, "The notice does not wait for release."),
    "releasing what is released": Refused(
        "approved", Role.HEAD, "/release", {}, 409, "The notice does not wait for release."),
    "giving back without a word": Refused(
        "in_review", Role.APPROVER, "/release", {"answer": "back"}, 422, "Say what is to be changed."),
    "a filing in the future": Refused(
        "approved", Role.MANAGER, "/file", sent_at(1), 422, "The time lies in the future. Check the date."),
    "a filing before the release": Refused(
        "approved", Role.MANAGER, "/file", sent_at(-1), 422,
        "The notice was released later than that. Check the time."),
    "a filing without its time": Refused(
        "approved", Role.MANAGER, "/file", {"channel": "portal"}, 422,
        "Say on which day and at what time it was sent."),
    "a filing by a way that there is not": Refused(
        "approved", Role.MANAGER, "/file", sent_at(0) | {"channel": "pigeon"}, 422, "Choose one of the answers."),
    "a late filing without its reasons": Refused(
        "approved", Role.MANAGER, "/file", sent_at(80), 422,
        "The deadline had passed then. Write the reasons.", hours=81),
    "an edit of what has been sent": Refused(
        "filed", Role.MANAGER, "/edit", EDIT, 409, "The notice has been sent. Add what is new in a supplement."),
    "an edit of a version that is not the latest": Refused(
        "draft", Role.DEPUTY, "/edit", EDIT | {"version": "1"}, 409,
        "Somebody else saved this notice meanwhile. Compare with the notice below, then save again."),
    "handing over what lacks an answer": Refused(
        "draft", Role.MANAGER, "/edit", EDIT | {"q62": "", "then": "release"}, 422,
        "A first notice cannot go without this."),
    "a second notice beside an unfinished one": Refused(
        "draft", Role.MANAGER, "", NEW, 409, "An unfinished notice exists already. Go on with that one."),
    "a notice to nobody": Refused("none", Role.MANAGER, "", {"authority": "x"}, 422, "Choose an authority."),
    "a supplement to what has been withdrawn": Refused(
        "withdrawn", Role.MANAGER, "", NEW, 409,
        "The notice has been withdrawn. Tell the authority in its own channel if that was wrong."),
    "withdrawing without a reason": Refused(
        "filed", Role.MANAGER, "/withdraw", {"reason": " "}, 422, "Say why the notice is withdrawn."),
    "withdrawing what was never sent": Refused(
        "draft", Role.MANAGER, "/withdraw", {"reason": "Fel."}, 409, "There is no sent notice to withdraw."),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_what_to_do_and_nothing_is_changed(world: World, name: str) -> None:
    wrong = REFUSED[name]
    case = at(world, wrong.state)
    world.later(hours=wrong.hours)
    client = world.client(wrong.who)
    form = {"version": version(case), **wrong.form}
    before, logged = rows(world), entries(world)
    answer = client.post(f"{case.path}/authority{wrong.where}", data=form, files=files(wrong))
    assert answer.status_code == wrong.status
    assert rows(world) == before
    assert entries(world) == logged
    text = html.unescape(answer.text)
    for sentence in (wrong.sentence, wrong.beside):
        assert translate("sv", sentence) in text


def files(wrong: Refused) -> Mapping[str, Any] | None:
    return RECEIPT if wrong.where == "/file" else None


def at(world: World, state: str) -> Case:
    """A case whose first notice is so far."""
    case = Case(world).take().classify()
    match state:
        case "filed" | "withdrawn":
            file_first(case)
            if state == "withdrawn":
                case.do(notifying.withdraw, Role.MANAGER, "Det var ingen incident.")
        case "approved":
            release_first(case)
        case "in_review" | "draft":
            manager = world.client(Role.MANAGER)
            manager.post(f"{case.path}/authority", data=NEW)
            form = {"version": "1", "asked": " ".join(map(str, READY)), "then": "release" if state != "draft" else ""}
            typed = form | {f"q{number}": answer.text for number, answer in READY.items()}
            assert manager.post(f"{case.path}/authority/edit", data=typed).status_code == 303
    return case


def version(case: Case) -> str:
    with case.world.look() as session:
        notice = latest_notice(session, case.row(session))
        return str(notice.version) if notice else ""


def test_what_was_typed_beside_a_wrong_time_is_shown_again(small_world: World) -> None:
    case = at(small_world, "approved")
    form = sent_at(1) | {"delay_reasons": "Tjänsten låg nere."}
    answer = small_world.client(Role.MANAGER).post(f"{case.path}/authority/file", data=form)
    assert "IMY-2026-4711" in answer.text
