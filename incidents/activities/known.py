"""What the chosen entries of the registers know about a case, to fill in from and to read beside the fields."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import translate
from core.territories import country_name
from incidents.activities.chosen import Chosen, chosen_cards, chosen_lines
from incidents.activities.filling import Known, together
from incidents.activities.keeping import Line, lines
from incidents.classification import DATA_LABELS, GROUP_LABELS, DataCategory, SubjectGroup
from incidents.people_count import PEOPLE_BANDS

HOLDS = N_("In the register, {name}: {answer}.")


def known(session: Session, wanted: Chosen) -> list[Known]:
    """A processor knows what the activities know that it works in; of those chosen themselves nothing is said twice."""
    mine = chosen_lines(session, wanted)
    every = lines(session) if wanted.processors else []
    found = [_of(one) for one in mine]
    for card in chosen_cards(session, wanted):
        theirs = [one for one in every if card.id in one.processors]
        if not {one.id for one in theirs} & set(wanted.activities):
            found.append(_joined(card.name, [_of(one) for one in theirs]))
    return found


def beside(known: Sequence[Known], lang: str) -> dict[str, str]:
    """Field of the classification -> what each entry knows of it, in a sentence."""
    found: dict[str, list[str]] = {}
    for one in known:
        for field, answer in _answers(one, lang).items():
            if answer:
                found.setdefault(field, []).append(translate(lang, HOLDS, name=one.name, answer=answer))
    return {field: " ".join(sentences) for field, sentences in found.items()}


def _answers(one: Known, lang: str) -> dict[str, str]:
    label, slots = one.people.label
    kinds = {
        "data_categories": [DATA_LABELS[DataCategory(code)] for code in one.kinds["data_categories"]],
        "subject_groups": [GROUP_LABELS[SubjectGroup(code)] for code in one.kinds["subject_groups"]],
    }
    return {name: "; ".join(translate(lang, word) for word in words) for name, words in kinds.items()} | {
        "people": translate(lang, label, **slots) if one.people.known else "",
        "systems": one.systems,
        "countries": ", ".join(country_name(code, lang) for code in one.countries),
        "recipients": one.recipients,
    }


def _of(one: Line) -> Known:
    kinds = {"data_categories": tuple(one.data_categories), "subject_groups": tuple(one.subject_groups)}
    return Known(one.name, kinds, PEOPLE_BANDS[one.people_band], tuple(one.countries), one.systems, one.recipients)


def _joined(name: str, parts: Sequence[Known]) -> Known:
    kinds = {
        field: tuple(dict.fromkeys(code for part in parts for code in part.kinds[field]))
        for field in ("data_categories", "subject_groups")
    }
    return Known(
        name,
        kinds,
        together([part.people for part in parts]),
        tuple(dict.fromkeys(code for part in parts for code in part.countries)),
        ", ".join(dict.fromkeys(part.systems for part in parts if part.systems)),
        ", ".join(dict.fromkeys(part.recipients for part in parts if part.recipients)),
    )
