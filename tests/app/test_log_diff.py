"""A change in pieces: what is marked is what the other side does not have, and nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from app.log_diff import Piece, difference

TEXTS = st.text(st.sampled_from("ab \n"), max_size=30)


@given(TEXTS, TEXTS)
def test_the_pieces_give_both_texts_back_and_what_is_not_marked_is_the_same_on_both_sides(
    before: str, after: str
) -> None:
    left, right = difference(before, after)
    assert "".join(piece.text for piece in left) == before
    assert "".join(piece.text for piece in right) == after
    if before == after:
        assert not [piece for piece in left + right if piece.changed]
    elif before and after:
        kept = ["".join("".join(piece.text for piece in side if not piece.changed).split()) for side in (left, right)]
        assert kept[0] == kept[1]


def test_words_are_marked_and_not_letters() -> None:
    left, right = difference("Mejlet kom 09:40, inte i går.", "Mejlet kom 08:40, inte i dag.")
    assert left == [Piece("Mejlet kom ", False), Piece("09:40,", True), Piece(" inte i ", False), Piece("går.", True)]
    assert [piece.text for piece in right if piece.changed] == ["08:40,", "dag."]


def test_a_long_text_is_marked_whole_and_at_once() -> None:
    long = "ord " * 50_000
    assert difference(long, long + "till") == ([Piece(long, True)], [Piece(long + "till", True)])
