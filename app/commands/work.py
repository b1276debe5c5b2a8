"""`vaka work`: the worker alone. Any number may run beside each other; on SQLite on the same machine."""

import signal
from datetime import timedelta
from threading import Event

import click

from app.commands.opening import open_database
from core.settings import load_settings


@click.command()
@click.option("--lease", default=120.0, show_default=True, help="Seconds after which a worker without a sign is dead.")
def work(lease: float) -> None:
    """Send mails, raise the levels of the clocks, remind of controls, until told to stop."""
    from app.worker import Worker
    from core.logs import configure
    from notifications.relay import require_relay

    configure()
    settings = load_settings()
    require_relay(settings)
    database = open_database(settings)
    stopped = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    worker = Worker(database, settings, lease=timedelta(seconds=lease))
    worker.start()
    stopped.wait()
    worker.stop()
    database.dispose()
