"""A hundred thousand entries: `vaka log verify` stays quick and needs no more memory than for a thousand."""

import json
import subprocess
import sys
import time

import pytest

from core.access import SYSTEM
from core.audit import record
from tests.core.test_audit import tamper
from tests.fixtures.world import World

SIZE, FEW, AT_ONCE = 100_000, 1_000, 5_000
MEASURED = (
    "import sys; from app.cli import main\n"
    "try: main()\n"
    "except SystemExit as end: code = end.code\n"
    "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0], file=sys.stderr)\n"
    "sys.exit(code)"
)


def write(world: World, count: int) -> None:
    """As a busy month would: through `record`, many entries a transaction."""
    for start in range(0, count, AT_ONCE):
        with world.change() as session:
            for number in range(start, min(start + AT_ONCE, count)):
                record(session, SYSTEM, "test:ran", f"object-{number}", world.now, facts={"number": number})


def verified(world: World) -> tuple[dict[str, object], float, int]:
    """The document, the seconds and the peak of memory in kB."""
    settings = {"VAKA_DATABASE_URL": world.database.url, "VAKA_VAR_DIR": str(world.settings.var_dir)}
    program = [sys.executable, "-c", MEASURED, "log", "verify", "--json"]
    started = time.monotonic()
    answer = subprocess.run(program, env=settings, capture_output=True, text=True, check=False)
    return json.loads(answer.stdout), time.monotonic() - started, int(answer.stderr.split()[-1])


@pytest.mark.long
def test_a_hundred_thousand_entries_verify_quickly_and_with_flat_memory(world: World) -> None:
    write(world, FEW)
    _, _, little = verified(world)
    started = time.monotonic()
    write(world, SIZE - FEW)
    written = time.monotonic() - started
    document, seconds, much = verified(world)
    print(f"{SIZE} entries: written in {written:.1f} s, verified in {seconds:.1f} s, {little} kB -> {much} kB")  # noqa: T201
    assert (document["size"], document["result"]) == (SIZE, "unanchored")
    assert much - little < 20_000
    assert seconds < 60
    tamper(world, "UPDATE audit_entry SET actor = 'nobody' WHERE seq = 77777")
    document, _, _ = verified(world)
    assert (document["result"], document["first_bad"]) == ("bad", 77777)
