"""`python -m bench [--small] [P1 P4 ...]`: run the comparisons and print one table."""

import argparse
import sys
import time

from bench import audit, importing, intake, listing, mailing, starting, ticking
from bench.measure import FAR, Outcome, table

ROWS = {
    "P1": intake.run,
    "P2": ticking.run,
    "P3": mailing.run,
    "P3-list": importing.run,
    "P4": listing.run,
    "P5": audit.run,
    "P6": starting.run,
}
LONG = {"P3-million": mailing.million, "P4-million": listing.million}  # only when named


def main() -> int:
    """Returns 1 when a bar is missed by far, as bench/README.md says."""
    asked = _arguments()
    outcomes: list[Outcome] = []
    for name in asked.rows or ROWS:
        started = time.perf_counter()
        outcomes += (ROWS | LONG)[name](small=asked.small)
        print(f"{name} took {time.perf_counter() - started:.0f} s", file=sys.stderr)
    print(table(outcomes))
    return int(any(outcome.missed_by > FAR for outcome in outcomes))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Ours against a yardstick, in one run.")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"which: {', '.join(ROWS)} (all), {', '.join(LONG)}")
    parser.add_argument("--small", action="store_true", help="a short run, for a look and for CI")
    asked = parser.parse_args()
    if unknown := set(asked.rows) - set(ROWS | LONG):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
