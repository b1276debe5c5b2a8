"""Colours that carry an order keep it for eyes that lack a kind of cone: the heat map and the kinds of cause, read from
the sheet that pages are given. The matrices are those of Machado, Oliveira and Fernandes (2009) for full severity."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

SHEET = (Path(__file__).parents[2] / "app/static/tokens.css").read_text("utf-8")
EYES = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
LEAST_STEP = 1.2  # WCAG contrast between neighbours; number, word and frame tell them apart besides


def colours(theme: str) -> dict[str, str]:
    """The tokens of a theme; what dark leaves out is as in light."""
    blocks = re.findall(r"([^{}]*)\{([^{}]*--v-[^{}]*)\}", SHEET)
    wanted = [body for head, body in blocks if "light" in head or (theme == "dark" and '"dark"' in head)]
    return dict(re.findall(r"(--v-\w+): (#[0-9a-f]{6})", " ".join(wanted)))


def luminance(colour: str, eye: str) -> float:
    """Relative luminance of what this eye sees."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    red, green, blue = (
        min(max(sum(weight * one for weight, one in zip(row, linear, strict=True)), 0), 1) for row in EYES[eye]
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("eye", EYES)
def test_the_heat_map_gets_darker_at_every_step(theme: str, eye: str) -> None:
    found = [luminance(colours(theme)[f"--v-h{step}"], eye) for step in range(1, 6)]
    for lighter, darker in pairwise(found):
        assert (lighter + 0.05) / (darker + 0.05) >= LEAST_STEP, (theme, eye, found)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("eye", EYES)
def test_the_kinds_of_cause_stand_in_one_order_of_shade(theme: str, eye: str) -> None:
    found = [luminance(colours(theme)[f"--v-s{step}"], eye) for step in range(1, 4)]
    order = found if theme == "light" else found[::-1]
    for darker, lighter in pairwise(order):
        assert (lighter + 0.05) / (darker + 0.05) >= LEAST_STEP, (theme, eye, found)
