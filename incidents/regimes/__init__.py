"""Each file here is one regime: a law and its clocks. Adding `nis2.py` with a `REGIME` adds its clocks."""

from importlib import import_module
from pkgutil import iter_modules

from incidents.clock import Regime


def _found() -> dict[str, Regime]:
    regimes: list[Regime] = [import_module(f"{__name__}.{module.name}").REGIME for module in iter_modules(__path__)]
    codes = {regime.code: regime for regime in regimes}
    if len(codes) != len(regimes):
        raise ValueError("two regimes have the same code")
    return codes


REGIMES = _found()
