"""Telling the people affected (GDPR Art. 34): list, letter, test, another person's approval, a wait, one mail each."""

from incidents.informing.accounting import explain
from incidents.informing.approving import approve, ask_approval, give_back
from incidents.informing.by_hand import print_letters
from incidents.informing.doubt import decide, take_evidence
from incidents.informing.following import follow_up
from incidents.informing.form import LetterForm, letter_form
from incidents.informing.going_public import (
    PublicForm,
    approve_public,
    give_back_public,
    publish_public,
    write_public,
)
from incidents.informing.list_look import look_through
from incidents.informing.listing import Importing, import_list, keep_draft, settle_doubt, tell_otherwise
from incidents.informing.long_list import ask_reading, discard, send_in, take
from incidents.informing.mailings import mailing_of, start_again
from incidents.informing.proposing import proposed
from incidents.informing.reading import needed
from incidents.informing.rehearsing import colleagues, first_asked, test_send
from incidents.informing.sending import finish, pause, resume, stop, try_now
from incidents.informing.writing import write

__all__ = [
    "Importing", "LetterForm", "PublicForm", "approve", "approve_public", "ask_approval", "ask_reading", "colleagues",
    "decide", "discard", "explain", "finish", "first_asked", "follow_up", "give_back", "give_back_public",
    "import_list", "keep_draft", "letter_form", "look_through", "mailing_of", "needed", "pause", "print_letters",
    "proposed", "publish_public", "resume", "send_in", "settle_doubt", "start_again", "stop", "take", "take_evidence",
    "tell_otherwise", "test_send", "try_now", "write", "write_public",
]  # fmt: skip
