"""One frozen class of settings, read from VAKA_* variables or .env, and handed in."""

import os
import re
import secrets
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "VAKA_"
RETURN_PATH = re.compile(r"[\w.-]{1,27}@[A-Za-z0-9.-]{1,200}", re.ASCII)


class WrongSettings(Exception):
    """A setting that stops the start, said in one sentence."""


class Environment(StrEnum):
    """Only production mails real people; the two others say so on every page."""

    PRODUCTION = "production"
    TEST = "test"
    DEMO = "demo"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="forbid", frozen=True)

    database_url: str = ""
    secret_key: SecretStr = SecretStr("")
    secret_key_file: Path | None = None
    data_key_file: Path | None = None
    signer_dir: Path | None = None
    base_url: str = "http://127.0.0.1:8000"
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""
    mail_allow: str = ""
    mail_rate: int = Field(default=0, ge=0)
    mail_window: int = Field(default=1, ge=1, le=1000)
    bounce_address: str = ""
    bounce_maildir: Path | None = None
    var_dir: Path = Path("var")
    environment: Environment = Environment.TEST
    trusted_proxies: str = ""
    alert_webhook_url: SecretStr = SecretStr("")
    alert_webhook_secret: SecretStr = SecretStr("")
    alert_webhook_private: bool = False
    alert_command: SecretStr = SecretStr("")
    alert_syslog: str = ""
    heartbeat_url: SecretStr = SecretStr("")
    heartbeat_private: bool = False
    metrics_token: SecretStr = SecretStr("")
    anchor_dir: Path | None = None
    anchor_mail: str = ""
    tsa_url: SecretStr = SecretStr("")
    tsa_ca: Path | None = None
    tsa_private: bool = False
    backup_public_key: str = ""
    backup_days: int = Field(default=2, ge=1)

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be an http or https address such as https://vaka.company.example")
        return value.rstrip("/")

    @field_validator("bounce_address")
    @classmethod
    def _has_room_for_a_token(cls, value: str) -> str:
        if value and not RETURN_PATH.fullmatch(value):
            raise ValueError("must be one address such as bounces@company.example, at most 27 signs before the @")
        return value

    @field_validator("bounce_maildir")
    @classmethod
    def _is_a_maildir(cls, value: Path | None) -> Path | None:
        if value and not ((value / "new").is_dir() and (value / "cur").is_dir()):
            raise ValueError("must be a maildir: a folder with the folders new and cur")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _hard_to_guess(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < 16:
            raise ValueError("must have at least 16 characters")
        return value

    @model_validator(mode="after")
    def _safe_in_production(self) -> "Settings":
        if self.environment is Environment.PRODUCTION and not self.base_url.startswith("https://"):
            raise ValueError("base_url must be https in production")
        if self.bounce_maildir and not self.bounce_address:
            raise ValueError("bounce_maildir needs bounce_address, the address whose mail comes to it")
        if self.anchor_dir and self.anchor_dir.absolute().is_relative_to(self.var_dir.absolute()):
            raise ValueError("anchor_dir must lie outside of var_dir, best on another machine")
        if self.tsa_url.get_secret_value() and not self.tsa_ca:
            raise ValueError("tsa_url needs tsa_ca, the PEM file with the root of that authority")
        if self.secret_key.get_secret_value() and len(self.secret_key.get_secret_value()) < 32:
            raise ValueError("secret_key must have at least 32 characters")
        return self

    @property
    def database(self) -> str:
        """The database address; the embedded SQLite file in `var_dir` when none is set."""
        return self.database_url or f"sqlite:///{self.var_dir / 'vaka.db'}"

    @property
    def data_key(self) -> Path:
        return self.data_key_file or self.var_dir / "data.key"

    @property
    def signer(self) -> Path:
        """Where the signer of the log keeps its key and its memory: never in the database, nor in its backups."""
        return self.signer_dir or self.var_dir / "signer"

    @property
    def secure(self) -> bool:
        return self.base_url.startswith("https://")


def load_settings(**values: object) -> Settings:
    """Read the settings.

    Raises:
        WrongSettings: an unknown VAKA_ name, a wrong value, or a `var_dir` that cannot be written.
    """
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    for name in os.environ:
        if name.startswith(PREFIX) and name.upper() not in known:
            raise WrongSettings(f"The setting {name} is unknown; known are {', '.join(sorted(known))}.")
    try:
        settings = Settings(**values)  # type: ignore[arg-type]
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = f"{PREFIX}{first['loc'][0]}".upper() if first["loc"] else "The settings"
        raise WrongSettings(f"{where}: {first['msg'].removeprefix('Value error, ')}.") from None
    _require_writable(settings.var_dir)
    return settings


def _require_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (probe := folder / f".probe-{secrets.token_hex(4)}").touch()
        probe.unlink()
    except OSError:
        raise WrongSettings(f"VAKA_VAR_DIR: the folder {folder} cannot be written.") from None


def secret_of(settings: Settings) -> bytes:
    """The instance secret for keyed hashes: the setting, its file, or one made at first start (0600)."""
    given = settings.secret_key.get_secret_value()
    if given:
        return given.encode()
    path = settings.secret_key_file or settings.var_dir / "secret.key"
    if not path.exists():
        write_secret(path, secrets.token_hex(32))
    return path.read_text().strip().encode()


def write_secret(path: Path, text: str) -> None:
    """Write a secret that only its owner can read and that survives a power cut."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
