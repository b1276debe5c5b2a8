"""Is a letter fit to be sent? Named problems that a writer can mend, each with what was found."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.errors import N_
from notifications.letters.blocks import Block, missing_blocks, sections
from notifications.letters.phrases import found
from notifications.letters.placeholders import MANY_LINES, PLACEHOLDER, broken, fill, placeholders, unknown
from notifications.letters.rules import Rules

MOST_WORDS = 350
MOST_ACTIONS = 5
LONG_SUBJECT = 78
WORD = re.compile(r"\w+(?:[-'’]\w+)*")
SENTENCE_END = re.compile(r"[.!?:]+(?:\s|$)|\n+")
NUMBERED = re.compile(r"^\s*\d+[.)]\s", re.MULTILINE)


class ProblemCode(StrEnum):
    UNKNOWN_PLACEHOLDER = "unknown_placeholder"
    NOTHING_TO_PUT_IN = "nothing_to_put_in"
    BROKEN_PLACEHOLDER = "broken_placeholder"
    MISSING_BLOCK = "missing_block"
    TOO_LONG = "too_long"
    FORBIDDEN_PHRASE = "forbidden_phrase"
    LINK = "link"
    ATTACHMENT = "attachment"
    ASKS_FOR_SECRETS = "asks_for_secrets"
    SUBJECT = "subject"
    TOO_MANY_ACTIONS = "too_many_actions"
    HARD_TO_READ = "hard_to_read"


SENTENCES = {
    ProblemCode.UNKNOWN_PLACEHOLDER: N_("The placeholder {name} does not exist."),
    ProblemCode.NOTHING_TO_PUT_IN: N_("There is nothing to put in for {name}."),
    ProblemCode.BROKEN_PLACEHOLDER: N_("A placeholder is written wrongly. Write it with two braces on each side."),
    ProblemCode.MISSING_BLOCK: N_("The part “{heading}” is missing."),
    ProblemCode.TOO_LONG: N_("The letter has {words} words. Cut it to {most}."),
    ProblemCode.FORBIDDEN_PHRASE: N_("Take out “{phrase}”: it hedges, soothes or sells."),
    ProblemCode.LINK: N_("Take out “{phrase}”: a letter has no links. Name the site and let people type it."),
    ProblemCode.ATTACHMENT: N_("Take out “{phrase}”: a letter has no attachments."),
    ProblemCode.ASKS_FOR_SECRETS: N_("Take out “{phrase}”: never ask for passwords, codes or identity."),
    ProblemCode.SUBJECT: N_("The subject must be one line of at most {most} characters."),
    ProblemCode.TOO_MANY_ACTIONS: N_("The letter asks for {actions} things. Keep the {most} most urgent."),
    ProblemCode.HARD_TO_READ: N_("The text is hard to read: LIX {lix}. Aim for {most} with shorter sentences."),
}
ADVICE_ONLY = frozenset({ProblemCode.TOO_MANY_ACTIONS, ProblemCode.HARD_TO_READ})


@dataclass(frozen=True, slots=True)
class Problem:
    """`stops`: the letter cannot be saved or approved like this. The others are advice."""

    code: ProblemCode
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return SENTENCES[self.code]

    @property
    def stops(self) -> bool:
        return self.code not in ADVICE_ONLY


def check(text: str, rules: Rules, values: Mapping[str, str] | None = None) -> list[Problem]:
    """Everything that is wrong with a letter as it was written, before it is filled.

    With `values` (those of one recipient) the words that will really be read are counted, and what the writer put
    into the longer values is looked through too.
    """
    written = "\n".join([text, *(value for name, value in (values or {}).items() if name in MANY_LINES)])
    problems = [*_placeholders(text, values), *_phrases(written, rules)]
    missing = missing_blocks(text, rules.headings)
    problems += [Problem(ProblemCode.MISSING_BLOCK, {"heading": heading}) for heading in missing]
    return [*problems, *_size(readable(text, values), rules)]


def readable(text: str, values: Mapping[str, str] | None) -> str:
    """The text as somebody will read it, as far as it can be filled."""
    cannot = values is None or unknown(text) or any(name not in values for name in placeholders(text))
    return text if values is None or cannot else fill(text, values)


def check_subject(subject: str, rules: Rules) -> list[Problem]:
    """A subject is short and plain. Health or other sensitive matters do not belong in it; a person sees to that."""
    problems = [*_placeholders(subject, None), *_phrases(subject, rules)]
    if len(subject) > LONG_SUBJECT or "\n" in subject or not subject.strip():
        problems.append(Problem(ProblemCode.SUBJECT, {"most": LONG_SUBJECT}))
    return problems


def _placeholders(text: str, values: Mapping[str, str] | None) -> Iterator[Problem]:
    strange = unknown(text)
    for name in strange:
        yield Problem(ProblemCode.UNKNOWN_PLACEHOLDER, {"name": name})
    for name in placeholders(text):
        if values is not None and name not in values and name not in strange:
            yield Problem(ProblemCode.NOTHING_TO_PUT_IN, {"name": name})
    if broken(text):
        yield Problem(ProblemCode.BROKEN_PLACEHOLDER)


def _phrases(text: str, rules: Rules) -> Iterator[Problem]:
    searches = (
        (ProblemCode.FORBIDDEN_PHRASE, rules.hedges),
        (ProblemCode.LINK, rules.links),
        (ProblemCode.ATTACHMENT, rules.attachments),
        (ProblemCode.ASKS_FOR_SECRETS, rules.secrets),
    )
    for code, pattern in searches:
        for phrase in found(pattern, text):
            yield Problem(code, {"phrase": phrase})


def _size(text: str, rules: Rules) -> Iterator[Problem]:
    length, hardness = len(words(text)), lix(text)
    if length > MOST_WORDS:
        yield Problem(ProblemCode.TOO_LONG, {"words": length, "most": MOST_WORDS})
    advice = rules.headings[Block.ADVICE]
    actions = sum(len(NUMBERED.findall(below)) for head, below in sections(text, rules.headings) if head == advice)
    if actions > MOST_ACTIONS:
        yield Problem(ProblemCode.TOO_MANY_ACTIONS, {"actions": actions, "most": MOST_ACTIONS})
    if rules.hard_lix is not None and hardness > rules.hard_lix:
        yield Problem(ProblemCode.HARD_TO_READ, {"lix": hardness, "most": rules.hard_lix})


def words(text: str) -> list[str]:
    """What a reader counts as words; a placeholder is one of them."""
    return WORD.findall(PLACEHOLDER.sub(" x ", text))


def lix(text: str) -> int:
    """The Swedish reading index: mean sentence length plus the share of words longer than six letters."""
    plain = PLACEHOLDER.sub(" x ", text)
    count = words(plain)
    if not count:
        return 0
    sentences = sum(1 for sentence in SENTENCE_END.split(plain) if WORD.search(sentence))
    long_words = sum(len(word) > 6 for word in count)
    return round(len(count) / max(1, sentences) + 100 * long_words / len(count))
