"""The questions a reporter is asked and their answers in words (ux.md 2.1). The codes are what is stored."""

from collections.abc import Mapping
from enum import StrEnum

from core.access import Role
from core.errors import N_


class Kind(StrEnum):
    """Sent to the wrong person comes first: it is the commonest by far."""

    SENT_WRONG = "sent_wrong"
    SEEN_BY_WRONG = "seen_by_wrong"
    LOST_STOLEN = "lost_stolen"
    HACKED_MALWARE = "hacked_malware"
    PUBLISHED = "published"
    DELETED_CHANGED = "deleted_changed"
    NOT_AVAILABLE = "not_available"
    FIRE_WATER_POWER = "fire_water_power"
    OTHER_UNKNOWN = "other_unknown"


KINDS: Mapping[str, str] = {
    Kind.SENT_WRONG: N_("Sent to the wrong person"),
    Kind.SEEN_BY_WRONG: N_("Someone unauthorised has seen data"),
    Kind.LOST_STOLEN: N_("Something is lost or stolen"),
    Kind.HACKED_MALWARE: N_("Break-in, virus or fake e-mail"),
    Kind.PUBLISHED: N_("Published by mistake"),
    Kind.DELETED_CHANGED: N_("Deleted or changed by mistake"),
    Kind.NOT_AVAILABLE: N_("We cannot reach data"),
    Kind.FIRE_WATER_POWER: N_("Fire, water or power"),
    Kind.OTHER_UNKNOWN: N_("Something else, or I do not know"),
}


class NoticedChoice(StrEnum):
    NOW = "now"
    TODAY = "today"
    YESTERDAY = "yesterday"
    OTHER = "other"


NOTICED: Mapping[str, str] = {
    NoticedChoice.NOW: N_("Just now"),
    NoticedChoice.TODAY: N_("Earlier today"),
    NoticedChoice.YESTERDAY: N_("Yesterday"),
    NoticedChoice.OTHER: N_("Another day"),
}
# What each answer asks for besides. What another answer asked for may still stand in the form and counts for nothing.
NOTICED_BESIDE: Mapping[str, tuple[str, ...]] = {
    NoticedChoice.TODAY: ("noticed_time",),
    NoticedChoice.YESTERDAY: ("noticed_time",),
    NoticedChoice.OTHER: ("noticed_date", "noticed_time"),
}


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


ANSWERS: Mapping[str, str] = {Answer.YES: N_("Yes"), Answer.NO: N_("No"), Answer.UNKNOWN: N_("I do not know")}


class DataKind(StrEnum):
    CONTACT = "contact"
    PERSONAL_NUMBER = "personal_number"
    LOGIN = "login"
    BANK_CARD = "bank_card"
    HEALTH = "health"
    CHILDREN = "children"
    PROTECTED_IDENTITY = "protected_identity"
    PHOTOS = "photos"
    WORK_RELATED = "work_related"
    OTHER = "other"
    UNKNOWN = "unknown"


DATA_KINDS: Mapping[str, str] = {
    DataKind.CONTACT: N_("Names, addresses, e-mail, phone numbers"),
    DataKind.PERSONAL_NUMBER: N_("Personal identity numbers"),
    DataKind.LOGIN: N_("Passwords or logins"),
    DataKind.BANK_CARD: N_("Bank or card details"),
    DataKind.HEALTH: N_("Health or sick leave"),
    DataKind.CHILDREN: N_("Children"),
    DataKind.PROTECTED_IDENTITY: N_("Protected identity"),
    DataKind.PHOTOS: N_("Pictures or recordings"),
    DataKind.WORK_RELATED: N_("Work and pay"),
    DataKind.OTHER: N_("Something else"),
    DataKind.UNKNOWN: N_("I do not know"),
}


class PeopleBand(StrEnum):
    """The keys of `incidents.people_count.PEOPLE_BANDS`."""

    ONE = "1"
    TEN = "2-10"
    HUNDRED = "11-100"
    THOUSAND = "101-1000"
    MORE = "over-1000"
    UNKNOWN = "unknown"


BANDS: Mapping[str, str] = {
    PeopleBand.ONE: N_("1 person"),
    PeopleBand.TEN: N_("2 to 10"),
    PeopleBand.HUNDRED: N_("11 to 100"),
    PeopleBand.THOUSAND: N_("101 to 1,000"),
    PeopleBand.MORE: N_("More than 1,000"),
    PeopleBand.UNKNOWN: N_("I do not know"),
}


class ContactChoice(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    CODE = "code"


CONTACTS: Mapping[str, str] = {
    ContactChoice.EMAIL: N_("By e-mail"),
    ContactChoice.PHONE: N_("By phone"),
    ContactChoice.CODE: N_("Only with the code"),
}


class ReporterRelation(StrEnum):
    EMPLOYEE = "employee"
    REPRESENTATIVE = "representative"
    PROCESSOR = "processor"
    CUSTOMER = "customer"


RELATIONS: Mapping[str, str] = {
    ReporterRelation.EMPLOYEE: N_("I work here"),
    ReporterRelation.REPRESENTATIVE: N_("I represent the company"),
    ReporterRelation.PROCESSOR: N_("I work for a supplier"),
    ReporterRelation.CUSTOMER: N_("I am a customer, or somebody else"),
}


class Precision(StrEnum):
    """How sure the moment is: now, about a time of day, or only the day."""

    EXACT = "exact"
    ABOUT = "about"
    UNKNOWN = "unknown"


# Who receives reports by role. The public form shows these words, never a name: it is open to anybody with the link.
RECEIVERS: Mapping[str, str] = {
    Role.MANAGER: N_("The person in charge of reports"),
    Role.DEPUTY: N_("The stand-in"),
    Role.HEAD: N_("The head of the company"),
    Role.DPO: N_("The data protection officer"),
}


# The questions in the order they are asked, for the form, its check page and its error summary.
QUESTIONS: Mapping[str, str] = {
    "what_happened_kind": N_("What has happened?"),
    "what_happened_text": N_("Tell us briefly"),
    "noticed_at_choice": N_("When did you notice?"),
    "still_going_on": N_("Is it still going on?"),
    "data_kinds": N_("Which data can it be about?"),
    "people_band": N_("About how many people?"),
    "contact_choice": N_("How can we reach you?"),
    "involved": N_("Is somebody involved who would otherwise receive this?"),
    "happened_at": N_("When did it happen?"),
    "recipient_who": N_("Who got the data?"),
    "where_system": N_("Where did it happen? A system, a place"),
    "done_already": N_("What have you done already?"),
    "reporter_name": N_("Your name"),
    "unit": N_("Your department"),
    "reporter_relation": N_("Who are you to the company?"),
    "safe_to_contact_hours": N_("When can we reach you without disturbing?"),
}
