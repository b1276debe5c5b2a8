"""The rules are published twice. Most have signed both versions, some only the first, one none, one refused."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.demo.stage import Stage, Story
from identity.rules.keeping import AnswerForm, RulesForm, publish, refuse_rules, sign
from identity.rules.reminding import ask_due
from identity.rules.standing import STEPS

CARD = Path(__file__).with_name("rulebook.toml")
NEVER, REFUSES, ONLY_THE_FIRST = "substitute", "writer", ("approver", "second_owner", "chair")
REASON = "Punkt 5 går inte ihop med hur pressutskicken görs i dag. Jag vill prata om det först."


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that happens to the rules, so many days before the present. `key`: who; "" for the version itself."""

    days_ago: float
    version: int
    key: str = ""


def introduced(stage: Stage) -> Story:
    """Every scene in the order of time, and the reminders between them."""
    texts = tomllib.loads(CARD.read_text("utf-8"))["version"]
    for scene in sorted(_scenes(stage, texts), key=lambda one: -one.days_ago):
        yield stage.present - timedelta(days=scene.days_ago)
        _play(stage, scene, texts)
    yield stage.present
    ask_due(stage.session, stage.moment)


def _scenes(stage: Stage, texts: list[dict[str, Any]]) -> Iterator[Scene]:
    for number, card in enumerate(texts, start=1):
        began = float(card["days_ago"])
        yield Scene(began, number)
        yield from (Scene(began - days - 0.01, number, "reminded") for days in STEPS)
        for place, key in enumerate(stage.people):
            if key != NEVER and (number == 1 or key not in ONLY_THE_FIRST):
                yield Scene(began - 0.2 - place * 0.7, number, key)


def _play(stage: Stage, scene: Scene, texts: list[dict[str, Any]]) -> None:
    session, now = stage.session, stage.moment
    if not scene.key:
        card = texts[scene.version - 1]
        form = RulesForm(text_sv=card["sv"], text_en=card["en"], summary_sv=card.get("summary_sv", ""),
                         summary_en=card.get("summary_en", ""))  # fmt: skip
        publish(session, stage.actor("manager"), form, now)
    elif scene.key == "reminded":
        ask_due(session, now)
    elif scene.key == REFUSES and scene.version == len(texts):
        refuse_rules(session, stage.actor(scene.key), AnswerForm(version=scene.version, reason=REASON), "sv", now)
    else:
        person = stage.people[scene.key]
        sign(session, person.actor, AnswerForm(version=scene.version, name=person.name), person.language, now)
    session.flush()
