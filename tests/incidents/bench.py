"""A case with a commission, for the tests of assessing and deciding."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from core.access import ANONYMOUS, Role
from core.audit.models import AuditEntry
from core.keys import unseal
from core.organisation import organisation
from identity.passwords import hashed
from incidents import assessing, service, standing_panel
from incidents.assessing.convening import ConveneForm
from incidents.assessing.deciding import DecideForm
from incidents.assessing.recusing import RecuseForm
from incidents.assessing.seats import commission_of
from incidents.assessing.voting import AbstainForm, AssessForm
from incidents.classification import CauseClass
from incidents.commission_models import Commission, Decision
from incidents.intake import report
from incidents.models import Incident
from incidents.standing_panel import PanelForm
from notifications.mail import written
from notifications.models import OutboxMessage
from notifications.opening import open_message
from tests.fixtures.world import World
from tests.incidents.reporting import form as report_form

PASSWORD = "vakna stjärnor över hamnen"
RATIONALE = "Adresser och personnummer hos en känd mottagare."


class Bench:
    """`bench.vote("per", "risk")`: everything goes through the verbs, as people do it."""

    def __init__(self, world: World, key: str = "0f8fad5b-d9cb-469f-a165-70867728950e", **answers: Any) -> None:
        self.world = world
        if "per" not in world.users:
            world.user(Role.COMMISSIONER, "Per Nyström", "per")
            world.user(Role.COMMISSIONER, "Leila Haddad", "leila")
            world.user(Role.COMMISSIONER, "Kim Öst", "kim")
            self._passwords()
            self._panel()
        with world.change() as session:
            received = report(session, ANONYMOUS, report_form(client_uuid=key, **answers), world.now)
            incident = service.take(session, world.actor(Role.MANAGER), received.incident, world.now)
            incident.title, incident.cause_class = "Kundlista mejlad till fel företag", CauseClass.ACCIDENTAL
            self.reference = incident.reference

    @property
    def path(self) -> str:
        return f"/incidents/{self.reference}"

    def seats(self) -> dict[str, str]:
        users = self.world.users
        return {"chair": users["commissioner"].id, "member_1": users["per"].id, "member_2": users["leila"].id,
                "substitute_1": users["kim"].id}  # fmt: skip

    def convene(self, **changes: Any) -> None:
        with self.world.change() as session:
            incident = self._incident(session)
            form = ConveneForm(version=incident.version, **{**self.seats(), **changes})
            assessing.convene(session, self.world.actor(Role.MANAGER), incident, form, self.world.now)

    def vote(self, key: str, vote: str, **changes: Any) -> None:
        with self.world.change() as session:
            incident, commission = self._both(session)
            form = AssessForm.model_validate({**assessment(vote), **changes})
            assessing.assess(session, self.world.actor(key), incident, commission, form, self.world.now)

    def abstain(self, key: str) -> None:
        with self.world.change() as session:
            incident, commission = self._both(session)
            form = AbstainForm(conflict="no", abstention="Jag förstår inte systemet nog.")
            assessing.abstain(session, self.world.actor(key), incident, commission, form, self.world.now)

    def recuse(self, key: str) -> None:
        with self.world.change() as session:
            incident, commission = self._both(session)
            form = RecuseForm(reason="Mottagaren är min bror.")
            assessing.recuse(session, self.world.actor(key), incident, commission, form, self.world.now)

    def decide(self, key: str = Role.MANAGER, **changes: Any) -> None:
        with self.world.change() as session:
            incident = self._incident(session)
            form = DecideForm.model_validate({**decision(), "version": incident.version, **changes})
            assessing.decide(session, self.world.actor(key), incident, form, self.world.now)

    def done(self, vote: str = "risk") -> "Bench":
        """A commission that agrees."""
        self.convene()
        for key in ("commissioner", "per", "leila"):
            self.vote(key, vote)
        return self

    def incident(self) -> Incident:
        with self.world.look() as session:
            incident = self._incident(session)
            assert incident.clocks
            return incident

    def commission(self) -> Commission:
        with self.world.look() as session:
            return self._both(session)[1]

    def last_decision(self) -> Decision:
        with self.world.look() as session:
            return session.scalars(select(Decision).order_by(Decision.round.desc())).first()  # type: ignore[return-value]

    def told(self, kind: str) -> set[str]:
        """Who was sent a mail of this kind, by their key."""
        keys = {user.email: key for key, user in self.world.users.items()}
        with self.world.look() as session:
            rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind))
            return {keys[unseal(session, row.case_id, f"outbox_message.to:{row.id}", row.to_sealed)] for row in rows}

    def mail_ids(self, kind: str) -> list[str]:
        with self.world.look() as session:
            return list(session.scalars(select(OutboxMessage.id).where(OutboxMessage.kind == kind)))

    def mails(self, language: str) -> dict[str, tuple[str, str]]:
        """Subject and text of each kind of mail in the outbox, as one who reads `language` gets it."""
        with self.world.look() as session:
            company = organisation(session)
            rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind.in_(KINDS)))
            mails = [replace(open_message(session, row), language=language) for row in rows]
            return {mail.kind: written(mail, company, self.world.settings) for mail in mails}

    def log(self) -> list[str]:
        with self.world.look() as session:
            return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))

    def version(self) -> int:
        return self.incident().version

    def _incident(self, session: Any) -> Incident:
        found: Incident = session.scalars(select(Incident).where(Incident.reference == self.reference)).one()
        return found

    def _both(self, session: Any) -> tuple[Incident, Commission]:
        incident = self._incident(session)
        commission = commission_of(session, incident)
        assert commission is not None
        return incident, commission

    def _passwords(self) -> None:
        with self.world.change() as session:
            for key in (Role.MANAGER, Role.DEPUTY, Role.HEAD, "commissioner"):
                user = session.merge(self.world.users[key])
                user.password_hash = HASH

    def _panel(self) -> None:
        with self.world.change() as session:
            standing_panel.save_panel(
                session, self.world.actor(Role.MANAGER), PanelForm(**self.seats()), self.world.now
            )


HASH = hashed(PASSWORD)
KINDS = (
    "convened",
    "secretary_called",
    "assessment_missing",
    "quorum_reached",
    "quorum_lost",
    "quorum_alarm",
    "quorum_standby",
    "default_proposed",
    "decision_contradicted",
    "opinion_asked",
)


def assessment(vote: str = "risk") -> dict[str, Any]:
    return {"conflict": "no", "protection_level": "3", "impact_level": "2", "likelihood": "2",
            "people_vulnerable": "no", "risk_vote": vote, "rationale": RATIONALE}  # fmt: skip


def decision(**changes: Any) -> dict[str, Any]:
    return {"notify_authority": "yes", "inform_people": "not", "ground": "none", "password": PASSWORD,
            "reasons": "Uppgifterna räcker för bedrägeri."} | changes  # fmt: skip
