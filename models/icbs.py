"""The integrated care boards as far as they could be read: codes of 2022, without what became of them since."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

_ICBS_CSV = Path(__file__).parent / "data" / "icbs.csv"

SOURCE = "the public list of ICB codes of 2022"
"""What the codes were read from."""

ALL_OF_2022 = 42
"""How many there were on 1 July 2022; the list holds those that could be read."""


@dataclass(frozen=True, slots=True)
class Icb:
    """One integrated care board.

    Attributes:
        ods_code: the code of the Organisation Data Service, such as `QYG`.
        ons_code: that of the Office for National Statistics.
        name: in full.
        valid_from: its first day.
        valid_until: its last day; None where the list does not say.
        successor: ODS code of what took its place; empty where the list does not say.
        checked: the last day of which the list speaks.
    """

    ods_code: str
    ons_code: str
    name: str
    valid_from: date
    valid_until: date | None
    successor: str
    checked: date

    @property
    def missing(self) -> tuple[str, ...]:
        """Return in words what the list does not say."""
        facts = {"until when it exists": self.valid_until, "what took its place": self.successor}
        return tuple(words for words, fact in facts.items() if not fact)


@lru_cache
def icbs() -> dict[str, Icb]:
    """Return the boards that could be read by ODS code, in the order of their names."""
    with _ICBS_CSV.open(encoding="utf-8", newline="") as file:
        return {
            row["ods_code"]: Icb(
                row["ods_code"],
                row["ons_code"],
                row["name"],
                date.fromisoformat(row["valid_from"]),
                date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
                row["successor"],
                date.fromisoformat(row["checked"]),
            )
            for row in csv.DictReader(file)
        }
