"""Colours are written twice for the dark: once for who chose it, once for whose device asks for it."""

import re
from pathlib import Path

TOKENS = Path(__file__).parents[2] / "app" / "static" / "tokens.css"


def block(selector: str) -> dict[str, str]:
    """The custom properties of the one rule that has exactly this selector."""
    rules = re.findall(r"([^{};]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", TOKENS.read_text("utf-8"), flags=re.DOTALL))
    (body,) = [body for head, body in rules if head.strip() == selector]
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", body))


def test_the_two_dark_blocks_are_equal() -> None:
    chosen, device = block('[data-color-scheme="dark"]'), block('[data-color-scheme="auto"]')
    assert chosen == device
    assert chosen["--v-bg"] == "#12161b"


def test_the_dark_blocks_name_light_tokens_only() -> None:
    light = block(':root, [data-color-scheme="light"]')
    assert set(block('[data-color-scheme="dark"]')) <= set(light)
