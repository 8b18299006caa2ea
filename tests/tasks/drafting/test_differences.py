"""Two texts, word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.drafting.differences import differences

pytestmark = pytest.mark.pure
_TEXTS = st.lists(st.sampled_from(["a", "the", "child", "seen", " ", "  "]), max_size=12).map("".join)


@given(_TEXTS, _TEXTS)
def test_the_pieces_of_each_side_are_its_text(before: str, after: str) -> None:
    shown = differences(before, after)
    assert "".join(piece.text for piece in shown.before) == before
    assert "".join(piece.text for piece in shown.after) == after
    assert shown.any == (before != after)


def test_only_what_changed_is_marked() -> None:
    shown = differences("Most children are seen.", "Some children are seen.")
    assert [(piece.text, piece.change) for piece in shown.after] == [
        ("Some", "changed"),
        (" children are seen.", "same"),
    ]
