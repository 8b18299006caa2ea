"""Pens: what lets a browser add to one person's logs, and to nothing else, also once that person's session is over."""

from models.key_ring import Purpose
from tasks.ground.keys import derived, is_derived

_DIGITS = 64


def pen_for(ref: str, person: str) -> str:
    """Return the pen of a person in an inspection; who holds it can add words in their name, and read nothing."""
    return derived(Purpose.SESSIONS, _text(ref, person), _DIGITS)


def is_pen(ref: str, person: str, pen: str) -> bool:
    """Return whether a pen is that of a person in an inspection."""
    return is_derived(Purpose.SESSIONS, _text(ref, person), _DIGITS, pen)


def _text(ref: str, person: str) -> str:
    return f"notes/{ref}/{person}"
