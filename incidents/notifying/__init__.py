"""Telling the authority (GDPR Art. 33) and others. A first, incomplete notice need not wait for the commission
(Art. 33(4))."""

from incidents.notifying.drafting import begin, draft, save
from incidents.notifying.filing import Sent, file_notice, withdraw
from incidents.notifying.mailing import Confirmed, arrived, send, send_again, stop
from incidents.notifying.promising import who_can_know
from incidents.notifying.releasing import ask_release, give_back, release
from incidents.notifying.to_authority import language_for, late_by

__all__ = [
    "Confirmed", "Sent", "arrived", "ask_release", "begin", "draft", "file_notice", "give_back", "language_for",
    "late_by", "release", "save", "send", "send_again", "stop", "who_can_know", "withdraw",
]  # fmt: skip
