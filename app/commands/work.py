"""`vaka work`: the worker alone. Any number may run beside each other; on SQLite on the same machine."""

import signal
from datetime import timedelta

import click

from app.commands.opening import open_database
from core.settings import load_settings


@click.command()
@click.option("--lease", default=120.0, show_default=True, help="Seconds after which a worker without a sign is dead.")
def work(lease: float) -> None:
    """Raise the levels of the clocks, send mails and alarms, remind of controls, until told to stop."""
    from app.anchoring.configured import require_anchors
    from app.worker import Worker
    from core.logs import configure
    from notifications.channels.configured import require_channels
    from notifications.relay import require_relay

    configure()
    settings = load_settings()
    require_relay(settings)
    require_channels(settings)
    require_anchors(settings)
    database = open_database(settings)
    # Blocked before any thread starts, then waited for: a handler could meet a lock that this thread holds itself.
    stops = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)
    worker = Worker(database, settings, lease=timedelta(seconds=lease))
    worker.start()
    signal.sigwait(stops)
    worker.stop()
    database.dispose()
