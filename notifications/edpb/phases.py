"""What each phase tells on top of the one before: a supplement marks what is new, and only that (GDPR Art. 33(4))."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from notifications.edpb.answers import Answer, Answers, Knowledge
from notifications.edpb.questions import Question, Template

Content = tuple[str, ...] | None


class News(StrEnum):
    """NEW: nothing was told before; CHANGED: something else was."""

    NEW = "new"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Told:
    """Since which phase an answer has read as it does; `news` when the latest phase is the first to say it. An answer
    that tells nothing yet has neither."""

    since: int
    news: News | None = None


def told_since(phases: Sequence[Answers], template: Template) -> dict[int, Told]:
    """For every answer of the last of these phases that tells something; the first phase has no earlier one."""
    questions, last = template.questions, len(phases)
    found = {}
    for number in phases[-1] if phases else ():
        said = [_content(questions[number], answers.get(number)) for answers in phases]
        since = _since(said)
        if said[-1] is not None:
            found[number] = Told(since, _news(said) if last > 1 and since == last else None)
    return found


def _since(said: Sequence[Content]) -> int:
    """The first of the latest phases that all say the same."""
    other = [phase for phase, content in enumerate(said, start=1) if content != said[-1]]
    return max(other, default=0) + 1


def _news(said: Sequence[Content]) -> News:
    return News.NEW if said[-2] is None else News.CHANGED


def _content(question: Question, answer: Answer | None) -> Content:
    """What an answer tells; what is not known yet, or left open, tells nothing."""
    if answer is None or answer.state is Knowledge.NOT_KNOWN_YET:
        return None
    if answer.state is Knowledge.NOT_APPLICABLE:
        return (Knowledge.NOT_APPLICABLE,)
    left_open = bool(question.open_value) and question.open_value in answer.values
    return None if left_open or not answer.values else answer.values
