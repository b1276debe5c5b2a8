"""`python -m bench [--small] [P1 P4 ...]`: run the comparisons and print one table."""

import argparse
import sys
import time
from functools import partial
from pathlib import Path

from bench import audit, importing, intake, listing, mailing, overview, starting, ticking
from bench.measure import FAR, Outcome, table

ROWS = {
    "P1": intake.run,
    "P2": ticking.run,
    "P3": mailing.run,
    "P3-list": importing.run,
    "P4": listing.run,
    "P5": audit.run,
    "P6": starting.run,
    "P8": overview.run,
}
LONG = ("P3-million", "P4-million")  # only when named


def main() -> int:
    """Returns 1 when a bar is missed by far, as bench/README.md says."""
    asked = _arguments()
    archive = partial(listing.million, keep=asked.keep, names=asked.on)
    known = ROWS | dict(zip(LONG, (mailing.million, archive), strict=True))
    outcomes: list[Outcome] = []
    for name in asked.rows or ROWS:
        started = time.perf_counter()
        outcomes += known[name](small=asked.small)
        print(f"{name} took {time.perf_counter() - started:.0f} s", file=sys.stderr)
    print(table(outcomes))
    return int(any(outcome.missed_by > FAR for outcome in outcomes))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Ours against a yardstick, in one run.")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"which: {', '.join(ROWS)} (all), {', '.join(LONG)}")
    parser.add_argument("--small", action="store_true", help="a short run, for a look and for CI")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="P4-million: build here, once, and leave it there")
    parser.add_argument("--on", nargs="+", choices=listing.DATABASES, default=listing.DATABASES,
                        help="P4-million: on these databases only")  # fmt: skip
    asked = parser.parse_args()
    if unknown := set(asked.rows) - {*ROWS, *LONG}:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
