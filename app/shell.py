"""What every page is given: company, language, navigation, theme."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from sqlalchemy.orm import Session

from app.display import THEMES
from app.earlier import told_outside
from app.troubles import troubles
from core.access import ANONYMOUS, Actor, Operation
from core.bounded import in_words
from core.errors import N_
from core.i18n import LANGUAGES, translate
from core.organisation import organisation
from core.restored import restored
from identity.titles import titles
from incidents.queue_counts import count
from incidents.queue_filters import Filter

NAVIGATION = [  # one link a line; pages that belong together share it, and stand as tabs above each of them
    [("/incidents", N_("Incidents"), Operation.LIST_CASES)],
    [("/clocks", N_("Clocks"), Operation.LIST_CLOCKS)],
    [("/report/mine", N_("My reports"), Operation.LIST_OWN_REPORTS)],
    [("/controls", N_("Controls"), Operation.LIST_CONTROLS)],
    [("/risks", N_("Risks"), Operation.LIST_RISKS)],
    [("/suppliers", N_("Suppliers"), Operation.READ_SUPPLIERS)],
    [("/activities", N_("Processing"), Operation.READ_ACTIVITIES)],
    [
        ("/rules", N_("Rules"), Operation.READ_RULES),
        ("/training", N_("Training"), Operation.READ_TRAINING),
        ("/tasks", N_("Checklists"), Operation.LIST_TASKS),
    ],
    [("/dashboard", N_("Overview"), Operation.READ_DASHBOARD)],
    [
        ("/register", N_("Register"), Operation.READ_REGISTER),
        ("/register/figures", N_("Figures"), Operation.READ_REGISTER),
        ("/register/samples", N_("Samples"), Operation.READ_SAMPLES),
        ("/findings", N_("Findings"), Operation.READ_REGISTER),
        ("/retention", N_("Retention"), Operation.READ_RETENTION),
    ],
    [("/log", N_("Audit log"), Operation.READ_LOG)],
    [("/outbox", N_("Messages"), Operation.READ_OUTBOX)],
    [("/users", N_("People"), Operation.MANAGE_USERS)],
    [("/settings", N_("Settings"), Operation.MANAGE_SETTINGS)],
]
BADGE = 99  # a number beside a link is read at a glance
BESIDE_THE_PERSON = {"/settings"}
THEME_NAMES = {"auto": N_("Auto"), "light": N_("Light"), "dark": N_("Dark")}


def shell(request: Request) -> dict[str, Any]:
    """The context that base.html and intake.html read (see their first lines)."""
    actor: Actor = getattr(request.state, "actor", ANONYMOUS)
    lang = getattr(request.state, "lang", "sv")
    theme = getattr(request.state, "theme", "auto")
    with request.app.state.database.reading() as session:
        company = organisation(session)
        waiting = _waiting(session, request, actor)
        copy = restored(session)
        wrong = troubles(session, request, actor, lang, company.zone, copy) if actor.signed_in else []
        session.expunge_all()
    return {
        "lang": lang,
        "zone": company.zone,
        "company": company,
        "actor": actor if actor.signed_in else None,
        "actor_title": translate(lang, next(iter(titles(actor.roles)), "")) if actor.signed_in else "",
        "may": actor.may,
        "confirmed": getattr(request.state, "confirmed", False),
        "Operation": Operation,
        "troubles": wrong,
        "earlier_state": told_outside(copy, company, lang),
        "nav": _navigation(request, actor, lang, waiting),
        "siblings": _siblings(request, actor, lang),
        "lang_links": [
            {"code": code, "label": name, "href": _again(request, lang=code), "current": code == lang}
            for code, name in LANGUAGES.items()
        ],
        "theme_links": [
            {"code": code, "label": translate(lang, THEME_NAMES[code]), "href": _again(request, theme=code),
             "current": code == theme}
            for code in THEMES
        ],
        "theme": theme,
        "environment": request.app.state.settings.environment.value,
        "mail_allowed": bool(request.app.state.settings.mail_allow.strip()),
        "now": request.app.state.clock(),
        "path": request.url.path,
        "typed": None,
        "wrong": None,
        "t": lambda message, **params: translate(lang, message, **params),
    }  # fmt: skip


def _waiting(session: Session, request: Request, actor: Actor) -> dict[str, str]:
    """The numbers beside the links: only what needs this person, and nothing where nothing does."""
    if not (actor.signed_in and actor.may(Operation.LIST_CASES)):
        return {}
    number = count(session, actor, Filter.MINE, request.app.state.clock(), BADGE)
    return {"/incidents": in_words(number, BADGE)} if number else {}


def _open_to(actor: Actor) -> list[list[tuple[str, str]]]:
    """Address and name of the pages that this person may open, those that belong together in one list."""
    parts = [[(href, label) for href, label, operation in part if actor.may(operation)] for part in NAVIGATION]
    return [part for part in parts if part] if actor.signed_in else []


def _navigation(request: Request, actor: Actor, lang: str, waiting: Mapping[str, str]) -> list[dict[str, object]]:
    here = request.url.path
    return [
        {
            "href": part[0][0],
            "label": translate(lang, part[0][1]),
            "current": any(here.startswith(href) for href, _ in part),
            "count": waiting.get(part[0][0]),
            "account": part[0][0] in BESIDE_THE_PERSON,
        }
        for part in _open_to(actor)
    ]


def _siblings(request: Request, actor: Actor, lang: str) -> list[dict[str, object]]:
    """The pages that share a link with this one; none where the page stands alone or lies deeper."""
    here = request.url.path
    part = next((part for part in _open_to(actor) if here in [href for href, _ in part]), [])
    tabs = [{"href": href, "label": translate(lang, label), "current": href == here} for href, label in part]
    return tabs if len(tabs) > 1 else []


def _again(request: Request, **change: str) -> str:
    """The same page with one display choice changed; a form page is asked for again by GET."""
    query = {key: value for key, value in request.query_params.items() if key not in {"lang", "theme"}}
    return f"{request.url.path}?{urlencode(query | change)}"
