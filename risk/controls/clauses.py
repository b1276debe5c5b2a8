"""The duties of the company's rules for personal data, clause by clause, short enough to choose from.
What covers one (a control, a task, a register, a rule) names its clause; a test holds that none is left out."""

from core.errors import N_

CLAUSES: dict[str, str] = {
    "3.5 d": N_("Everybody reports what looks suspicious"),
    "3.6": N_("Passwords"),
    "3.7": N_("No shared folders, and virus protection"),
    "3.8": N_("Somebody is responsible"),
    "3.9": N_("Rights end with the contract"),
    "3.10": N_("Rights end when the work changes"),
    "3.12": N_("Media and devices come back"),
    "6.2": N_("Requests of people are answered in time"),
    "8.1": N_("A commission assesses each case"),
    "8.2 a": N_("Accidental causes"),
    "8.2 b": N_("Intentional causes"),
    "8.2 c": N_("Unforeseen causes"),
    "9.1 a": N_("Administration and staff"),
    "9.1 b": N_("Systems and software"),
    "9.1 c": N_("Communication and networks"),
    "9.2 a": N_("Copies of systems and databases"),
    "9.2 b": N_("Continuous processing"),
    "9.2 c": N_("A plan for unforeseen events"),
    "9.2 d": N_("Test apart from production"),
    "9.2 e": N_("Approved use, and integrity"),
    "12.1": N_("Keeping the rules is reviewed"),
    "12.2": N_("Everybody has signed the rules"),
}
RULES: dict[str, str] = {
    "3.5": N_("Reporting"),
    "3.6": N_("Passwords"),
    "3.7": N_("Sharing and virus protection"),
    "3.8": N_("Who is responsible"),
    "3.9": N_("When somebody leaves"),
    "3.10": N_("When work changes"),
    "3.12": N_("Media and devices"),
    "6.2": N_("Requests of people"),
    "8.1": N_("The commission"),
    "8.2": N_("Causes"),
    "9.1": N_("Staff, systems and networks"),
    "9.2": N_("Copies and operation"),
    "12.1": N_("Keeping the rules"),
    "12.2": N_("Knowing the rules"),
}
OWN_RULE = N_("Our own controls")
