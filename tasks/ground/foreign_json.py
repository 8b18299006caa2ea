"""Reads JSON that a stranger hands to us; what is none, or is none that anybody writes, goes no further."""

import json
from typing import Any

MOST_LEVELS = 40
"""Lists and objects within each other: what we write has fewer, and more can exhaust whoever walks through them."""


class NotJsonError(ValueError):
    """Something is no JSON that we or anybody would write."""


def parsed(data: bytes | str) -> Any:
    """Return the value of a stranger's JSON.

    Raises:
        NotJsonError: it is no JSON, holds halves of characters or what is no number, or is nested too deeply.
    """
    try:
        text = data.decode() if isinstance(data, bytes) else data
        value = json.loads(text, parse_constant=_refuse)
        if text.count("[") + text.count("{") > MOST_LEVELS and _levels(value) > MOST_LEVELS:
            raise NotJsonError
        if "\\u" in text:
            # Half a character can be written by an escape alone, and stands in no file afterwards.
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        # Without the cause, which quotes what it read (L5).
        raise NotJsonError from None
    return value


def _refuse(_: str) -> float:
    raise NotJsonError


def _levels(value: object) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting and deepest <= MOST_LEVELS:
        each, level = waiting.pop()
        inner = each.values() if isinstance(each, dict) else each if isinstance(each, list) else None
        if inner is not None:
            deepest = max(deepest, level)
            waiting += [(part, level + 1) for part in inner]
    return deepest
