"""A placeholder language with an allow-list: nothing is evaluated, and a value is never read twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from notifications.letters.placeholders import ALLOWED, broken, fill, fill_subject, placeholders, unknown

text = st.text(alphabet="a{}% n\nme_|7*å", max_size=40)


def test_names_are_found_once_in_their_order() -> None:
    assert placeholders("{{ name }}, {{company}} and {{ name }}") == ["name", "company"]


def test_values_are_put_in_as_they_are() -> None:
    assert fill("Hej {{ name }},", {"name": "Åsa Ærøskøbing-Šimkutė"}) == "Hej Åsa Ærøskøbing-Šimkutė,"


def test_a_value_that_ends_with_a_full_stop_ends_the_sentence_once() -> None:
    hours = {"contact_hours": "darbo dienomis 9.00–16.30 val."}
    assert fill("Skambinkite {{ contact_hours }}. Ačiū.", hours) == "Skambinkite darbo dienomis 9.00–16.30 val. Ačiū."
    assert fill("({{ contact_hours }})", hours) == "(darbo dienomis 9.00–16.30 val.)"


def test_a_value_that_looks_like_a_placeholder_stays_as_it_is() -> None:
    assert (
        fill("{{ name }} {{ company }}", {"name": "{{ company }}", "company": "Nordhamn"}) == "{{ company }} Nordhamn"
    )


@pytest.mark.parametrize("name", ["password", "Name", "name2", "__class__"])
def test_a_name_that_is_not_allowed_is_named_and_refused(name: str) -> None:
    assert unknown(f"{{{{ {name} }}}}") == [name]
    with pytest.raises(Invalid) as refused:
        fill(f"{{{{ {name} }}}}", {name: "x"})
    assert refused.value.params == {"name": name}


def test_a_missing_value_is_refused_not_left_blank() -> None:
    with pytest.raises(Invalid):
        fill("{{ name }}", {})


@pytest.mark.parametrize(
    "attempt",
    [
        "{{ name|upper }}",
        "{{ name.__class__ }}",
        "{{ 7*7 }}",
        "{% for x in y %}",
        "{{ name }",
        "{{{ name }}}",
        "{# hi #}",
    ],
)
def test_anything_cleverer_is_broken_and_never_evaluated(attempt: str) -> None:
    assert broken(attempt)
    assert fill(attempt, {"name": "N"}) == attempt


@given(text, st.dictionaries(st.sampled_from(ALLOWED), text))
def test_text_without_well_formed_placeholders_is_never_changed(written: str, values: dict[str, str]) -> None:
    if not placeholders(written):
        assert fill(written, values) == written


@given(st.text())
def test_a_name_never_breaks_a_line_or_a_header(name: str) -> None:
    filled = fill_subject("Till {{ name }}", {"name": name})
    assert len(filled.splitlines()) == 1
    assert "\n" not in fill("{{ name }}", {"name": name})
