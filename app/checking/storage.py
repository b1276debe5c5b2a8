"""Database, schema, keys and log: is everything there, and is it ours?"""

from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.checking.finding import Finding, advice, failed, fine
from app.log_check import last_answer
from app.migrations import newest
from app.probe import takes_writes
from core.audit.verify import verify, verify_end
from core.crypto import Keyring
from core.db import Database
from core.errors import N_
from core.key_file import load_keyring, read_key_file
from core.keys import CaseKey, require_right_key
from core.settings import Settings, WrongSettings
from core.sweeping import may_sweep

NOBODYS = Keyring("", bytes(32))
NO_KEY = N_("The file {file} is missing.")
BRING_KEY = N_(
    "Bring it back from where you keep it. Without it nobody reads the sealed fields; a new one opens nothing."
)
FIRST_START = N_("It is made at the first start: vaka serve.")
READABLE = N_("Others on this machine can read {file}.")
CLOSE_KEY = N_("Run chmod 600 on it.")
WRONG_KEY = N_("This key file does not open this database.")
NO_DATABASE = N_("The database does not answer.")
START_IT = N_("Start it, or correct VAKA_DATABASE_URL. A new one is made by vaka migrate.")
NOT_WRITABLE = N_("The database answers but takes no write.")
MAKE_ROOM = N_("Look at the space and the rights of its disk.")
NOT_ITS_OWN = N_(
    "The service does not own its database: what is erased stays a while in the samples that PostgreSQL keeps."
)
ALL_ENTRIES = 200_000
END = 2_000


def open_without_making(settings: Settings) -> Database:
    """Looking makes neither a key file nor anything else."""
    path = settings.data_key
    return Database(settings.database, load_keyring(path) if path.is_file() else NOBODYS)


def database(settings: Settings, opened: Database) -> Finding:
    if _is_missing(settings):
        return failed("database", NO_DATABASE, START_IT)
    try:
        with opened.reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return failed("database", NO_DATABASE, START_IT)
    return fine("database", N_("It answers."))


def schema(_settings: Settings, opened: Database) -> Finding:
    wanted = newest()
    try:
        with opened.reading() as session:
            found = session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        found = None
    if found is None:
        return failed("schema", N_("The database is empty."), N_("Run vaka migrate."))
    if found != wanted:
        return failed("schema", N_("It is {found}, this version needs {wanted}."), N_("Run vaka migrate."),
                      found=found, wanted=wanted)  # fmt: skip
    if not takes_writes(opened):
        return failed("database", NOT_WRITABLE, MAKE_ROOM)
    return fine("schema", N_("It is up to date."))


def keys(settings: Settings, opened: Database) -> Finding:
    """The key file is there, is ours, and is nobody else's to read."""
    path = settings.data_key
    if not path.is_file():
        with opened.reading() as session:
            used = session.scalar(select(CaseKey.case_id).limit(1))
        return failed("keys", NO_KEY, FIRST_START if used is None else BRING_KEY, file=path.name)
    if path.stat().st_mode & 0o077:
        return failed("keys", READABLE, CLOSE_KEY, file=path.name)
    try:
        with opened.transaction() as session:
            require_right_key(session)
    except WrongSettings:
        return failed("keys", WRONG_KEY, BRING_KEY)
    if (held := read_key_file(path)).next or held.old:
        return advice("keys", N_("A change of key is not finished."),
                      N_("Run vaka key rotate: it goes on where it was."))  # fmt: skip
    return fine("keys", N_("The key file opens this database."))


def log(session: Session) -> Finding:
    """All of it while that takes a second or two; of a long log the head and the last entries."""
    verdict = verify_end(session, END)
    whole = verdict.size <= ALL_ENTRIES
    if whole:
        verdict = verify(session)
    elif (known := last_answer(session)).bad and verdict.result == "ok":
        return failed("log", N_("It does not match: {kind}."), N_("Change nothing. Copy the database first, then run "
                      "vaka log verify."), kind=known.kind)  # fmt: skip
    elif known.unread and verdict.result == "ok":
        return failed("log", N_("The last check of all of it could not be finished."), N_("Change nothing. Copy the "
                      "database first, then run vaka log verify."))  # fmt: skip
    if verdict.result == "bad":
        return failed("log", N_("It does not match: {kind}."), N_("Change nothing. Copy the database first, then run "
                      "vaka log verify."), kind=verdict.kind)  # fmt: skip
    if whole:
        return fine("log", N_("All {size} entries match."), size=verdict.size)
    return fine("log", N_("The last entries of {size} match; vaka log verify looks at all."), size=verdict.size)


def erasing(session: Session) -> Finding:
    """What is erased must not live on where only the owner of a database may clean."""
    if may_sweep(session):
        return fine("erasing", N_("What is erased leaves nothing in the database."))
    return advice("erasing", NOT_ITS_OWN, N_("Run ALTER DATABASE … OWNER TO … with its role."))


def _is_missing(settings: Settings) -> bool:
    """An SQLite file that is not there would be made by looking at it."""
    url = settings.database
    return url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).is_file()
