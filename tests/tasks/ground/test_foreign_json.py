"""What a stranger hands to us as JSON is a value that every later step can take, or it is refused at once."""

import pytest

from tasks.ground.foreign_json import MOST_LEVELS, NotJsonError, parsed


@pytest.mark.parametrize(
    "text", ["[", "nonsense", "[" * 200_000, "NaN", '{"a":Infinity}', '["\\ud800"]', '{"\\udfff":1}']
)
def test_what_no_step_could_take_is_refused(text: str) -> None:
    with pytest.raises(NotJsonError):
        parsed(text)
    with pytest.raises(NotJsonError):
        parsed(text.encode())


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(NotJsonError):
        parsed(b"\xff\xfe[]")


def test_levels_end_where_they_are_said_to() -> None:
    assert parsed("[" * MOST_LEVELS + "]" * MOST_LEVELS)
    with pytest.raises(NotJsonError):
        parsed("[" * (MOST_LEVELS + 1) + "]" * (MOST_LEVELS + 1))


def test_what_is_whole_comes_as_it_is() -> None:
    assert parsed('{"a":[1,"\\u00e9\\ud83d\\ude00",null]}') == {"a": [1, "é😀", None]}
