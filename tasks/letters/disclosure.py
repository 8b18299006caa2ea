"""The letter's counts of children as linked tables, and as the numbers that may be shown of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from tasks.cohort.agency_facts import STATUSES
from tasks.cohort.frame import NOT_KNOWN_TO_COUNCIL
from tasks.disclosure.protecting import protect
from tasks.disclosure.tables import (
    Cell,
    Method,
    Publication,
    Published,
    Relation,
    Shown,
    Table,
    cell_id,
    parts_table,
)
from tasks.letters.facts import Count, Numbers

_COUNCIL = "local_authority"
# Statuses in the order in which people read them, gravest first; others follow by name.
_STATUSES = (*STATUSES, NOT_KNOWN_TO_COUNCIL)
_LINE, _WHOLE = 3, 10
"""How much more a reader loses with the total of a line, and with that of all, than with one group."""
_BY_AGE, _BY_AGENCY = "children by plan status and age", "children by agency"
ALL = "all"


class _CountIds:
    """The ids of the letter's counts in one version of the cohort."""

    def __init__(self, version: int) -> None:
        self.whole = cell_id(version, ALL)
        self._version = version

    def age(self, age: str) -> str:
        return cell_id(self._version, f"age_band={age}")

    def status(self, status: str) -> str:
        return cell_id(self._version, f"plan_status={status}")

    def both(self, age: str, status: str) -> str:
        return cell_id(self._version, f"age_band={age}&plan_status={status}")

    def agency(self, agency: str) -> str:
        return cell_id(self._version, f"agency={agency}")


def publication_of(frame: pl.DataFrame, *, version: int = 1, method: Method = Method.WITHHOLD) -> Publication:
    """Return a cohort's children by age band and plan status, and by agency, as tables to be published.

    Args:
        frame: of the cohort.
        version: of the cohort.
        method: how its counts are protected.
    """
    ages, statuses = _ages(frame), _statuses(frame)
    counted = {(a, s): n for a, s, n in frame.group_by("age_band", "plan_status").len().iter_rows()}
    names = _CountIds(version)
    inner = [Cell(names.both(a, s), counted.get((a, s), 0)) for a in ages for s in statuses]
    rows = [Cell(names.age(a), sum(counted.get((a, s), 0) for s in statuses), weight=_LINE) for a in ages]
    columns = [Cell(names.status(s), sum(counted.get((a, s), 0) for a in ages), weight=_LINE) for s in statuses]
    whole = Cell(names.whole, sum(counted.values()), weight=_WHOLE)
    by_age = Table(_BY_AGE, (*inner, *rows, *columns, whole), _by_age(names, ages, statuses))
    agencies = dict(_by_agency(frame))
    parts = parts_table(_BY_AGENCY, whole, (Cell(names.agency(a), n, weight=_LINE) for a, n in agencies.items()))
    unknown = {cell.id: cell.count for cell in columns}.get(names.status(NOT_KNOWN_TO_COUNCIL))
    # The council's count and the whole give the children whom the council does not know.
    council = _council(names) if unknown is not None and agencies.get(_COUNCIL) == whole.count - unknown else ()
    return Publication(f"the letter, version {version} of the cohort", method, (by_age, _with(parts, council)))


def _with(table: Table, relations: tuple[Relation, ...]) -> Table:
    return Table(table.name, table.cells, (*table.relations, *relations))


def _council(names: _CountIds) -> tuple[Relation, ...]:
    return (Relation(names.whole, (names.agency(_COUNCIL), names.status(NOT_KNOWN_TO_COUNCIL))),)


def _by_age(names: _CountIds, ages: Sequence[str], statuses: Sequence[str]) -> tuple[Relation, ...]:
    if not ages:
        return ()
    return (
        *(Relation(names.age(a), tuple(names.both(a, s) for s in statuses)) for a in ages),
        *(Relation(names.status(s), tuple(names.both(a, s) for a in ages)) for s in statuses),
        Relation(names.whole, tuple(names.age(a) for a in ages)),
        Relation(names.whole, tuple(names.status(s) for s in statuses)),
    )


def numbers(
    frame: pl.DataFrame, shown: Mapping[str, Shown] | None = None, *, version: int = 1, method: Method = Method.WITHHOLD
) -> Numbers:
    """Return the letter's numbers.

    Args:
        frame: of the cohort.
        shown: what may be shown of the publication's cells; None protects them as if nothing had left before.
        version: of the cohort.
        method: how the counts are protected.
    """
    if shown is None:
        shown = protect(publication_of(frame, version=version, method=method)).shown
    ages, statuses, names = _ages(frame), _statuses(frame), _CountIds(version)
    return Numbers(
        ages=tuple(ages),
        statuses=tuple(statuses),
        cells=tuple(tuple(shown[names.both(a, s)] for s in statuses) for a in ages),
        age_totals=tuple(shown[names.age(a)] for a in ages),
        status_totals=tuple(shown[names.status(s)] for s in statuses),
        total=shown[names.whole],
        agencies=tuple(Count(agency, shown[names.agency(agency)]) for agency, _ in _by_agency(frame)),
        rounded=method == Method.ROUND,
    )


def published_in(record: Mapping[str, Any], version: int) -> Published:
    """Return what a reader has of a letter from before its figures were recorded.

    Args:
        record: the letter's JSON.
        version: of the cohort that it counts.
    """
    given, names = record["numbers"], _CountIds(version)
    ages, statuses = given["ages"], given["statuses"]
    shown: dict[str, Shown] = {names.whole: given["total"]}
    shown |= {names.age(a): n for a, n in zip(ages, given["age_totals"], strict=True)}
    shown |= {names.status(s): n for s, n in zip(statuses, given["status_totals"], strict=True)}
    shown |= {
        names.both(a, s): n
        for a, row in zip(ages, given["cells"], strict=True)
        for s, n in zip(statuses, row, strict=True)
    }
    agencies = {names.agency(each["group"]): each["children"] for each in given["agencies"]}
    # Of all children those of one agency are a part; the rest of them was shown nowhere, and has an id all the same.
    parts = tuple(Relation(names.whole, (agency, f"{agency}:rest")) for agency in agencies)
    relations = (*_by_age(names, ages, statuses), *parts)
    return Published("the letter", {**shown, **agencies}, relations=relations, least=1)


def _ages(frame: pl.DataFrame) -> list[str]:
    return sorted(frame["age_band"].drop_nulls().unique().to_list(), key=_age_order)


def _statuses(frame: pl.DataFrame) -> list[str]:
    return sorted(frame["plan_status"].drop_nulls().unique().to_list(), key=_status_order)


def _by_agency(frame: pl.DataFrame) -> list[tuple[str, int]]:
    agencies = frame.select(pl.col("agencies").alias("agency")).explode("agency").drop_nulls()
    return list(agencies.group_by("agency").len().sort("agency").iter_rows())


def _age_order(band: str) -> tuple[int, str]:
    first = band.split("-")[0]
    # What is no age, such as unborn, comes before all ages.
    return (int(first), band) if first.isdigit() else (-1, band)


def _status_order(status: str) -> tuple[int, str]:
    return (_STATUSES.index(status) if status in _STATUSES else len(_STATUSES), status)
