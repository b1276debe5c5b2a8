"""How a command speaks: in the language of the terminal, and with one sentence when the input is wrong."""

import os
from collections.abc import Mapping

import click

from core.errors import Invalid
from core.i18n import translate

NAMES = ("LC_ALL", "LC_MESSAGES", "LANG")
WRONG_INPUT = 2


def language(environment: Mapping[str, str] = os.environ) -> str:
    """Swedish where the terminal asks for it, else English. The first of these variables that is set decides."""
    wanted = next((value for name in NAMES if (value := environment.get(name, ""))), "")
    return "sv" if wanted.lower().startswith("sv") else "en"


def refuse(wrong: Invalid) -> SystemExit:
    """The sentence on standard error, to be raised as the end of the command."""
    sentences = (translate(language(), sentence, **wrong.params) for sentence in wrong.fields.values())
    click.echo(" ".join(sentences), err=True)
    return SystemExit(WRONG_INPUT)
