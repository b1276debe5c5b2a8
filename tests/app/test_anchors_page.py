"""Where the log is held outside: on the page of the settings, in `vaka check`, `/metrics` and `vaka log verify`."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from app.anchoring.configured import require_anchors
from app.anchoring.words import NAMES, fault_in_words
from app.checking.anchors import LATE, anchors
from app.checking.finding import Result
from app.commands.log import as_document, in_words
from core.access import SYSTEM, Role
from core.audit import record
from core.audit.anchoring import standing
from core.audit.anchors import FOLDER, MAIL, TSA, begin, hold, put_off
from core.audit.verify import verify
from core.settings import Environment, Settings, WrongSettings
from tests.fixtures.authority import TimeAuthority
from tests.fixtures.signed import checkpoint
from tests.fixtures.world import World

BOXES = "log@advokat.example\nrevisor@granskning.example"


def held(world: World, kind: str, size: int, fault: str = "") -> None:
    point = checkpoint(world, size)
    with world.change() as session:
        row = begin(session, point, kind, "elsewhere", world.now)
        put_off(row, fault) if fault else hold(row, None, world.now)


def found(world: World, **settings: object) -> tuple[Result, str, str]:
    made = world.settings.model_copy(update=settings)
    with world.look() as session:
        one = anchors(session, made, world.now).as_document()
    return one["result"], one["text"]["en"], (one["remedy"] or {"en": ""})["en"]  # type: ignore[index, return-value]


def test_an_administrator_chooses_the_mailboxes_and_sees_how_far_the_log_is_held(small_world: World) -> None:
    admin = small_world.client(Role.ADMIN)
    shown = admin.get("/settings/anchors").text
    assert "Ingen utanför Vaka har ännu" in shown
    wrong = admin.post("/settings/anchors", data={"mailboxes": "ensam@advokat.example"})
    assert wrong.status_code == 422
    assert "ensam@advokat.example" in wrong.text
    assert "2 till 10" in wrong.text
    saved = admin.post("/settings/anchors", data={"mailboxes": BOXES})
    assert saved.headers["location"] == "/settings/anchors?done=1"
    with small_world.change() as session:
        for _ in range(1233):
            record(session, SYSTEM, "test:ran", "object", small_world.now)
    held(small_world, MAIL, 1000)
    shown = admin.get("/settings/anchors?done=1").text
    assert "revisor@granskning.example" in shown
    assert "Förankrad utanför till och med post 999" in shown
    assert "mejl till brevlådor utanför" in shown
    held(small_world, MAIL, 1001, "came_back")
    assert "Mejlet kom tillbaka." in admin.get("/settings/anchors").text


def test_only_who_keeps_the_settings_gets_in(small_world: World) -> None:
    for role in (Role.AUDITOR, Role.EMPLOYEE, Role.DPO):
        client = small_world.client(role)
        assert client.get("/settings/anchors").status_code == 404
        assert client.post("/settings/anchors", data={"mailboxes": BOXES}).status_code == 404


def test_fewer_than_two_kinds_are_named_with_a_remedy(small_world: World, tmp_path: Path) -> None:
    world, folder = small_world, tmp_path.parent / f"{tmp_path.name}-share"
    result, text, remedy = found(world)
    assert (result, text) == ("advice", "None is set: nobody outside could tell whether the log was written anew.")
    assert all(name in remedy for name in ("VAKA_ANCHOR_DIR", "VAKA_TSA_URL", "VAKA_ANCHOR_MAIL", "/settings/anchors"))
    production = {"environment": Environment.PRODUCTION, "base_url": "https://vaka.example"}
    assert found(world, **production)[0] == "failed"
    held(world, MAIL, 5)
    assert found(world, anchor_mail=BOXES.replace("\n", ","), **production)[:2] == (
        "failed", "One kind of anchor is set, and two are needed.",
    )  # fmt: skip
    both = {"anchor_mail": BOXES.replace("\n", ","), "anchor_dir": folder, **production}
    assert found(world, **both)[:2] == ("advice", "Folder elsewhere has not held anything yet.")
    held(world, FOLDER, 6)
    assert found(world, **both)[:2] == ("ok", "The log is held outside up to 6 entries, by 2 kinds.")
    world.later(hours=60)
    checkpoint(world, 7)
    assert found(world, **both)[:2] == (
        "failed", "Folder elsewhere holds nothing new. The worker may not run, or not sign.",
    )  # fmt: skip
    held(world, FOLDER, 8, "not_writable")
    assert found(world, **both)[1] == "Folder elsewhere does not hold the log. The folder takes no file."
    assert set(LATE) == set(NAMES) == {FOLDER, TSA, MAIL}


def test_every_page_says_so_when_an_anchor_has_held_nothing_new_for_too_long(
    small_world: World, tmp_path: Path
) -> None:
    folder = tmp_path.parent / f"{tmp_path.name}-share"
    small_world.settings = small_world.settings.model_copy(update={"anchor_dir": folder})
    words = "hålls inte längre utanför"

    def told(role: Role) -> bool:
        return words in small_world.client(role).get("/outbox" if role is Role.ADMIN else "/incidents").text

    assert not told(Role.AUDITOR)
    held(small_world, FOLDER, 3)
    small_world.later(minutes=20)
    held(small_world, FOLDER, 4, "not_writable")
    assert not told(Role.AUDITOR), "it is tried again first"
    small_world.later(hours=1)
    assert all(told(role) for role in (Role.AUDITOR, Role.MANAGER, Role.DPO, Role.ADMIN))
    assert 'href="/settings/anchors"' in small_world.client(Role.ADMIN).get("/outbox").text
    assert words not in small_world.client(Role.EMPLOYEE).get("/report/mine").text
    held(small_world, FOLDER, 5)
    assert not told(Role.AUDITOR)


def test_a_fault_without_words_stays_a_code() -> None:
    assert fault_in_words(TSA, "refused") != fault_in_words(MAIL, "refused")
    assert fault_in_words(TSA, "never_heard_of") == "never_heard_of"


def test_a_check_of_the_log_is_ok_only_when_somebody_outside_holds_it(small_world: World) -> None:
    with small_world.change() as session:
        for _ in range(9):
            record(session, SYSTEM, "test:ran", "object", small_world.now)
    with small_world.look() as session:
        answer = as_document(verify(session), standing(session))
    assert (answer["result"], answer["kind"], answer["anchored_size"]) == ("unanchored", "unanchored", 0)
    assert "No anchor outside yet." in in_words(answer)


def test_monitoring_sees_how_far_it_is_held_and_what_fails(small_world: World) -> None:
    token = "0123456789abcdef"
    small_world.settings = small_world.settings.model_copy(update={"metrics_token": SecretStr(token)})
    held(small_world, TSA, 4)
    small_world.later(minutes=10)
    held(small_world, FOLDER, 5, "no_folder")
    told = small_world.client().get("/metrics", headers={"authorization": f"Bearer {token}"}).text
    for line in (
        "vaka_log_signed_entries 5.0",
        "vaka_log_anchored_entries 4.0",
        'vaka_log_anchor_age_seconds{kind="tsa"} 600.0',
        'vaka_log_anchor_trouble{kind="folder"} 1.0',
        'vaka_log_anchor_trouble{kind="tsa"} 0.0',
    ):
        assert f"\n{line}\n" in told


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"anchor_dir": "relative"}, "VAKA_ANCHOR_DIR: write the whole path"),
        ({"anchor_dir": __file__}, "VAKA_ANCHOR_DIR: this is a file"),
        ({"anchor_mail": "one@advokat.example"}, "VAKA_ANCHOR_MAIL: write 2 to 10 different addresses"),
        ({"anchor_mail": "one@advokat.example, nobody"}, "VAKA_ANCHOR_MAIL: one of these is not an e-mail address"),
        ({"tsa_url": "https://user@tsa.example", "tsa_ca": __file__}, "VAKA_TSA_URL: write https://host/path"),
        ({"tsa_url": "https://tsa.example", "tsa_ca": __file__}, "VAKA_TSA_CA: the file cannot be read"),
    ],
)
def test_what_can_never_hold_stops_the_start_in_one_sentence(settings: dict[str, str], said: str) -> None:
    with pytest.raises(WrongSettings, match=said) as refused:
        require_anchors(Settings(**settings))  # type: ignore[arg-type]
    assert "nobody" not in str(refused.value)
    assert "user@" not in str(refused.value)


def test_a_folder_among_our_own_data_and_a_time_stamp_without_its_root_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="outside of var_dir"):
        Settings(var_dir=tmp_path, anchor_dir=tmp_path / "copies")
    with pytest.raises(ValueError, match="tsa_url needs tsa_ca"):
        Settings(tsa_url="https://tsa.example")  # type: ignore[arg-type]


def test_a_share_that_is_away_stops_no_start(tmp_path: Path, time_authority: TimeAuthority) -> None:
    require_anchors(Settings(anchor_dir=tmp_path / "away", tsa_url=time_authority.url, tsa_ca=time_authority.root))  # type: ignore[arg-type]
