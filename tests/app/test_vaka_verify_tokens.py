"""Time-stamp tokens of a real `openssl ts`, as the stand-alone verifier reads them: which it takes, which it names."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from app.vaka_verify import judge, stamped
from tests.fixtures.authority import CONFIG, TimeAuthority
from tests.fixtures.log_bundles import KEY, ORIGIN, Made, entries, entry, note, zipped

LINES = entries(12)
SOUND = Made(LINES).signed(4, 12)
NAME = "000000000012-2"
STAMPS = "basicConstraints=critical,CA:FALSE\nextendedKeyUsage=critical,timeStamping"
ISSUES = "basicConstraints=critical,CA:TRUE"


def openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


def certificate(folder: Path, name: str, by: str, extensions: str, kind: str = "rsa:2048", days: int = 3650) -> None:
    """`name.pem` and `name.key`, signed by `by`."""
    curve = ["-pkeyopt", "ec_paramgen_curve:P-384"] if kind == "ec" else []
    own, above = folder / name, folder / by
    openssl("req", "-new", "-newkey", kind, *curve, "-nodes", "-keyout", f"{own}.key", "-out", f"{own}.csr",
            "-subj", f"/CN={name}")  # fmt: skip
    own.with_suffix(".ext").write_text(extensions)
    signer = ["-signkey", f"{own}.key"] if name == by else ["-CA", f"{above}.pem", "-CAkey", f"{above}.key"]
    openssl("x509", "-req", "-in", f"{own}.csr", *signer, "-extfile", f"{own}.ext", "-days", str(days),
            "-set_serial", str(1 + len(list(folder.iterdir()))), "-out", f"{own}.pem")  # fmt: skip


def authority(folder: Path, extensions: str = STAMPS, kind: str = "rsa:2048", by: str = "root") -> TimeAuthority:
    """An authority whose signer has these extensions, below the root or below a further one."""
    made = TimeAuthority(folder)
    certificate(folder, "root", "root", ISSUES, kind)
    if by != "root":
        certificate(folder, by, "root", ISSUES)
    certificate(folder, "signer", by, extensions, kind)
    (folder / "openssl.cnf").write_text(CONFIG.format(folder=folder).replace("root.pem", f"{by}.pem"))
    return made


def token(authority: TimeAuthority, text: str, *options: str) -> bytes:
    data, query = authority.folder / "data", authority.folder / "asked.tsq"
    data.write_text(text)
    openssl("ts", "-query", "-data", data, *(options or ("-sha256",)), "-cert", "-out", query)
    return authority.stamp(query.read_bytes())


def signed_by(authority: TimeAuthority, name: str, text: str) -> bytes:
    """What `openssl ts` would not do: a time-stamp signed with just any certificate, made with `openssl cms`."""
    at = authority.folder
    (at / "whole.tsr").write_bytes(token(authority, text))
    openssl("ts", "-reply", "-in", at / "whole.tsr", "-token_out", "-out", at / "bare.tsr")
    openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", at / "bare.tsr", "-out", at / "info.der")
    openssl("cms", "-sign", "-cades", "-binary", "-nodetach", "-econtent_type", "1.2.840.113549.1.9.16.1.4", "-in",
            at / "info.der", "-signer", at / f"{name}.pem", "-inkey", at / f"{name}.key", "-md", "sha256", "-outform",
            "DER", "-out", at / "made.tsr")  # fmt: skip
    return (at / "made.tsr").read_bytes()


def answer(made: Made, folder: Path, by: TimeAuthority | None, anchor: Path | None = None) -> tuple[str, int, str]:
    path = zipped(made.files, folder / "bundle.zip")
    found, words = judge(path, ORIGIN, [KEY.verifier.text], anchor, by.root if by else None)
    return found.kind or found.result, found.anchored_size, words


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> TimeAuthority:
    return authority(tmp_path_factory.mktemp("trusted"))


@pytest.mark.parametrize(("kind", "by"), [("rsa:2048", "root"), ("ec", "root"), ("rsa:2048", "between")])
def test_a_token_of_the_named_authority_is_an_anchor(kind: str, by: str, tmp_path: Path) -> None:
    tsa = authority(tmp_path / "tsa", kind=kind, by=by)
    stamp = token(tsa, SOUND.notes[NAME])
    made = replace(SOUND, tokens={NAME: stamp})
    kind_or_result, size, words = answer(made, tmp_path, tsa)
    assert (kind_or_result, size) == ("ok", 12)
    assert "Newest time-stamp: 20" in words
    bare = tmp_path / "bare.tsr"
    (tmp_path / "whole.tsr").write_bytes(stamp)
    openssl("ts", "-reply", "-in", tmp_path / "whole.tsr", "-token_out", "-out", bare)
    assert answer(replace(SOUND, tokens={NAME: bare.read_bytes()}), tmp_path, tsa)[0] == "ok"


def test_a_token_that_nobody_looked_at_is_no_anchor(tmp_path: Path, trusted: TimeAuthority) -> None:
    made = replace(SOUND, tokens={NAME: token(trusted, SOUND.notes[NAME])})
    found, size, words = answer(made, tmp_path, None)
    assert (found, size) == ("unanchored", 0)
    assert "--tsa-ca" in words


def test_a_token_of_another_authority_or_of_another_note_is_named(tmp_path: Path, trusted: TimeAuthority) -> None:
    other = authority(tmp_path / "other", kind="ec")
    for wrong, kind, reason in [
        (token(other, SOUND.notes[NAME]), "bad_signature", "another authority"),
        (token(trusted, "something else"), "rewritten", "stamps no note that is here"),
        (token(trusted, SOUND.notes[NAME], "-sha512"), "bad_signature", "stamps no SHA-256"),
        (b"0\x82", "bad_signature", "not DER"),
        (b"", "bad_signature", "cannot be read"),
    ]:
        found, size, words = answer(replace(SOUND, tokens={NAME: wrong}), tmp_path, trusted)
        assert (found, size) == (kind, 0)
        assert reason in words
        assert f"anchors/tsa/{NAME}.tsr" in words


@pytest.mark.parametrize(
    "extensions",
    [
        "basicConstraints=CA:FALSE",
        "extendedKeyUsage=timeStamping",
        "extendedKeyUsage=critical,timeStamping,codeSigning",
    ],
)
def test_a_signer_that_is_not_for_time_stamps_alone_is_refused(extensions: str, tmp_path: Path) -> None:
    """`openssl ts` does not sign with such a certificate: it signs with a good one, and the token names the other."""
    tsa = authority(tmp_path / "tsa", kind="ec")
    certificate(tsa.folder, "loose", "root", extensions, "ec")
    made = replace(SOUND, tokens={NAME: signed_by(tsa, "loose", SOUND.notes[NAME])})
    found, size, words = answer(made, tmp_path, tsa)
    assert (found, size) == ("bad_signature", 0)
    assert "not for time-stamps" in words
    good = replace(SOUND, tokens={NAME: signed_by(tsa, "signer", SOUND.notes[NAME])})
    assert answer(good, tmp_path, tsa)[0] == "ok"


def test_a_signer_whose_issuer_may_not_issue_is_refused(tmp_path: Path) -> None:
    tsa = authority(tmp_path / "tsa", kind="ec")
    certificate(tsa.folder, "leaf", "root", "basicConstraints=critical,CA:FALSE", "ec")
    certificate(tsa.folder, "below", "leaf", STAMPS, "ec")
    made = signed_by(tsa, "below", SOUND.notes[NAME])
    assert answer(replace(SOUND, tokens={NAME: made}), tmp_path, tsa)[0] == "bad_signature"


def test_each_byte_of_a_token_counts(trusted: TimeAuthority) -> None:
    """Whatever byte is flipped: it is refused, or says the same still (a byte of a certificate that is not needed)."""
    good, authorities = token(trusted, SOUND.notes[NAME]), [trusted.certificates()[1]]
    refused = 0
    for place in range(len(good)):
        torn = good[:place] + bytes([good[place] ^ 0x41]) + good[place + 1 :]
        try:
            assert stamped(torn, authorities) == stamped(good, authorities)
        except ValueError:
            refused += 1
    assert len(good) * 0.5 < refused < len(good)


@pytest.mark.parametrize("with_note", [True, False])
def test_a_forged_log_is_at_odds_with_a_token_kept_outside(
    with_note: bool, tmp_path: Path, trusted: TimeAuthority
) -> None:
    """L4 with a token as the one anchor: the key was stolen, all signatures are good."""
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "x.tsr").write_bytes(token(trusted, note(LINES, 8)))
    if with_note:
        (folder / "x.note").write_text(note(LINES, 8))
    assert answer(SOUND.signed(4, 8, 12), tmp_path, trusted, folder)[:2] == ("ok", 8)
    forged = [*LINES[:6], *(entry(number, "forged:entry") for number in range(6, 12))]
    found, size, _ = answer(Made(forged).signed(4, 8, 12), tmp_path, trusted, folder)
    assert (found, size) == ("rewritten", 0)
