"""Gathers what the records of an inspection say of people; it is read each time and kept nowhere (L5)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import polars as pl
from sqlmodel import Session

from models.ids import code_of
from models.tables import Request, Submission
from tasks.cohort.frozen import identifiers_of
from tasks.cohort.versions import cohort_in_force, cohorts_of
from tasks.ground.tables import table_at
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.recognition.names import names_among
from tasks.recognition.people import NOBODY, RecordedChild, RecordedPeople
from tasks.returns.accepted import tables_of
from validation.contract.model import Contract, Sheet
from validation.files.senders import named_apart, row_of
from validation.returns import contract

_FORENAME, _SURNAME = "forename", "surname"
# Areas and providers have codes, which name nobody.
_NO_PERSONS = ("name", "_code")
_PERSON = {"child": pl.String, "date_of_birth": pl.Date, "expected_date_of_birth": pl.Date, "sex": pl.String}
_APART = re.compile(r"[^A-Za-z0-9]")


def people_in(session: Session, ref: str, agency_id: str | None = None) -> RecordedPeople:
    """Return what the records of an inspection say of people; nobody's before a cohort is frozen.

    Args:
        session: of the ledger.
        ref: the inspection.
        agency_id: whose records alone count, for whoever may know no others.
    """
    if not cohorts_of(session, ref):
        return NOBODY
    cohort = cohort_in_force(session, ref)
    inspection = inspection_of(session, ref)
    theme = theme_of(inspection)
    # Also who asked that nothing of them is used: their name is sought so that it leaves with nothing.
    people = named_apart(identifiers_of(cohort, restricted=True))
    collected = _CollectedPeople(_by_number(people))
    for used in cohort.inputs:
        submission = session.get_one(Submission, used["submission"])
        if submission.put_aside:
            continue
        if agency_id is not None and session.get_one(Request, submission.request_id).agency_id != agency_id:
            continue
        own = people.filter(pl.col("return") == used["code"]).with_columns(row_of(pl.col("row")).alias("row"))
        collected.add(contract(code_of(used["code"]), theme), tables_of(submission), own)
    return collected.together(
        dict(table_at(cohort.frame_key).select("child", "household").iter_rows()), inspection.announced
    )


def _by_number(people: pl.DataFrame) -> pl.DataFrame:
    """Return number and child: every number by which a record names a child in scope."""
    numbers = people.unpivot(["la_child_id", "nhs_number", "upn"], index="child", value_name="number")
    return numbers.select("number", "child").drop_nulls().unique()


class _CollectedPeople:
    """What was read from returns so far."""

    def __init__(self, by_number: pl.DataFrame) -> None:
        self.by_number = by_number
        self.people: set[tuple[str | None, str | None]] = set()
        self.numbers: set[str] = set()
        self.postcodes: set[str] = set()
        self.days: dict[str, set[date]] = defaultdict(set)
        self.records: list[pl.DataFrame] = []

    def add(self, contract_: Contract, tables: dict[str, pl.DataFrame], own: pl.DataFrame) -> None:
        """Add one return: its tables by sheet, and the records of children in scope among its rows."""
        self.records.append(own.select(list(_PERSON)))
        for sheet in contract_.sheets:
            if (table := tables.get(sheet.name)) is not None:
                self._add_people(sheet, table)
        for rows in _rows_of_children(contract_, tables, own, self.by_number):
            for column in contract_.main.columns:
                if not column.is_happening or column.name not in rows.columns:
                    continue
                days = rows.select("child", pl.col(column.name).cast(pl.Date)).drop_nulls().unique()
                for child, day in days.iter_rows():
                    self.days[child].add(day)

    def _add_people(self, sheet: Sheet, table: pl.DataFrame) -> None:
        columns = {column.name: column for column in sheet.columns if column.name in table.columns}
        for name, column in columns.items():
            surname = name.removesuffix(_FORENAME) + _SURNAME
            if name.endswith(_FORENAME) and surname in columns:
                self.people |= set(table.select(name, surname).unique().rows())
            elif column.shape == "postcode":
                self.postcodes |= set(_compact(table[name]))
            elif column.type in ("string", "list") and column.shape != "prose" and not name.endswith(_NO_PERSONS):
                cells = table[name].explode() if column.type == "list" else table[name]
                # A number of a person or a case has figures; names of places and free words have none.
                self.numbers |= {number for number in _compact(cells.unique()) if _is_number(number)}

    def together(self, homes: Mapping[str, str | None], announced: date) -> RecordedPeople:
        """Return everything as texts are compared with it.

        Args:
            homes: child in scope -> household.
            announced: the last day that records speak of.
        """
        people = pl.concat([pl.DataFrame(schema=_PERSON), *self.records]).filter(pl.col("child").is_in(list(homes)))
        born = pl.coalesce("date_of_birth", "expected_date_of_birth").drop_nulls().first()
        each = people.group_by("child").agg(born.alias("born"), pl.col("sex").drop_nulls().first()).sort("child")
        children = tuple(
            RecordedChild(born_on, sex or "", homes[child] or "", frozenset(self.days[child]))
            for child, born_on, sex in each.iter_rows()
        )
        first = min((day for days in self.days.values() for day in days), default=announced)
        numbers, postcodes = frozenset(self.numbers), frozenset(self.postcodes)
        return RecordedPeople(names_among(self.people), numbers, postcodes, children, (first, announced))


def _rows_of_children(
    contract_: Contract, tables: dict[str, pl.DataFrame], own: pl.DataFrame, by_number: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    """Yield rows of the main sheet with the child that each is about: by its record, a number, or a sheet below."""
    main = tables.get(contract_.main.name)
    if main is None:
        return
    for column in contract_.main.columns:
        if column.type == "string" and column.name in main.columns:
            yield main.join(by_number, left_on=column.name, right_on="number", how="inner")
    for sheet in contract_.sheets:
        table = tables.get(sheet.name)
        records = own.filter(pl.col("sheet").fill_null(contract_.main.name) == sheet.name).select("child", "row")
        if table is None or not records.height:
            continue
        if sheet.name == contract_.main.name:
            yield main.join(records, on="row", how="inner")
        elif sheet.parent in main.columns:
            above = table.join(records, on="row", how="inner").select("child", sheet.parent).unique()
            yield main.join(above, on=sheet.parent, how="inner")


def _compact(cells: Iterable[str | None]) -> Iterator[str]:
    return (_APART.sub("", cell).upper() for cell in cells if cell)


def _is_number(cell: str) -> bool:
    return sum(map(str.isdigit, cell)) >= 3 and len(cell) >= 5
