"""Jinja for our own templates only: autoescaped, translated, with the filters for times that every page shares."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from core.i18n import (
    Catalogue,
    absolute,
    catalogue,
    clock_time,
    date_only,
    day_only,
    grouped,
    iso,
    long_date,
    short_moment,
)
from core.moment import occurs_twice
from core.territories import country_name

HERE = Path(__file__).parent
TEMPLATES = next(path for path in (HERE / "_templates", HERE.parent / "templates") if path.is_dir())


def environment(lang: str, zone: str) -> Environment:
    """A template environment that speaks `lang` and shows times in `zone`."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    messages = catalogue(lang)
    env.install_gettext_callables(messages.gettext, messages.ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals["_"] = _spoken(messages)

    def shown(at: datetime) -> str:
        return absolute(at, lang, zone)

    env.globals["occurs_twice"] = lambda day, hour: occurs_twice(str(day), str(hour), zone)
    env.filters |= {
        "absolute": shown,
        "iso": lambda at: iso(at, zone),
        "clock_time": lambda at: clock_time(at, zone),
        "short_moment": lambda at: short_moment(at, lang, zone),
        "long_date": lambda at: long_date(at, lang, zone),
        "date_only": lambda at: date_only(at, lang, zone),
        "day": lambda day: day_only(day, lang),
        "country": lambda code: country_name(code, lang),
        "number": grouped,
    }
    return env


def _spoken(messages: Catalogue) -> Callable[..., str]:
    """`_()` as the extension has it, but a sentence without slots is made once: a page says hundreds of them."""

    def said(text: str, escaped: bool, slots: dict[str, object]) -> str:
        found = messages.gettext(text)
        return (Markup(found) if escaped else found) % slots  # noqa: S704 - a sentence of ours, never a user's

    plain = lru_cache(maxsize=4096)(lambda text, escaped: said(text, escaped, {}))

    @pass_eval_context
    def spoken(now: EvalContext, text: str, **slots: object) -> str:
        escaped = bool(now.autoescape)
        return said(text, escaped, slots) if slots else plain(text, escaped)

    return spoken


_environments: dict[tuple[str, str], Environment] = {}


def template_environment(lang: str, zone: str) -> Environment:
    """The environment for a language and zone, built once (a template cache, not state)."""
    if (lang, zone) not in _environments:
        _environments[lang, zone] = environment(lang, zone)
    return _environments[lang, zone]


def render(template: str, lang: str, zone: str, context: dict[str, Any], block: str | None = None) -> str:
    """Render a template, or one block of it as an htmx fragment."""
    found = template_environment(lang, zone).get_template(template)
    if block is None:
        return found.render(context)
    return "".join(found.blocks[block](found.new_context(context)))
