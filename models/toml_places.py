"""Finds the line of a TOML text on which a value stands; the reader of the standard library tells none."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

Path = Sequence[str | int]
# Like no value that a theme has: by them the reader shows which place was changed.
_MARK = "marked-by-us"
_NUMBER = 987654321


def line_of(text: str, path: Path) -> int:
    """Return the line, from 1, of the value at a path, or of the nearest thing around it that the text has.

    The reader itself is the judge: what is written like the value is changed in one place after another, until the
    value at the path has changed with it.

    Args:
        text: TOML without a fault of form.
        path: keys of tables and places in arrays, the outermost first.
    """
    document = tomllib.loads(text)
    for depth in range(len(path), 0, -1):
        for leaf in _leaves(document, tuple(path[:depth])):
            if line := _line(text, leaf, _at(document, leaf)):
                return line
    return 1


def _at(document: Any, path: Path) -> Any:
    for part in path:
        document = document[part]
    return document


def _leaves(document: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Yield the paths of what is no table and no array, at a path or below it, in the order of the text."""
    try:
        value = _at(document, path)
    except (KeyError, IndexError, TypeError):
        return
    if isinstance(value, dict):
        for key in value:
            yield from _leaves(document, (*path, key))
    elif isinstance(value, list):
        for place in range(len(value)):
            yield from _leaves(document, (*path, place))
    else:
        yield path


def _line(text: str, path: Path, value: object) -> int | None:
    for start, end, new in _places(text, value):
        try:
            changed = _at(tomllib.loads(f"{text[:start]}{new}{text[end:]}"), path)
        except (tomllib.TOMLDecodeError, KeyError, IndexError, TypeError):
            continue
        if changed != value:
            return text.count("\n", 0, start) + 1
    return None


def _places(text: str, value: object) -> Iterator[tuple[int, int, str]]:
    """Yield where something is written like a value, and what can stand there instead."""
    if isinstance(value, str):
        written, new = rf"\"{re.escape(value)}\"|'{re.escape(value)}'", f'"{_MARK}"'
    elif isinstance(value, bool):
        written, new = rf"\b{str(value).lower()}\b", str(not value).lower()
    elif isinstance(value, int | float):
        written, new = rf"(?<![\w.]){re.escape(str(value))}(?![\w.])", str(_NUMBER)
    else:
        written, new = re.escape(str(value)), str(_NUMBER)
    for match in re.finditer(written, text):
        yield match.start(), match.end(), new
