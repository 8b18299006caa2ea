"""The returns of an inspection for its team: every version with its verdict, its rows and its files as sent."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil

import polars as pl
from sqlalchemy import func
from sqlmodel import Session, col, select

from models.lifecycle import RequestState
from models.tables import Agency, AuditEntry, Request, Submission
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.disputed import statements
from tasks.ledger.restricted import RESTRICTED, RestrictedError, covered_rows, record_opening
from tasks.ledger.rows import UnknownRequestError, inspection_of
from tasks.ledger.themes import theme_of
from tasks.reading.cells import WhyAddresses, readable
from tasks.reading.visibility import Reader
from tasks.returns.accepted import tables_of
from tasks.returns.reduced_files import FILE_READ, open_file
from validation.contract.model import Contract, Sheet
from validation.files.parts import row_in_words
from validation.returns import contract

PAGE = 50
"""Rows on one page."""
ROWS_READ = "return.read"


@dataclass(frozen=True, slots=True)
class Collected:
    """One return of one agency, with all versions that came, newest first, and how often each was opened."""

    request: Request
    agency: str
    title: str
    versions: tuple[tuple[Submission, int], ...]

    @property
    def state(self) -> RequestState:
        """Return the state of the request."""
        return self.request.state


@dataclass(frozen=True, slots=True)
class WantedRows:
    """What somebody wants to see of a version's rows.

    Attributes:
        sheet: its name; empty for the first.
        words: which a row must hold, in any cell, in capital or small letters; empty for all rows.
        by: the column by which rows are sorted; empty for their order in the file.
        falling: whether the largest comes first.
        page: from 1; 0 for all rows at once, as a file has them.
        places: numbers of the rows that are wanted, such as those behind a finding; empty for all.
        why: why it wants to see where families live; None where it does not.
    """

    sheet: str = ""
    words: str = ""
    by: str = ""
    falling: bool = False
    page: int = 1
    places: tuple[int, ...] = ()
    why: WhyAddresses | None = None


@dataclass(frozen=True, slots=True)
class RowsPage:
    """One page of the rows of a version.

    Attributes:
        submission: the version.
        request: that it answers.
        agency: who sent it.
        wanted: what was asked for, its sheet and page as they are.
        sheets: of the version.
        columns: of the sheet.
        rows: place in the file, and the cells by column.
        total: how many rows the sheet has.
        matching: how many of them hold the words.
        restricted: how many rows of the sheet a person has restricted.
        disputed: of rows on this page, the place and what the people they are about say of them.
    """

    submission: Submission
    request: Request
    agency: str
    wanted: WantedRows
    sheets: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, dict[str, str]], ...]
    total: int
    matching: int
    restricted: int = 0
    disputed: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def pages(self) -> int:
        """Return how many pages there are."""
        return max(1, ceil(self.matching / PAGE))


def collected(session: Session, ref: str, reader: Reader) -> list[Collected]:
    """Return every return of an inspection that a reader sees, by agency and return."""
    requests = session.exec(
        select(Request, Agency.name)
        .join(Agency, col(Agency.id) == Request.agency_id)
        .where(Request.inspection == ref)
        .order_by(col(Agency.name), Request.return_code, Request.id)
    ).all()
    versions: dict[str, list[Submission]] = {}
    query = select(Submission).where(Submission.inspection == ref).order_by(col(Submission.version).desc())
    for submission in session.exec(query):
        versions.setdefault(submission.request_id, []).append(submission)
    opened = _opened(session, ref)
    return [
        Collected(
            request,
            agency,
            contract(request.return_code).title,
            tuple((submission, opened.get(submission.id, 0)) for submission in versions.get(request.id, ())),
        )
        for request, agency in requests
        if reader.sees(request.agency_id)
    ]


def _opened(session: Session, ref: str) -> dict[str, int]:
    entries = select(AuditEntry.subject, func.count()).where(
        AuditEntry.inspection == ref, col(AuditEntry.action).in_((ROWS_READ, FILE_READ))
    )
    return dict(session.exec(entries.group_by(AuditEntry.subject)).all())


def version_seen(session: Session, ref: str, identity: str, reader: Reader) -> tuple[Submission, Request, str]:
    """Return a version that a reader sees, its request and the name of its agency.

    Raises:
        UnknownRequestError: the inspection has no such version, or it is of an agency that they do not see.
    """
    submission = session.get(Submission, identity)
    if submission is None or submission.inspection != ref:
        raise UnknownRequestError(identity)
    request = session.get_one(Request, submission.request_id)
    if not reader.sees(request.agency_id):
        raise UnknownRequestError(identity)
    return submission, request, session.get_one(Agency, request.agency_id).name


def read_rows(ref: str, identity: str, wanted: WantedRows, reader: Reader) -> RowsPage:
    """Return a page of a version's rows; the audit records who read it.

    Args:
        ref: the inspection.
        identity: of the submission.
        wanted: which rows, in which order.
        reader: who reads.

    Raises:
        UnknownRequestError: the inspection has no such version that this reader sees, or nothing was taken of it.
    """
    with transaction() as session:
        submission, request, agency = version_seen(session, ref, identity, reader)
        tables = tables_of(submission)
        contract_ = contract(request.return_code, theme_of(inspection_of(session, ref)))
        sheets = tuple(sheet.name for sheet in contract_.sheets if sheet.name in tables)
        if not sheets:
            raise UnknownRequestError(identity)
        sheet = _sheet(contract_, wanted.sheet if wanted.sheet in sheets else sheets[0])
        whole, covered = tables[sheet.name], covered_rows(session, ref)
        hidden = covered.hidden(identity, sheet.name, whole["row"])
        # A file leaves this place: no reason opens a restricted row in it.
        if hidden and (reader.opens is None or not wanted.page):
            # Before rows are sought or sorted, so that no order and no search can tell what the page does not.
            whole = _without_cells(whole, hidden)
        disputed = statements(session, ref, [identity])
        frame, matching = _page(whole, sheet, wanted)
        shown = hidden.intersection(frame["row"])
        # In the same transaction, so that nobody reads a row without an entry (L6).
        facts: dict[str, object] = {"sheet": sheet.name, "rows": frame.height}
        if wanted.why:
            facts["addresses"] = wanted.why.value
        if not wanted.page:
            facts["download"] = True
        if shown:
            facts["restricted"] = len(shown)
        if shown and wanted.page and reader.opens is not None:
            places, shown = [(identity, sheet.name, row) for row in shown], frozenset()
            record_opening(session, ref, places, reader.opens, identity, by=reader.by)
        audit.append(session, ref, actor=reader.by, action=ROWS_READ, subject=submission.id, facts=facts)
    cells = readable(frame, sheet, addresses=wanted.why is not None)
    for number, by_column in zip(frame["row"], cells, strict=True):
        by_column.update(dict.fromkeys(by_column, RESTRICTED) if number in shown else {})
    numbers = [row_in_words(number) for number in frame["row"]]
    rows = tuple(zip(numbers, cells, strict=True))
    wanted = replace(wanted, sheet=sheet.name, page=min(wanted.page, max(1, ceil(matching / PAGE))))
    total = tables[sheet.name].height
    of = (submission, request, agency, wanted, sheets, tuple(sheet.names), rows, total, matching)
    said_of = {line: disputed.get((identity, sheet.name, line), ()) for line in frame["row"] if line not in shown}
    beside = tuple((row_in_words(line), words) for line, words in said_of.items() if words)
    return RowsPage(*of, len(hidden), beside)


def _without_cells(frame: pl.DataFrame, hidden: frozenset[int]) -> pl.DataFrame:
    """Return a frame in which the cells of some rows are blank."""
    is_hidden = pl.col("row").is_in(sorted(hidden))
    return frame.with_columns(
        pl.when(~is_hidden).then(pl.col(name)).alias(name) for name in frame.columns if name != "row"
    )


def _sheet(contract_: Contract, name: str) -> Sheet:
    return next(sheet for sheet in contract_.sheets if sheet.name == name)


def _page(frame: pl.DataFrame, sheet: Sheet, wanted: WantedRows) -> tuple[pl.DataFrame, int]:
    """Return the rows of the page that is asked for, and how many rows are wanted."""
    if wanted.places:
        frame = frame.filter(pl.col("row").is_in(wanted.places))
    if words := wanted.words.strip().lower():
        cells = (_text(frame, name).str.contains(words, literal=True) for name in sheet.names)
        frame = frame.filter(pl.any_horizontal(cells))
    if wanted.by in sheet.names:
        frame = frame.sort(wanted.by, descending=wanted.falling, nulls_last=True, maintain_order=True)
    if not wanted.page:
        return frame, frame.height
    # A page that is no more, as after another search, is the last one.
    last = max(1, ceil(frame.height / PAGE))
    return frame.slice((min(wanted.page, last) - 1) * PAGE, PAGE), frame.height


def _text(frame: pl.DataFrame, name: str) -> pl.Expr:
    kind, cell = frame.schema[name], pl.col(name)
    if isinstance(kind, pl.List):
        cell = cell.list.join("; ")
    elif kind == pl.Date:
        cell = cell.dt.strftime("%d/%m/%Y")
    return cell.cast(pl.String).str.to_lowercase().fill_null("")


def read_file(ref: str, identity: str, number: int, reader: Reader) -> tuple[str, Iterator[bytes]]:
    """Return the name and the bytes of one file of a version, as it was sent; the audit records who read it.

    Raises:
        UnknownRequestError: the inspection has no such version or file, or it holds malware, which nobody gets.
        RestrictedError: a person has restricted the use of rows in it.
    """
    with transaction() as session:
        submission, request, _ = version_seen(session, ref, identity, reader)
        if covered_rows(session, ref).hides_of(identity):
            raise RestrictedError(
                "A person has restricted the use of rows in this file, so the file is not handed out. Open its rows on "
                "the page of this version: those that are restricted open there for a reason of the law."
            )
        name, file = open_file(session, submission, request, number, by=reader.by)
    return name, store.chunks(file["key"], file["version_id"])
