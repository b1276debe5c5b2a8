"""The words of severity and duties, for pages and the command line: questions, answers, bands, flags, reasons."""

from collections.abc import Mapping
from fractions import Fraction

from core.errors import N_
from core.i18n import translate
from risk.duties import Reason
from risk.facts import Breach, Copy, Enables, Recipient, Returned, Taken, Unreadable
from risk.severity import Band, Flag, Severity, number

BANDS: dict[str, str] = {
    Band.LOW: N_("low"),
    Band.MEDIUM: N_("medium"),
    Band.HIGH: N_("high"),
    Band.VERY_HIGH: N_("very high"),
}
FLAGS: dict[str, str] = {
    Flag.MANY_PEOPLE: N_("More than 100 people are affected."),
    Flag.UNINTELLIGIBLE: N_("Outsiders cannot read the data."),
}
NOT_KNOWN = N_("Not known yet")
YES_NO: dict[bool, str] = {True: N_("Yes"), False: N_("No")}
QUESTIONS: dict[str, str] = {
    "breach_types": N_("What happened to the data?"),
    "data": N_("What kinds of data?"),
    "special_category": N_("Is any of it special data, or about crimes?"),
    "identifiability": N_("How easily does it point to a person?"),
    "confidentiality": N_("Who could see it?"),
    "integrity": N_("Was it changed?"),
    "availability": N_("Was it out of reach?"),
    "malicious": N_("Was it done on purpose?"),
    "people": N_("How many people?"),
    "vulnerable_people": N_("Are vulnerable people affected?"),
    "unintelligible": N_("Is it unreadable to outsiders?"),
    "copy_available": N_("Does a copy bring it back in time?"),
    "exfiltrated": N_("Was it taken?"),
    "recipient": N_("Who got hold of it?"),
    "returned_or_destroyed": N_("Is it confirmed that nothing was kept?"),
    "enables": N_("What could somebody do with it?"),
    "essential_service_hit": N_("Was a service hit that people depend on?"),
    "subsequent_measures": N_("Have later measures taken the high risk away?"),
    "disproportionate_effort": N_("Would telling each person be out of proportion?"),
}
ANSWERS: dict[str, Mapping[str, str]] = {
    "breach_types": {
        Breach.CONFIDENTIALITY: N_("Confidentiality: someone saw or got the data"),
        Breach.INTEGRITY: N_("Integrity: the data was changed"),
        Breach.AVAILABILITY: N_("Availability: the data was lost or out of reach"),
    },
    "unintelligible": {
        Unreadable.YES: N_("Yes: strongly encrypted or hashed, and the key is safe"),
        Unreadable.COULD_BE_BROKEN: N_("It could be broken"),
        Unreadable.NO: N_("No: whoever has it can read it"),
        Unreadable.UNKNOWN: NOT_KNOWN,
    },
    "copy_available": {
        Copy.YES: N_("Yes, in time"),
        Copy.LATE: N_("Yes, but late"),
        Copy.NO: N_("No"),
        Copy.UNKNOWN: NOT_KNOWN,
    },
    "exfiltrated": {
        Taken.YES: N_("Yes"),
        Taken.LIKELY: N_("Probably"),
        Taken.NO: N_("No"),
        Taken.UNKNOWN: NOT_KNOWN,
    },
    "recipient": {
        Recipient.NONE: N_("Nobody"),
        Recipient.TRUSTED: N_("Somebody we trust and can ask"),
        Recipient.KNOWN: N_("Others whom we know"),
        Recipient.UNKNOWN: N_("People nobody knows, or not known yet"),
    },
    "returned_or_destroyed": {
        Returned.YES: N_("Yes, returned or destroyed"),
        Returned.NO: N_("No"),
        Returned.UNKNOWN: NOT_KNOWN,
    },
    "enables": {
        Enables.IDENTITY_THEFT: N_("Pass for somebody else"),
        Enables.FRAUD: N_("Commit fraud"),
        Enables.ACCOUNT_ACCESS: N_("Get into accounts"),
        Enables.FINANCIAL_LOSS: N_("Cause a loss of money"),
        Enables.PHYSICAL_HARM: N_("Find or hurt somebody"),
        Enables.DISCRIMINATION: N_("Discriminate against somebody"),
        Enables.REPUTATION: N_("Damage a reputation"),
        Enables.LOSS_OF_CONTROL: N_("Know what the person did not want to tell"),
        Enables.NOTHING: N_("Nothing that we can see"),
    },
}
DUTIES: dict[str, str] = {
    "document": N_("Document the breach"),
    "notify_authority": N_("Tell the authority"),
    "inform_people": N_("Tell the people affected"),
    "public_communication": N_("Tell the public instead"),
}


def figure(value: Fraction, lang: str) -> str:
    """A quarter as the reader writes it: 2.5 in English, 2,5 in Swedish."""
    return _local(number(value), lang)


def written_out(found: Severity, lang: str) -> str:
    """The sum with its band: `2 x 1 + 0.5 = 2.5, medium`."""
    return f"{_local(found.written_out, lang)}, {translate(lang, BANDS[found.band])}"


def told(reason: Reason, lang: str) -> str:
    """The sentence of a reason in a language."""
    params = dict(reason.params)
    if "band" in params:
        params["band"] = translate(lang, BANDS[str(params["band"])])
    if "sum" in params:
        params["sum"] = _local(str(params["sum"]), lang)
    return translate(lang, reason.text, **params)


def _local(text: str, lang: str) -> str:
    return text.replace(".", ",") if lang == "sv" else text
