"""Inviting, rights and signatures: the verbs, on both databases."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.access import SYSTEM, Role
from core.audit.models import AuditEntry
from core.errors import Conflict, Invalid, NotFound
from identity import invitations, passwords, service
from identity.forms import InvitationForm
from identity.models import Attempt, User, UserSession
from notifications.models import OutboxMessage
from tests.fixtures.world import World

PASSWORD = "blå häst sover under bordet"


def invite(world: World, email: str = "nils@nordhamn.example", *roles: Role) -> str:
    with world.change() as session:
        form = InvitationForm(name="Nils Ny", email=email, roles=list(roles) or [Role.EMPLOYEE])
        _, path = invitations.invite(session, world.actor(Role.ADMIN), form, world.now)
    return path.removeprefix("/invitation/")


def give_password(world: World, role: Role, password: str = PASSWORD) -> None:
    with world.change() as session:
        service.person(session, world.users[role].id).password_hash = passwords.hashed(password)


def test_an_invited_person_chooses_a_password_once(world: World) -> None:
    token = invite(world)
    with world.change() as session:
        user = invitations.accept(session, token, PASSWORD, world.now)
    assert passwords.opens(PASSWORD, user.password_hash)
    with world.change() as session, pytest.raises(NotFound):
        invitations.accept(session, token, "another long password entirely", world.now)


def test_an_invitation_lives_for_seven_days_and_a_new_one_replaces_it(world: World) -> None:
    first = invite(world)
    with world.change() as session:
        user = session.scalars(select(User).where(User.email == "nils@nordhamn.example")).one()
        second = invitations.invite_again(session, SYSTEM, user, world.now).removeprefix("/invitation/")
    with world.look() as session:
        with pytest.raises(NotFound):
            invitations.invited(session, first, world.now)
        invitations.invited(session, second, world.now + timedelta(days=6, hours=23))
        with pytest.raises(NotFound):
            invitations.invited(session, second, world.now + timedelta(days=7))


def test_a_link_for_somebody_who_works_here_lives_for_a_quarter_of_an_hour(small_world: World) -> None:
    with small_world.change() as session:
        user = service.person(session, small_world.users[Role.MANAGER].id)
        token = invitations.invite_again(session, SYSTEM, user, small_world.now).removeprefix("/invitation/")
    with small_world.look() as session, pytest.raises(NotFound):
        invitations.invited(session, token, small_world.now + timedelta(minutes=15))


def test_an_invitation_is_a_mail_whose_link_is_sealed(small_world: World) -> None:
    token = invite(small_world)
    with small_world.look() as session:
        message = session.scalars(select(OutboxMessage)).one()
        stored = str(session.connection().exec_driver_sql("SELECT * FROM outbox_message, invitation").all())
        log = b"".join(session.scalars(select(AuditEntry.entry)))
    assert (message.kind, message.priority, message.language) == ("invitation", 1, "sv")
    assert token not in stored
    assert b"nils" not in log


def test_two_people_never_share_an_address(small_world: World) -> None:
    with pytest.raises(Invalid):
        invite(small_world, "Manager@Nordhamn.example")


def test_taken_rights_are_gone_with_the_next_request(world: World) -> None:
    client = world.client(Role.DPO)
    assert client.get("/profile").status_code == 200
    with world.change() as session:
        user = service.person(session, world.users[Role.DPO].id)
        service.change_roles(session, world.actor(Role.ADMIN), user, [Role.EMPLOYEE], world.now)
    assert client.get("/profile").status_code == 303
    with world.look() as session:
        assert service.person(session, world.users[Role.DPO].id).roles == {Role.EMPLOYEE}


def test_a_closed_account_is_out_at_once(world: World) -> None:
    client = world.client(Role.WRITER)
    with world.change() as session:
        user = service.person(session, world.users[Role.WRITER].id)
        service.close_account(session, world.actor(Role.ADMIN), user, world.now)
    assert client.get("/profile").status_code == 303


def test_nobody_changes_their_own_rights(small_world: World) -> None:
    admin = small_world.actor(Role.ADMIN)
    with small_world.change() as session:
        user = service.person(session, admin.id)
        with pytest.raises(Conflict):
            service.change_roles(session, admin, user, [Role.MANAGER], small_world.now)
        with pytest.raises(Conflict):
            service.close_account(session, admin, user, small_world.now)


def test_a_new_password_ends_every_other_session(world: World) -> None:
    give_password(world, Role.MANAGER)
    here, elsewhere = world.client(Role.MANAGER), world.client(Role.MANAGER)
    answer = here.post(
        "/profile/password", data={"old_password": PASSWORD, "new_password": "korta ben på gröna stolar"}
    )
    assert answer.headers["location"] == "/profile?done=password"
    assert here.get("/profile").status_code == 200
    assert elsewhere.get("/profile").status_code == 303


def sign_something(world: World, password: str) -> None:
    manager, now = world.actor(Role.MANAGER), world.now
    with world.change() as session:
        session.add(UserSession(token_hash="x", user_id=manager.id, created_at=now, seen_at=now, ends_at=now))
        service.confirm_password(session, manager, password, now)


def test_a_signature_needs_the_right_password_and_a_wrong_one_counts_even_when_all_is_undone(world: World) -> None:
    give_password(world, Role.MANAGER)
    manager = world.actor(Role.MANAGER)
    with world.change() as session:
        service.confirm_password(session, manager, PASSWORD, world.now)
    for tries in range(1, 4):
        with pytest.raises(Invalid) as wrong:
            sign_something(world, "wrong")
        assert wrong.value.fields == {"password": service.WRONG_PASSWORD}
        with world.look() as session:
            assert session.scalar(select(func.count()).select_from(Attempt)) == tries
            assert session.get(UserSession, "x") is None
    with pytest.raises(Invalid) as wrong, world.change() as session:
        service.confirm_password(session, manager, PASSWORD, world.now)
    assert wrong.value.fields == {"password": service.TOO_MANY}
    with world.change() as session:
        service.confirm_password(session, manager, PASSWORD, world.later(seconds=6))


def test_an_administrator_invites_through_the_page_and_sees_the_link_once(small_world: World) -> None:
    give_password(small_world, Role.ADMIN)
    admin = small_world.client(Role.ADMIN)
    typed = {"name": "Åsa Öberg", "email": "asa@nordhamn.example", "roles": ["writer", "approver"], "language": "en"}
    refused = admin.post("/users/new", data=typed | {"password": "wrong"})
    assert refused.status_code == 422
    assert "Åsa Öberg" in refused.text
    shown = admin.post("/users/new", data=typed | {"password": PASSWORD})
    link = re.search(r"http://127\.0\.0\.1:8000(/invitation/[\w-]+)", shown.text)
    assert link is not None
    assert "asa@nordhamn.example" in admin.get("/users").text
    guest = small_world.client()
    assert guest.get(link[1]).status_code == 200
    assert guest.post(link[1], data={"password": "kort"}).status_code == 422
    joined = guest.post(link[1], data={"password": PASSWORD})
    assert (joined.status_code, joined.headers["location"]) == (303, "/")
    assert guest.get("/").headers["location"] == "/incidents"
    assert small_world.client().get(link[1]).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.ADMIN, Role.HEAD}])
def test_only_administrator_and_head_see_the_people(small_world: World, role: Role) -> None:
    assert small_world.client(role).get("/users").status_code == 404


def test_a_person_sees_and_ends_only_their_own_sessions(small_world: World) -> None:
    here, there = small_world.client(Role.MANAGER), small_world.client(Role.MANAGER)
    foreign = small_world.client(Role.HEAD)
    handle = re.search(r"/profile/sessions/(\w{16})/end", here.get("/profile").text)
    assert handle is not None
    assert foreign.post(f"/profile/sessions/{handle[1]}/end").status_code == 404
    assert here.post(f"/profile/sessions/{handle[1]}/end").status_code == 303
    assert there.get("/profile").status_code == 303


def test_the_profile_changes_name_language_and_colours(small_world: World) -> None:
    client = small_world.client(Role.MANAGER)
    typed = {"name": "Anna Bergström", "phone": "070-123 45 67", "language": "en", "theme": "dark"}
    there = client.post("/profile", data=typed).headers["location"]
    page = client.get(there).text
    assert "My profile" in page
    assert 'data-color-scheme="dark"' in page
    assert "Anna Bergström" in client.get("/profile").text
    assert client.post("/profile", data=typed | {"phone": "inte ett nummer"}).status_code == 422
