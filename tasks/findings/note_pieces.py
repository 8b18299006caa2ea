"""Names the notes behind a finding: which note, which version of it was read, and which paragraph of that. Pure."""

import re
from dataclasses import dataclass

_FORM = re.compile(r"(?P<note>[^:]+)(?::v(?P<version>[1-9]\d{0,8})(?::p(?P<part>[1-9]\d{0,5}))?)?")
_BETWEEN = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True)
class NotePiece:
    """A note, or a paragraph of it, as a finding names it: `c1-4`, `c1-4:v3` or `c1-4:v3:p2`.

    Attributes:
        note: id of the note.
        version: whose words were read; 0 where the finding does not say, as those of earlier releases.
        part: the paragraph, counted from 1; 0 for the whole note.
    """

    note: str
    version: int = 0
    part: int = 0

    @classmethod
    def parse(cls, text: str) -> "NotePiece":
        """Return what a text names; a text of another form names no note that there is."""
        match = _FORM.fullmatch(text)
        if match is None:
            return cls(text)
        return cls(match["note"], int(match["version"] or 0), int(match["part"] or 0))

    def __str__(self) -> str:
        """Return it as a finding keeps it."""
        version = f":v{self.version}" if self.version else ""
        return f"{self.note}{version}{f':p{self.part}' if self.part else ''}"


def parts_of(text: str) -> list[str]:
    """Return the paragraphs of a note, which blank lines part."""
    return [part for part in _BETWEEN.split(text.strip()) if part]


def part_of(text: str, part: int) -> str:
    """Return one paragraph of a note, counted from 1, or all of it for 0; empty where it has none of that number."""
    if not part:
        return text
    parts = parts_of(text)
    return parts[part - 1] if part <= len(parts) else ""
