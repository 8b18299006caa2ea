"""The lists of codes that age: where each stands, what it was taken from, and until which day it was looked at.

`make lists` prints them, those that nobody has looked at for a year first.
"""

from dataclasses import dataclass
from datetime import date, timedelta

_OLD = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list that somebody else keeps.

    Attributes:
        name: what it lists.
        where: the module or file that holds it.
        source: what it was taken from.
        checked: the last day on which it was compared with its source, or its source with reality.
    """

    name: str
    where: str
    source: str
    checked: date

    def is_old(self, today: date) -> bool:
        """Return whether nobody has looked at it for a year."""
        return today - self.checked > _OLD


LISTS = (
    CodeList(
        "English local areas",
        "models/data/areas.csv",
        "ONS codes of counties and unitary authorities, with the Home Office's police force areas",
        date(2026, 11, 26),
    ),
    CodeList(
        "Numbers of local authorities, and codes of the same council that replaced each other",
        "models/data/la_numbers.csv",
        "Department for Education, list of local authorities of Explore education statistics",
        date(2026, 11, 26),
    ),
    CodeList(
        "Integrated care boards: 24 of the 42 of 2022, without their ends and their successors of 1 April 2026",
        "models/data/icbs.csv",
        "a public list of ICB codes of 2022, as far as it could be read",
        date(2022, 12, 31),
    ),
    CodeList(
        "Legal bases on which agencies are asked for data, and the kinds of agency that each reaches",
        "models/data/legal_bases.toml",
        "Children Act 2004, SI 2015/1792 and the Children's Wellbeing and Schools Act 2026, as far as they were read",
        date(2026, 11, 22),
    ),
    CodeList(
        "Authorities in UPNs",
        "validation/contract/identifiers.py",
        "CIN census rule 1530 of 2023/24, and the numbers given since",
        date(2026, 11, 26),
    ),
    CodeList(
        "Bank holidays in England",
        "the package holidays",
        "the package's calendar of England, compared with GOV.UK day by day for 2020 to 2030 and 2033",
        date(2026, 11, 26),
    ),
)


def in_lines(today: date) -> list[str]:
    """Return the lists as lines of text, the oldest first."""
    ordered = sorted(LISTS, key=lambda codes: codes.checked)
    return [
        f"{'OLD  ' if codes.is_old(today) else '     '}{codes.checked.isoformat()}  {codes.name} ({codes.where}). "
        f"Source: {codes.source}."
        for codes in ordered
    ]


if __name__ == "__main__":
    print("\n".join(in_lines(date.today())))  # noqa: T201 - a person's day, for a person at a terminal
