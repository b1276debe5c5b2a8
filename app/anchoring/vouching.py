"""What may be carried outside: notes of our own signer, as its folder knows it. The database alone is not believed."""

from dataclasses import dataclass

from core.audit.note import Checkpoint, open_checkpoint
from core.audit.note_keys import BadNote, VerifierKey, parse_vkey
from core.audit.proof_models import AuditCheckpoint
from core.audit.signer_folder import BadMemory, Folder
from core.settings import Settings

FORGED = "forged"


@dataclass(frozen=True)
class Signer:
    """The keys of the signer on this host: its own, and in the time of a change the one before and the one after."""

    keys: tuple[VerifierKey, ...]

    def vouches(self, point: AuditCheckpoint) -> Checkpoint | None:
        """What the note of a row states; none when another than our signer wrote it, or the row says otherwise."""
        try:
            found = open_checkpoint(point.note, self.keys)
        except BadNote:
            return None
        known = any(key.hash.hex() == point.key for key in self.keys)
        return found if known and (found.size, found.root.hex()) == (point.size, point.root) else None

    def key_of(self, point: AuditCheckpoint) -> VerifierKey:
        """The key that a row tells of which this signer `vouches` for."""
        return next(key for key in self.keys if key.hash.hex() == point.key)


def signer_here(settings: Settings) -> Signer | None:
    """The signer whose folder is on this host; none when another host signs, or it has not signed yet."""
    try:
        memory = Folder(settings.signer).memory()
    except BadMemory:
        return None
    if memory is None or not memory.size:
        return None
    return Signer(tuple(parse_vkey(text) for text in (memory.vkey, memory.before, memory.after) if text))
