"""The mails of the case: short subjects with the reference last, in both languages, and nothing about the content."""

import re

import pytest

from core.organisation import Organisation
from core.settings import Settings
from notifications.mail import written
from notifications.opening import Opened
from notifications.outbox import Fact

KINDS = ["level_L1", "level_L2", "level_L3", "level_L4", "level_L5", "case_free", "case_reopened", "signature_wanted",
         "signature_given", "signature_refused", "aware_moved", "dismissal_proposed", "report_dismissed",
         "report_closed", "nobody_left"]  # fmt: skip
COMPANY = Organisation(name="Nordhamn Verktyg AB", phone="031-390 06 42", zone="Europe/Stockholm", mail_from="")
DUE = "ons 25 nov 2026 14:05 CET"
SETTINGS = Settings(base_url="https://vaka.nordhamn.example")
FACTS: dict[str, Fact] = {
    "reference": "PUI-2026-7K3Q", "path": "/incidents/PUI-2026-7K3Q", "due": DUE, "left": "23 h 59 min",
    "waited": "31 min", "old_due": DUE, "new_due": "", "duty": "notify_authority", "title": "Anmäl",
    "means": "24 timmar kvar", "late": "", "again": True, "missing": ["Kategorier"], "strip": "",
}  # fmt: skip


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_is_short_on_top_and_says_what_to_do(kind: str, language: str) -> None:
    opened = Opened("a1", "<frozen@vaka.invalid>", kind, language, "anna@nordhamn.example", FACTS)
    subject, body = written(opened, COMPANY, SETTINGS)
    assert re.fullmatch(r".{5,34} · PUI-2026-7K3Q", subject), subject
    assert len(subject) <= 50
    assert "!" not in body
    assert "{{" not in body
