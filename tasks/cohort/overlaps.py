"""Who is in whose list, from a cohort's counts alone: matrix, groups, and the overlaps expected, found and missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.words import agencies, titled

# Boards say it in every run, so nothing here may bring the frames that the counts were made from.
KNOWN = "known"
SHARED = "shared"
HIDDEN = "hidden"
COUNCIL = "local_authority"
KNOW_OF_ABUSE = ("health", "marac", "police", "probation", "voluntary")
"""Kinds of agency whose lists say that a child lives with abuse; a school knows of a child, not of that."""

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
class Line:
    """One agency of the matrix.

    Attributes:
        agency: its kind.
        known: how many children of the cohort it knows.
        shared: other agency -> how many of those that one knows too.
        hidden: how many of those are known as living with abuse and to no list of the council.
    """

    agency: str
    known: int
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
    """One overlap that lists should have: what was expected, what was found, what is missing."""

    rule: str
    return_code: str
    sentence: str
    unit: str
    expected: int
    missing: int

    @property
    def found(self) -> int:
        """Return how many were found."""
        return self.expected - self.missing

    @property
    def share(self) -> str:
        """Return the share found in whole per cent; empty where nothing was expected."""
        return f"{100 * self.found // self.expected}%" if self.expected else ""

    @property
    def few(self) -> bool:
        """Tell whether so few are known to the council that the extract itself is in doubt (X13)."""
        return self.rule == "X13" and self.found < FEW * self.expected


@dataclass(frozen=True, slots=True)
class Lists:
    """How the lists of an area fit together; `doubted` are hidden children who may be with the council after all."""

    matrix: tuple[Line, ...]
    groups: tuple[Group, ...]
    overlaps: tuple[Overlap, ...]
    children: int
    hidden: int
    doubted: int


def lists(counts: Mapping[str, Any], children: int) -> Lists:
    """Read how the lists fit together from the counts of a cohort (see `counts`) and its number of children."""
    return Lists(
        matrix=_matrix(counts["reconciliation"]),
        groups=tuple(_group(one) for one in counts.get("combinations", ())),
        overlaps=tuple(_overlap(one) for one in counts.get("expected", ())),
        children=children,
        hidden=counts["hidden"],
        doubted=counts.get("hidden_doubted", 0),
    )


def _matrix(rows: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    def of(measure: str, agency: str) -> dict[str, int]:
        return {r["other"]: r["children"] for r in rows if (r["measure"], r["agency"]) == (measure, agency)}

    known = {row["agency"]: row["children"] for row in rows if row["measure"] == KNOWN}
    return tuple(
        Line(agency, count, of(SHARED, agency), of(HIDDEN, agency).get(COUNCIL, 0))
        for agency, count in sorted(known.items())
    )


def _group(one: Mapping[str, Any]) -> Group:
    agencies = tuple(one["agencies"])
    return Group(agencies, one["children"], COUNCIL not in agencies and bool({*agencies} & {*KNOW_OF_ABUSE}))


def _overlap(one: Mapping[str, Any]) -> Overlap:
    return Overlap(one["rule"], one["return"], _EXPECTED[one["rule"]], one["unit"], one["expected"], one["missing"])


def in_words(found: Lists) -> str:
    """Return what the chart of groups shows, in a sentence or two."""
    if not found.groups:
        return "No child is in any list."
    largest = found.groups[0]
    said = f"{found.children:,} children are in {len(found.matrix)} agencies' lists. The largest group, "
    said += f"{largest.children:,}, is known to {agencies(largest.agencies).lower()} and to nobody else."
    return f"{said} {found.hidden:,} are known as living with abuse and are in no list of the council{_doubt(found)}."


def _doubt(found: Lists) -> str:
    return f", though {found.doubted:,} of them may be there under another spelling" if found.doubted else ""


def lists_in_markdown(area: str, version: int, found: Lists) -> str:
    """Return who is in whose list as markdown: counts alone, for whoever watches the inspection."""
    across = [titled(line.agency) for line in found.matrix]
    lines = [
        f"# {area}: who is in whose list",
        "",
        f"{in_words(found)} Counts of version {version} of the cohort.",
        "",
        "## Known to exactly",
        "",
        "| Agencies | Children | Hidden from the council |",
        "|---|---:|---|",
        *(f"| {agencies(one.agencies)} | {one.children:,} | {'yes' if one.hidden else ''} |" for one in found.groups),
        "",
        "## Agency by agency: children of the row whom the column knows too",
        "",
        f"| | Children | {' | '.join([*across, 'Hidden'])} |",
        f"|---|---:|{'---:|' * (len(across) + 1)}",
        *(_row(line, found) for line in found.matrix),
        "",
        "## Overlaps that the lists should have",
        "",
        "| Check | Return | What should be so | Expected | Found | Missing |",
        "|---|---|---|---:|---:|---:|",
        *(
            f"| {one.rule.split('.')[0]} | {one.return_code} | {one.sentence} "
            f"| {one.expected:,} | {one.found:,} | {one.missing:,} |"
            for one in found.overlaps
        ),
        "",
    ]
    return "\n".join(lines)


def _row(line: Line, found: Lists) -> str:
    others = ("" if other.agency == line.agency else f"{line.shared.get(other.agency, 0):,}" for other in found.matrix)
    return f"| {titled(line.agency)} | {line.known:,} | {' | '.join(others)} | {line.hidden:,} |"
