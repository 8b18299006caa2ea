"""A finding names a note, its version and a paragraph of it; what it writes it reads again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.findings.note_pieces import NotePiece, part_of, parts_of
from tests.examples import examples

_PIECES = st.one_of(
    st.builds(NotePiece, st.from_regex(r"[0-9a-f]{16}-[0-9]{1,6}", fullmatch=True)),
    st.builds(
        NotePiece,
        st.from_regex(r"[0-9a-f]{16}-[0-9]{1,6}", fullmatch=True),
        st.integers(1, 999_999_999),
        st.integers(0, 999_999),
    ),
)


@given(_PIECES)
@examples(200)
def test_a_name_reads_back_as_what_it_names(piece: NotePiece) -> None:
    assert NotePiece.parse(str(piece)) == piece


@pytest.mark.parametrize("text", ["a-1:", "a-1:v0", "a-1:v1:p0", "a-1:p1", "a-1:v1:p1:p2", "", "a-1:vx"])
def test_a_name_of_another_form_names_no_note(text: str) -> None:
    assert NotePiece.parse(text) == NotePiece(text)


@given(st.text("ab \n\t", max_size=60))
@examples(200)
def test_paragraphs_hold_every_letter_of_a_note_in_order(text: str) -> None:
    parts = parts_of(text)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(part.strip() for part in parts)
    assert [part_of(text, at) for at in range(1, len(parts) + 1)] == parts
    assert part_of(text, len(parts) + 1) == ""
    assert part_of(text, 0) == text
