"""What a kind of anchor is called, and why one does not hold, in sentences for the pages and for `vaka check`."""

from core.audit.anchors import FOLDER, MAIL, TSA
from core.errors import N_
from notifications.channels.words import REASONS

NAMES = {FOLDER: N_("Folder elsewhere"), TSA: N_("Time-stamp"), MAIL: N_("Mail to mailboxes outside")}
FAULTS = {
    "forged": N_("The newest checkpoint is not one that our signer has signed, so it was not carried outside."),
    "no_folder": N_("The folder is not there. Mount the share again."),
    "not_writable": N_("The folder takes no file."),
    "not_readable": N_("The folder cannot be read."),
    "lost": N_("The folder has lost what it held. Bring it back, or name another folder."),
    "differs": N_("A file in the folder is not the one that was written there. Somebody has changed it."),
    "unreadable": N_("The answer is no time-stamp."),
    "not_granted": N_("The authority did not give a time-stamp."),
    "other_authority": N_("The time-stamp comes from another authority than the one in VAKA_TSA_CA."),
    "other_digest": N_("The time-stamp is about something else than what we sent."),
    "other_nonce": N_("The time-stamp is an old one, sent again."),
    "deferred": N_("The mail server has not taken the mail yet."),
    "refused": N_("The mail server refused the mail."),
    "given_up": N_("The mail was given up after many tries."),
    "held_back": N_("Only production mails such addresses, or those in VAKA_MAIL_ALLOW."),
    "came_back": N_("The mail came back."),
    **{code: sentence for code, sentence in REASONS.items() if code != "refused"},
}
CALL_REFUSED = N_("The authority answered that it will not.")


def fault_in_words(kind: str, code: str) -> str:
    """The sentence of a fault; a code that nobody gave words to stays as it is."""
    return CALL_REFUSED if (kind, code) == (TSA, "refused") else FAULTS.get(code, code)
