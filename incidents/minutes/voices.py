"""What each member said, under the three headings of clause 8.1, word for word: counted, corrected, late, abstained."""

import json
from collections import Counter
from itertools import chain

from core.document import Block, Facts, Section, facts, told
from core.errors import N_
from core.keys import unseal
from incidents.assessing.seats import assessments, panel_of, seat_rows, superseded
from incidents.assessing.voting import correction_place, notes_place
from incidents.assessing.words import CONSEQUENCE_LABELS, IMPACT, LIKELIHOOD, PROTECTION, VULNERABLE, Consequence
from incidents.commission import ABSTAIN, VOTE_LABELS, Vote, counted, dissent
from incidents.commission_models import Assessment, Commission
from incidents.minutes.scribe import Scribe
from incidents.votes_view import FINDINGS

SEALED = N_("The commission has not reached its quorum. What its members have said stays sealed until then.")
OUT = N_("Stepped aside afterwards, so this does not count.")
NONE = N_("None. All who voted agree.")


def voices(scribe: Scribe, commission: Commission) -> Section:
    """Every answer, in the order of the seats; what was corrected stays, struck through."""
    title = scribe.say(N_("What the members say"))
    if not commission.outcome:
        return Section(title=title, blocks=told(scribe.say(SEALED)))
    order = {row.user_id: place for place, row in enumerate(seat_rows(scribe.session, commission))}
    rows = sorted(assessments(scribe.session, commission), key=lambda row: order.get(row.user_id, len(order)))
    before = superseded(scribe.session, commission)
    able = {seat.member for seat in panel_of(scribe.session, scribe.incident, commission) if seat.can_sit}
    members = [_member(scribe, row, [one for one in before if one.user_id == row.user_id], able) for row in rows]
    return Section(title=title, sections=tuple(members))


def result(scribe: Scribe, commission: Commission) -> Section | None:
    """The count, the outcome, and dissent word for word."""
    if not commission.outcome:
        return None
    rows = {row.user_id: row for row in assessments(scribe.session, commission)}
    votes = _counted(scribe, commission, rows)
    outcome = Vote(commission.outcome)
    tally = Counter(votes.values())
    abstained = sum(row.vote == ABSTAIN for row in rows.values())
    say = scribe.say
    count = facts(
        *((say(VOTE_LABELS[vote]), str(tally[vote])) for vote in Vote),
        (say(N_("Abstained")), str(abstained)),
        (say(N_("Votes needed")), str(commission.quorum)),
        (say(N_("Result")), say(FINDINGS[outcome])),
    )
    dissenting = dissent(votes, outcome)
    words = chain.from_iterable(_dissent(scribe, rows[member]) for member in dissenting)
    against = Section(title=say(N_("Dissenting opinion")), blocks=tuple(words) or told(say(NONE)))
    return Section(title=say(N_("Count and result")), blocks=(count,), sections=(against,))


def vote_word(scribe: Scribe, row: Assessment) -> str:
    return scribe.say(N_("Abstains") if row.vote == ABSTAIN else VOTE_LABELS[Vote(row.vote)])


def _counted(scribe: Scribe, commission: Commission, rows: dict[str, Assessment]) -> dict[str, Vote]:
    votes = {member: Vote(row.vote) for member, row in rows.items() if row.vote != ABSTAIN}
    return counted(panel_of(scribe.session, scribe.incident, commission), votes)


def _dissent(scribe: Scribe, row: Assessment) -> tuple[Block, ...]:
    by = scribe.say(N_("{name}: {vote}"), name=scribe.who(row.user_id), vote=vote_word(scribe, row))
    return told(_notes(scribe, row).get("rationale", ""), by)


def _member(scribe: Scribe, row: Assessment, before: list[Assessment], able: set[str]) -> Section:
    blocks: list[Block] = []
    for older, newer in zip(before, [*before, row][1:], strict=True):
        blocks += _answer(scribe, older, struck=True)
        by = scribe.say(N_("Corrected {moment}, because"), moment=scribe.at(newer.submitted_at))
        place = correction_place(newer)
        blocks += told(unseal(scribe.session, scribe.incident.id, place, newer.correction_sealed), by)
    blocks += _answer(scribe, row)
    if row.user_id not in able:
        blocks += told(scribe.say(OUT))
    return Section(title=scribe.who(row.user_id), blocks=tuple(blocks))


def _answer(scribe: Scribe, row: Assessment, *, struck: bool = False) -> tuple[Block, ...]:
    """One answer: the figures of the three headings, the vote, and the reasons in the member's own words."""
    notes = _notes(scribe, row)
    why = scribe.say(N_("Why {name} abstains") if row.vote == ABSTAIN else N_("Reasons of {name}"),
                     name=scribe.who(row.user_id))  # fmt: skip
    rows = facts(
        *(() if row.vote == ABSTAIN else _figures(scribe, row, notes)),
        (scribe.say(N_("Vote")), vote_word(scribe, row)),
        (scribe.say(N_("Given")), _given(scribe, row)),
    )
    return (_struck(rows) if struck else rows, *told(notes.get("rationale", ""), why, struck=struck))


def _figures(scribe: Scribe, row: Assessment, notes: dict[str, str]) -> tuple[tuple[str, str], ...]:
    say = scribe.say

    def of_four(value: int | None, words: dict[int, str]) -> str:
        return say(N_("{number} of 4: {word}"), number=value, word=say(words[value])) if value else ""

    consequences = "; ".join(say(CONSEQUENCE_LABELS[Consequence(code)]) for code in row.consequences)
    return (
        (say(N_("Protection")), _lines(of_four(row.protection_level, PROTECTION), notes.get("protection_note", ""))),
        (say(N_("Degree of impact")), _lines(of_four(row.impact_level, IMPACT), notes.get("impact_note", ""))),
        (say(N_("Vulnerable people")), say(VULNERABLE[row.people_vulnerable])),
        (say(N_("Consequences")), _lines(of_four(row.likelihood, LIKELIHOOD), consequences)),
    )


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _given(scribe: Scribe, row: Assessment) -> str:
    moment = scribe.at(row.submitted_at)
    return scribe.say(N_("{answer}, after the time"), answer=moment) if row.late else moment


def _struck(block: Facts) -> Facts:
    return block.model_copy(update={"rows": tuple(row.model_copy(update={"struck": True}) for row in block.rows)})


def _notes(scribe: Scribe, row: Assessment) -> dict[str, str]:
    place = notes_place(row.commission_id, row.user_id, row.version)
    notes: dict[str, str] = json.loads(unseal(scribe.session, scribe.incident.id, place, row.notes_sealed) or "{}")
    return notes
