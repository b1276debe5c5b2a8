"""`/incidents`: what burns, sorted by time left."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from core.access import Actor, Operation
from core.bounded import in_words
from core.i18n import translate
from core.organisation import organisation
from core.web import Now, Read, page, require
from incidents.queue import Cursor, last_ended, listed
from incidents.queue_counts import counts
from incidents.queue_filters import FILTER_LABELS, Filter
from incidents.queue_view import queue_rows

router = APIRouter()
Lister = Annotated[Actor, Depends(require(Operation.LIST_CASES))]


@router.get("/incidents")
def queue(
    request: Request, session: Read, actor: Lister, now: Now, show: str = "", q: str = "", after: str = ""
) -> HTMLResponse:
    lang = request.state.lang
    asked = q.strip()[:100]
    chosen = Filter(show) if show in set(Filter) else Filter.OPEN
    found = listed(session, actor, chosen, asked, Cursor.read(after), now)
    numbers = counts(session, actor, now)
    chips = [
        {"label": translate(lang, FILTER_LABELS[one]), "href": _address(one, asked), "current": one is chosen,
         "count": in_words(numbers[one])}
        for one in Filter if one is not Filter.HISTORY or numbers[one]
    ]  # fmt: skip
    return page(
        request,
        "queue/list.html",
        rows=queue_rows(session, actor, found.incidents, now, lang),
        chips=chips,
        chosen=chosen,
        asked=asked,
        numbers=numbers,
        said={one: in_words(number) for one, number in numbers.items()},
        next_href=_address(chosen, asked, found.next) if found.next else "",
        first_href=_address(chosen, asked) if after else "",
        last_ended=None if found.incidents else last_ended(session, actor),
        zone_name=organisation(session).zone,
    )


def _address(chosen: Filter, asked: str, after: str = "") -> str:
    query = {"show": "" if chosen is Filter.OPEN else str(chosen), "q": asked, "after": after}
    words = urlencode({name: value for name, value in query.items() if value})
    return f"/incidents?{words}" if words else "/incidents"
