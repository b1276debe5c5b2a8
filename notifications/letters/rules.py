"""What a letter in one language is measured by: its headings, and the words that no letter may hold."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from notifications.letters.blocks import Block


@dataclass(frozen=True, slots=True)
class Rules:
    """`hard_lix` is none where the index says nothing: it was made for the Nordic languages."""

    headings: Mapping[Block, str]
    hedges: re.Pattern[str]
    links: re.Pattern[str]
    attachments: re.Pattern[str]
    secrets: re.Pattern[str]
    hard_lix: int | None = None
