"""The yardstick: FastAPI and SQLAlchemy, one row inserted and committed a request, on the same SQLite settings.

Run as `python -m bench.bare PORT FILE`. It imports nothing of Vaka, so that its start and memory are its own.
"""

import secrets
import sys
from typing import Annotated, Any

import uvicorn
from fastapi import FastAPI, Form
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

PRAGMAS = ("busy_timeout=30000", "journal_mode=wal", "synchronous=full", "foreign_keys=on", "temp_store=memory")


class Base(DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "row"
    id: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]


def create_app(file: str) -> FastAPI:
    engine = _engine(file)
    Base.metadata.create_all(engine)
    sessions = sessionmaker(engine)
    app = FastAPI()

    @app.get("/")
    def live() -> dict[str, str]:
        return {"status": "live"}

    @app.post("/", status_code=201)
    def insert(what_happened_text: Annotated[str, Form()]) -> dict[str, str]:
        row = Row(id=secrets.token_hex(16), text=what_happened_text)
        with sessions(expire_on_commit=False) as session:
            session.add(row)
            session.commit()
        return {"id": row.id}

    return app


def _engine(file: str) -> Engine:
    """One writing connection, durable before the answer, as in core/db.py."""
    engine = create_engine(f"sqlite:///{file}", pool_size=1, max_overflow=0, pool_timeout=60,
                           connect_args={"check_same_thread": False})  # fmt: skip

    @event.listens_for(engine, "connect")
    def _open(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


if __name__ == "__main__":
    uvicorn.run(create_app(sys.argv[2]), port=int(sys.argv[1]), log_config=None, access_log=False, server_header=False)
