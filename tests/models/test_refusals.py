"""Refusals and the characters that no door lets in."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.refusals import TEXT_PATTERN, ControlCharacterError, check_text, has_control_characters


@given(st.text())
def test_a_line_that_the_pattern_takes_holds_no_control_characters(text: str) -> None:
    if re.search(TEXT_PATTERN, text) and "\n" not in text:
        assert not has_control_characters(text)


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\x7f", "\x85"])
def test_control_characters_are_refused_at_their_field(char: str) -> None:
    with pytest.raises(ControlCharacterError) as refused:
        check_text("heading", f"Early{char}help")
    assert refused.value.field == "heading"
    assert char not in refused.value.sentence


def test_ends_of_lines_and_tabs_are_text() -> None:
    assert check_text("text", "First.\r\n\tSecond.") == "First.\r\n\tSecond."
