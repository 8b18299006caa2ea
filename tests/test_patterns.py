"""Patterns mean the same to every Python that the product takes."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from benchmarks.reading.source import modules
from models.settings import CHECKOUT
from tests.written import ROOMS

# Python 3.11 before 3.11.5, Debian 12's among them, forgets where it was in a repetition that may not give back, and so
# finds no match where there is one (gh-106052). Whoever needs one that takes no time on crafted text searches by steps.
POSSESSIVE = re.compile(r"(?<!\\)(?:\\\\)*(?<![\\(])(?:[*+?]|\{\d*,?\d*\})\+|\(\?>")


@cache
def patterns() -> tuple[tuple[str, str], ...]:
    """Return place and text of every text that a module gives to `re`, parts of composed ones among them."""
    return tuple(
        (f"{module.path}:{node.lineno}", text)
        for module in modules(CHECKOUT, ROOMS)
        for node, text in _given_to_re(module.tree)
    )


def _given_to_re(tree: ast.Module) -> Iterator[tuple[ast.Constant, str]]:
    for call in ast.walk(tree):
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"))):
                for node in ast.walk(call):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
                        text = node.value
                        yield node, text.decode("latin-1") if isinstance(text, bytes) else text


def outside_sets(pattern: str) -> str:
    """Return a pattern without what stands in its sets of characters, where every mark is itself."""
    return re.sub(r"(?<!\\)\[\^?\]?(?:\\.|[^\]\\])*\]", "[]", pattern)


def test_no_pattern_has_a_repetition_that_some_pythons_get_wrong() -> None:
    found = [f"{place}: {text}" for place, text in patterns() if POSSESSIVE.search(outside_sets(text))]
    assert not found, "\n".join(found)


def test_there_are_patterns_to_look_at() -> None:
    assert len(patterns()) > 200


@pytest.mark.parametrize("pattern", [r"a*+", r"(?:a|b)++", r"x?+y", r"a{2,3}+", r"(?>a|b)", r"[^\n]*+\n"])
def test_such_a_repetition_is_seen(pattern: str) -> None:
    assert POSSESSIVE.search(outside_sets(pattern))


@pytest.mark.parametrize("pattern", [r"a\*+", r"[*+]+", r"[-=_*+|~. ]{2,}$", r"\?+", r"(?:a|b)+", r"a+?"])
def test_what_only_looks_like_one_is_not(pattern: str) -> None:
    assert not POSSESSIVE.search(outside_sets(pattern))
