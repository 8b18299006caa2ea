"""What an exception means at an edge: a refusal goes to its person, a part that is away is named, the rest is ours.

Flows, portal and command line use this and nothing else. Types decide, never texts: the text of a foreign exception may
quote data (L5), and a slip of ours must not be shown as somebody's mistake (L9).
"""

import sys
from dataclasses import dataclass
from enum import StrEnum

from models.refusals import Mistake, OperatorError, Refusal

# Module -> its exceptions for a part that does not answer. They can only have been raised if the module is imported.
_AWAY = {
    "sqlalchemy.exc": ("OperationalError", "InterfaceError"),
    "psycopg": ("OperationalError", "InterfaceError"),
    "botocore.exceptions": ("ConnectionError", "HTTPClientError", "IncompleteReadError"),
    "httpx": ("TransportError",),
}
_PARTS = {
    "sqlalchemy.exc": "the database does not answer",
    "psycopg": "the database does not answer",
    "botocore.exceptions": "the evidence store does not answer",
    "httpx": "a server does not answer",
}


class Turn(StrEnum):
    """Whose turn it is after an exception."""

    REFUSED = "refused"
    AWAY = "away"
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class Explained:
    """What a person reads about an exception.

    Attributes:
        turn: whose turn it is.
        sentence: for the person; it quotes nothing.
        mistakes: what to fix, by field, where a form was refused.
    """

    turn: Turn
    sentence: str
    mistakes: tuple[Mistake, ...] = ()


def answer_to(error: BaseException) -> Explained:
    """Return what a person reads about an exception, whatever it is."""
    if isinstance(error, Refusal):
        return Explained(Turn.REFUSED, error.sentence, error.mistakes)
    if isinstance(error, OperatorError):
        return Explained(Turn.AWAY if error.passes else Turn.OURS, str(error))
    part = _absent_part(error)
    if part:
        return Explained(Turn.AWAY, f"{part[:1].upper()}{part[1:]}. Try again in a few minutes.")
    return Explained(Turn.OURS, f"There is an internal fault ({type(error).__name__}). It is our fault and not yours.")


def in_words(fault: BaseException) -> str:
    """Return the kind of a fault in a few words, such as `file not in the store`; never its text."""
    if isinstance(fault, OperatorError) and fault.brief:
        return fault.brief
    return _absent_part(fault) or f"internal fault: {type(fault).__name__}"


def is_away(error: BaseException) -> bool:
    """Return whether an exception means that a part of the service does not answer."""
    return answer_to(error).turn is Turn.AWAY


def _absent_part(error: BaseException) -> str:
    for module, names in _AWAY.items():
        loaded = sys.modules.get(module)
        kinds = tuple(getattr(loaded, name) for name in names) if loaded else ()
        if kinds and isinstance(error, kinds):
            return _PARTS[module]
    return ""
