"""What a channel is called, and why it did not take an alarm, in sentences for the page and for `vaka check`."""

from core.errors import N_

NAMES = {"webhook": N_("Webhook"), "command": N_("Program"), "syslog": N_("Syslog")}
REASONS = {
    "unreachable": N_("No connection could be made."),
    "no_answer": N_("It did not answer in time."),
    "unknown_host": N_("Its name is not known."),
    "private_address": N_("It leads into a private network, which the settings do not allow."),
    "no_tls": N_("No safe connection could be made. Look at its certificate."),
    "redirect": N_("It answered with a redirect, which is not followed."),
    "refused": N_("It answered {code}."),
    "too_long": N_("Its answer is too long to be one."),
    "no_such_program": N_("The program cannot be started."),
    "failed": N_("The program ended with {code}."),
}
