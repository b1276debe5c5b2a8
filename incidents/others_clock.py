"""Until when one of the others must be told, or how they were: by a law, a contract, or without undue delay."""

from datetime import datetime

from core.errors import N_
from core.i18n import absolute, span, translate
from core.organisation import organisation
from incidents.case_view import ClockView, duty_title
from incidents.clock_opening import events_of, moments_of
from incidents.clocks_view import ended_view, left_until, time_view
from incidents.contract_hours import SHARED
from incidents.notice_view import latest_notice
from incidents.notifying.to_other import TheOther, contract_end
from incidents.rules import Anchor
from notifications.filings import filings
from notifications.notice_models import Filing
from notifications.others import Kind


def clock_of(to: TheOther, now: datetime, lang: str) -> ClockView:
    if to.row.regime:
        return _by_law(to, now, lang)
    sent = filings(to.session, to.incident.id, to.id)
    return _told(to, sent[0], lang) if sent else _waiting(to, now, lang)


def _by_law(to: TheOther, now: datetime, lang: str) -> ClockView:
    """The clock that is to be stopped next; when none runs, how the last one ended."""
    zone = organisation(to.session).zone
    notice = latest_notice(to.session, to.incident, to.id)
    clock = (to.clock(notice) if notice is not None else None) or next(iter(to.open_clocks()), None)
    if clock is not None:
        view = time_view(clock, now, lang, zone)
        return ClockView(view.level, view.left, view.level_word, view.due_text, view.due_iso, view.note,
                         what=duty_title(clock, lang), seconds=view.seconds)  # fmt: skip
    ended = [one for one in to.incident.clocks if one.regime == to.row.regime and one.stopped_at is not None]
    last = max(ended, key=lambda one: one.stopped_at or now, default=None)
    return ended_view(last, lang, zone) if last is not None else _without(lang)


def _waiting(to: TheOther, now: datetime, lang: str) -> ClockView:
    zone, due_at = organisation(to.session).zone, contract_end(to.session, to.incident, to.row)
    if due_at is not None:
        return left_until(due_at, now, lang, zone)
    if to.code != Kind.CONTROLLER:
        return _without(lang)
    moments = moments_of(to.incident, events_of(to.session, to.incident), SHARED[Kind.CONTROLLER].regime)
    since = translate(lang, N_("since {moment}"), moment=absolute(moments[Anchor.AWARE], lang, zone))
    return ClockView("soon", translate(lang, N_("Without undue delay")), note=since)


def _told(to: TheOther, first: Filing, lang: str) -> ClockView:
    """By the deadline of its own, which the filing keeps."""
    note = translate(lang, N_("on {moment}"), moment=absolute(first.filed_at, lang, organisation(to.session).zone))
    if first.late and first.due_at is not None:
        late = translate(lang, N_("Told {span} late"), span=span(first.filed_at - first.due_at))
        return ClockView("late", late, note=note)
    return ClockView("ok", translate(lang, N_("Told in time") if first.due_at else N_("Told")), note=note)


def _without(lang: str) -> ClockView:
    return ClockView("none", translate(lang, N_("No deadline")))
