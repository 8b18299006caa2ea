"""Refusals: what a person asked for and did not get, in the sentence that the person reads."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to fix in a form: the field's name, and the sentence that stands beside it."""

    field: str
    text: str


class Refusal(Exception):  # noqa: N818 - the base of errors that a person reads; what derives from it ends in Error
    """Something that a person asked for cannot be done as asked; nobody else's text reaches a person.

    Flows, portal and command line show the sentence of a refusal and of nothing else: any other exception is a fault
    of ours, and its text may quote data (L5, L9).

    Attributes:
        field: the field of the form that is to be changed; empty where no one field is to blame.
        mistakes: everything to fix, each with its field.
    """

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field
        self.mistakes: tuple[Mistake, ...] = (Mistake(field, sentence),)

    @property
    def sentence(self) -> str:
        """Return the sentence for the person."""
        return str(self)


class NothingThereError(Refusal):
    """There is no such thing for whoever asks; a page answers as at an address that does not exist."""


class FormRefusedError(Refusal):
    """Several fields of a form are to be changed."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        collected = tuple(mistakes)
        super().__init__(" ".join(mistake.text for mistake in collected), field=collected[0].field)
        self.mistakes = collected


class ControlCharacterError(Refusal):
    """A text holds characters that no keyboard makes, such as NUL; databases and logs choke on them."""

    def __init__(self, field: str) -> None:
        super().__init__("Remove the characters that cannot be seen, or type the text again.", field=field)


class TooLongError(Refusal):
    """A text is longer than what it is kept in; it is not cut, or whoever reads it would read half of it."""

    def __init__(self, field: str, most: int) -> None:
        super().__init__(f"Enter {most} characters or fewer.", field=field)


def check_length(field: str, text: str, most: int) -> str:
    """Return a text that has so many characters and no more.

    Raises:
        TooLongError: it has more.
    """
    if len(text) > most:
        raise TooLongError(field, most)
    return text


_KEPT = frozenset("\t\n\r")
TEXT_PATTERN = r"^[^\x00-\x1f\x7f-\x9f]*$"
"""What one line of text in a form may hold, as a regular expression that Python, JSON schema and browsers share."""


def has_control_characters(text: str) -> bool:
    """Return whether a text holds control characters other than tabs and ends of lines, or halves of characters."""
    # Half of a character, as JSON can spell it, is text that no database takes.
    return any(
        (ord(char) < 32 and char not in _KEPT) or 127 <= ord(char) < 160 or "\ud800" <= char <= "\udfff"
        for char in text
    )


def check_text(field: str, text: str) -> str:
    """Return a text that came in by any door, unless it holds control characters.

    Raises:
        ControlCharacterError: it does.
    """
    if has_control_characters(text):
        raise ControlCharacterError(field)
    return text


class PersonsNumberError(Refusal):
    """A text that is kept outside the evidence store holds what could be a person's number (L5)."""

    def __init__(self, field: str) -> None:
        super().__init__(
            "Remove the long number: it could be a person's, such as an NHS number. Say it without any number.",
            field=field,
        )


# Ten digits or more are an NHS number, a pupil's number or a telephone number; the last is a National Insurance number.
_PERSONS_NUMBER = re.compile(
    r"(?<!\d)\d(?:[ \u00a0]?\d){9,}(?!\d)"
    r"|(?<![\d-])\d{3}[-./]\d{3}[-./]\d{4}(?![\d-])"
    r"|(?i:(?<![a-z0-9])[a-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[a-d](?![a-z0-9]))"
)


def has_persons_number(text: str) -> bool:
    """Return whether a text holds something in the shape of a person's number."""
    return _PERSONS_NUMBER.search(text) is not None


def check_kept(field: str, text: str) -> str:
    """Return a text that database, audit, boards or tokens keep, unless it could name a person by number (L5).

    Raises:
        ControlCharacterError: it holds characters that no keyboard makes.
        PersonsNumberError: it holds something in the shape of a person's number.
    """
    if has_persons_number(check_text(field, text)):
        raise PersonsNumberError(field)
    return text


class OperatorError(Exception):
    """A fault of ours or of a part, in a sentence of our own that quotes no data: whoever operates it may read it.

    Attributes:
        brief: its kind in a few words, for the message of a run and for notices.
        passes: whether it passes without us, as when a part does not answer.
    """

    brief = ""
    passes = False
