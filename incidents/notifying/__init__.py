"""Telling the authority (GDPR Art. 33). A first, incomplete notice need not wait for the commission (Art. 33(4))."""

from incidents.notifying.drafting import draft, language_for, save
from incidents.notifying.filing import Sent, file_notice, withdraw
from incidents.notifying.mailing import Confirmed, arrived, send, send_again, stop
from incidents.notifying.promising import who_can_know
from incidents.notifying.reckoning import late_by, late_now
from incidents.notifying.releasing import ask_release, give_back, release

__all__ = [
    "Confirmed", "Sent", "arrived", "ask_release", "draft", "file_notice", "give_back",
    "language_for", "late_by", "late_now", "release", "save", "send", "send_again", "stop",
    "who_can_know", "withdraw",
]  # fmt: skip
