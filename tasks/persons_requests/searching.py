"""Seeks the person of a request in all returns of all inspections by number; each version that is opened is recorded.

One inspection is one transaction: its entries, its places and that it was searched. A search goes on until its time is
over and says how many inspections are left; killed anywhere, the next one takes up those that are not recorded.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

import polars as pl
from sqlalchemy import String, and_, cast, func, not_
from sqlalchemy import select as sql
from sqlmodel import Session, col, select

from models.keys import PUT_ASIDE, stem_of
from models.refusals import FormRefusedError, Mistake
from models.retention import RecordClass
from models.tables import (
    CheckResult,
    DocumentVersion,
    Inspection,
    PersonsPlace,
    PersonsRequest,
    PersonsSearch,
    Request,
    Submission,
)
from models.tables.base import utc_now
from models.words import plural
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.vault import DestroyedError
from tasks.ledger import audit
from tasks.oversight.unusual import FOR_PERSONS
from tasks.persons_requests.matching import MatchedRow, columns_sought, matches
from tasks.persons_requests.recording import PersonsRequestError, RequestSubject, open_request, who_of
from tasks.retention.gone import refusing_classes
from tasks.returns.accepted import tables_of
from validation.contract.persons_numbers import Number
from validation.returns import contract

SECONDS = 10.0
"""For so long one search begins with another inspection; what is left is for the next."""


@dataclass(frozen=True, slots=True)
class Searched:
    """What one search did.

    Attributes:
        inspections: how many were searched.
        places: how many rows were found in them.
        left: how many inspections are still to be searched.
    """

    inspections: int
    places: int
    left: int

    def in_words(self) -> str:
        """Return what was done, within a sentence."""
        rest = f"{plural(self.left, 'inspection')} left to search" if self.left else "no inspection is left to search"
        return f"{plural(self.inspections, 'inspection')}, {plural(self.places, 'row')} of the person, {rest}"


def search(identity: str, *, by: str, seconds: float = SECONDS) -> Searched:
    """Seek the person of a request in inspections that were not searched yet, or have newer versions.

    Raises:
        NoPersonsRequestError: there is none.
        PersonsRequestError: it is closed, it is not confirmed who asks, or there is no number to seek by.
    """
    who = _who(identity)
    until = time.monotonic() + seconds
    searched = places = 0
    with transaction() as session:
        left = to_search(session, identity)
    # At least one, however slow it is, so that a search that is begun again and again comes to its end.
    while left and (not searched or time.monotonic() < until):
        places += _search_one(identity, left.pop(0), who, by)
        searched += 1
    return Searched(searched, places, len(left))


def _who(identity: str) -> RequestSubject:
    with transaction() as session:
        row = open_request(session, identity)
        return _sought(row)


def _sought(row: PersonsRequest) -> RequestSubject:
    if row.identity is None:
        raise PersonsRequestError("Nothing is sought before it is confirmed who asks. Confirm that first.")
    who = who_of(row)
    if not who.numbers:
        raise PersonsRequestError("Enter a number of the person first: the search is by number alone.")
    return who


def to_search(session: Session, identity: str) -> list[str]:
    """Return the inspections that a request was not sought in yet, or that changed since, the oldest first."""
    query = select(PersonsSearch).where(PersonsSearch.request_id == identity)
    searched = {row.inspection: (row.versions, row.aside, row.untaken) for row in session.exec(query)}
    aside = col(Submission.key).startswith(PUT_ASIDE)
    untaken = and_(not_(aside), cast(col(CheckResult.table_keys), String) == "[]")
    counts = (
        sql(col(Submission.inspection), func.count(), func.count().filter(aside), func.count().filter(untaken))
        .join(CheckResult, col(CheckResult.submission_id) == col(Submission.id))
        .group_by(col(Submission.inspection))
    )
    # Not the number of versions alone: a file that is put aside or taken later changes what can be searched.
    there = {ref: (versions, put_aside, empty) for ref, versions, put_aside, empty in session.execute(counts)}
    refs = session.exec(select(Inspection.ref).order_by(col(Inspection.announced), Inspection.ref)).all()
    return [
        ref
        for ref in refs
        if searched.get(ref) != there.get(ref, (0, 0, 0)) and RecordClass.CHILDREN not in refusing_classes(session, ref)
    ]


def _search_one(identity: str, ref: str, who: RequestSubject, by: str) -> int:
    with transaction() as session:
        # Of two searches at once one waits here, and then does again what costs little and changes nothing.
        row = open_request(session, identity)
        if who_of(row) != who:
            raise PersonsRequestError("Somebody has changed who is sought meanwhile. Search again.")
        counts = PersonsSearch(
            request_id=identity, inspection=ref, versions=0, opened=0, aside=0, untaken=0, unreadable=0, searched_by=by
        )
        number = 0
        for submission in session.exec(select(Submission).where(Submission.inspection == ref).order_by(Submission.id)):
            counts.versions += 1
            rows = _read(session, row, submission, who.numbers, counts, by)
            number += len(rows)
            for match in rows:
                place = PersonsPlace(
                    request_id=identity,
                    version=submission.id,
                    sheet=match.sheet,
                    row=match.row,
                    inspection=ref,
                    kinds=list(match.kinds),
                    added_by=by,
                )
                # The same place again, after a second search, stays the same row.
                session.merge(place)
        counts.searched_at = utc_now()
        session.merge(counts)
        return number


def _read(
    session: Session,
    row: PersonsRequest,
    submission: Submission,
    numbers: Iterable[Number],
    counts: PersonsSearch,
    by: str,
) -> list[MatchedRow]:
    """Return the rows of a version in which the person stands; the audit records that it was opened, and why."""
    if submission.put_aside:
        # Counted, so that the answer to the person can say what was not looked at.
        counts.aside += 1
        return []
    if not submission.result.table_keys:
        counts.untaken += 1
        return []
    try:
        tables = {stem_of(key): _numbers_at(key, numbers) for key in submission.result.table_keys}
    except (store.NotStoredError, store.PutAsideError, DestroyedError):
        counts.unreadable += 1
        return []
    counts.opened += 1
    rows = matches(tables, numbers)
    facts = {"request": row.id, "reason": row.kind.value, "rows": len(rows)}
    audit.append(session, submission.inspection, actor=by, action=FOR_PERSONS, subject=submission.id, facts=facts)
    return rows


def _numbers_at(key: str, numbers: Iterable[Number]) -> pl.DataFrame:
    """Read of a stored table the rows' places and the columns in which a number could stand, and nothing else."""
    # Less is read than is there: a search by number needs nobody's name.
    data = store.get(key)
    wanted = columns_sought(pl.read_parquet_schema(BytesIO(data)), numbers)
    return pl.read_parquet(BytesIO(data), columns=["row", *wanted])


def add_place(identity: str, version: str, sheet: str, row_number: int | None, *, by: str) -> None:
    """Add a place that somebody found by hand: a row of a version of a return, or a document.

    Raises:
        NoPersonsRequestError: there is none.
        PersonsRequestError: the request is closed, or it is not confirmed who asks.
        FormRefusedError: there is no such version, sheet or row.
    """
    with transaction() as session:
        request = open_request(session, identity)
        if request.identity is None:
            raise PersonsRequestError("Nothing is added before it is confirmed who asks. Confirm that first.")
        document, submission = session.get(DocumentVersion, version), session.get(Submission, version)
        if document is not None and not document.put_aside:
            sheet, number, ref = "", 0, document.inspection
        elif submission is not None and not submission.put_aside:
            number, ref = row_number or 0, submission.inspection
            sheet = _checked_row(session, request, submission, sheet, number, by)
        else:
            raise FormRefusedError(
                [Mistake("version", "Enter a version as its page or receipt names it, such as reading-...-pol-1-v2.")]
            )
        place = PersonsPlace(
            request_id=identity, version=version, sheet=sheet, row=number, inspection=ref, kinds=[], added_by=by
        )
        if session.get(PersonsPlace, (identity, version, sheet, number)) is None:
            session.add(place)
            facts = {"request": identity, "sheet": sheet, "row": number}
            audit.append(session, ref, actor=by, action="persons-place.added", subject=version, facts=facts)


def _checked_row(
    session: Session, request: PersonsRequest, submission: Submission, sheet: str, number: int, by: str
) -> str:
    """Return the sheet in which a version has a row of this number; that it was opened is recorded."""
    if RecordClass.CHILDREN in refusing_classes(session, submission.inspection) or not submission.result.table_keys:
        raise FormRefusedError([Mistake("version", "Nothing of this version can be opened. Choose another.")])
    tables = tables_of(submission)
    sheet = sheet or _main_sheet(session, submission)
    if sheet not in tables:
        names = ", ".join(sorted(tables))
        raise FormRefusedError([Mistake("sheet", f"This version has no such sheet. It has {names}.")])
    if tables[sheet].filter(pl.col("row") == number).is_empty():
        raise FormRefusedError([Mistake("row", "Enter the number of a row that this sheet has, such as 12.")])
    # That a row is there is already something that was read.
    facts = {"request": request.id, "reason": request.kind.value, "rows": 1}
    audit.append(session, submission.inspection, actor=by, action=FOR_PERSONS, subject=submission.id, facts=facts)
    return sheet


def _main_sheet(session: Session, submission: Submission) -> str:
    return contract(session.get_one(Request, submission.request_id).return_code).main.name
