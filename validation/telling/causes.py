"""What is wrong with a return, causes first: layout, whole columns, then cells; light, for pages without frames."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol, TypeVar

from models.words import plural
from validation.contract.whole_column import cells_meant, is_about_column
from validation.files.layout_order import COLUMNS, HEADERS, LAYOUT

Group = Literal["layout", "columns", "cells"]

TITLES: Mapping[Group, str] = {
    "layout": "The layout of your file",
    "columns": "Whole columns",
    "cells": "Cells and rows",
}
REASONS: Mapping[Group, str] = {
    "layout": "Fix these first. A sheet, a header or a row that is not as we need it often causes the rest.",
    "columns": "What is wrong with nearly every cell of a column usually has one cause, such as its format.",
    "cells": "What is wrong with single cells and rows.",
}
ORDER = "Errors come first, then queries, and of each the ones in most places."

_SEVERITIES = ("error", "query", "info")


class _Located(Protocol):
    """A finding with its place, as an outcome has it or as a stored report does."""

    @property
    def rule(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def sheet(self) -> str: ...
    @property
    def row(self) -> int | None: ...
    @property
    def column(self) -> str | None: ...
    @property
    def cell(self) -> str | None: ...
    @property
    def message(self) -> str: ...
    @property
    def file(self) -> int | None: ...


F = TypeVar("F", bound=_Located)


@dataclass(frozen=True)
class Listed:
    """A finding as a stored report lists it."""

    rule: str
    severity: str
    sheet: str
    row: int | None
    column: str | None
    cell: str | None
    message: str
    file: int | None = None

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> "Listed":
        """Rebuild a finding of a report, or of a comparison with other returns, which names no sheet."""
        severity, sheet = fields.get("severity") or "query", fields.get("sheet") or ""
        row, column, cell, file = (fields.get(name) for name in ("row", "column", "cell", "file"))
        return cls(fields["rule"], severity, sheet, row, column, cell, fields["message"], file)


@dataclass(frozen=True)
class Cause(Generic[F]):
    """One thing to fix or to explain.

    Attributes:
        group: whether the layout, a whole column, or single cells and rows are wrong.
        count: in how many places.
        exact: whether the count is complete; otherwise there are at least so many.
        findings: those that the report lists, in the order of the file.
    """

    group: Group
    count: int
    exact: bool
    findings: tuple[F, ...]

    @property
    def first(self) -> F:
        """Return its first finding, which speaks for all."""
        return self.findings[0]

    @property
    def size(self) -> str:
        """Return in how many places, such as `12 cells`; empty where the layout is meant or no place is."""
        if self.group == "layout" or not self.first.row:
            return ""
        words = plural(self.count, "cell" if self.first.cell else "row")
        return words if self.exact else f"at least {words}"

    @property
    def letter(self) -> str:
        """Return the letter of its column, where all its cells stand in one."""
        letters = {(finding.cell or "").rstrip("0123456789") for finding in self.findings}
        return letters.pop() if len(letters) == 1 else ""

    def where(self, sheets: bool = True) -> str:
        """Return the sheet and the column, such as `Sheet POL-1, column N, child_date_of_birth`.

        Args:
            sheets: whether the file has sheets with names; a text file has none.
        """
        letter = self.letter
        header = self.first.column or ""
        column = f"column {letter}, {header}" if letter and header else f"column {letter or header}"
        parts = [sheet_words(self.first.sheet) if sheets else "", column if letter or header else ""]
        text = ", ".join(filter(None, parts))
        return text[:1].upper() + text[1:]

    @property
    def places(self) -> list[str]:
        """Return its listed places as people name them, each once: `file 2, F12`, or `row 3` where no cell is meant."""
        return list(dict.fromkeys(place_words(finding) for finding in self.findings if finding.row))

    @property
    def at(self) -> str:
        """Return its first places in a sentence, such as `At F3, F7 and 10 more.`; empty where there is none."""
        return self.at_first(8)

    def at_first(self, most: int) -> str:
        """Return so many of its places in a sentence; empty where there is none."""
        places = self.places
        more = max(0, self.count - most)
        if not places:
            return ""
        if self.group == "columns":
            return f"From {places[0]} down."
        rest = (f" and {more:,} more" if self.exact else f" and at least {more:,} more") if more else ""
        return f"At {', '.join(places[:most])}{rest}."


def sheet_words(sheet: str) -> str:
    """Return a sheet as a sentence begins with it; empty where no sheet is meant."""
    if not sheet or sheet.startswith(("sheet ", "a hidden sheet")):
        return sheet.capitalize()
    return f"Sheet {sheet}"


def place_words(finding: _Located) -> str:
    """Return the place of a finding, such as `F12`, `row 3` or `file 2, F12`."""
    place = finding.cell or (f"row {finding.row}" if finding.row else "")
    return f"file {finding.file}, {place}" if finding.file and place else place


def causes_of(findings: Iterable[F], by_rule: Mapping[str, int]) -> list[Cause[F]]:
    """Return what is wrong, causes first.

    Layout comes before whole columns, and those before cells. In each, errors come before queries, sheets before
    headers and those before rows, and what is in most places first.

    Args:
        findings: those that a report lists, in the order of the file.
        by_rule: rule -> how many there are, listed or not; a rule that is not named is counted by its findings.
    """
    by_kind: dict[tuple[Any, ...], list[F]] = {}
    for finding in findings:
        key = (finding.rule, finding.sheet, finding.column, finding.message, *_apart(finding))
        by_kind.setdefault(key, []).append(finding)
    counted: Counter[str] = Counter()
    for some in by_kind.values():
        counted[some[0].rule] += _weight(some)
    kinds = Counter(some[0].rule for some in by_kind.values())
    causes = [_cause(some, by_rule.get(some[0].rule, 0), counted, kinds) for some in by_kind.values()]
    return by_weight(causes)


def by_weight(causes: Iterable[Cause[F]]) -> list[Cause[F]]:
    """Return causes of one check or of several in the order of `causes_of`."""
    return sorted(causes, key=_rank)


def _apart(finding: _Located) -> tuple[Any, ...]:
    """Return what tells apart findings that say the same of several headers; rows need nothing."""
    return (finding.cell,) if LAYOUT.get(finding.rule) == HEADERS else ()


def _weight(findings: Sequence[_Located]) -> int:
    return sum(cells_meant(finding.message) or 1 for finding in findings)


def _cause(some: list[F], total: int, counted: Counter[str], kinds: Counter[str]) -> Cause[F]:
    rule, listed = some[0].rule, _weight(some)
    # The exact count is the rule's; where it has several sentences and more places than are listed, each of them has at
    # least those listed.
    if counted[rule] >= total:
        return Cause(_group(some[0]), listed, True, tuple(some))
    alone = kinds[rule] == 1
    return Cause(_group(some[0]), total if alone else listed, alone, tuple(some))


def _group(finding: _Located) -> Group:
    if finding.rule in LAYOUT:
        return "layout"
    whole = is_about_column(finding.message) or finding.rule in COLUMNS or not finding.row
    return "columns" if whole and finding.column else "layout" if not finding.row else "cells"


def _rank(cause: Cause[Any]) -> tuple[Any, ...]:
    first = cause.first
    group = list(TITLES).index(cause.group)
    weight = _SEVERITIES.index(first.severity)
    return group, weight, LAYOUT.get(first.rule, 0), -cause.count, first.sheet, first.rule, first.column or ""


def grouped(causes: Iterable[Cause[F]]) -> list[tuple[Group, list[Cause[F]]]]:
    """Return the groups that there are, in order, each with its causes."""
    groups: dict[Group, list[Cause[F]]] = {}
    for cause in causes:
        groups.setdefault(cause.group, []).append(cause)
    return list(groups.items())


def tally(causes: Iterable[Cause[Any]]) -> str:
    """Return in how many places causes are errors, queries or notes, such as `2 errors, at least 100 queries`."""
    of_severity: dict[str, list[Cause[Any]]] = {}
    for cause in causes:
        of_severity.setdefault(cause.first.severity, []).append(cause)
    words = {"error": ("error", "errors"), "query": ("query", "queries"), "info": ("note", "notes")}
    return ", ".join(_sum(of_severity[s], *words[s]) for s in _SEVERITIES if s in of_severity)


def _sum(causes: Sequence[Cause[Any]], thing: str, things: str) -> str:
    least = "" if all(cause.exact for cause in causes) else "at least "
    return least + plural(sum(cause.count for cause in causes), thing, things)
