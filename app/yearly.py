"""The report of a year: key figures beside the year before, the pictures, risks, staff and controls, and what was
learnt. One set of data makes the page, its files and the PDF."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.yearly_kept import Part, kept
from core.access import Actor, Operation
from core.document import Block, Document, Drawing, Paragraph, Section, Table, facts
from core.errors import N_
from core.i18n import absolute
from core.organisation import organisation
from core.templating import render
from incidents.figures import findings, pictures
from incidents.figures.grid import Grid
from incidents.figures.keeping import Counted, count
from incidents.figures.lessons import Lesson, lessons
from incidents.figures.period import year
from incidents.figures.pictures import Figure
from incidents.figures.reckoning import FEWEST, Figures, Measure
from incidents.figures.view import MEASURES, in_hours
from incidents.register.asking import Asked
from incidents.register.wording import Speaker

PICTURES = {"notices": pictures.notices, "trend": pictures.trend, "causes": pictures.causes, "times": pictures.times,
            "deliveries": pictures.deliveries}  # fmt: skip
TITLE = N_("Yearly report {year}")
COUNTS = N_("Drills, imported cases, merged ones and reports that were no incident do not count.")


@dataclass(frozen=True, slots=True)
class Yearly:
    """`grids` has the tables by the name of their file; `drawn` says whether there are enough cases for pictures."""

    year: int
    title: str
    lede: str
    counted: Counted
    cases: int
    drawn: bool
    key: Grid
    figures: dict[str, Figure]
    kept: tuple[Part, ...]
    lessons: tuple[Lesson, ...]

    @property
    def grids(self) -> dict[str, Grid]:
        tables = {"key": self.key} | {part.name: part.grid for part in self.kept}
        return tables | {name: one.grid for name, one in self.figures.items()}


def yearly(session: Session, actor: Actor, speaker: Speaker, number: int, now: datetime) -> Yearly:
    """Everything over what this reader may see in the register."""
    period = year(number)
    counted = count(session, actor, period, speaker.zone, now, Operation.READ_REGISTER)
    found = counted.survey
    asked = Asked(since=period.since, until=period.until)
    return Yearly(
        year=number,
        title=speaker.say(TITLE, year=number),
        lede=findings.pace(speaker, found.figures, found.before, FEWEST),
        counted=counted,
        cases=found.figures.cases,
        drawn=found.figures.drawn,
        key=_key(speaker, number, found.figures, found.before),
        figures={name: made(speaker, found) for name, made in PICTURES.items()},
        kept=kept(session, actor, speaker, period, now),
        lessons=lessons(session, actor, asked, speaker.zone),
    )


def as_document(session: Session, actor: Actor, speaker: Speaker, made: Yearly, foot: str) -> Document:
    """The same on paper: each picture as a drawing and as its table, and at the foot the signed state of the log."""
    company = organisation(session).name
    at = absolute(made.counted.at, speaker.lang, speaker.zone)
    about = facts(
        (speaker.say(N_("Company")), company),
        (speaker.say(N_("Counted")), at),
        (speaker.say(N_("By")), actor.name),
        (speaker.say(N_("Cases")), str(made.cases)),
    )
    counts = Paragraph(text=speaker.say(COUNTS))
    return Document(
        title=made.title, language=speaker.lang, reference=f"{speaker.say(N_('Counted'))} {at}",
        made_at=made.counted.at, company=company, foot=foot,
        sections=(Section(title=speaker.say(N_("About this report")), blocks=(about, counts)),
                  *_sections(speaker, made)),
    )  # fmt: skip


def _sections(speaker: Speaker, made: Yearly) -> Iterator[Section]:
    yield Section(title=speaker.say(N_("Key figures")), blocks=(_table(made.key),))
    for figure in made.figures.values():
        shown: Block = drawing(speaker, figure) if made.drawn and figure.drawn else Paragraph(text=figure.note)
        yield Section(title=figure.finding, blocks=(shown, _table(figure.grid)))
    for part in made.kept:
        yield Section(title=part.title, blocks=(_table(part.grid),))
    if made.lessons:
        told = tuple(Paragraph(text=one.text, by=f"{one.reference} · {one.title}") for one in made.lessons)
        yield Section(title=speaker.say(N_("What we learnt")), blocks=told)


def drawing(speaker: Speaker, figure: Figure) -> Drawing:
    """The picture as an SVG of its own, in the colours of paper."""
    svg = render("pdf/picture.svg", speaker.lang, speaker.zone, {"figure": figure})
    return Drawing(name=figure.id, svg=svg.strip(), text=figure.picture.description, note=figure.note)


def _table(grid: Grid) -> Table:
    return Table(caption=grid.caption, heads=grid.heads, rows=grid.words())


def _key(speaker: Speaker, number: int, now: Figures, then: Figures) -> Grid:
    """This year beside the year before."""
    share = N_("{in_time} of {due}")
    medians = tuple(
        (speaker.say(N_("{name}, median"), name=speaker.say(MEASURES[measure])),
         *(in_hours(one.spans[measure].median) for one in (now, then)))
        for measure in Measure
    )  # fmt: skip
    rows = (
        (speaker.say(N_("Cases")), now.cases, then.cases),
        (speaker.say(N_("Notices in time")),
         *(speaker.say(share, in_time=one.in_time, due=one.due) if one.due else "–" for one in (now, then))),
        (speaker.say(N_("Notices overdue and not sent")), now.overdue, then.overdue),
        *medians,
    )  # fmt: skip
    return Grid(speaker.say(N_("Key figures")), (speaker.say(N_("Figure")), str(number), str(number - 1)), rows)
