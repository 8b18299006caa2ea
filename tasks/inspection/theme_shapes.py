"""Says in words what the reader of a theme's file cannot take: what stands there, and what belongs there."""

from collections.abc import Callable, Mapping
from typing import Any

from models.theme_mistakes import ThemeMisfit
from models.theme_reports import PHRASE
from models.themes import Theme

PATTERNS = {
    r"^([a-z0-9-]+@[1-9][0-9]*)?$": "the id of a theme, @ and its version, such as front-door-2024@1",
    r"^[a-z0-9-]+$": "small letters, digits and hyphens, such as neglect-2027",
    r"^[a-z_]+$": "small letters and underscores, such as fieldwork_end",
    r"^[a-z][a-z0-9_]{2,40}$": "3 to 41 small letters, digits and underscores, such as home_visit",
    r"^[a-z]{0,8}$": "at most 8 small letters, such as neg",
    PHRASE: 'words in small letters with the signs that docs/themes.md names, such as "perpetrator* + risk"',
    r"^[1-9][0-9]?\.[1-9][0-9]?$": '2 numbers with a full stop between them, such as "1.2"',
}
"""What a text must look like, in words, by the pattern that the model holds."""

_NUMBER, _WHOLE = "a number, such as 0.5", "a whole number, such as 3"
_FORMS = {
    "string_type": "text in quotation marks",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "bool_type": "true or false, without quotation marks",
    "bool_parsing": "true or false, without quotation marks",
    "time_type": "a time of day without quotation marks, such as 17:00:00",
    "time_parsing": "a time of day without quotation marks, such as 17:00:00",
}
_LIMITS: dict[str, tuple[str, str]] = {
    "greater_than": ("gt", "more than {}"),
    "greater_than_equal": ("ge", "at least {}"),
    "less_than": ("lt", "less than {}"),
    "less_than_equal": ("le", "at most {}"),
    "string_too_short": ("min_length", "text of at least {} characters"),
    "string_too_long": ("max_length", "text of at most {} characters"),
}
_MANY, _TABLES = frozenset({"tuple_type", "list_type"}), frozenset({"model_type", "dict_type", "model_attributes_type"})


def shape_mistake(error: Mapping[str, Any]) -> ThemeMisfit:
    """Return what the model says is wrong, in words, with the names that there are.

    Args:
        error: one of those of a `ValidationError`.
    """
    path, kind = tuple(error["loc"]), error["type"]
    name = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
    if kind == "missing":
        return ThemeMisfit(path[:-1], f"{name!r} is missing here")
    if kind == "extra_forbidden":
        return ThemeMisfit(path, f"a theme has nothing that is called {name!r} here", name, _fields_at(path[:-1]))
    given, facts = error["input"], error.get("ctx", {})
    if expected := facts.get("expected", ""):
        options = tuple(part.strip(" '") for part in expected.replace(" or ", ", ").split(","))
        return ThemeMisfit(path, f"{_shown(given)} is not one of {', '.join(options)}", str(given), options)
    return ThemeMisfit(path, _sentence(name, path, given, kind, facts))


def _sentence(name: str, path: tuple[str | int, ...], given: object, kind: str, facts: Mapping[str, Any]) -> str:
    if kind in _MANY:
        return f"{name!r} is a list. {_as_list(name, path, given)}"
    if kind in _TABLES:
        inner = isinstance(path[-1], int)
        return f"{'each item of ' if inner else ''}{name!r} is a table: write its parts in braces, or under its name"
    if kind == "too_short":
        return f"{name!r} needs at least {facts['min_length']} items, and has {facts['actual_length']}"
    hint = f', so write "{given}"' if kind == "string_type" and isinstance(given, int | float) else ""
    return f"{name!r} cannot be {_shown(given)}: it is {_wanted(kind, facts)}{hint}"


def _wanted(kind: str, facts: Mapping[str, Any]) -> str:
    if kind in _LIMITS:
        limit, words = _LIMITS[kind]
        return words.format(f"{facts[limit]:g}" if isinstance(facts[limit], int | float) else facts[limit])
    if kind == "string_pattern_mismatch":
        return PATTERNS[facts["pattern"]]
    return _FORMS.get(kind, "something else; docs/themes.md says what")


def _as_list(name: str, path: tuple[str | int, ...], given: object) -> str:
    if isinstance(given, str):
        return f'Write ["{given}"]'
    if isinstance(given, dict):
        place = ".".join(str(part) for part in path if isinstance(part, str))
        return f"Begin each of its items with [[{place}]]"
    return f"Write {name} = [...]"


_SHOWN: dict[type, Callable[[Any], str]] = {bool: lambda given: str(given).lower(), dict: lambda _: "a table"}
_SHOWN[list] = lambda _: "a list"


def _shown(given: object) -> str:
    """Return a value as it stands in the file; what has parts by its kind alone."""
    return _SHOWN.get(type(given), repr)(given)


def _fields_at(path: tuple[str | int, ...]) -> tuple[str, ...]:
    """Return the names that a part of a theme can hold."""
    schema = Theme.model_json_schema()
    part: Any = schema
    for name in path:
        part = part.get("items", part) if isinstance(name, int) else part.get("properties", {}).get(name, {})
        for choice in (part, *part.get("anyOf", ())):
            if "$ref" in choice:
                part = schema["$defs"][choice["$ref"].rpartition("/")[2]]
    return tuple(part.get("properties", ()))
