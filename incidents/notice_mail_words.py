"""How a mail with a notice stands, in words: for the pages and for the log."""

from core.errors import N_
from notifications.notice_mail import End

MAIL_ENDS = {
    End.FILED: N_("Taken by the mail server"),
    End.ARRIVED: N_("It arrived, a person says"),
    End.AGAIN: N_("In doubt, sent again by a person"),
    End.STOPPED: N_("Stopped before it left"),
    End.OVERTAKEN: N_("Sent another way instead"),
    End.LOST: N_("Did not arrive"),
}
MAIL_STATES = {
    "failed": N_("Refused"),
    "dead": N_("Given up"),
    "cancelled": N_("Held back"),
}
HEADINGS = {
    "holding": N_("The mail leaves {moment}"),
    "waiting": N_("The mail waits for the mail server"),
    "put_off": N_("The mail server has not taken the mail yet"),
    "sending": N_("The mail is being handed over"),
    "taken": N_("The mail server took the mail {moment}"),
    "uncertain": N_("Nobody knows whether the mail arrived"),
    "refused": N_("The mail server refused the mail"),
    "given_up": N_("The mail could not be delivered"),
    "held_back": N_("The mail was held back"),
}
LEVELS = {"holding": "soon", "waiting": "soon", "put_off": "soon", "sending": "soon", "taken": "ok"}  # else danger
TEXTS = {
    "holding": N_("Until then it can be stopped. Then it cannot be called back."),
    "waiting": N_("It leaves as soon as the mail server answers. The clock runs until it has been taken."),
    "put_off": N_(
        "It answered {code}. The next try is {next}. The clock is running: do not wait too long. Stop the mail and "
        "send the notice another way."
    ),
    "sending": N_("This takes a moment. Load the page again."),
    "taken": N_("It is recorded as sent within a few seconds. Load the page again."),
    "uncertain": N_(
        "It was handed over, and the mail server did not answer. It is not sent again by itself. The clock is running "
        "until somebody knows."
    ),
    "refused": N_("It answered {code}. The authority does not have the notice. Send it another way."),
    "given_up": N_("After many tries the authority does not have the notice. Send it another way."),
    "held_back": N_("This installation may not mail that address. Nothing was sent. Send the notice another way."),
}
