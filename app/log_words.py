"""The groups by which a reader of the log can filter, and what damage to it is called."""

from core.errors import N_

GROUPS: dict[str, str] = {
    "incident": N_("Cases"),
    "clock": N_("Deadlines"),
    "countersign": N_("Second signatures"),
    "commission": N_("Commission"),
    "decision": N_("Decisions"),
    "opinion": N_("Opinions"),
    "notice": N_("Notices to the authority"),
    "mailing": N_("Letters to people"),
    "thread": N_("Questions and answers"),
    "file": N_("Files"),
    "control": N_("Controls"),
    "identity": N_("People and sign-ins"),
    "settings": N_("Settings"),
    "service": N_("The service itself"),
    "message": N_("Mails"),
    "log": N_("The log itself"),
}
SENSITIVE = "sensitive"
SENSITIVE_ACTIONS = (
    "incident:aware_set",
    "incident:later_awareness_proposed",
    "incident:excluded",
    "incident:exclusion_confirmed",
    "incident:included",
    "incident:dismissed",
    "incident:closed",
    "incident:reopened",
    "incident:merged",
    "incident:reporter_shown",
    "incident:narrative_shown",
    "countersign:signed",
    "decision:signed",
    "notice:filed",
    "notice:withdrawn",
    "mailing:approved",
    "mailing:exported",
    "mailing:reconciled",
    "mailing:stopped",
    "identity:roles_changed",
    "identity:account_closed",
    "service:clock_confirmed",
    "settings:company_changed",
    "settings:regimes_changed",
    "settings:relay_changed",
    "log:exported",
)
KINDS_OF_DAMAGE: dict[str, str] = {
    "edited": N_("Its content was changed."),
    "deleted": N_("It was taken out."),
    "inserted": N_("It was put in beside the service."),
    "reordered": N_("It stands in another's place."),
    "truncated": N_("The end of the log was cut off here."),
    "rewritten": N_("The log was written anew by somebody who did not have the key."),
}
