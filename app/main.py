"""The roof: `create_app` puts the floors together. Tests build their own; nothing here is module state."""

from collections.abc import Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.staticfiles import StaticFiles

from app import errors, routes
from app.auditing import note_reading
from app.display import Display
from app.first_run import SetUpFirst
from app.guard import Guard
from app.last_resort import LastResort
from app.shell import shell
from core.access import Operation, lines_missing
from core.db import Database
from core.key_file import load_keyring
from core.moment import Clock, now
from core.settings import Settings
from identity.middleware import SessionActor
from incidents.figures.keeping import Kept
from incidents.pages.standing_in import stand_in_here

STATIC = Path(__file__).parent / "static"


class NoPolicy(Exception):
    """A route that names no operation, or an operation without a line in the policy table: the start is refused."""


def create_app(settings: Settings, clock: Clock = now, database: Database | None = None) -> FastAPI:
    """The whole service as one ASGI application.

    Raises:
        NoPolicy: see there.
        WrongSettings: the key file cannot be read.
    """
    app = FastAPI(title="Vaka", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json", lifespan=_lifespan)
    app.state.settings = settings
    app.state.clock = clock
    app.state.started_at = clock()
    app.state.database = database or Database(settings.database, load_keyring(settings.data_key))
    app.state.shell = shell
    app.state.kept = Kept()
    app.state.is_set_up = False  # until SetUpFirst has seen the company's row
    for router in routes.ROUTERS:
        app.include_router(router, dependencies=[Depends(stand_in_here), Depends(note_reading, scope="function")])
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    errors.install(app)
    require_policy(app)
    app.add_middleware(SetUpFirst)
    app.add_middleware(Display, secure=settings.secure)
    app.add_middleware(SessionActor)
    app.add_middleware(LastResort)
    app.add_middleware(Guard, base_url=settings.base_url, secure=settings.secure)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> Any:
    yield
    app.state.database.dispose()


def operations(app: FastAPI) -> Iterator[tuple[RouteContext, Operation | None]]:
    """Each route, those of included routers too, with the operation its door asks for."""
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            doors = [getattr(part.call, "operation", None) for part in _flat(route.dependant)]
            yield route, next((door for door in doors if door), None)


def _flat(dependant: Any) -> Iterator[Any]:
    for part in dependant.dependencies:
        yield part
        yield from _flat(part)


def require_policy(app: FastAPI) -> None:
    missing = lines_missing(Operation)
    if missing:
        raise NoPolicy(f"No line in the policy table for {', '.join(missing)}.")
    for route, operation in operations(app):
        if operation is None:
            raise NoPolicy(f"The route {route.path} names no operation.")
