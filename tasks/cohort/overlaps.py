"""Who is in whose list, from a cohort's counts alone: matrix, groups, and the overlaps expected, found and missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.words import agencies, plural, titled

# Every run shows this on its board, so nothing here may import frames: polars would slow down each run.
KNOWN = "known"
SHARED = "shared"
HIDDEN = "hidden"
COUNCIL = "local_authority"
KNOW_OF_ABUSE = ("health", "marac", "police", "probation", "voluntary")
"""Kinds of agency that list children because of abuse; a school lists all its children."""

FEW = 0.6
"""Below this share of a list known to the council, check X13 asks whether the right children were extracted."""

_EXPECTED = {
    "X03.date_of_birth": "Other lists give the same date of birth",
    "X03.sex": "Other lists give the same sex",
    "X03.ethnicity": "Other lists give the same ethnicity",
    "X04": "A high-risk incident with the child present led to a contact with the council within 3 working days",
    "X05": "Where the police say that they told the council, the council has a contact from them",
    "X06": "Children heard at a Marac are in the council's list",
    "X06.heard": "Children whom the council says a Marac heard are in the Marac's list",
    "X07": "Children linked to people on probation are in the council's list",
    "X07.managed": "People whom the police say probation manages are in probation's list",
    "X08": "Children whom health services saw are in the council's list",
    "X13": "Children of the list are in the council's list",
}


@dataclass(frozen=True, slots=True)
class AgencyOverlap:
    """One agency of the matrix.

    Attributes:
        agency: its kind.
        children: how many children of the cohort it knows.
        shared: other agency -> how many of those children it knows too.
        hidden: how many of those children are known as living with abuse and are in no list of the council.
    """

    agency: str
    children: int
    shared: Mapping[str, int]
    hidden: int


@dataclass(frozen=True, slots=True)
class Group:
    """Children who are known to exactly these agencies.

    Attributes:
        agencies: their kinds, sorted.
        children: how many.
        hidden: whether they are hidden from the council.
    """

    agencies: tuple[str, ...]
    children: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class Overlap:
    """One overlap that lists should have: how many are expected, and how many are missing."""

    rule: str
    return_code: str
    sentence: str
    unit: str
    expected: int
    missing: int

    @property
    def present(self) -> int:
        """Return how many of those expected are there."""
        return self.expected - self.missing

    @property
    def share(self) -> str:
        """Return the share found in whole per cent; empty where nothing was expected."""
        return f"{100 * self.present // self.expected}%" if self.expected else ""

    @property
    def few(self) -> bool:
        """Return whether so few are known to the council that the extract itself is in doubt (X13)."""
        return self.rule == "X13" and self.present < FEW * self.expected


@dataclass(frozen=True, slots=True)
class ListOverlaps:
    """How the lists of an area overlap; `doubted` are hidden children who may be in the council's list after all."""

    matrix: tuple[AgencyOverlap, ...]
    groups: tuple[Group, ...]
    overlaps: tuple[Overlap, ...]
    children: int
    hidden: int
    doubted: int


def lists(counts: Mapping[str, Any], children: int) -> ListOverlaps:
    """Return how the lists overlap, from the counts of a cohort (see `counts`) and its number of children."""
    return ListOverlaps(
        matrix=_matrix(counts["reconciliation"]),
        groups=tuple(_group(row) for row in counts.get("combinations", ())),
        overlaps=tuple(_overlap(row) for row in counts.get("expected", ())),
        children=children,
        hidden=counts["hidden"],
        doubted=counts.get("hidden_doubted", 0),
    )


def _matrix(rows: Sequence[Mapping[str, Any]]) -> tuple[AgencyOverlap, ...]:
    def of(measure: str, agency: str) -> dict[str, int]:
        return {r["other"]: r["children"] for r in rows if (r["measure"], r["agency"]) == (measure, agency)}

    counts = {row["agency"]: row["children"] for row in rows if row["measure"] == KNOWN}
    return tuple(
        AgencyOverlap(agency, count, of(SHARED, agency), of(HIDDEN, agency).get(COUNCIL, 0))
        for agency, count in sorted(counts.items())
    )


def _group(row: Mapping[str, Any]) -> Group:
    agencies = tuple(row["agencies"])
    return Group(agencies, row["children"], COUNCIL not in agencies and bool({*agencies} & {*KNOW_OF_ABUSE}))


def _overlap(row: Mapping[str, Any]) -> Overlap:
    return Overlap(row["rule"], row["return"], _EXPECTED[row["rule"]], row["unit"], row["expected"], row["missing"])


def in_words(lists_: ListOverlaps, known_to_be: str) -> str:
    """Return what the chart of groups shows, in a sentence or two; `known_to_be` says what the theme's children are."""
    if not lists_.groups:
        return "No child is in any list."
    largest = lists_.groups[0]
    listed = plural(lists_.children, "child is", "children are")
    hidden = plural(lists_.hidden, "child is", "children are")
    return (
        f"{listed} in the lists of {plural(len(lists_.matrix), 'agency', 'agencies')}. The largest group, "
        f"{largest.children:,}, is known to {agencies(largest.agencies).lower()} and to nobody else. "
        f"{hidden} known to be {known_to_be} but not in any list from the council{_doubt(lists_)}."
    )


def _doubt(lists_: ListOverlaps) -> str:
    return f", though {lists_.doubted:,} of them may be there under another spelling" if lists_.doubted else ""


def lists_in_markdown(area: str, version: int, lists_: ListOverlaps, known_to_be: str) -> str:
    """Return who is in whose list as markdown: counts alone, for whoever watches the inspection."""
    across = [titled(line.agency) for line in lists_.matrix]
    lines = [
        f"# {area}: who is in whose list",
        "",
        f"{in_words(lists_, known_to_be)} Counts of version {version} of the cohort.",
        "",
        "## Known to exactly",
        "",
        "| Agencies | Children | Hidden from the council |",
        "|---|---:|---|",
        *(
            f"| {agencies(group.agencies)} | {group.children:,} | {'yes' if group.hidden else ''} |"
            for group in lists_.groups
        ),
        "",
        "## Agency by agency: how many children of the row are known to the column",
        "",
        f"| | Children | {' | '.join([*across, 'Hidden'])} |",
        f"|---|---:|{'---:|' * (len(across) + 1)}",
        *(_row(line, lists_) for line in lists_.matrix),
        "",
        "## Overlaps that the lists should have",
        "",
        "| Check | Return | What should be so | Expected | Found | Missing |",
        "|---|---|---|---:|---:|---:|",
        *(
            f"| {overlap.rule.split('.')[0]} | {overlap.return_code} | {overlap.sentence} "
            f"| {overlap.expected:,} | {overlap.present:,} | {overlap.missing:,} |"
            for overlap in lists_.overlaps
        ),
        "",
    ]
    return "\n".join(lines)


def _row(line: AgencyOverlap, lists_: ListOverlaps) -> str:
    others = ("" if other.agency == line.agency else f"{line.shared.get(other.agency, 0):,}" for other in lists_.matrix)
    return f"| {titled(line.agency)} | {line.children:,} | {' | '.join(others)} | {line.hidden:,} |"
