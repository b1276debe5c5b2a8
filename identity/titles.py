"""What a role is called, and what it lets a person do, in one line each."""

from collections.abc import Iterable

from core.access import Role
from core.errors import N_

TITLES: dict[Role, str] = {
    Role.MANAGER: N_("Responsible"),
    Role.DEPUTY: N_("Deputy"),
    Role.HEAD: N_("Head of the company"),
    Role.COMMISSIONER: N_("Member of the commission"),
    Role.DPO: N_("Data protection officer"),
    Role.WRITER: N_("Writer"),
    Role.APPROVER: N_("Approver"),
    Role.CONTROL_OWNER: N_("Owner of controls"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMIN: N_("Administrator"),
    Role.EMPLOYEE: N_("Employee"),
}
TASKS: dict[Role, str] = {
    Role.MANAGER: N_("Takes reports, decides, tells the authority and the people affected."),
    Role.DEPUTY: N_("Stands in for the person responsible, with the same rights."),
    Role.HEAD: N_("Second signer. Is told when nobody acts."),
    Role.COMMISSIONER: N_("Assesses incidents and votes."),
    Role.DPO: N_("Advises and watches. Reads every case."),
    Role.WRITER: N_("Writes notices and letters."),
    Role.APPROVER: N_("Releases notices and letters that somebody else wrote."),
    Role.CONTROL_OWNER: N_("Does the controls and shows the evidence."),
    Role.AUDITOR: N_("Reads everything, changes nothing. The reading is logged."),
    Role.ADMIN: N_("Looks after people and settings. Reads no case."),
    Role.EMPLOYEE: N_("Sees their own reports."),
}


def titles(roles: Iterable[Role]) -> list[str]:
    """The titles of several roles, the weightiest first."""
    held = set(roles)
    return [title for role, title in TITLES.items() if role in held]
