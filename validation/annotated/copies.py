"""A marked copy as a value, and how it comes back from a child process; light, for whoever only passes it on."""

from dataclasses import dataclass
from pathlib import Path

WHOLE = "marked.xlsx"
PART = "marked-rows.xlsx"


@dataclass(frozen=True)
class Annotated:
    """The copy.

    Attributes:
        data: XLSX.
        whole: whether it holds all that was sent; otherwise it holds the rows with marks alone and is no return.
    """

    data: bytes
    whole: bool

    @property
    def name(self) -> str:
        """Return the last part of its file name."""
        return WHOLE if self.whole else PART


def read_back(folder: Path) -> Annotated | None:
    """Return the copy that a child process left in a folder, or None."""
    for name in (WHOLE, PART):
        path = folder / name
        if path.exists():
            return Annotated(path.read_bytes(), name == WHOLE)
    return None
