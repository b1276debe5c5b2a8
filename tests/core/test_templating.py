"""`_()` in our templates: the catalogue's sentence, its slots escaped on pages and plain in mails."""

import pytest
from jinja2 import Environment

from core.templating import template_environment


@pytest.fixture
def page() -> Environment:
    return template_environment("sv", "Europe/Stockholm")


def said(env: Environment, text: str, **given: object) -> str:
    return env.from_string(text).render(given)


def test_a_sentence_is_said_in_the_language_of_the_page(page: Environment) -> None:
    assert said(page, '{{ _("Risks") }} {{ _("Risks") }}') == "Risker Risker"


def test_a_value_in_a_slot_is_escaped_on_a_page(page: Environment) -> None:
    assert said(page, '{{ _("rule %(clause)s", clause=value) }}', value="<b>") == "regel &lt;b&gt;"


def test_a_value_in_a_slot_stays_as_it_is_in_a_mail(page: Environment) -> None:
    mail = page.overlay(autoescape=False)
    assert said(page, '{{ _("rule %(clause)s", clause=value) }}', value="<b>") == "regel &lt;b&gt;"
    assert said(mail, '{{ _("rule %(clause)s", clause=value) }}', value="<b>") == "regel <b>"


def test_a_sentence_of_a_mail_is_no_markup_that_a_page_has_made_before(page: Environment) -> None:
    said(page, '{{ _("Risks") }}')
    joined = said(page.overlay(autoescape=False), '{{ _("Risks") ~ value }}', value="<b>")
    assert joined == "Risker<b>"
