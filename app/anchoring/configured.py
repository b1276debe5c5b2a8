"""Which anchors the settings name, read once and refused in one sentence when one cannot be used."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult

from core.audit.timestamps import Authority, read_authority
from core.settings import Settings, WrongSettings
from notifications.channels.calling import parse_address
from notifications.mail import UnusableAddress, one_address

FEWEST, MOST = 2, 10


@dataclass(frozen=True)
class Stamping:
    """A time-stamping authority. Plain http is as good as https here: the token is signed, and what is sent is a digest
    that tells nothing."""

    to: SplitResult = field(repr=False)
    authority: Authority = field(repr=False)
    private: bool = False

    @property
    def place(self) -> str:
        """Where it is, without the path: that may hold a token."""
        return self.to.hostname or ""


@dataclass(frozen=True)
class Ways:
    """The anchors in the settings; the mailboxes may be on the settings page instead."""

    folder: Path | None = None
    stamping: Stamping | None = None
    mailboxes: tuple[str, ...] = field(default=(), repr=False)


def ways_of(settings: Settings) -> Ways:
    """Every anchor that is set.

    Raises:
        WrongSettings: one of them can never work. A folder that is not there just now may come back, and is no such.
    """
    if settings.anchor_dir and not settings.anchor_dir.is_absolute():
        raise WrongSettings("VAKA_ANCHOR_DIR: write the whole path of the folder, from / on.")
    if settings.anchor_dir and settings.anchor_dir.exists() and not settings.anchor_dir.is_dir():
        raise WrongSettings("VAKA_ANCHOR_DIR: this is a file, not a folder.")
    return Ways(settings.anchor_dir, _stamping(settings), read_mailboxes(settings.anchor_mail))


def require_anchors(settings: Settings) -> None:
    """Stop a start with an anchor that could never hold.

    Raises:
        WrongSettings: see `ways_of`.
    """
    ways_of(settings)


def read_mailboxes(text: str) -> tuple[str, ...]:
    """The addresses of `VAKA_ANCHOR_MAIL`.

    Raises:
        WrongSettings: too few, too many, or one that is no address; none is repeated.
    """
    if not text.strip():
        return ()
    try:
        return parse_mailboxes(text.replace(",", "\n"))
    except UnusableAddress:
        raise WrongSettings("VAKA_ANCHOR_MAIL: one of these is not an e-mail address.") from None
    except ValueError:
        raise WrongSettings(
            f"VAKA_ANCHOR_MAIL: write {FEWEST} to {MOST} different addresses, with commas between."
        ) from None


def parse_mailboxes(text: str) -> tuple[str, ...]:
    """One address a line, each once.

    Raises:
        UnusableAddress: one of the lines is no address.
        ValueError: too few or too many.
    """
    written = [line.strip() for line in text.splitlines() if line.strip()]
    for line in written:
        one_address(line)
    found = tuple({line.casefold(): line for line in written}.values())
    if not FEWEST <= len(found) <= MOST:
        raise ValueError
    return found


def _stamping(settings: Settings) -> Stamping | None:
    url = settings.tsa_url.get_secret_value()
    if not url or settings.tsa_ca is None:
        return None
    return Stamping(parse_address("VAKA_TSA_URL", url), read_authority(settings.tsa_ca), settings.tsa_private)
