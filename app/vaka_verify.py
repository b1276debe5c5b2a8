#!/usr/bin/env python3
"""Check a log bundle of a Vaka installation, without Vaka.

    python vaka_verify.py BUNDLE --origin O --key K [--anchor DIR] [--tsa-ca PEM] [--json]

One file: Python 3.11 or newer and `cryptography` are all it needs. Get it, the origin and the key from somewhere else
than the bundle. BUNDLE is the zip of the whole log or of one case. It answers one question: is every entry what was
signed, and what a third party has held in its hand since? It ends with

    0  ok          whole, signed by the pinned key, and some outside anchor agrees
    1  bad         the first thing that is wrong is named: kind, entry number, and a sentence
    2              the bundle, the key or the folder cannot be read
    3  unanchored  sound inside, but nothing from outside vouches for it, or a note from there cannot be held against it

An anchor is what the service could not change afterwards: a signed note in DIR (as .note, or in a saved mail, .eml or
.txt), or a time-stamp token (.tsr, RFC 3161) of an authority under the certificates in PEM. DIR may hold keys, too
(.vkey). Revocation of certificates is not looked up. Formats: RFC 6962 section 2.1 (tree), RFC 8785 (canonical JSON),
c2sp.org/signed-note, c2sp.org/tlog-checkpoint, RFC 3161 and RFC 5652 (tokens).
"""

import argparse
import base64
import email
import email.policy
import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

try:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
except ImportError:
    sys.stderr.write("vaka-verify needs the library `cryptography`: pip install cryptography\n")
    raise SystemExit(2) from None

LONGEST_LINE, LARGEST_FILE, LARGEST_MAIL, MOST_FILES = 1 << 20, 1 << 16, 1 << 26, 2_000_000
EXITS = {"ok": 0, "bad": 1, "unanchored": 3}


# ---------------------------------------------------------------------------------------------------- 1. The answer


@dataclass
class Verdict:
    """`size` and `root` of what was read; entries 0 .. anchored_size-1 are vouched for from outside."""

    size: int
    root: str
    anchored_size: int = 0
    result: str = "bad"
    first_bad: int | None = None
    kind: str | None = None


class Bad(Exception):
    """Something does not match: kind, the number of the first entry that is not vouched for, and a sentence."""

    def __init__(self, kind: str, first_bad: int | None, words: str) -> None:
        super().__init__(words)
        self.kind, self.first_bad = kind, first_bad


class Unreadable(Exception):
    """The input is not what it should be, so there is nothing to judge."""


# ------------------------------------------------------------------------------------------------------- 2. The zip


class Bundle:
    """The zip. Nothing is unpacked to disk; files are bounded and the entries are read line by line."""

    def __init__(self, path: Path) -> None:
        self.zip = zipfile.ZipFile(path)
        self.names = {info.filename: info for info in self.zip.infolist()}
        if len(self.names) != len(self.zip.infolist()) or len(self.names) > MOST_FILES:
            raise Unreadable("The bundle holds a file twice, or far too many.")
        if any(info.flag_bits & 1 or info.compress_type not in (0, 8) for info in self.names.values()):
            raise Unreadable("The bundle is encrypted or packed in an unusual way.")

    def under(self, folder: str, suffix: str) -> list[str]:
        """Their names as they count: the tenth comes after the ninth."""
        found = [name for name in self.names if name.startswith(folder) and name.endswith(suffix)]
        return sorted(found, key=lambda name: (len(name), name))

    def read(self, name: str) -> bytes:
        if name not in self.names:
            raise Unreadable(f"The bundle lacks {name}.")
        with self.zip.open(name) as file:
            content = file.read(LARGEST_FILE + 1)  # whatever size the zip tells of
        if len(content) > LARGEST_FILE:
            raise Unreadable(f"{name} is far too large.")
        return content

    def document(self, name: str, **fields: type) -> dict[str, Any]:
        """A JSON document that holds at least these fields."""
        try:
            found = json.loads(self.read(name))
            if all(isinstance(found[field], kind) for field, kind in fields.items()):
                return dict(found)
        except (ValueError, TypeError, KeyError, RecursionError):
            pass
        raise Unreadable(f"{name} cannot be read.")

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines without their ends. A last line that was cut off comes as it is."""
        if name not in self.names:
            raise Unreadable(f"The bundle lacks {name}.")
        rest = b""
        with self.zip.open(name) as file:
            while chunk := file.read(1 << 18):
                *whole, rest = (rest + chunk).split(b"\n")
                yield from whole
                if len(rest) > LONGEST_LINE:
                    raise Unreadable(f"{name} holds a line that is far too long.")
        if rest:
            yield rest


# -------------------------------------------------------------------------------------------- 3. Entries and the tree


def refuse(text: str) -> NoReturn:
    raise ValueError(text)


DECODER = json.JSONDecoder(parse_float=refuse, parse_constant=refuse)
ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def entry_of(line: bytes) -> dict[str, Any]:
    """The entry in a line; empty when it is not canonical JSON (one text for one content)."""
    try:
        text = line.decode()
        found = DECODER.decode(text)
        return found if isinstance(found, dict) and ENCODER.encode(found) == text else {}
    except (ValueError, RecursionError):
        return {}


def leaf_of(line: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + line).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A growing tree: its complete subtrees from left to right, as (width, hash). Two of one width become one."""

    def __init__(self) -> None:
        self.parts: list[tuple[int, bytes]] = []

    @property
    def size(self) -> int:
        return sum(width for width, _ in self.parts)

    def add(self, leaf: bytes) -> None:
        width, parts = 1, self.parts
        while parts and parts[-1][0] == width:
            leaf, width = node(parts.pop()[1], leaf), 2 * width
        parts.append((width, leaf))

    def root(self) -> bytes:
        if not self.parts:
            return hashlib.sha256(b"").digest()
        result = self.parts[-1][1]
        for _, left in self.parts[-2::-1]:
            result = node(left, result)
        return result


def middle(width: int) -> int:
    """RFC 6962: the left side of a tree of `width` leaves has the largest power of two that is smaller."""
    return 1 << (width - 1).bit_length() - 1


def root_from_path(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes:
    """The root that an audit path (RFC 6962 section 2.1.1, nearest first) leads to. ValueError: it does not fit."""
    if not 0 <= index < size or any(len(hash) != 32 for hash in (leaf, *path)):
        raise ValueError("The number is outside the tree, or a hash is none.")
    if size == 1:
        if path:
            raise ValueError("The path is too long.")
        return leaf
    *lower, other = path
    left = middle(size)
    if index < left:
        return node(root_from_path(index, left, leaf, lower), other)
    return node(other, root_from_path(index - left, size - left, leaf, lower))


def roots_from_path(old: int, new: int, root: bytes, path: list[bytes], whole: bool = True) -> tuple[bytes, bytes]:
    """The roots of both sizes that a consistency proof (section 2.1.2) leads to, when `root` is the old one."""
    if not 0 < old <= new or any(len(hash) != 32 for hash in path):
        raise ValueError("The sizes are not one before the other, or a hash is none.")
    if old == new:
        known = [root, *path] if whole else path
        if len(known) != 1:
            raise ValueError("The path is too long or too short.")
        return known[0], known[0]
    *lower, other = path
    left = middle(new)
    if old <= left:
        before, after = roots_from_path(old, left, root, lower, whole)
        return before, node(after, other)
    before, after = roots_from_path(old - left, new - left, root, lower, whole=False)
    return node(other, before), node(other, after)


# -------------------------------------------------------------------------------------------------- 4. Notes and keys

STATED = r"(?<!\S)(\S+)\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/]{43}=)\n"
NOTE = re.compile(STATED + r"\n((?:— \S+ [A-Za-z0-9+/]{91}=\n)+)", re.ASCII)


@dataclass(frozen=True)
class Key:
    """A public key as it is pinned: name+id+base64."""

    name: str
    id: bytes
    public: bytes

    @classmethod
    def read(cls, text: str) -> "Key":
        try:
            name, short, blob = text.strip().split("+", 2)
            raw = base64.b64decode(blob, validate=True)
        except ValueError:
            name, short, raw = "", "", b""
        key = cls(name, hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4], raw[1:])
        if len(raw) != 33 or raw[0] != 1 or key.id.hex() != short:
            raise Unreadable("A key is not a C2SP verifier key: name+id+base64 of an Ed25519 key.")
        return key

    def signed(self, note: str) -> bool:
        """Whether this key signed the note. InvalidSignature: a signature says so, and does not hold."""
        text, _, tail = note.rpartition("\n\n")
        blobs = [base64.b64decode(line.split(" ")[2]) for line in tail.splitlines()]
        mine = [blob[4:] for blob in blobs if blob[:4] == self.id]
        for signature in mine:
            ed25519.Ed25519PublicKey.from_public_bytes(self.public).verify(signature, f"{text}\n".encode())
        return bool(mine)


@dataclass(frozen=True)
class Claim:
    """A signed note: the log had `size` entries with this root."""

    size: int
    root: bytes
    place: str
    note: str
    outside: bool


def claim_of(note: str, origin: str, place: str, outside: bool) -> Claim:
    found = NOTE.fullmatch(note)
    if not found:
        raise Bad("bad_signature", None, f"{place} is not a signed note of three lines: origin, size and root.")
    names = {found[1], *(line.split(" ")[1] for line in found[4].splitlines())}
    if names != {origin}:
        raise Bad("bad_signature", None, f"{place} names another origin than {origin}: {', '.join(sorted(names))}.")
    return Claim(int(found[2]), base64.b64decode(found[3]), place, note, outside)


# ------------------------------------------------------------------------------------------- 5. What is held against it


@dataclass
class Check:
    """What the bundle is held against, and how far it agreed: with all notes, and with what comes from outside."""

    origin: str
    keys: set[Key]
    authorities: list[x509.Certificate]
    claims: list[Claim] = field(default_factory=list)
    tokens: list[tuple[str, bytes]] = field(default_factory=list)
    stamped: dict[str, datetime] = field(default_factory=dict)
    retired: dict[Key, int] = field(default_factory=dict)
    coming: list[tuple[int, Key, Key]] = field(default_factory=list)
    signed: int = 0
    anchored: int = 0
    unheld: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def gather(self, folder: Path) -> None:
        """Take what the folder holds: notes, mails with notes, keys and tokens."""
        if not folder.is_dir():
            raise Unreadable(f"{folder} is not a folder.")
        for path in sorted(folder.rglob("*")):
            kind = path.suffix.lower()
            if kind not in {".note", ".txt", ".eml", ".vkey", ".tsr"} or not path.is_file():
                continue
            if path.stat().st_size > LARGEST_MAIL:
                raise Unreadable(f"{path} is far too large.")
            content = path.read_bytes()
            text = content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
            if kind == ".tsr":
                self.tokens.append((str(path), content))
            elif kind == ".vkey":
                key = Key.read(text)
                if key.name != self.origin:
                    raise Bad("bad_signature", None, f"{path} is a key of another origin: {key.name}.")
                self.keys.add(key)
            elif kind == ".note":
                self.claims.append(claim_of(text, self.origin, str(path), outside=True))
            else:
                texts = texts_of(content) if kind == ".eml" else [text]
                notes = [found[0] for text in texts for found in NOTE.finditer(straightened(text))]
                self.claims += [claim_of(note, self.origin, str(path), outside=True) for note in notes]
                if not notes:
                    self.remarks.append(f"{path} holds no signed note and was passed over.")

    def announce(self, number: int, entry: dict[str, Any]) -> None:
        """A new key. It counts once a note of the old key covers its entry; from then on the old one does not."""
        try:
            old, new = (Key.read(str(entry["facts"][name])) for name in ("old_key", "new_key"))
        except (KeyError, TypeError, Unreadable):
            raise Bad("edited", number, f"Entry {number} changes the key and does not name both.") from None
        if new.name == self.origin:
            self.coming.append((number, old, new))
        else:
            self.remarks.append(f"Entry {number} names a key of another origin.")

    def settle(self, claim: Claim, root: bytes) -> None:
        """Hold a note against the root that was read at its size."""
        self.require_signature(claim)
        if claim.root != root:
            span = f"entries {self.signed} to {claim.size - 1} are" if claim.size > self.signed else "the log is"
            raise Bad("rewritten", min(self.signed, claim.size), f"{span} not what {claim.place} was signed for.")
        self.signed = claim.size
        if claim.outside or claim.note in self.stamped:
            self.anchored = claim.size

    def require_signature(self, claim: Claim) -> None:
        try:
            signers = {key for key in self.keys if key.signed(claim.note)}
        except (InvalidSignature, ValueError):
            raise Bad("bad_signature", None, f"The signature of {claim.place} does not hold.") from None
        if all(claim.size > self.retired.get(key, claim.size) for key in signers):
            fault = "a key that was replaced before" if signers else "no key that you pinned"
            raise Bad("bad_signature", None, f"{claim.place} is signed by {fault}.")
        for change in [change for change in self.coming if change[0] < claim.size]:
            _, old, new = change
            self.coming.remove(change)
            self.keys.add(new)
            self.retired |= dict.fromkeys((signers | {old}) - {new}, claim.size)

    def gather_claims(self, bundle: Bundle, whole: bool) -> list[Claim]:
        """Every note of the bundle and from outside, smallest first; each token is held against its note."""
        own = {}
        for name in bundle.under("checkpoints/", ".note"):
            own[name] = claim_of(bundle.read(name).decode(errors="replace"), self.origin, name, outside=False)
        for name in bundle.under("anchors/tsa/", ".tsr"):
            self.tokens.append((name, bundle.read(name)))
        claims = sorted([*own.values(), *self.claims], key=lambda claim: claim.size)
        if self.tokens and not self.authorities:
            self.remarks.append("Time-stamp tokens were not looked at: name their authority with --tsa-ca.")
            return claims
        notes = {hashlib.sha256(claim.note.encode()).digest(): claim.note for claim in claims}
        for place, token in self.tokens:
            try:
                digest, at = stamped(token, self.authorities)
            except ValueError as wrong:
                raise Bad("bad_signature", None, f"The token {place} is not good: {wrong}.") from None
            note = notes.get(digest)
            if note:
                self.stamped[note] = min(at, self.stamped.get(note, at))
            elif whole or place in bundle.names:
                raise Bad("rewritten", None, f"The token {place} of {at:%Y-%m-%d} stamps no note that is here.")
        return claims


def texts_of(mail: bytes) -> Iterator[str]:
    """Every text of a saved mail, decoded, and the notes that hang on it as files."""
    for part in email.message_from_bytes(mail, policy=email.policy.default).walk():
        if part.get_content_maintype() == "text" or str(part.get_filename("")).endswith((".note", ".txt")):
            payload = part.get_payload(decode=True)
            yield payload.decode(errors="replace") if isinstance(payload, bytes) else ""


def straightened(text: str) -> str:
    """Quoted or indented lines of a mail as they were written."""
    return "".join(line.strip("> \t\r\xa0") + "\n" for line in text.split("\n"))


# ----------------------------------------------------------------------------- 6. Time-stamp tokens: RFC 3161, RFC 5652


@dataclass(frozen=True)
class Der:
    """One element of DER: tag, content, and the bytes of the whole."""

    tag: int
    body: bytes
    whole: bytes

    @classmethod
    def read(cls, data: bytes) -> list["Der"]:
        """The elements that lie one after the other in `data`. ValueError: it is not DER."""
        found, at = [], 0
        while at < len(data):
            start, tag, length, at = at, data[at], data[at + 1] if at + 1 < len(data) else 0x80, at + 2
            if tag & 0x1F == 0x1F or length == 0x80 or length > 0x84:
                raise ValueError("not DER")
            if length > 0x80:
                count = length - 0x80
                length, at = int.from_bytes(data[at : at + count]), at + count
            if at + length > len(data):
                raise ValueError("not DER")
            found.append(cls(tag, data[at : at + length], data[start : at + length]))
            at += length
        return found

    @property
    def parts(self) -> list["Der"]:
        return Der.read(self.body)


SIGNED_DATA, TST_INFO = bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d0109100104")
CONTENT_TYPE, DIGEST = bytes.fromhex("2a864886f70d010903"), bytes.fromhex("2a864886f70d010904")
SIGNER_SHA1, SIGNER = bytes.fromhex("2a864886f70d010910020c"), bytes.fromhex("2a864886f70d010910022f")
RSA_PSS = bytes.fromhex("2a864886f70d01010a")
SHA: dict[bytes, hashes.HashAlgorithm] = {
    bytes.fromhex("608648016503040201"): hashes.SHA256(),
    bytes.fromhex("608648016503040202"): hashes.SHA384(),
    bytes.fromhex("608648016503040203"): hashes.SHA512(),
}


def stamped(token: bytes, authorities: list[x509.Certificate]) -> tuple[bytes, datetime]:
    """The SHA-256 that the token stamps, and when. ValueError: another authority, or it does not hold."""
    try:
        content = Der.read(token)[0].parts
        if content[0].tag == 0x30:  # a whole answer: its status, then the token
            if content[0].parts[0].body not in (b"\x00", b"\x01"):
                raise ValueError("the authority refused")
            content = content[1].parts
        if content[0].body != SIGNED_DATA:
            raise ValueError("no signed data")
        _, _, wrapped, *extra, signers = content[1].parts[0].parts
        kind, packed = wrapped.parts
        info, (signer,) = packed.parts[0].body, signers.parts
        sent = [part for element in extra if element.tag == 0xA0 for part in element.parts if part.tag == 0x30]
        bag = [x509.load_der_x509_certificate(part.whole) for part in sent]
        fields = signer.parts
        sha, attributes, algorithm, signature = SHA[fields[2].parts[0].body], fields[3], fields[4].parts, fields[5].body
        signed = {pair.parts[0].body: pair.parts[1].parts[0] for pair in attributes.parts}
        digest = hashlib.new(sha.name, info).digest()
        if attributes.tag != 0xA0 or (kind.body, signed[CONTENT_TYPE].body) != (TST_INFO, TST_INFO):
            raise ValueError("it is no time-stamp")
        if signed[DIGEST].body != digest:
            raise ValueError("its content was changed")
        stamp = Der.read(info)[0].parts
        at = datetime.strptime(stamp[4].body.decode()[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        certificate = signer_of([*bag, *authorities], signed)
        require_held(certificate, sha, algorithm[0].body, b"\x31" + attributes.whole[1:], signature)
        require_chain(certificate, bag, authorities, at)
        imprint = stamp[2].parts
        if SHA[imprint[0].parts[0].body].name != "sha256":
            raise ValueError("it stamps no SHA-256")
        return imprint[1].body, at
    except InvalidSignature:
        raise ValueError("its signature does not hold") from None
    except ValueError:
        raise
    except Exception:  # whatever else foreign bytes make the readers of DER and of certificates say
        raise ValueError("it cannot be read") from None


def signer_of(known: list[x509.Certificate], signed: dict[bytes, Der]) -> x509.Certificate:
    """The certificate that the signed attributes name by its hash (RFC 5816)."""
    named = signed[SIGNER] if SIGNER in signed else signed[SIGNER_SHA1]
    first = named.parts[0].parts[0].parts
    sha: hashes.HashAlgorithm = hashes.SHA256() if SIGNER in signed else hashes.SHA1()  # noqa: S303 - as the token says
    if first[0].tag == 0x30:
        sha, first = SHA[first[0].parts[0].body], first[1:]
    for certificate in known:
        if certificate.fingerprint(sha) == first[0].body:
            return certificate
    raise ValueError("the certificate of its signer is missing")


def require_held(
    cert: x509.Certificate, sha: hashes.HashAlgorithm, algorithm: bytes, data: bytes, signature: bytes
) -> None:
    key = cert.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        pss = padding.PSS(padding.MGF1(sha), padding.PSS.AUTO)
        key.verify(signature, data, pss if algorithm == RSA_PSS else padding.PKCS1v15(), sha)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, data, ec.ECDSA(sha))
    elif isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, data)
    else:
        raise ValueError("its key is of an unknown kind")


def require_chain(
    cert: x509.Certificate, bag: list[x509.Certificate], trusted: list[x509.Certificate], at: datetime
) -> None:
    """From a certificate for time-stamps only, valid at that time, up to one that you trust."""
    try:
        use = cert.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        raise ValueError("its certificate is not for time-stamps") from None
    if not use.critical or list(use.value) != [x509.oid.ExtendedKeyUsageOID.TIME_STAMPING]:
        raise ValueError("its certificate is not for time-stamps")
    for below in range(8):
        if not cert.not_valid_before_utc <= at <= cert.not_valid_after_utc:
            raise ValueError("a certificate was not valid at that time")
        if cert in trusted:
            return
        cert = next((ca for ca in [*trusted, *bag] if issued(ca, cert, below)), cert)
    raise ValueError("it is from another authority")


def issued(ca: x509.Certificate, cert: x509.Certificate, below: int) -> bool:
    """Whether `ca` may issue certificates, with `below` more of them between, and did issue this one."""
    try:
        limits = ca.extensions.get_extension_for_class(x509.BasicConstraints).value
        cert.verify_directly_issued_by(ca)
    except (x509.ExtensionNotFound, InvalidSignature, ValueError, TypeError):
        return False
    return ca != cert and limits.ca and (limits.path_length is None or below <= limits.path_length)


# ------------------------------------------------------------------------------------------------- 7. The whole log


def check_log(bundle: Bundle, check: Check, found: Verdict) -> str:
    """Read every entry once, in order, and hold the tree against each note when it has grown to its size."""
    head = bundle.document("head.json", size=int, root=str)
    claims = check.gather_claims(bundle, whole=True)[::-1]
    tree, gaps = Tree(), 0
    lines, marks = bundle.lines("entries.jsonl"), stored_hashes(bundle)
    try:
        for number, line in enumerate(lines):
            while claims and claims[-1].size == number:
                check.settle(claims.pop(), tree.root())
            entry, leaf = entry_of(line), leaf_of(line)
            if entry.get("seq") != number or number >= head["size"] or not leaf.startswith(next(marks)):
                raise misplaced(entry, number, head["size"], lines)
            if entry.get("action") == "log:key_changed":
                check.announce(number, entry)
            if entry.get("action") == "log:line_begun":
                check.remarks.append(
                    f"Entry {number} begins a new line of signatures, with another origin than before."
                )
            gaps += entry.get("skipped") is True
            tree.add(leaf)
    finally:
        found.size, found.root = tree.size, tree.root().hex()
    for claim in reversed(claims):
        if claim.size > found.size:
            check.require_signature(claim)
            raise Bad("truncated", found.size, f"{claim.place} was signed for {claim.size} entries.")
        check.settle(claim, tree.root())
    if head["size"] > found.size:
        raise Bad("truncated", found.size, f"head.json tells of {head['size']} entries.")
    if head["root"] != found.root:
        raise Bad("rewritten", check.signed if check.signed < found.size else None, "head.json tells another root.")
    passed = f" {gaps} numbers stand for rows that somebody else had put there." if gaps else ""
    signed = f"Signed up to entry {check.signed - 1}." if check.signed else "None of it is signed."
    return f"{found.size} entries, the log is whole.{passed} {signed}"


def stored_hashes(bundle: Bundle) -> Iterator[bytes]:
    """The first eight bytes of each leaf hash as the service has it: they place an edit, and prove nothing."""
    if "leaves.bin" in bundle.names:
        with bundle.zip.open("leaves.bin") as file:
            while chunk := file.read(1 << 16):
                yield from (chunk[at : at + 8] for at in range(0, len(chunk), 8))
    while True:
        yield b""


def misplaced(entry: dict[str, Any], number: int, size: int, rest: Iterator[bytes]) -> Bad:
    """What happened at the first number that does not hold its entry: the lines after it tell."""
    here = entry.get("seq")
    if not isinstance(here, int):
        return Bad("edited", number, f"Line {number + 1} is no entry as it was written.")
    later = {seq for line in rest if (seq := entry_of(line).get("seq")) in (number, here)}
    if number >= size or (number in later and (here in later or here < number)):
        kind = "inserted"
    elif here == number:
        kind = "edited"
    else:
        kind = "reordered" if later or here < number else "deleted"
    return Bad(kind, number, f"Where entry {number} of {size} should stand, there is another: {here}.")


# ---------------------------------------------------------------------------------------------------- 8. One case


def check_case(bundle: Bundle, check: Check, found: Verdict) -> str:
    """Each entry leads by its audit path to the root that was signed, and so do the other notes by theirs."""
    about = bundle.document("case.json", size=int, root=str, entries=int, case=str, reference=str)
    root = bytes.fromhex(about["root"])
    found.size, found.root = about["size"], about["root"]
    numbers, named = check_entries(bundle, about, root)
    if not named:
        check.remarks.append(f"Only the bundle calls the case {about['reference']}: no entry here names it so.")
    steps, passed = {step.get("size"): step for step in map(entry_of, bundle.lines("consistency.jsonl"))}, 0
    for claim in check.gather_claims(bundle, whole=False):
        check.require_signature(claim)
        if claim.size == found.size:
            check.settle(claim, root)
        elif claim.size in steps:
            if not grew(claim, found.size, root, path_of(steps[claim.size])):
                raise Bad("rewritten", None, f"The log did not grow out of what {claim.place} was signed for.")
            check.settle(claim, claim.root)
        elif not claim.outside:
            raise Bad("deleted", None, f"consistency.jsonl lacks the step from {claim.place}.")
        elif numbers[0] < claim.size < found.size:
            check.unheld.append(f"{claim.place} is of {claim.size} entries")
        else:
            passed += 1
    if passed:
        check.remarks.append(f"Notes that are older than the case or newer than this bundle and say nothing: {passed}.")
    if check.signed != found.size:
        raise Bad("bad_signature", None, f"No note here is signed for the root of {found.size} entries.")
    if check.anchored <= numbers[0]:
        check.anchored = 0  # what is held outside is older than the case, and vouches for nothing here
    safe = sum(number < check.anchored for number in numbers)
    return f"{len(numbers)} entries of the case {about['reference']} stand in the log; {safe} of them are anchored."


def check_entries(bundle: Bundle, about: dict[str, Any], root: bytes) -> tuple[list[int], bool]:
    """Their numbers, and whether one of them names the case as the bundle does."""
    numbers: list[int] = []
    named = False
    paths = bundle.lines("paths.jsonl")
    for line in bundle.lines("entries.jsonl"):
        entry, step = entry_of(line), entry_of(next(paths, b""))
        here, wanted = entry.get("seq"), step.get("seq")
        if not isinstance(here, int) or not isinstance(wanted, int):
            raise Bad("edited", wanted, f"Line {len(numbers) + 1} is no entry as it was written, or has no path.")
        if here != wanted or here <= max(numbers, default=-1):
            kind = "deleted" if here > wanted else "inserted"
            raise Bad(kind, min(here, wanted), f"Where entry {wanted} should stand, there is another: {here}.")
        if entry.get("case") != about["case"]:
            raise Bad("inserted", here, f"Entry {here} is not of this case.")
        named = named or entry.get("object") == about["reference"]
        try:
            reached = root_from_path(here, about["size"], leaf_of(line), path_of(step))
        except ValueError:
            reached = b""
        if reached != root:
            raise Bad("edited", here, f"Entry {here} does not lead to the root that was signed.")
        numbers.append(here)
    if not numbers or len(numbers) != about["entries"] or next(paths, None) is not None:
        raise Bad("truncated", max(numbers, default=-1) + 1, "Entries of the case are missing at the end.")
    return numbers, named


def path_of(step: dict[str, Any]) -> list[bytes]:
    return [bytes.fromhex(part) for part in step.get("path", [])]


def grew(claim: Claim, size: int, root: bytes, path: list[bytes]) -> bool:
    try:
        return roots_from_path(claim.size, size, claim.root, path) == (claim.root, root)
    except ValueError:
        return False


# ------------------------------------------------------------------------------------------------------- 9. The command


def judge(path: Path, origin: str, keys: list[str], anchor: Path | None, authority: Path | None) -> tuple[Verdict, str]:
    """The verdict and its sentence. Raises `Unreadable`, or what the zip and the files raise."""
    pinned = {Key.read(text) for text in keys}
    check = Check(origin, pinned, x509.load_pem_x509_certificates(authority.read_bytes()) if authority else [])
    found, bundle = Verdict(0, Tree().root().hex()), Bundle(path)
    try:
        if any(key.name != origin for key in pinned):
            raise Bad("bad_signature", None, "A key that you pinned is of another origin than --origin.")
        if anchor:
            check.gather(anchor)
        words = (check_case if "case.json" in bundle.names else check_log)(bundle, check, found)
    except Bad as bad:
        found.first_bad, found.kind = bad.first_bad, bad.kind
        words = f"This log does not match ({bad.kind}). {bad}"
    else:
        if check.unheld:
            check.remarks.append(f"{check.unheld[0]}; this bundle cannot be held against it, nor against "
                                 f"{len(check.unheld) - 1} others. Hold the whole log against them.")  # fmt: skip
            found.result, found.kind = "unanchored", "unheld"
        else:
            found.result, found.kind = ("ok", None) if check.anchored else ("unanchored", "unanchored")
        up_to = f"Anchored up to entry {check.anchored - 1}" if check.anchored else "Nothing outside vouches for it"
        words += f" {up_to}; unanchored: {found.size - check.anchored} entries."
        if check.stamped:
            words += f" Newest time-stamp: {max(check.stamped.values()):%Y-%m-%d %H:%M} UTC."
    found.anchored_size = check.anchored
    return found, " ".join([words, *check.remarks])


def printable(text: str, encoding: str) -> str:
    """For any terminal: what steers it, or what it cannot show, stands as an escape. The bundle gives the names."""
    seen = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
    return seen.encode(encoding, "backslashreplace").decode(encoding)


def main() -> None:
    parser = argparse.ArgumentParser(prog="vaka-verify", description="Check a log bundle of Vaka, without Vaka.")
    parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="the zip of the whole log, or of one case")
    parser.add_argument("--origin", required=True, help="the name of the log, as you were told on another way")
    parser.add_argument("--key", required=True, action="append", metavar="K", help="its key; again for each later key")
    parser.add_argument("--anchor", type=Path, metavar="DIR", help="a folder with notes and mails you have kept")
    parser.add_argument("--tsa-ca", type=Path, metavar="PEM", help="certificates of the time-stamp authority")
    parser.add_argument("--json", action="store_true", help="print one JSON document; the sentence goes to the errors")
    asked = parser.parse_args()
    try:
        found, words = judge(asked.bundle, asked.origin, asked.key, asked.anchor, asked.tsa_ca)
    except Exception as trouble:  # whatever it is: Python's own exit code would be 1, and 1 says that the log is bad
        why = printable(str(trouble) or type(trouble).__name__, "ascii")
        sys.stderr.write(f"This cannot be read, so nothing was checked: {why}\n")
        raise SystemExit(2) from None
    if asked.json:
        sys.stdout.write(json.dumps(vars(found)) + "\n")
    if not asked.json or found.result != "ok":
        output = sys.stderr if asked.json else sys.stdout
        output.write(f"{found.result}: {printable(words, output.encoding)}\n")
    raise SystemExit(EXITS[found.result])


if __name__ == "__main__":
    main()
