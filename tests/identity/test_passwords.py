"""The password rule: long, not well known, not the person's own name (ASVS V6.2)."""

import pytest
from pwdlib.hashers.argon2 import ARGON2_ENCODED_HASH_REGEX

from core.errors import Invalid
from identity import passwords

GOOD = "blå häst sover under bordet"
pytestmark = pytest.mark.usefixtures("dear_hashes")


def test_a_password_is_hashed_with_argon2id_and_at_least_64_mib() -> None:
    kept = ARGON2_ENCODED_HASH_REGEX.fullmatch(passwords.hashed(GOOD))
    assert kept is not None
    assert kept["variant"] == "argon2id"
    assert int(kept["memory_cost"]) >= 64 * 1024


def test_nobody_costs_as_much_as_somebody_and_is_never_right() -> None:
    ours, nobody = (ARGON2_ENCODED_HASH_REGEX.fullmatch(kept) for kept in (passwords.hashed(GOOD), passwords.NOBODY))
    assert ours is not None
    assert nobody is not None
    costs = ("variant", "version", "memory_cost", "time_cost", "parallelism")
    assert [ours[cost] for cost in costs] == [nobody[cost] for cost in costs]
    assert not passwords.opens(GOOD, None)


def test_a_password_is_used_exactly_as_it_was_received() -> None:
    kept = passwords.hashed(f" {GOOD} ")
    assert passwords.opens(f" {GOOD} ", kept)
    assert not passwords.opens(GOOD, kept)
    assert not passwords.opens(f" {GOOD} ".upper(), kept)


@pytest.mark.parametrize(
    "weak",
    ["", "kort", "fjorton tecken", "a" * 20, "abcabcabcabcabcabc", "123456789012345", "Correct Horse Battery Staple",
     "PasswordPassword1!", "qwertyuiopåasdfghjklöä2026", "anna.berg@nordhamn.example", "Anna Berg 2026!", "x" * 257],
)  # fmt: skip
def test_a_weak_password_is_refused_with_a_sentence(weak: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.require_good(weak, "anna.berg@nordhamn.example", "Anna Berg")
    assert refused.value.fields["password"].endswith(".")


@pytest.mark.parametrize("good", [GOOD, "four plain words here", "Anna went home by the last bus", "x7!Kq9#vL2@mN4$"])
def test_a_long_password_of_any_kind_is_accepted(good: str) -> None:
    passwords.require_good(good, "anna.berg@nordhamn.example", "Anna Berg")
