"""What the agencies whose records a reader sees sent of one child: who it is, rows, and the days of which they tell."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

import polars as pl
from sqlmodel import Session

from models.ids import code_of
from models.states import WhyRestricted
from models.tables import Agency, Cohort, Request, Submission
from tasks.cohort.hidden_children import HeldRecord, record_of
from tasks.ledger.disputed import statements
from tasks.ledger.restricted import CoveredRows, covered_rows
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.reading.cells import readable
from tasks.reading.visibility import Reader
from tasks.returns.accepted import tables_of
from validation.contract.identity import sheet_of_children
from validation.contract.model import Contract, Sheet
from validation.files.parts import row_in_words
from validation.files.senders import row_of
from validation.returns import contract

_HOUSEHOLD = "household_id"


@dataclass(frozen=True, slots=True)
class SentRecord:
    """A row that an agency sent.

    Attributes:
        agency: who sent it.
        return_code: in which return.
        submission: id of the version.
        sheet: of the return.
        place: its row in the file, as the sender counts.
        number: the row as an address names it.
        cells: what it says, by column, blank cells left out; none where it is restricted and not opened.
        restricted: whether a person has restricted its use.
        disputed: what the people it is about say of it, where its agency did not correct it.
    """

    agency: str
    return_code: str
    submission: str
    sheet: str
    place: str
    number: int
    cells: dict[str, str]
    restricted: bool = False
    disputed: tuple[str, ...] = ()

    @property
    def place_of(self) -> tuple[str, str, int]:
        """Version, sheet and row: no other row has the same."""
        return self.submission, self.sheet, self.number


@dataclass(frozen=True, slots=True)
class Happening:
    """A day of which a row tells."""

    day: date
    what: str
    agency: str
    return_code: str
    submission: str
    sheet: str
    place: str
    number: int

    @property
    def place_of(self) -> tuple[str, str, int]:
        """Version, sheet and row, as of the row that tells of it."""
        return self.submission, self.sheet, self.number


@dataclass(slots=True)
class CollectedChild:
    """What was sent of a child so far: who it is by whom, rows, rows of others in the household or case, and days.

    `agencies` are the references of those whose rows these are, `own_restricted` whether the child is a person whose
    own record is restricted.
    """

    who: dict[str, list[str]] = field(default_factory=dict)
    records: list[SentRecord] = field(default_factory=list)
    household: list[SentRecord] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    agencies: set[str] = field(default_factory=set)
    own_restricted: bool = False


@dataclass(frozen=True)
class SenderRows:
    """One return of one agency, on which a cohort rests.

    Attributes:
        agency_id: reference of the agency.
        agency: its name.
        contract: of the return.
        submission: the version.
        addresses: whether where families live is told.
        covered: the rows whose use a person has restricted.
        opens: why whoever reads opens them; None where they stay hidden.
        disputed: version, sheet and row -> what the people it is about say of it.
    """

    agency_id: str
    agency: str
    contract: Contract
    submission: Submission
    addresses: bool
    covered: CoveredRows
    opens: WhyRestricted | None
    disputed: Mapping[tuple[str, str, int], tuple[str, ...]]

    @cached_property
    def tables(self) -> dict[str, pl.DataFrame]:
        """The sheets of the version."""
        return tables_of(self.submission)

    def add(self, numbers: Sequence[int], to: CollectedChild) -> None:
        """Add the rows of a child, those of others in the same household or case, and the days of which its rows tell.

        Args:
            numbers: of the child's rows, which are lines of the sheet on which the children of this return stand.
            to: what was sent of the child so far.
        """
        tables = self.tables
        main, of_children = self.contract.main, self._children
        children = tables[of_children.name]
        own = children.filter(pl.col("row").is_in(list(numbers)))
        # Children on a sheet of their own belong to a person or a case of the main sheet, whose row tells of them.
        above = own if of_children is main else tables[main.name].join(own, on=of_children.parent, how="semi")
        sheets = [(main, above)]
        for sheet in self.contract.sheets[1:]:
            if sheet is of_children:
                sheets.append((sheet, own))
            elif sheet.name in tables and sheet.parent in above.columns:
                sheets.append((sheet, tables[sheet.name].join(above, on=sheet.parent, how="semi")))
        for sheet, rows in sheets:
            to.records += self._records_in(sheet, rows)
            to.happenings += self._days(sheet, rows)
        shared = of_children.parent if of_children is not main else _HOUSEHOLD
        if shared in children.columns:
            home = own.select(shared).drop_nulls()
            same = children.join(home, on=shared, how="semi").filter(~pl.col("row").is_in(list(numbers)))
            to.household += self._records_in(of_children, same)

    def main_rows(self, numbers: Sequence[int]) -> list[SentRecord]:
        """Return rows of the main sheet, on which the adults of a return stand."""
        main = self.contract.main
        rows = self.tables[main.name].filter(pl.col("row").is_in(list(numbers)))
        return list(self._records_in(main, rows))

    @property
    def _children(self) -> Sheet:
        """Return the sheet on which the children of the return stand."""
        name = sheet_of_children(self.contract.code)
        return next(sheet for sheet in self.contract.sheets if sheet.name == name)

    def restricts(self, sheet: str, number: int) -> bool:
        """Return whether a person has restricted the use of a row."""
        return self.covered.hides(self.submission.id, sheet, number)

    def shows(self, sheet: str, number: int) -> bool:
        """Return whether a row is shown to whoever reads."""
        return self.opens is not None or not self.restricts(sheet, number)

    def own(self, numbers: Iterable[int]) -> set[tuple[str, str, int]]:
        """Return the places of those of some rows that are the restricted record of the child itself."""
        places = {(self.submission.id, self._children.name, number) for number in numbers}
        return places & self.covered.own

    def named(self, numbers: Iterable[int]) -> list[bool]:
        """Return of each of a child's rows whether it is shown who the child is."""
        return [self.shows(self._children.name, number) for number in numbers]

    def _records_in(self, sheet: Sheet, frame: pl.DataFrame) -> Iterator[SentRecord]:
        for number, cells in zip(frame["row"], readable(frame, sheet, addresses=self.addresses), strict=True):
            shown = cells if self.shows(sheet.name, number) else {}
            filled = {name: cell for name, cell in shown.items() if cell}
            place, restricted = row_in_words(number), self.restricts(sheet.name, number)
            of = (self.agency, self.contract.code, self.submission.id, sheet.name)
            disputed = self.disputed.get((self.submission.id, sheet.name, number), ()) if shown else ()
            yield SentRecord(*of, place, number, filled, restricted, disputed)

    def _days(self, sheet: Sheet, frame: pl.DataFrame) -> Iterator[Happening]:
        columns = [column for column in sheet.columns if column.is_happening]
        for row in frame.iter_rows(named=True):
            for column in columns if self.shows(sheet.name, row["row"]) else ():
                when = row.get(column.name)
                if when is not None:
                    day = when.date() if isinstance(when, datetime) else when
                    place = row_in_words(row["row"])
                    what = column.guidance.partition(";")[0].rstrip(".")
                    row_of = (self.submission.id, sheet.name, place, row["row"])
                    yield Happening(day, what, self.agency, self.contract.code, *row_of)


def senders(
    session: Session, cohort: Cohort, reader: Reader, *, addresses: bool
) -> tuple[dict[str, SenderRows], tuple[str, ...]]:
    """Return the returns of a cohort that a reader sees, by source, and those left out as sent in error, in words."""
    theme = theme_of(inspection_of(session, cohort.inspection))
    covered = covered_rows(session, cohort.inspection)
    disputed = statements(session, cohort.inspection, [used["submission"] for used in cohort.inputs])
    read: dict[str, SenderRows] = {}
    wrong = []
    for used in cohort.inputs:
        submission = session.get_one(Submission, used["submission"])
        agency = session.get_one(Agency, session.get_one(Request, submission.request_id).agency_id)
        if not reader.sees(agency.id):
            continue
        if submission.put_aside:
            # Whoever reads is told that something is left out.
            wrong.append(f"{code_of(used['code'])} of {agency.name}")
            continue
        of_return = contract(code_of(used["code"]), theme)
        sender = SenderRows(agency.id, agency.name, of_return, submission, addresses, covered, reader.opens, disputed)
        read[used["code"]] = sender
    return read, tuple(wrong)


def collected_of(child: str, linked: pl.DataFrame, read: Mapping[str, SenderRows]) -> CollectedChild:
    """Return what was sent of a child, days in order of time.

    Args:
        child: the pseudonym.
        linked: the identifiers of the cohort, named apart.
        read: the returns that are read, by source.
    """
    of_child = linked.filter(pl.col("child") == child).with_columns(row_of(pl.col("row")).alias("row"))
    to = CollectedChild()
    for source, sender in read.items():
        own = of_child.filter(pl.col("return") == source)
        if not own.height:
            continue
        to.agencies.add(sender.agency_id)
        to.own_restricted |= bool(sender.own(own["row"]))
        for row in own.filter(sender.named(own["row"])).iter_rows(named=True):
            names = to.who.setdefault(_named(record_of(row)), [])
            if sender.agency not in names:
                names.append(sender.agency)
        sender.add(own["row"].to_list(), to)
    to.happenings.sort(key=lambda happening: (happening.day, happening.agency, happening.what, happening.place))
    return to


def _named(record: HeldRecord) -> str:
    born = record.born if record.born.startswith("due") else f"born {record.born}"
    return ", ".join(filter(None, (record.name or "No name", record.born and born)))
