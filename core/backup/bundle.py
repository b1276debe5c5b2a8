"""The inside of a backup: a tar of a few files, and last a manifest with the size and hash of each."""

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from core.backup.envelope import BROKEN, Damaged

MANIFEST = "manifest.json"
FORMAT = 1
NAME = re.compile(r"[a-z0-9]([a-z0-9._-]{0,60}[a-z0-9])?(/[a-z0-9]([a-z0-9._-]{0,60}[a-z0-9])?)?")
PIECE = 2**20
Part = tuple[str, Path | bytes]


def write_bundle(target: BinaryIO, about: dict[str, Any], parts: Iterable[Part]) -> dict[str, Any]:
    """Write the parts and the manifest; returns the manifest. Files are read once, a mebibyte at a time."""
    files: dict[str, dict[str, Any]] = {}
    with tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for name, content in parts:
            files[name] = _add(tar, name, content)
        manifest = {"format": FORMAT, **about, "files": files}
        _add(tar, MANIFEST, json.dumps(manifest, ensure_ascii=False).encode())
    return manifest


def _add(tar: tarfile.TarFile, name: str, content: Path | bytes) -> dict[str, Any]:
    told = tarfile.TarInfo(name)
    told.mode = 0o600
    with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as file:
        told.size = len(content) if isinstance(content, bytes) else os.fstat(file.fileno()).st_size
        hashing = _Hashing(file)
        tar.addfile(told, hashing)
    return {"size": told.size, "sha256": hashing.digest.hexdigest()}


class _Hashing:
    """A file that is hashed as it is read."""

    def __init__(self, file: Any) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece: bytes = self.file.read(size)
        self.digest.update(piece)
        return piece


def read_bundle(source: BinaryIO, folder: Path) -> dict[str, Any]:
    """Write every part into `folder`, for its owner only; returns the manifest.

    Raises:
        Damaged: a part is missing, too many, or not what the manifest says; or it has a name that we never give.
    """
    found: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] = {}
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for told in tar:
                if not told.isreg() or not NAME.fullmatch(told.name) or told.name in found or manifest:
                    raise Damaged(BROKEN)
                found[told.name] = _take(tar, told, folder / told.name)
                if told.name == MANIFEST:
                    manifest = json.loads((folder / MANIFEST).read_bytes())
    except (tarfile.TarError, ValueError):
        raise Damaged(BROKEN) from None
    found.pop(MANIFEST, None)
    if manifest.get("format") != FORMAT or manifest.get("files") != found:
        raise Damaged(BROKEN)
    return manifest


def _take(tar: tarfile.TarFile, told: tarfile.TarInfo, target: Path) -> dict[str, Any]:
    target.parent.mkdir(mode=0o700, exist_ok=True)
    content = tar.extractfile(told)
    assert content  # noqa: S101 - it is a regular file
    digest = hashlib.sha256()
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while piece := content.read(PIECE):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return {"size": told.size, "sha256": digest.hexdigest()}
