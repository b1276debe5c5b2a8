"""Checklists in every state: done in time, done late, late and alarmed, due today, and one for next week."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from app.demo.stage import Stage, Story
from risk.tasks.cards import TASKS
from risk.tasks.jobs import watch
from risk.tasks.models import EventTask
from risk.tasks.service import Settled, StartForm, TickForm, start, tick


@dataclass(frozen=True, slots=True)
class Event:
    """`began` and `day` in days before the present; `ticked`: how many hours after the start each step was done."""

    kind: str
    whom: str
    began: float
    day: int
    ticked: tuple[float, ...] = ()
    by: str = "manager"


EVENTS = (
    Event("leaver", "Lars Ek, lagret", 150, 149, (2, 5, 20, 26)),
    Event("supplier_ended", "Kontorsdata i Väst AB", 96, 96, (3, 30, 75)),
    Event("new_employee", "Amina Warsame, kundtjänst", 60, 58, (4, 30, 31), "deputy"),
    Event("known_password", "Kontot för butikens mejl", 21, 21, (1, 2, 4)),
    Event("leaver", "Tove Lindahl, ekonomi", 4, 3, (6, 8), "deputy"),
    Event("new_employee", "Jonas Åhl, lagret", 2, 0, (5,)),
    Event("leaver", "Mona Rask, inköp", 1, -6),
)
NOTES = {"access_removed": "Konto, passerkort och fjärråtkomst stängda.", "use_checked": "Inga inloggningar utifrån."}


def followed(stage: Stage) -> Story:
    """Every start, tick and alarm in the order of time."""
    scenes: list[tuple[float, int, int]] = []
    for place, event in enumerate(EVENTS):
        scenes.append((event.began, place, -1))
        scenes += [(event.began - hours / 24, place, step) for step, hours in enumerate(event.ticked)]
        scenes += [(event.day - 0.4, place, -2)] if event.day > 0 else []
    running: dict[int, EventTask] = {}
    for days_ago, place, step in sorted(scenes, key=lambda scene: -scene[0]):
        yield stage.present - timedelta(days=days_ago)
        _play(stage, EVENTS[place], running, place, step)
    yield stage.present
    watch(stage.session, stage.moment)


def _play(stage: Stage, event: Event, running: dict[int, EventTask], place: int, step: int) -> None:
    session, now = stage.session, stage.moment
    if step == -2:
        watch(session, now)
        return
    actor = stage.actor(event.by)
    if step == -1:
        today = stage.present.astimezone(ZoneInfo(stage.zone)).date()
        form = StartForm(whom=event.whom, day=today - timedelta(days=event.day))
        running[place] = start(session, actor, event.kind, form, {}, now)
        return
    code = TASKS[event.kind].step[step].code
    settled = Settled.NOT_NEEDED if code == "person_told" else Settled.DONE
    note = NOTES.get(code, "Kontot är gemensamt; alla i butiken vet." if settled is Settled.NOT_NEEDED else "")
    tick(session, actor, running[place], code, TickForm(settled=settled, note=note), now)
