"""Who may do what: one table, operation x role x relation x condition. Exclusion from a case beats every line of it.

The table drives the door (`core.web.require`), the rows (`incidents.queries.visible`) and the matrix test. The
application refuses to start when a route names no operation or an operation has no line here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.operations import Operation as Operation  # noqa: PLC0414 - who asks for the table asks for these too


class Role(StrEnum):
    """The roles of product.md. A person can hold several."""

    EMPLOYEE = "employee"
    MANAGER = "manager"
    DEPUTY = "deputy"
    HEAD = "head"
    COMMISSIONER = "commissioner"
    DPO = "dpo"
    WRITER = "writer"
    APPROVER = "approver"
    CONTROL_OWNER = "control_owner"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Relation(StrEnum):
    """What a person must be to the row: nothing special, a member of its commission, who reported or owns it, or the
    one of the standing panel who handles a case whose every leader is involved."""

    ANY = "any"
    MEMBER = "member"
    OWN = "own"
    LAST_RESORT = "last_resort"


class Condition(StrEnum):
    """What else must hold; the verb in the service checks it and the matrix test looks for it."""

    SECOND_PERSON = "second_person"
    PASSWORD_AGAIN = "password_again"  # noqa: S105 - the name of a condition
    CONFIRMED = "confirmed"  # the password was given in this session a moment ago; the door itself looks
    LOGGED = "logged"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table. `last_resort`: the role that steps in when manager, deputy and head are all involved."""

    grants: dict[Role, Relation]
    conditions: frozenset[Condition] = frozenset()
    public: bool = False
    last_resort: Role | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an id for the log, the roles for the table. The name is for the page, never for the log.

    `stands_in`: this request is about a case that nobody else is left to handle (incidents/stand_in.py).
    """

    id: str
    name: str = ""
    roles: frozenset[Role] = frozenset()
    stands_in: bool = False

    def may(self, operation: Operation) -> bool:
        """Whether the table opens the door at all; which rows are behind it is `visible`'s answer."""
        rule = POLICY[operation]
        if rule.public or any(role in rule.grants for role in self.roles):
            return True
        return self.stands_in and rule.last_resort in self.roles

    def relations(self, operation: Operation) -> frozenset[Relation]:
        """The relations under which this actor may use the operation."""
        rule = POLICY[operation]
        found = {rule.grants[role] for role in self.roles if role in rule.grants}
        return frozenset(found | ({Relation.LAST_RESORT} if rule.last_resort in self.roles else set()))

    @property
    def signed_in(self) -> bool:
        return bool(self.roles)


SYSTEM = Actor("system", "Vaka")
ANONYMOUS = Actor("anonymous")


def _any(*roles: Role) -> dict[Role, Relation]:
    return dict.fromkeys(roles, Relation.ANY)


def _with(*conditions: Condition) -> frozenset[Condition]:
    return frozenset(conditions)


EVERYBODY = tuple(Role)
HANDLERS = (Role.MANAGER, Role.DEPUTY)
LEADERS = (*HANDLERS, Role.HEAD)
WATCHERS = (*LEADERS, Role.DPO, Role.AUDITOR)
RELEASERS = (*LEADERS, Role.APPROVER)
WRITERS = (*LEADERS, Role.WRITER)
SECOND = _with(Condition.SECOND_PERSON)
TAKEN_OUT = _with(Condition.LOGGED, Condition.CONFIRMED)
MEMBER = {Role.COMMISSIONER: Relation.MEMBER}
CHAIR = Role.COMMISSIONER  # of them only the one who presides over the standing panel, see incidents/stand_in.py


def _public() -> Rule:
    return Rule({}, public=True)


POLICY: dict[Operation, Rule] = {
    Operation.REPORT: _public(),
    Operation.FOLLOW_REPORT: _public(),
    Operation.READ_PUBLIC_NOTICE: _public(),
    Operation.SIGN_IN: _public(),
    Operation.ACCEPT_INVITATION: _public(),
    Operation.SET_UP: _public(),
    Operation.READ_HEALTH: _public(),
    Operation.READ_METRICS: _public(),  # behind a token of its own
    Operation.SEND_HEARTBEAT: _public(),  # each machine has a token of its own
    Operation.GO_HOME: Rule(_any(*EVERYBODY)),
    Operation.SIGN_OUT: Rule(_any(*EVERYBODY)),
    Operation.EDIT_PROFILE: Rule(_any(*EVERYBODY)),
    Operation.CONFIRM_PASSWORD: Rule(_any(*EVERYBODY), _with(Condition.PASSWORD_AGAIN)),
    Operation.LIST_OWN_REPORTS: Rule(dict.fromkeys(EVERYBODY, Relation.OWN)),
    Operation.LIST_CASES: Rule(_any(*WATCHERS, Role.WRITER, Role.APPROVER) | MEMBER, last_resort=CHAIR),
    Operation.READ_CASE: Rule(_any(*WATCHERS, Role.WRITER, Role.APPROVER) | MEMBER, last_resort=CHAIR),
    Operation.READ_CASE_LOG: Rule(_any(*WATCHERS), last_resort=CHAIR),
    Operation.READ_REPORTER: Rule(_any(*HANDLERS, Role.DPO), _with(Condition.LOGGED)),
    Operation.ENTER_PHONE_REPORT: Rule(_any(*LEADERS)),
    Operation.READ_SUPPLIERS: Rule(_any(*WATCHERS)),
    Operation.MANAGE_SUPPLIERS: Rule(_any(*LEADERS)),
    Operation.READ_ACTIVITIES: Rule(_any(*WATCHERS)),
    Operation.MANAGE_ACTIVITIES: Rule(_any(*LEADERS, Role.DPO)),
    Operation.EXPORT_PROCESSING: Rule(_any(*WATCHERS), TAKEN_OUT),
    Operation.TAKE_CASE: Rule(_any(*LEADERS), last_resort=CHAIR),
    Operation.HAND_BACK_CASE: Rule(_any(*LEADERS), last_resort=CHAIR),
    Operation.CLASSIFY_CASE: Rule(_any(*LEADERS), last_resort=CHAIR),
    Operation.CONTAIN_CASE: Rule(_any(*LEADERS), last_resort=CHAIR),
    Operation.SET_AWARE: Rule(_any(*LEADERS), SECOND, last_resort=CHAIR),
    Operation.MERGE_CASE: Rule(_any(*LEADERS), last_resort=CHAIR),
    Operation.DISMISS_CASE: Rule(_any(*LEADERS), SECOND, last_resort=CHAIR),
    Operation.COUNTERSIGN: Rule(_any(*LEADERS) | MEMBER, SECOND | _with(Condition.PASSWORD_AGAIN)),
    Operation.EXCLUDE_PERSON: Rule(_any(*LEADERS, Role.DPO), last_resort=CHAIR),
    Operation.NOTE_CASE: Rule(_any(*LEADERS, Role.DPO), last_resort=CHAIR),
    Operation.READ_THREAD: Rule(_any(*WATCHERS), last_resort=CHAIR),
    Operation.ANSWER_REPORTER: Rule(_any(*LEADERS), last_resort=CHAIR),
    Operation.READ_FILE: Rule(_any(*WATCHERS, Role.WRITER, Role.APPROVER), _with(Condition.LOGGED), last_resort=CHAIR),
    Operation.ADD_FILE: Rule(_any(*LEADERS, Role.DPO), last_resort=CHAIR),
    Operation.CLOSE_CASE: Rule(_any(*LEADERS), SECOND, last_resort=CHAIR),
    Operation.REOPEN_CASE: Rule(_any(*LEADERS, Role.DPO), last_resort=CHAIR),
    Operation.SET_CLOCKS: Rule(_any(*LEADERS), last_resort=CHAIR),
    Operation.LIST_CLOCKS: Rule(_any(*WATCHERS), last_resort=CHAIR),
    Operation.ACKNOWLEDGE_ALARM: Rule(_any(*LEADERS), last_resort=CHAIR),
    Operation.STATE_SEVERITY: Rule(_any(*LEADERS), last_resort=CHAIR),
    Operation.CONVENE: Rule(_any(*LEADERS), last_resort=CHAIR),
    Operation.READ_COMMISSION: Rule(_any(*WATCHERS) | MEMBER, last_resort=CHAIR),
    Operation.WRITE_MINUTES: Rule(_any(*LEADERS, Role.DPO) | MEMBER, last_resort=CHAIR),
    Operation.ASSESS: Rule(MEMBER),
    Operation.OPINE: Rule(_any(Role.DPO)),
    Operation.DECIDE: Rule(_any(*HANDLERS, Role.HEAD), _with(Condition.PASSWORD_AGAIN), last_resort=CHAIR),
    Operation.READ_NOTICE: Rule(_any(*WATCHERS, Role.WRITER, Role.APPROVER), last_resort=CHAIR),
    Operation.WRITE_NOTICE: Rule(_any(*WRITERS), last_resort=CHAIR),
    Operation.APPROVE_NOTICE: Rule(_any(*RELEASERS), SECOND, last_resort=CHAIR),
    Operation.FILE_NOTICE: Rule(_any(*LEADERS), last_resort=CHAIR),
    Operation.READ_MAILING: Rule(_any(*WATCHERS, Role.WRITER, Role.APPROVER), last_resort=CHAIR),
    Operation.WRITE_MAILING: Rule(_any(*WRITERS), last_resort=CHAIR),
    Operation.APPROVE_MAILING: Rule(_any(*RELEASERS), SECOND | _with(Condition.PASSWORD_AGAIN), last_resort=CHAIR),
    Operation.STOP_MAILING: Rule(_any(*WRITERS, Role.APPROVER), last_resort=CHAIR),
    Operation.EXPORT_MAILING: Rule(_any(*WATCHERS, Role.WRITER, Role.APPROVER), TAKEN_OUT, last_resort=CHAIR),
    Operation.LIST_CONTROLS: Rule(_any(*WATCHERS, Role.CONTROL_OWNER)),
    Operation.CHECK_CONTROL: Rule(_any(*LEADERS) | {Role.CONTROL_OWNER: Relation.OWN}),
    Operation.ASSIGN_CONTROL: Rule(_any(*LEADERS)),
    Operation.MANAGE_HEARTBEATS: Rule(_any(*LEADERS) | {Role.CONTROL_OWNER: Relation.OWN}),
    Operation.LIST_TASKS: Rule(dict.fromkeys(EVERYBODY, Relation.OWN) | _any(*WATCHERS)),
    Operation.START_TASK: Rule(_any(*LEADERS, Role.ADMIN)),
    Operation.TICK_TASK: Rule(dict.fromkeys(EVERYBODY, Relation.OWN) | _any(*LEADERS)),
    Operation.READ_RULES: Rule(_any(*EVERYBODY)),
    Operation.SIGN_RULES: Rule(_any(*EVERYBODY)),
    Operation.READ_SIGNATURES: Rule(_any(*WATCHERS)),
    Operation.PUBLISH_RULES: Rule(_any(*LEADERS)),
    Operation.READ_TRAINING: Rule(dict.fromkeys(EVERYBODY, Relation.OWN) | _any(*WATCHERS)),
    Operation.READ_TRAINED: Rule(_any(*WATCHERS)),
    Operation.KEEP_TRAINING: Rule(_any(*LEADERS)),
    Operation.LIST_RISKS: Rule(_any(*WATCHERS, Role.COMMISSIONER) | {Role.CONTROL_OWNER: Relation.OWN}),
    Operation.EXPORT_RISKS: Rule(_any(*WATCHERS), TAKEN_OUT),
    Operation.ADD_RISK: Rule(_any(*LEADERS)),
    Operation.CHANGE_RISK: Rule(_any(*LEADERS) | {Role.CONTROL_OWNER: Relation.OWN}),
    Operation.ACCEPT_RISK: Rule(_any(*LEADERS), SECOND | _with(Condition.PASSWORD_AGAIN)),
    Operation.ADD_CONTROL: Rule(_any(*LEADERS)),
    Operation.PAUSE_CONTROL: Rule(_any(*LEADERS)),
    Operation.CONFIRM_CONTROL: Rule(_any(*LEADERS) | {Role.CONTROL_OWNER: Relation.OWN}, SECOND),
    Operation.HAND_BACK_CONTROL: Rule(dict.fromkeys((*LEADERS, Role.CONTROL_OWNER), Relation.OWN)),
    Operation.READ_LOG: Rule(_any(Role.AUDITOR, Role.DPO, *LEADERS), _with(Condition.LOGGED)),
    Operation.VERIFY_LOG: Rule(_any(Role.AUDITOR, Role.DPO, *LEADERS, Role.ADMIN), _with(Condition.LOGGED)),
    Operation.EXPORT_LOG: Rule(_any(Role.AUDITOR, Role.DPO), TAKEN_OUT),
    Operation.EXPORT_CASE_LOG: Rule(_any(Role.AUDITOR, Role.DPO, Role.HEAD), TAKEN_OUT),
    Operation.READ_REGISTER: Rule(_any(*WATCHERS), _with(Condition.LOGGED)),
    Operation.EXPORT_REGISTER: Rule(_any(*WATCHERS), TAKEN_OUT),
    Operation.READ_DASHBOARD: Rule(_any(*WATCHERS)),
    Operation.READ_RETENTION: Rule(_any(*WATCHERS)),
    Operation.SET_RETENTION: Rule(_any(*LEADERS)),
    Operation.PROPOSE_ERASURE: Rule(_any(*LEADERS)),
    Operation.APPROVE_ERASURE: Rule(_any(*LEADERS), SECOND | _with(Condition.PASSWORD_AGAIN)),
    Operation.HOLD_CASE: Rule(_any(*LEADERS, Role.DPO), last_resort=CHAIR),
    Operation.LIFT_HOLD: Rule(_any(*LEADERS, Role.DPO), SECOND, last_resort=CHAIR),
    Operation.READ_SAMPLES: Rule(_any(Role.AUDITOR, Role.DPO), _with(Condition.LOGGED)),
    Operation.DRAW_SAMPLE: Rule(_any(Role.AUDITOR)),
    Operation.READ_FINDINGS: Rule(dict.fromkeys(EVERYBODY, Relation.OWN) | _any(*WATCHERS), _with(Condition.LOGGED)),
    Operation.WRITE_FINDING: Rule(_any(Role.AUDITOR)),
    Operation.ANSWER_FINDING: Rule(dict.fromkeys(EVERYBODY, Relation.OWN)),
    Operation.MANAGE_USERS: Rule(_any(Role.ADMIN, Role.HEAD)),
    Operation.MANAGE_SETTINGS: Rule(_any(Role.ADMIN, Role.HEAD)),
    Operation.MANAGE_CAUSES: Rule(_any(Role.ADMIN, *LEADERS)),
    Operation.READ_OUTBOX: Rule(_any(Role.ADMIN, *LEADERS)),
    Operation.SETTLE_RESTORED: Rule(_any(*LEADERS), _with(Condition.PASSWORD_AGAIN)),
    Operation.CONFIRM_TIME: Rule(_any(Role.ADMIN, *LEADERS)),
    Operation.READ_DEVELOPMENT_MAIL: Rule(_any(Role.ADMIN, *LEADERS)),
}


def lines_missing(operations: Iterable[Operation]) -> list[Operation]:
    """Operations without a line in the table; anything here stops the start."""
    return [operation for operation in operations if operation not in POLICY]
