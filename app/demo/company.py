"""The company and its people. Name, number and addresses are made up; `.example` reaches nobody."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.demo.stage import Stage
from app.first_run import LETTERS, intake_code
from core.access import SYSTEM, Role
from core.audit import record
from core.organisation import Organisation
from identity import passwords
from identity.forms import InvitationForm
from identity.invitations import invite
from identity.models import Invitation, User
from incidents import panels
from incidents.commission import Majority, Tie
from incidents.commission_models import STANDING
from incidents.panels import PanelSettings

ZONE = "Europe/Stockholm"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account; `key` is what the plots call them."""

    key: str
    name: str
    role: Role
    language: str = "sv"

    @property
    def email(self) -> str:
        plain = self.name.lower().translate(str.maketrans("åäöéü", "aaoeu")).replace(" ", ".")
        return f"{plain}@nordhamn.example"


STAFF = (
    Person("admin", "Adam Ek", Role.ADMIN),
    Person("head", "Birgitta Norén", Role.HEAD),
    Person("manager", "Anna Berg", Role.MANAGER),
    Person("deputy", "Johan Lind", Role.DEPUTY),
    Person("dpo", "Sara Nyström", Role.DPO),
    Person("chair", "Karin Ekdahl", Role.COMMISSIONER),
    Person("member", "Mattias Öhrn", Role.COMMISSIONER),
    Person("second_member", "Leila Haddad", Role.COMMISSIONER),
    Person("substitute", "Per Wallin", Role.COMMISSIONER),
    Person("writer", "Vera Sandin", Role.WRITER),
    Person("approver", "Erik Sund", Role.APPROVER),
    Person("control_owner", "Kalle Fors", Role.CONTROL_OWNER),
    Person("second_owner", "Nadia Rahimi", Role.CONTROL_OWNER, "en"),
    Person("auditor", "Greta Lund", Role.AUDITOR),
    Person("employee", "Ella Sjö", Role.EMPLOYEE),
)


def new_password() -> str:
    """One for all of them, different in each installation."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def found(stage: Stage) -> None:
    """The company, its people and its standing panel, a little over a year ago."""
    session, now = stage.session, stage.moment
    session.add(
        Organisation(
            id=1, name="Nordhamn Verktyg AB", number="559999-0001", phone="031-390 06 42", zone=stage.zone,
            email="dataskydd@nordhamn.example", address="Kajgatan 4, 400 00 Nordhamn", intake_code=intake_code(),
        )
    )  # fmt: skip
    record(session, SYSTEM, "settings:set_up", "settings", now, facts={"authority": "imy"})
    hashed = passwords.hashed(stage.password)
    for person in STAFF:
        stage.people[person.key] = _join(session, person, hashed, now)
    _panels(stage)


def _panels(stage: Stage) -> None:
    """The standing one, with a short procedure for small cases, and one for questions of technique."""
    session, head, now = stage.session, stage.actor("head"), stage.moment
    deputy = stage.people["deputy"].id
    standing = _seats(stage, chair="chair", member_1="member", member_2="second_member", substitute_1="substitute")
    form = PanelSettings.model_validate(standing | {"short_people": 10, "secretary": deputy})
    panels.change(session, head, panels.find_panel(session, STANDING), form, now)
    other = _seats(stage, chair="second_member", member_1="chair", member_2="substitute", substitute_1="member")
    rules = {"name": "IT-kommissionen", "majority": Majority.TWO_THIRDS, "tie": Tie.CHAIR}
    panels.create(session, head, PanelSettings.model_validate(other | rules), now)


def _seats(stage: Stage, **seats: str) -> dict[str, object]:
    return {seat: stage.people[key].id for seat, key in seats.items()}


def _join(session: Session, person: Person, hashed: str, now: datetime) -> User:
    """Invite somebody and let them choose the password; its hash is made once, not fifteen times."""
    form = InvitationForm(name=person.name, email=person.email, roles=[person.role], language=person.language)
    user, _ = invite(session, SYSTEM, form, now)
    session.execute(update(Invitation).where(Invitation.user_id == user.id).values(used_at=now))
    user.password_hash, user.joined_at = hashed, now
    record(session, user.actor, "identity:password_chosen", user.id, now)
    return user
