"""A marked copy as a value, and how it comes back from a child process; light, for whoever only passes it on."""

from collections.abc import Mapping
from dataclasses import dataclass

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


def read_back(left: Mapping[str, bytes]) -> Annotated | None:
    """Return the copy that a child process left, by its name, or None."""
    return next((Annotated(left[name], name == WHOLE) for name in (WHOLE, PART) if name in left), None)
