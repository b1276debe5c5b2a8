"""The words an incident is described in: cause class, kinds of breach, of data and of people."""

from enum import StrEnum

from core.errors import N_


class CauseClass(StrEnum):
    """The three risk factors of clause 8.2, and the lawful answer "not yet known"."""

    ACCIDENTAL = "accidental"
    INTENTIONAL = "intentional"
    UNFORESEEN = "unforeseen"
    UNKNOWN = "unknown"


class BreachType(StrEnum):
    """R02: at least one, several at once allowed."""

    CONFIDENTIALITY = "confidentiality"
    INTEGRITY = "integrity"
    AVAILABILITY = "availability"


class DataCategory(StrEnum):
    """Kinds of data. The report form asks for the first eleven; the rest are for the classification."""

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
    ID_DOCUMENT = "id_document"
    FINANCES = "finances"
    LOCATION = "location"
    COMMUNICATION = "communication"
    BEHAVIOUR = "behaviour"
    GRADES = "grades"
    ORIGIN = "origin"
    OPINION = "opinion"
    UNION = "union"
    BIOMETRIC = "biometric"
    SEX_LIFE = "sex_life"
    CRIMINAL = "criminal"


REPORTABLE = tuple(DataCategory)[:11]
SPECIAL = frozenset(
    {
        DataCategory.HEALTH,
        DataCategory.ORIGIN,
        DataCategory.OPINION,
        DataCategory.UNION,
        DataCategory.BIOMETRIC,
        DataCategory.SEX_LIFE,
    }
)  # GDPR Art. 9; criminal data has Art. 10 of its own


class SubjectGroup(StrEnum):
    """Groups of people concerned, as Art. 33(3)(a) asks for them."""

    CUSTOMERS = "customers"
    EMPLOYEES = "employees"
    APPLICANTS = "applicants"
    BUSINESS_CONTACTS = "business_contacts"
    MEMBERS = "members"
    USERS = "users"
    PATIENTS = "patients"
    PUPILS = "pupils"
    CHILDREN = "children"
    VULNERABLE = "vulnerable"
    OTHER = "other"
    UNKNOWN = "unknown"


CLASS_LABELS = {
    CauseClass.ACCIDENTAL: N_("Accidental"),
    CauseClass.INTENTIONAL: N_("Intentional"),
    CauseClass.UNFORESEEN: N_("Unforeseen event"),
    CauseClass.UNKNOWN: N_("Not yet known"),
}
CLASS_CLAUSES = {
    CauseClass.ACCIDENTAL: "8.2 a",
    CauseClass.INTENTIONAL: "8.2 b",
    CauseClass.UNFORESEEN: "8.2 c",
    CauseClass.UNKNOWN: "",
}
BREACH_LABELS = {
    BreachType.CONFIDENTIALITY: N_("Confidentiality: someone saw or got the data"),
    BreachType.INTEGRITY: N_("Integrity: the data was changed"),
    BreachType.AVAILABILITY: N_("Availability: the data was lost or out of reach"),
}
DATA_LABELS = {
    DataCategory.CONTACT: N_("Name and contact details"),
    DataCategory.PERSONAL_NUMBER: N_("Personal identity number"),
    DataCategory.LOGIN: N_("User name and password"),
    DataCategory.BANK_CARD: N_("Bank account or card"),
    DataCategory.HEALTH: N_("Health"),
    DataCategory.CHILDREN: N_("Data about children"),
    DataCategory.PROTECTED_IDENTITY: N_("Protected identity"),
    DataCategory.PHOTOS: N_("Pictures or film"),
    DataCategory.WORK_RELATED: N_("Employment, pay or appraisal"),
    DataCategory.OTHER: N_("Other data"),
    DataCategory.UNKNOWN: N_("Don't know which data"),
    DataCategory.ID_DOCUMENT: N_("Identity document"),
    DataCategory.FINANCES: N_("Income, debts or invoices"),
    DataCategory.LOCATION: N_("Location"),
    DataCategory.COMMUNICATION: N_("E-mail, chat or call lists"),
    DataCategory.BEHAVIOUR: N_("Habits and purchases"),
    DataCategory.GRADES: N_("Grades and tests"),
    DataCategory.ORIGIN: N_("Ethnic origin"),
    DataCategory.OPINION: N_("Political, religious or philosophical belief"),
    DataCategory.UNION: N_("Trade union membership"),
    DataCategory.BIOMETRIC: N_("Genetic or biometric data"),
    DataCategory.SEX_LIFE: N_("Sex life or sexual orientation"),
    DataCategory.CRIMINAL: N_("Crimes and convictions"),
}
GROUP_LABELS = {
    SubjectGroup.CUSTOMERS: N_("Customers"),
    SubjectGroup.EMPLOYEES: N_("Employees"),
    SubjectGroup.APPLICANTS: N_("Job applicants"),
    SubjectGroup.BUSINESS_CONTACTS: N_("Contacts at other companies"),
    SubjectGroup.MEMBERS: N_("Members"),
    SubjectGroup.USERS: N_("Users of a service"),
    SubjectGroup.PATIENTS: N_("Patients"),
    SubjectGroup.PUPILS: N_("Pupils and students"),
    SubjectGroup.CHILDREN: N_("Children"),
    SubjectGroup.VULNERABLE: N_("People in a vulnerable position"),
    SubjectGroup.OTHER: N_("Other people"),
    SubjectGroup.UNKNOWN: N_("Don't know who"),
}
