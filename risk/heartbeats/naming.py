"""What a machine is called. The name is typed by a person, so it is sealed, and neither log nor subject shows it."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.keys import INSTANCE, seal, unseal
from risk.heartbeats.models import Heartbeat

BY = "heartbeat:"


def give_name(session: Session, heartbeat: Heartbeat, name: str) -> None:
    heartbeat.name_sealed = seal(session, INSTANCE, f"heartbeat.name:{heartbeat.id}", name)


def name_of(session: Session, heartbeat: Heartbeat) -> str:
    return unseal(session, INSTANCE, f"heartbeat.name:{heartbeat.id}", heartbeat.name_sealed)


def machine_names(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """Who a check says has done it -> its name, for the machines among `ids`."""
    wanted = [identity.removeprefix(BY) for identity in ids if identity.startswith(BY)]
    if not wanted:
        return {}
    found = session.scalars(select(Heartbeat).where(Heartbeat.id.in_(wanted)))
    return {f"{BY}{heartbeat.id}": name_of(session, heartbeat) for heartbeat in found}
