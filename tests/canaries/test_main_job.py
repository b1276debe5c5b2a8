"""Canaries planted by the real pages and verbs, and by their failures, are found in no file, row or log line.

What SECURITY.md says is in clear must be found the same way: so the search is known to be able to fail.
"""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Client
from sqlalchemy import select, update

from app.worker import Worker
from core.access import Role
from core.errors import Invalid
from identity.models import User
from incidents import informing
from incidents.commission_models import Opinion
from incidents.models import Incident
from incidents.opinions import OpinionForm, View, opine
from notifications.delivery import deliver_due
from notifications.edpb.card import template
from notifications.edpb.questions import Kind
from notifications.notice_models import Notice
from risk.service import adopt
from tests.canaries.office import HASH, HEADERS, PASSWORD, TEXT_FILE, TITLE, Office, nothing_shows, office_of
from tests.fixtures.canaries import canary
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.bench import Bench
from tests.incidents.letters import SAID, letters_of
from tests.incidents.reporting import answers
from tests.incidents.severity import typed as severity

LIST = f"""Namn;E-post;Språk;Uppgifter;Postadress
Åsa {canary("namn")};{canary("berord")}@kund.example.com;sv;{canary("uppgift")};
Bo {canary("namn2")};{canary("refused")}@kund.example.com;en;;
Cy {canary("namn3")};{canary("later")}@kund.example.com;;;
Siv {canary("namn4")};;sv;;{canary("vagen")} 1, 999 01 Påhittstad
"""
REPORT = answers(
    what_happened_text=f"Listan gick till {canary('berattelse')} på fel företag.",
    contact_value=f"{canary('rapportor')}@post.example.com",
    reporter_name=canary("rapportorsnamn"),
    recipient_who=canary("mottagare"),
    where_system=canary("var"),
    done_already=canary("gjort"),
    unit=canary("enhet"),
    safe_to_contact_hours=canary("tider"),
    involved=["deputy"],
)


def test_nothing_planted_along_the_main_job_shows_in_database_files_or_logs(
    world: World, postbox: Postbox, ear: io.StringIO, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with office_of(world) as office:
        accounts(office)
        reference = reported(office)
        handled(office, reference)
        assessed_and_decided(office)
        notified(office)
        told(world, postbox)
        office.later(hours=1)
        suppliers_told(office, reference)
        controls_kept(office)
        failed(office, reference, monkeypatch)
        world.app.state.database.writer.dispose()
        nothing_shows(office, ear, "".join(capfd.readouterr()))


def accounts(office: Office) -> None:
    """Invited, a password chosen, signed in, signed in wrongly; a relay whose password is refused."""
    world = office.world
    with world.change() as session:
        session.execute(update(User).values(password_hash=HASH))
        adopt(session, world.now)
    person = {"name": "Nils Ny", "email": "nils@nordhamn.example", "roles": ["employee"], "password": PASSWORD}
    link = office.post(Role.ADMIN, "/users/new", 200, data=person | {"language": "sv"}).text
    token = re.findall(r"/invitation/([\w-]+)", link)[0]
    office.secrets.append(token)
    guest = Client(base_url=office.address, headers=HEADERS, trust_env=False)
    short = guest.post(f"/invitation/{token}", data={"password": canary("x")[-7:]})
    assert short.status_code == 422
    assert guest.post(f"/invitation/{token}", data={"password": canary("nytt losenord vid alven")}).status_code == 303
    wrong = {"email": f"{canary('ingen')}@nordhamn.example", "password": canary("fel")}
    assert guest.post("/sign-in", data=wrong).status_code == 422
    right = {"email": "manager@nordhamn.example", "password": PASSWORD, "next": "/"}
    assert guest.post("/sign-in", data=right).status_code == 303
    office.secrets += list(guest.cookies.values())
    guest.close()
    relay = {"smtp_url": f"smtp://vaka:{canary('smtp')}@127.0.0.1:9?tls=none", "mail_from": "vaka@nordhamn.example"}
    office.post(Role.ADMIN, "/settings/relay", 200, data=relay | {"step": "try"})
    office.post(Role.ADMIN, "/settings/relay", data=relay)
    deliver_due(world.database, world.settings, lambda: world.now, "worker")
    office.post(Role.ADMIN, "/settings/relay", data={"smtp_url": "", "mail_from": "", "step": "remove"})


def reported(office: Office) -> str:
    """A report that is refused first, then sent twice; its code, files and thread."""
    send = "/r/nordhamn/send"
    office.post("", send, 422, data=REPORT | {"contact_value": f"{canary('trasig')}@"})
    receipt = office.post("", send, 201, data=REPORT).text
    code = re.findall(r'id="code-text">([^<]+)<', receipt)[0]
    office.secrets += [code, code.replace(" ", ""), code.replace(" ", "").lower()]
    office.post("", send, 200, data=REPORT)
    office.post("", "/status", 422, data={"code": canary("kod")})
    office.post("", "/receipt/mail", 200, data={"code": code})
    office.post("", "/status", data={"code": code})
    office.secrets += list(office.client("").cookies.values())
    office.post("", "/status/report/files", files={"file": TEXT_FILE})
    office.post("", "/status/report/files", 422, files={"file": (f"{canary('farlig')}.exe", b"MZ", "text/plain")})
    office.post("", "/status/report/message", data={"text": canary("tillagg")})
    spoken = REPORT | {"client_uuid": str(uuid4()), "contact_choice": "phone", "contact_value": "070-900 90 90",
                       "reported_by_phone_at_date": "2026-11-22", "reported_by_phone_at_time": "13:00"}  # fmt: skip
    office.post(Role.MANAGER, "/incidents/phone-in", 201, data=spoken)
    reference: str = re.findall(r"PUI-2026-\w{4}", receipt)[0]
    return reference


def handled(office: Office, reference: str) -> None:
    """Everything the manager can write in a case, a search for a name, and a second person's refusal."""
    case, moment = f"/incidents/{reference}", {"date": "2026-11-22", "time": "14:00"}

    def at(name: str) -> dict[str, str]:
        return {f"{name}_{part}": value for part, value in moment.items()}

    manager = office.client(Role.MANAGER)
    assert manager.get("/incidents", params={"q": canary("sokord")}).status_code == 200
    office.post(Role.MANAGER, f"{case}/take")
    manager.get(case)
    assert canary("rapportor") in office.post(Role.MANAGER, f"{case}/reporter", 200).text
    with office.world.change() as session:
        session.execute(update(Incident).where(Incident.reference == reference).values(title=TITLE))
    office.post(Role.MANAGER, f"{case}/thread", data={"text": canary("fraga")})
    office.post(Role.MANAGER, f"{case}/note", 422, data={"text": canary("anteckning")})
    office.post(Role.MANAGER, f"{case}/note", data={"text": canary("anteckning")} | at("happened_at"))
    office.post(Role.MANAGER, f"{case}/contain", data={"how": canary("stoppad")} | at("contained_at"))
    office.post(Role.MANAGER, f"{case}/files", files={"file": TEXT_FILE})
    office.post(
        Role.MANAGER,
        f"{case}/lesson",
        data={"lesson": canary("lardom"), "changes": "nothing", "unchanged": canary("oforandrat")},
    )
    office.later(hours=1)
    moment["time"] = "14:30"
    office.post(Role.MANAGER, f"{case}/aware", data={"reason": canary("senare"), "version": version(office, reference)}
                | at("aware_at"))  # fmt: skip
    other_laws(office, case, at)
    employee = office.world.users[Role.EMPLOYEE].id
    office.post(Role.MANAGER, f"{case}/involved", data={"user": employee, "reason": canary("jav")})
    office.post(Role.MANAGER, f"{case}/dismiss", data={"reason": canary("ingen incident")})
    for where in set(re.findall(rf'href="({case}/sign/[^"]+)"', office.client(Role.HEAD).get(case).text)):
        refusal = {"answer": "refuse", "reason": canary("nej"), "password": PASSWORD}
        office.post(Role.HEAD, where, 422, data=refusal | {"password": canary("fel")})
        office.post(Role.HEAD, where, data=refusal)
    office.post(Role.MANAGER, f"{case}/hand-back", data={"reason": canary("lamnar")})


def other_laws(office: Office, case: str, at: Callable[[str], dict[str, str]]) -> None:
    """Everything that is written of the laws beside the GDPR: reasons, notes, whom one told, an order."""

    def post(path: str, data: dict[str, str]) -> None:
        office.post(Role.MANAGER, f"{case}/{path}", data=data)

    post("regimes/nis2", {"applies": "no", "reason": canary("galler inte")})
    post("regimes/rights", {"applies": "yes", "reason": canary("galler")})
    post("regimes/rights/moments/received", {"received_note": canary("begaran")} | at("received"))
    told = {"to": canary("mottagare"), "reference": canary("diarium"), "note": canary("svarat")}
    post("duties/rights/answer_request", told | at("at"))
    post("duties/rights/answer_request", {"undo": "yes", "reason": canary("misstag")})
    ends = {"ends_at_date": "2026-12-12", "ends_at_time": "23:59"}
    post("order", {"note": canary("forelaggande")} | ends | at("ordered_at"))


def version(office: Office, reference: str) -> str:
    with office.world.look() as session:
        found: int = session.scalars(select(Incident.version).where(Incident.reference == reference)).one()
        return str(found)


def assessed_and_decided(office: Office) -> None:
    bench = Bench(office.world, str(uuid4()))
    with office.world.change() as session:
        session.execute(update(User).values(password_hash=HASH))
    measured(office, bench)
    bench.convene()
    recusal = {"reason": canary("hinder")}
    office.post("leila", f"{bench.path}/commission/recuse", data=recusal)
    why = {"rationale": f"Skäl {canary('skal')} som räcker.", "consequences": []}
    for key in ("commissioner", "per"):
        bench.vote(key, "high", **why)
    bench.vote("per", "high", **why, correction=canary("rattelse"))
    withheld = {"conflict": "no", "abstention": canary("avstaende")}
    office.post("kim", f"{bench.path}/commission/abstain", data=withheld)
    form = {"notify_authority": "no", "inform_people": "not", "reasons": canary("beslut"), "ground": "none",
            "departure_reason": canary("avsteg"), "score_reason": canary("summa"), "facts_version": "2",
            "version": str(bench.version())}  # fmt: skip
    office.post(Role.MANAGER, f"{bench.path}/decision", 422, data=form | {"password": canary("fel")})
    office.post(Role.MANAGER, f"{bench.path}/decision", data=form | {"password": PASSWORD})
    world = office.world
    with world.change() as session:
        for asked in session.scalars(select(Opinion).where(Opinion.about == "decision")):
            opine(session, world.actor(Role.DPO), asked, OpinionForm(view=View.OBJECTS, text=canary("rad")), world.now)


def measured(office: Office, bench: Bench) -> None:
    """The facts of the severity: refused without a reason for the change, then stated twice."""
    facts = {"why_financial": canary("vikten")}
    office.post(Role.MANAGER, f"{bench.path}/severity", data=severity(**facts))
    office.post(Role.MANAGER, f"{bench.path}/severity", 422, data=severity(version=1, **facts))
    again = severity(version=1, reason=canary("nya fakta"), **facts)
    office.post(Role.MANAGER, f"{bench.path}/severity", data=again)
    office.post(Role.MANAGER, f"{bench.path}/severity", 409, data=again)
    assert canary("nya fakta") in office.client(Role.MANAGER).get(f"{bench.path}/severity").text


def notified(office: Office) -> None:
    """A notice drafted, given back, released, filed late with reasons, a reference and a receipt."""
    world = office.world
    bench = Bench(world, str(uuid4()))
    base = f"{bench.path}/authority"
    office.post(Role.MANAGER, base, data={"authority": "imy"})
    texts = [number for number, one in template().questions.items() if one.kind in {Kind.TEXT, Kind.LONG_TEXT}]
    chosen = {"q29": "no", "q38": "no", "q50": "controller", "q55": "confidentiality", "q113": "no"}
    form = {f"q{number}": canary(f"svar-{number}") for number in texts} | chosen
    form |= {"asked": " ".join(name.removeprefix("q") for name in form)}
    office.post(Role.MANAGER, f"{base}/edit", 422, data=form | {"version": "1", "q62": "", "then": "release"})
    office.post(Role.MANAGER, f"{base}/edit", data=form | {"version": "1", "then": "release"})
    back = {"version": notice_version(world), "answer": "back", "comment": canary("andra")}
    office.post(Role.APPROVER, f"{base}/release", data=back)
    office.post(Role.MANAGER, f"{base}/edit", data=form | {"version": notice_version(world), "then": "release"})
    office.post(Role.APPROVER, f"{base}/release", data={"version": notice_version(world), "answer": "release"})
    office.later(hours=80)
    late = world.now.astimezone().strftime("%Y-%m-%d")
    sent = {"filed_at_date": late, "filed_at_time": "00:00", "channel": "post",
            "authority_reference": canary("diarie"), "delay_reasons": canary("forsenad")}  # fmt: skip
    office.post(Role.MANAGER, f"{base}/file", data=sent, files={"receipt": TEXT_FILE})
    office.post(Role.MANAGER, f"{base}/withdraw", data={"reason": canary("aterkallad")})


def notice_version(world: World) -> str:
    with world.look() as session:
        return str(session.scalars(select(Notice.version)).one())


def told(world: World, postbox: Postbox) -> None:
    """A list, letters, refusals that echo the address, a public copy, an end for those not reached."""
    letters = letters_of(world, postbox)
    for words, answer in (("refused", "550 5.1.1"), ("later", "450 4.2.1")):
        address = f"{canary(words)}@kund.example.com"
        postbox.refuse(address, f"{answer} <{address}>: no mailbox for {canary('eko')}")
    with pytest.raises(Invalid):
        letters.import_list(LIST + f"Kaj {canary('fel')};{canary('kaj')}@;sv;;\n")
    letters.import_list(LIST)
    said = {name: f"{text} {canary('brev')}" for name, text in SAID.items()}
    letters.write(**said, contact_name="Disa Ombud", contact_phone="031-390 06 40")
    letters.test()
    letters.approve()
    world.later(minutes=11)
    for _ in range(3):
        letters.work()
        world.later(hours=2)
        postbox.refuse(f"{canary('later')}@kund.example.com", "")
    letters.work()
    assert postbox.to(f"{canary('berord')}@kund.example.com")
    with letters.case() as (session, incident):
        informing.finish(session, world.actor(Role.MANAGER), incident, canary("ej nadda"), world.now)


def suppliers_told(office: Office, reference: str) -> None:
    """A supplier entered, its link; what it tells by that and about a case, refused first, then twice; its files."""
    who = {"name": canary("leverantor"), "email": f"{canary('jour')}@moln.example", "language": "sv",
           "note": canary("avtal")}  # fmt: skip
    office.post(Role.MANAGER, "/suppliers/new", 422, data=who | {"email": f"{canary('fel')}@"})
    page = office.post(Role.MANAGER, "/suppliers/new", data=who).headers["location"].partition("?")[0]
    links = [office.post(Role.MANAGER, f"{page}/link", 201, data={"by_mail": "yes"}).text]
    due = (office.world.now + timedelta(days=2)).strftime("%Y-%m-%d")
    asked = {"supplier": page.rpartition("/")[2], "needed_by_date": due, "needed_by_time": "12:00"}
    links.append(office.post(Role.MANAGER, f"/incidents/{reference}/suppliers", 201, data=asked).text)
    texts = ("what_happened_text", "systems", "places", "consequences", "done", "planned", "others_who",
             "own_reference", "contact_name")  # fmt: skip
    told = {name: canary(f"biträde-{name}") for name in texts} | {"what_happened_kind": "published"}
    for number, link in enumerate(links):
        token = re.findall(r"/tell/([\w-]+)", link)[0]
        sent = told | {"client_uuid": str(uuid4()), "contact_email": f"{canary(f'moa{number}')}@moln.example"}
        office.post("", f"/tell/{token}", 200)
        office.post("", f"/tell/{token}/send", 422, data=sent | {"people": canary("antal")})
        receipt = office.post("", f"/tell/{token}/send", 201, data=sent).text
        code = re.findall(r'id="code-text">([^<]+)<', receipt)[0]
        office.secrets += [token, code, code.replace(" ", ""), code.replace(" ", "").lower()]
        office.post("", f"/tell/{token}/send", 200, data=sent)
        office.post("", f"/tell/{token}/files", 200, data={"code": code}, files={"file": TEXT_FILE})
        office.post("", f"/tell/{token}/told", 422, data={"code": canary("kod")})
    office.post("", f"/tell/{canary('lank')}", 404, data=told)
    assert canary("biträde-done") in office.client(Role.MANAGER).get(f"/incidents/{reference}/suppliers").text


def controls_kept(office: Office) -> None:
    done = {"result": "pass", "done_on": "2026-11-22", "note": canary("kontroll")}
    office.post(Role.MANAGER, "/controls/antivirus", data=done, files={"file": TEXT_FILE})
    office.post(Role.MANAGER, "/controls/antivirus", 422, data=done | {"done_on": canary("dag")})


def failed(office: Office, reference: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exceptions whose text holds what was typed: inside a request, a job, and the database driver."""

    def breaks(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"could not write {canary('undantag')}")

    with monkeypatch.context() as patch:
        patch.setattr("incidents.thread.seal", breaks)
        office.post(Role.MANAGER, f"/incidents/{reference}/thread", 500, data={"text": canary("trad")})
    worker = Worker(office.world.database, office.world.settings, clock=lambda: office.world.now)
    worker._knock(breaks)
    office.client(Role.MANAGER).get(f"/incidents/{canary('sokvag')}")
    office.client("").get(f"/r/{canary('kod')}")
