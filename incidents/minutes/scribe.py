"""Who writes the minutes: the case, the language, the company's time, and what people are called."""

from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.i18n import absolute, translate
from core.organisation import Organisation, organisation
from identity.models import User
from incidents.models import Incident

NOBODY = "–"


class Scribe:
    """Handed from section to section. It names whoever acted in the commission, never the reporter."""

    def __init__(self, session: Session, incident: Incident, lang: str, now: datetime) -> None:
        self.session, self.incident, self.lang, self.now = session, incident, lang, now
        self._called: dict[str, str] = {SYSTEM.id: SYSTEM.name}

    @cached_property
    def company(self) -> Organisation:
        return organisation(self.session)

    def say(self, message: str, **slots: object) -> str:
        """A sentence of ours; what fills its slots is already in words."""
        text = translate(self.lang, message)
        return text.format(**slots) if slots else text

    def at(self, moment: datetime | None) -> str:
        return absolute(moment, self.lang, self.company.zone) if moment else ""

    def who(self, user_id: str | None) -> str:
        if not user_id:
            return NOBODY
        if user_id not in self._called:
            user = self.session.get(User, user_id)
            self._called[user_id] = user.name if user else NOBODY
        return self._called[user_id]
