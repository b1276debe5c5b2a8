"""Each file here is one regime: a law and its clocks. Adding `fadp.py` with a `REGIME` adds its clocks.

A file that names no law, or counts from a moment nobody knows, stops the start: a silent clock is worse than none.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from incidents.clock import Regime, Stage, WrongRegime
from incidents.escalation import Duty
from incidents.rules import DONE, Anchor


def well_formed(regime: Regime) -> Regime:
    """The regime as it is.

    Raises:
        WrongRegime: it cites no law, its versions are out of order, or one of its duties is not sound.
    """
    if not regime.law.strip() or not all(regime.every_version()):
        raise WrongRegime(regime.code, "it cites no law or has no duty")
    days = [version.since for version in regime.later]
    if days != sorted(set(days)):
        raise WrongRegime(regime.code, "its versions are not in the order of their dates")
    for stages in regime.every_version():
        for place, stage in enumerate(stages):
            for fault in _faults(stage, {str(earlier.duty) for earlier in stages[:place]}):
                raise WrongRegime(regime.code, f"{stage.duty} {fault}")
    return regime


def _faults(stage: Stage, earlier: set[str]) -> Iterator[str]:
    """What is not sound in a duty that follows the `earlier` ones."""
    rule, periods = stage.rule, [stage.rule.period]
    anchors = [rule.anchor]
    if rule.cap is not None:
        anchors, periods = [*anchors, rule.cap.anchor], [*periods, rule.cap.period]
    if not rule.basis.strip():
        yield "cites no law"
    if stage.duty in earlier:
        yield "is named twice"
    for anchor in anchors:
        if anchor not in set(Anchor) and not (anchor.startswith(DONE) and anchor.removeprefix(DONE) in earlier):
            yield f"counts from {anchor}, which nobody knows"
    if any(length <= 0 for period in periods for length in period.lengths.values()):
        yield "has a length of nothing"
    open_ended = rule.period.as_soon_as_possible and stage.given is None
    if open_ended and all(step.before_due is not None for step in stage.ladder):
        yield "has no end and would raise no alarm"


def _found() -> dict[str, Regime]:
    found: dict[str, Regime] = {}
    for module in iter_modules(__path__):
        regime = getattr(import_module(f"{__name__}.{module.name}"), "REGIME", None)
        if not isinstance(regime, Regime):
            raise WrongRegime(module.name, "its file holds no REGIME")
        if regime.code in found:
            raise WrongRegime(regime.code, "two files have this code")
        found[regime.code] = well_formed(regime)
    _one_owner(found)
    return found


def _one_owner(found: dict[str, Regime]) -> None:
    """A duty that the case itself fulfils belongs to one regime: done for one law, it must not look done for two."""
    owners: dict[str, str] = {}
    for code, regime in found.items():
        for duty in {str(stage.duty) for stages in regime.every_version() for stage in stages} & set(Duty):
            if owners.setdefault(duty, code) != code:
                raise WrongRegime(code, f"{duty} already belongs to {owners[duty]}")


REGIMES = _found()
