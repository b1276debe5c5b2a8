"""Each file here is one regime: a law and its clocks. Adding `fadp.py` with a `REGIME` adds its clocks.

A file that names no law, or counts from a moment nobody knows, stops the start: a silent clock is worse than none.
"""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules

from incidents.clock import DONE, Anchor, Regime, Stage


def well_formed(regime: Regime) -> Regime:
    """The regime as it is.

    Raises:
        ValueError: no citation, a duty named twice, or an anchor that is neither a known moment nor an earlier stage.
    """
    if not regime.law.strip() or not regime.stages:
        raise ValueError(f"the regime {regime.code} cites no law or has no duty")
    for stages in (regime.stages, *(version.stages for version in regime.later)):
        _check(regime.code, stages)
    days = [version.since for version in regime.later]
    if days != sorted(set(days)):
        raise ValueError(f"the versions of {regime.code} are not in the order of their dates")
    return regime


def _check(code: str, stages: Iterable[Stage]) -> None:
    earlier: set[str] = set()
    for stage in stages:
        rule = stage.rule
        if not rule.basis.strip():
            raise ValueError(f"{code}: {stage.duty} cites no law")
        if stage.duty in earlier:
            raise ValueError(f"{code}: {stage.duty} is named twice")
        anchors = [rule.anchor, *([rule.cap.anchor] if rule.cap else [])]
        for anchor in anchors:
            if anchor not in set(Anchor) and anchor.removeprefix(DONE) not in earlier:
                raise ValueError(f"{code}: {stage.duty} counts from {anchor}, which nobody knows")
        earlier.add(stage.duty)


def _found() -> dict[str, Regime]:
    names = (module.name for module in iter_modules(__path__))
    regimes = [well_formed(import_module(f"{__name__}.{name}").REGIME) for name in names]
    codes = {regime.code: regime for regime in regimes}
    if len(codes) != len(regimes):
        raise ValueError("two regimes have the same code")
    return codes


REGIMES = _found()
