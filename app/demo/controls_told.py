"""What happens to some controls beside being done: one rests, one waits for a second person, one does not apply, one is
handed back, one's proof has run out, and the company has two of its own."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.demo.stage import Stage, Story
from risk.control_status import Result
from risk.controls import handing, own, pausing
from risk.models import Control
from risk.service import TickForm, Upload, tick_control

CERTIFICATE = "Intyg (påhittat): larm och lås provade, utan anmärkning.\n"
DESK = own.OwnForm.model_validate({
    "title": "Inga papper ligger framme",
    "todo": "Gå en runda efter arbetstid. Lås in det som ligger framme och säg till.",
    "why": "Städare, besökare och kunder rör sig i lokalerna.",
    "proof": "En rad om varje rum.",
    "questions": "Vilka rum?\nVad låg framme?",
    "group": "administration",
    "interval_days": 30,
    "grace_days": 7,
})  # fmt: skip
PHONES = DESK.model_copy(update={"title": "Telefoner har kod och kan raderas", "clause": "3.7", "group": "technical",
                                 "questions": "Hur många telefoner?\nVilka kan inte raderas på håll?"})  # fmt: skip


def every_happening(stage: Stage) -> list[Story]:
    return [_own(stage), _new(stage), _paused(stage), _mended(stage), _not_applicable(stage), _certified(stage),
            _handed_back(stage)]  # fmt: skip


def _own(stage: Stage) -> Story:
    """A control of their own, done twice."""
    yield _before(stage, 75)
    keeper, deputy = (stage.people[key].id for key in ("control_owner", "second_owner"))
    form = DESK.model_copy(update={"owner": keeper, "deputy": deputy})
    control = own.add(stage.session, stage.actor("manager"), form, stage.moment)
    for ago, left in ((48, "Två pärmar hos ekonomi."), (20, "Inget.")):
        yield _before(stage, ago)
        _tick(stage, control, "control_owner", answers={"q_a": "Alla på plan två.", "q_b": left})


def _new(stage: Stage) -> Story:
    """Another one that nobody has done yet."""
    yield _before(stage, 3)
    owner = stage.people["second_owner"].id
    own.add(stage.session, stage.actor("head"), PHONES.model_copy(update={"owner": owner}), stage.moment)


def _paused(stage: Stage) -> Story:
    yield _before(stage, 6)
    control = stage.session.get_one(Control, "approved_use")
    until = (stage.present + timedelta(days=40)).date()
    reason = "Behörigheterna flyttas till det nya systemet. Listan stämmer först efter flytten."
    form = pausing.PauseForm(reason=reason, until=until, version=control.version)
    pausing.pause(stage.session, stage.actor("manager"), control, form, stage.moment)


def _mended(stage: Stage) -> Story:
    """Found, mended and done again; the second pair of eyes is awaited."""
    yield _before(stage, 4)
    control = stage.session.get_one(Control, "signs_of_intrusion")
    _tick(stage, control, "control_owner", Result.FAIL, note="Loggarna från växeln i Varberg kom inte in i september.")
    yield _before(stage, 1)
    _tick(stage, control, "control_owner", note="Växeln skickar sina loggar igen. Läste ikapp, inget ovanligt.")


def _not_applicable(stage: Stage) -> Story:
    yield _before(stage, 12)
    control = stage.session.get_one(Control, "test_apart_from_production")
    _tick(stage, control, "second_owner", Result.NOT_APPLICABLE, note="Vi köper färdiga program, ingen egen test.")


def _certified(stage: Stage) -> Story:
    """The certificate ran out ten days ago."""
    yield _before(stage, 40)
    control = stage.session.get_one(Control, "fire_water_power")
    ends = (stage.present - timedelta(days=10)).date()
    upload = Upload("larmintyg.txt", CERTIFICATE.encode())
    _tick(stage, control, "second_owner", files=[upload], proof_expires_on=ends,
          answers={"tried": "Brand, läckage och temperatur. Alla larmade.", "weak": "Arkivet i källaren."})  # fmt: skip


def _handed_back(stage: Stage) -> Story:
    yield _before(stage, 2)
    control = stage.session.get_one(Control, "changed_work")
    keeper = next(key for key in ("control_owner", "second_owner") if stage.people[key].id == control.owner_id)
    form = handing.HandBackForm(reason="Personal har tagit över behörighetslistan. Fråga dem vem som gör det.")
    handing.hand_back(stage.session, stage.actor(keeper), control, form, stage.moment)


def _tick(
    stage: Stage, control: Control, key: str, result: Result = Result.PASS, files: list[Upload] | None = None,
    **form: object,
) -> None:  # fmt: skip
    day = stage.moment.astimezone(ZoneInfo(stage.zone)).date()
    typed = TickForm.model_validate({"result": result, "done_on": day} | form)
    tick_control(stage.session, stage.actor(key), control, typed, files or [], stage.moment)


def _before(stage: Stage, days: int) -> datetime:
    """Some days ago, in the afternoon."""
    return stage.present - timedelta(days=days, hours=1)
