"""How the lines of a file add up: each is a row, a header, blank, above them, inside a cell, or told of (L14)."""

from dataclasses import asdict, dataclass
from typing import Any

from models.words import plural


@dataclass(frozen=True)
class Reckoning:
    """The lines of a text file, or the rows of a sheet that hold anything, each counted once.

    Attributes:
        lines: all of them, counted from the file itself.
        rows: those read as rows of the return.
        headers: the header row.
        above: those above the headers, such as a title.
        blank: those that hold nothing.
        breaks: those that go on with a cell of the line before.
        left_out: those that are no rows, each told by a finding.
        sheet: the sheet, as reports name it; empty for a text file.
        file: which of several files, from 1; None where there is one.
    """

    lines: int
    rows: int
    headers: int = 1
    above: int = 0
    blank: int = 0
    breaks: int = 0
    left_out: int = 0
    sheet: str = ""
    file: int | None = None

    @property
    def missing(self) -> int:
        """Return how many lines are none of these; a file with any must not be judged."""
        return self.lines - self.rows - self.headers - self.above - self.blank - self.breaks - self.left_out

    @property
    def sentence(self) -> str:
        """Return the numbers in a sentence, such as: Your file has 28 lines: 26 rows, 1 header, 1 blank line."""
        parts = [
            plural(self.rows, "row"),
            plural(self.headers, "header"),
            *([f"{plural(self.above, 'line')} above the headers"] if self.above else []),
            *([plural(self.blank, "blank line")] if self.blank else []),
            *([f"{plural(self.breaks, 'line')} inside a cell with line breaks"] if self.breaks else []),
            *([f"{plural(self.left_out, 'line')} that we did not read as rows, listed below"] if self.left_out else []),
        ]
        return f"{self._subject} has {plural(self.lines, 'line')}: {', '.join(parts)}."

    @property
    def _subject(self) -> str:
        file = f"File {self.file}" if self.file else "Your file"
        return f"{file}, {self.sheet}," if self.sheet else file

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers and the sentence as JSON values; no file where there is one."""
        numbers = {key: number for key, number in asdict(self).items() if number is not None}
        return {**numbers, "sentence": self.sentence}

    @classmethod
    def from_dict(cls, numbers: dict[str, Any]) -> "Reckoning":
        """Rebuild a reckoning."""
        return cls(**{key: number for key, number in numbers.items() if key != "sentence"})
