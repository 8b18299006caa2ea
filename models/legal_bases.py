"""The legal bases on which data is asked for: which gateway reaches which kind of agency, for which kind of item."""

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from models.states import Lack

_FILE = Path(__file__).parent / "data" / "legal_bases.toml"


class ItemKind(StrEnum):
    """What is asked for: a list of children, a file about one child, or a document about the organisation."""

    RETURN = "return"
    CASE_FILE = "case_file"
    DOCUMENT = "document"


ITEM_LABELS = {
    ItemKind.RETURN: "Lists of children",
    ItemKind.CASE_FILE: "Case files and evaluations",
    ItemKind.DOCUMENT: "Other documents",
}

LACK_CLAUSES = {
    Lack.NO_BASIS: "no legal basis on record reaches this kind of agency for all that the theme asks it for",
    Lack.NOTHING_ENTERED: "its controller, data protection contact and agreement or notice are not entered",
    Lack.NOT_YET_IN_FORCE: "its agreement or notice is not in force yet",
    Lack.LAPSED: "its agreement or notice has lapsed",
    Lack.NO_CONTACT: "its data protection contact has left and nobody took the place",
    Lack.NOTICE_IS_NOT_ENOUGH: "no duty in law reaches it, so that it needs an agreement and not only a notice",
}
"""What is missing before an agency may be asked, as a part of a sentence about the agency."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """One legal basis.

    Attributes:
        code: as records name it.
        title: the enactment, as notices name it.
        says: what it allows, in a few words.
        source: where it was read.
        checked: the day until which that holds.
        begins: its first day; None where the source does not say.
        covers: the kinds of item that it reaches.
        agencies: the kinds of agency that it reaches.
        needs_agreement: whether a notice of the inspectorates is not enough, and both sides must have agreed.
    """

    code: str
    title: str
    says: str
    source: str
    checked: date
    begins: date | None
    covers: frozenset[ItemKind]
    agencies: frozenset[str]
    needs_agreement: bool


@lru_cache
def gateways() -> tuple[Gateway, ...]:
    """Return every gateway that is known, in the order in which they are named."""
    with _FILE.open("rb") as file:
        rows = tomllib.load(file)["gateway"]
    return tuple(
        Gateway(
            row["code"],
            row["title"],
            row["says"],
            row["source"],
            row["checked"],
            row.get("begins"),
            frozenset(ItemKind(kind) for kind in row["covers"]),
            frozenset(row["agencies"]),
            row.get("needs_agreement", False),
        )
        for row in rows
    )


def bases_of(agency: str, item: ItemKind, day: date) -> tuple[Gateway, ...]:
    """Return the gateways by which a kind of agency may hand over a kind of item on a day.

    Args:
        agency: the kind of agency.
        item: what is asked for.
        day: on which it is asked for.
    """
    return tuple(
        gateway
        for gateway in gateways()
        if agency in gateway.agencies and item in gateway.covers and (gateway.begins is None or gateway.begins <= day)
    )
