"""The line of a value in a TOML text, wherever else the same words stand."""

import tomllib
from typing import Any

import pytest

from models.themes import path_of, shipped
from models.toml_places import line_of

TEXT = """# "x" in a comment
a = "x"
[b]
c = [
    { d = "x", e = 1 },
    { d = "y", e = 1 },
]
f = true
g = [1, 2, 1]
[b.h]
i = 17:00:00
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 2),
        (("b", "c", 0, "d"), 5),
        (("b", "c", 1, "d"), 6),
        (("b", "c", 0, "e"), 5),
        (("b", "c", 1, "e"), 6),
        (("b", "f"), 8),
        (("b", "g", 2), 9),
        (("b", "h", "i"), 11),
        # Of a table or an array: where it begins; of what is not there: where it would be.
        (("b", "c"), 5),
        (("b", "c", 1), 6),
        (("b", "h", "none"), 11),
        (("none",), 1),
    ],
)
def test_each_value_has_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert line_of(TEXT, path) == line


def _texts(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return [leaf for key, part in value.items() for leaf in _texts(part, (*path, key))]
    if isinstance(value, list):
        return [leaf for at, part in enumerate(value) for leaf in _texts(part, (*path, at))]
    return [path]


@pytest.mark.parametrize("name", shipped())
def test_lines_of_a_whole_theme_go_down_the_file(name: str) -> None:
    text = path_of(name).read_text()
    lines = [line_of(text, path) for path in _texts(tomllib.loads(text))[::7]]
    assert lines == sorted(lines)
    assert lines[-1] > 50
