"""`vaka serve` and `vaka migrate`."""

import signal
import sys
from contextlib import nullcontext

import click

from app.commands.opening import open_database
from core.settings import load_settings


@click.command()
def migrate() -> None:
    """Bring the database schema up to date."""
    from app.migrations import upgrade

    settings = load_settings()
    upgrade(settings.database)
    click.echo("The database is up to date.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--no-worker", is_flag=True, help="Serve pages only; run `vaka work` elsewhere.")
@click.option("--migrate", "migrating", is_flag=True, help="Bring the schema up to date first.")
def serve(host: str, port: int, no_worker: bool, migrating: bool) -> None:
    """Serve the pages and run the worker beside them."""
    import uvicorn

    from app.anchoring.configured import require_anchors
    from app.first_run import invitation_line
    from app.left_behind import sweep_left
    from app.main import create_app
    from app.worker import beside
    from core.logs import configure
    from notifications.channels.configured import require_channels
    from notifications.relay import require_relay

    configure()
    settings = load_settings()
    require_relay(settings)
    require_channels(settings)
    require_anchors(settings)
    if "base_url" not in settings.model_fields_set and host in {"127.0.0.1", "localhost"}:
        settings = settings.model_copy(update={"base_url": f"http://{host}:{port}"})
    if migrating:
        from app.migrations import upgrade

        upgrade(settings.database)
    database = open_database(settings)
    sweep_left(settings)
    app = create_app(settings, database=database)
    click.echo(f"Vaka listens on http://{host}:{port}", err=True)
    if line := invitation_line(settings, database):
        click.echo(line, err=True)
    # uvicorn raises the signal again when it is done; without this the process would die before the worker has ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with nullcontext() if no_worker else beside(database, settings):
        # proxy_headers off: only the proxies named in the settings are believed, see identity.throttle.client_address.
        uvicorn.run(
            app, host=host, port=port, log_config=None, server_header=False, access_log=False, proxy_headers=False
        )
