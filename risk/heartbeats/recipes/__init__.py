"""Recipes for machines: files that can be run as they are, with the address of this very heartbeat filled in."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from core.errors import N_

NO_TOKEN = "TOKEN"  # noqa: S105 - stands for one, where it is not known any more


@dataclass(frozen=True, slots=True)
class Recipe:
    """One example: what it is for, where it goes, and its file."""

    code: str
    title: str
    place: str
    file: str


RECIPES = (
    Recipe("shell", N_("Any command, with a shell script"), "/usr/local/sbin/vaka-beat", "shell.sh"),
    Recipe("cron", N_("A line for cron"), "/etc/cron.d/nightly-job", "cron.txt"),
    Recipe("systemd", N_("A timer of systemd"), "/etc/systemd/system/", "systemd.txt"),
    Recipe("pg_dump", N_("PostgreSQL with pg_dump"), "/usr/local/sbin/vaka-pg-dump", "pg_dump.sh"),
    Recipe("restic", N_("Backup with restic"), "/usr/local/sbin/vaka-restic", "restic.sh"),
    Recipe("borg", N_("Backup with borg"), "/usr/local/sbin/vaka-borg", "borg.sh"),
    Recipe("freshclam", N_("ClamAV: are the definitions fresh?"), "/usr/local/sbin/vaka-freshclam", "freshclam.sh"),
)


@dataclass(frozen=True, slots=True)
class Filled:
    """A recipe ready to be copied."""

    code: str
    title: str
    place: str
    text: str


def api_address(base_url: str, control_code: str) -> str:
    return f"{base_url}/api/v1/controls/{control_code}/heartbeat"


def ping_address(base_url: str, token: str = NO_TOKEN) -> str:
    return f"{base_url}/ping/{token}"


def filled(base_url: str, control_code: str, token: str = NO_TOKEN) -> list[Filled]:
    """Every recipe for one control. The API's address is always the real one; the token is known once only."""
    slots = {"@API@": api_address(base_url, control_code), "@PING@": ping_address(base_url, token)}
    return [Filled(one.code, one.title, one.place, _put(text_of(one.file), slots)) for one in RECIPES]


def header_file(token: str = NO_TOKEN) -> str:
    """How the token gets onto the machine: into a file, so that it is in no command line that others can see."""
    return (
        "umask 077; mkdir -p /etc/vaka\n"
        "cat >/etc/vaka/heartbeat <<'END'\n"
        f"Authorization: Bearer {token}\n"
        "END\n"
        "chmod 600 /etc/vaka/heartbeat"
    )


@cache
def text_of(file: str) -> str:
    return (files(__name__) / file).read_text("utf-8")


def _put(text: str, slots: dict[str, str]) -> str:
    for slot, value in slots.items():
        text = text.replace(slot, value)
    return text
