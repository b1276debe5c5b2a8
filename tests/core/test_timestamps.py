"""Time-stamps: a real authority's answer counts, and every other one is refused by name."""

import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from core.audit.der import sorted_certificates
from core.audit.timestamps import NoToken, check_token, question, read_authority
from core.settings import WrongSettings
from tests.fixtures.authority import TimeAuthority

NOTE = b"vaka.example/audit/1\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n-- vaka.example/audit/1 signature\n"


@pytest.fixture
def authority(tmp_path: Path) -> TimeAuthority:
    return TimeAuthority(tmp_path / "tsa")


def refusal(answer: bytes, note: bytes, authority: TimeAuthority, nonce: int | None = None) -> str:
    with pytest.raises(NoToken) as refused:
        check_token(answer, note, read_authority(authority.root), nonce)
    return refused.value.reason


def test_a_stamp_over_the_note_counts_here_and_with_openssl(authority: TimeAuthority) -> None:
    asked = question(NOTE)
    answer = authority.stamp(asked.content)
    assert check_token(answer, NOTE, read_authority(authority.root), asked.nonce).tzinfo
    assert check_token(answer, NOTE, read_authority(authority.root)).tzinfo
    assert authority.vouches(answer, NOTE)
    assert not authority.vouches(answer, NOTE + b"x")


def test_every_other_answer_is_refused_by_name(authority: TimeAuthority, tmp_path: Path) -> None:
    asked = question(NOTE)
    answer = authority.stamp(asked.content)
    other = TimeAuthority(tmp_path / "other")
    assert refusal(other.stamp(asked.content), NOTE, authority, asked.nonce) == "other_authority"
    assert refusal(answer, NOTE, other, asked.nonce) == "other_authority"
    assert refusal(answer, NOTE.replace(b"\n5\n", b"\n4\n"), authority, asked.nonce) == "other_digest"
    assert refusal(answer, NOTE, authority, question(NOTE).nonce) == "other_nonce"
    assert refusal(b"<html>Not found</html>", NOTE, authority) == "unreadable"
    assert refusal(b"", NOTE, authority) == "unreadable"
    assert refusal(authority.stamp(b"no request"), NOTE, authority) == "not_granted"


def test_a_byte_changed_in_what_was_stamped_never_counts(authority: TimeAuthority) -> None:
    asked = question(NOTE)
    answer, trusted = authority.stamp(asked.content), read_authority(authority.root)
    signed = answer.index(hashlib.sha256(NOTE).digest())  # digest, serial number, time and nonce stand side by side
    for place in [*range(signed, signed + 70), *range(len(answer) - 30, len(answer))]:
        changed = answer[:place] + bytes([answer[place] ^ 0x04]) + answer[place + 1 :]
        with pytest.raises(NoToken):
            check_token(changed, NOTE, trusted, asked.nonce)


def test_certificates_in_any_order_are_read(authority: TimeAuthority) -> None:
    """OpenSSL sends the signer before the root, whatever their bytes are; DER wants them sorted."""
    answer = authority.stamp(question(NOTE).content)
    certificates = [one.public_bytes(Encoding.DER) for one in authority.certificates()]
    sent, turned = b"".join(certificates), b"".join(reversed(certificates))
    assert answer.count(sent) == 1
    other = answer.replace(sent, turned)
    assert sorted_certificates(answer) == sorted_certificates(other) == min(answer, other)
    for one in (answer, other):
        assert check_token(one, NOTE, read_authority(authority.root))


@given(st.binary(max_size=80))
def test_what_is_no_answer_stays_as_it_is(junk: bytes) -> None:
    assert sorted_certificates(junk) == junk


def test_what_the_settings_may_name_as_authority(authority: TimeAuthority, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no certificate")
    for path in (tmp_path / "text", tmp_path / "nowhere", tmp_path):
        with pytest.raises(WrongSettings, match="VAKA_TSA_CA: the file cannot be read"):
            read_authority(path)
    with pytest.raises(WrongSettings, match="VAKA_TSA_CA: the file holds no root"):
        read_authority(authority.folder / "signer.pem")
