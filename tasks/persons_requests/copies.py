"""Copies for a person who asks for access: of their rows in one inspection, released by two people.

A copy is data about children of its inspection: it lies there under that key, and is destroyed with it.
"""

import html
import json
import re
import secrets
from typing import Any

import polars as pl
from sqlmodel import Session, col, select

from models import keys
from models.refusals import Refusal
from models.retention import RecordClass
from models.states import LetterStatus, PersonsRequestKind
from models.tables import Agency, Inspection, Letter, PersonsCopy, PersonsPlace, PersonsRequest, Request, Submission
from models.tables.base import utc_now
from models.words import plural
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.oversight.unusual import FOR_PERSONS
from tasks.persons_requests.masking import (
    MaskedCell,
    hidden_values,
    masked_row,
    values_in_words,
    values_within,
    workbook,
)
from tasks.persons_requests.recording import PersonsRequestError, open_request, request_of, who_of
from tasks.persons_requests.searching import to_search
from tasks.retention.gone import refusing_classes
from tasks.returns.accepted import tables_of
from validation.contract.persons_numbers import NATIONAL, Number
from validation.files.parts import row_in_words
from validation.returns import contract

READ = "persons-copy.read"
ABOUT = (
    "What the inspectorates hold about you in returns of agencies for one joint inspection, as the agencies sent it.",
    "Where something is left out, a mark in square brackets says what kind of thing and why. It stands there whether "
    "or not the agency had entered anything.",
    "Documents, notes and other writing of the inspection are not in this copy.",
)
"""What a copy says of itself, in whatever form it is given out."""


class NoCopyError(PersonsRequestError):
    """No copy has this id, or its data is destroyed."""

    def __init__(self) -> None:
        super().__init__("There is no such copy. Choose one on the page of the request.")


class MaskingError(Refusal):
    """The file would hold what it is to leave out: it is not kept."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"The copy would hold {plural(number, 'value')} that it leaves out elsewhere, so it was not made. "
            "Answer this request by hand, and tell who runs this service."
        )


def make_copy(identity: str, ref: str, *, by: str) -> str:
    """Make a copy of a person's rows in one inspection, with everybody else left out; return its id.

    Raises:
        NoPersonsRequestError: there is no such request.
        PersonsRequestError: it is closed, asks for something else, or found nobody there by a national number.
        MaskingError: the file would hold what it leaves out.
    """
    with transaction() as session:
        request = open_request(session, identity)
        if request.kind != PersonsRequestKind.ACCESS:
            raise PersonsRequestError("This person does not ask for a copy.")
        if request.identity is None:
            raise PersonsRequestError("Nothing is given out before it is confirmed who asks. Confirm that first.")
        if to_search(session, identity):
            raise PersonsRequestError("Search all inspections first, so that the copy is of all that is held.")
        # Another council's child can have the same number: what only that found is for a person to decide.
        national = tuple(each for each in who_of(request).numbers if each.kind in NATIONAL)
        lines, cells = _lines(session, request, ref, national, by)
        if not lines:
            raise PersonsRequestError(
                "The person was not found by a national number in this inspection, so there is no copy."
            )
        hidden = hidden_values(cells)
        data = workbook(lines, ABOUT)
        # The finished file is searched, and not what went into it: a fault of ours on the way must give nobody away.
        if left := values_within(data, hidden):
            raise MaskingError(len(left))
        name = f"C-{secrets.token_hex(4).upper()}"
        # Stored before their row, which must never name an object that is not there.
        stored = store.put_once(keys.persons_copy(ref, name, "xlsx"), data)
        store.put_once(keys.persons_copy(ref, name, "json"), json.dumps(lines, ensure_ascii=False).encode())
        row = PersonsCopy(
            id=name,
            request_id=identity,
            inspection=ref,
            key=stored.key,
            sha256=sha256(data),
            cells=len(lines),
            left_out=sum("[Left out: " in cell.text for cell in cells),
            published=len(values_in_words(_published(session, ref), hidden)),
            made_by=by,
        )
        session.add(row)
        facts = {"request": identity, "sha256": row.sha256, "left_out": row.left_out, "published": row.published}
        audit.append(session, ref, actor=by, action="persons-copy.made", subject=name, facts=facts)
        return name


def _lines(
    session: Session, request: PersonsRequest, ref: str, numbers: tuple[Number, ...], by: str
) -> tuple[list[tuple[str, ...]], list[MaskedCell]]:
    """Return the lines of a copy and its cells; each version that is opened is recorded."""
    if RecordClass.CHILDREN in refusing_classes(session, ref):
        raise PersonsRequestError("The data about children of this inspection is destroyed.")
    query = select(PersonsPlace).where(PersonsPlace.request_id == request.id, PersonsPlace.inspection == ref)
    query = query.order_by(PersonsPlace.version, PersonsPlace.sheet, col(PersonsPlace.row))
    inspection = inspection_of(session, ref)
    by_version: dict[str, list[PersonsPlace]] = {}
    for place in session.exec(query):
        if NATIONAL.intersection(place.kinds):
            by_version.setdefault(place.version, []).append(place)
    lines: list[tuple[str, ...]] = []
    cells: list[MaskedCell] = []
    for version, places in by_version.items():
        submission = session.get_one(Submission, version)
        if submission.put_aside:
            continue
        return_request = session.get_one(Request, submission.request_id)
        agency = session.get_one(Agency, return_request.agency_id).name
        sheets = {sheet.name: sheet for sheet in contract(return_request.return_code, theme_of(inspection)).sheets}
        tables = tables_of(submission)
        facts = {"request": request.id, "reason": request.kind.value, "rows": len(places)}
        audit.append(session, ref, actor=by, action=FOR_PERSONS, subject=version, facts=facts)
        what = f"{return_request.return_code}, version {submission.version}"
        for place in places:
            (row,) = tables[place.sheet].filter(pl.col("row") == place.row).rows(named=True)
            made = masked_row(return_request.return_code, sheets[place.sheet], row, numbers)
            cells += made
            where = (inspection.area_name, agency, what, f"{place.sheet}, {row_in_words(place.row)}")
            lines += [(*where, cell.column, cell.text) for cell in made]
    return lines, cells


def _published(session: Session, ref: str) -> str:
    """Return the words of the published letter of an inspection; empty where there is none."""
    query = select(Letter).where(Letter.inspection == ref, Letter.status == LetterStatus.PUBLISHED)
    letter = session.exec(query.order_by(col(Letter.version).desc())).first()
    pages = [key for key in letter.keys if key.endswith(".html")] if letter else []
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", store.get(key).decode())) for key in pages)


def release_copy(identity: str, *, by: str, second: str) -> PersonsCopy:
    """Record that two people release a copy, from when on it can be downloaded to be given to the person.

    Raises:
        NoCopyError: there is none.
        PersonsRequestError: its request is closed, or it is released already.
    """
    with transaction() as session:
        row = copy_of(session, identity)
        open_request(session, row.request_id)
        if row.released_at is not None:
            raise PersonsRequestError("This copy is released already.")
        row.asked_by, row.released_by, row.released_at = by, second, utc_now()
        session.add(row)
        facts = {"second": second, "sha256": row.sha256, "request": row.request_id}
        audit.append(session, row.inspection, actor=by, action="persons-copy.released", subject=identity, facts=facts)
        return row


def read_copy(identity: str, kind: str, *, by: str) -> bytes:
    """Return a copy: its lines as `json`, the released `xlsx`, or the lines of which its `pdf` is made once released.

    The audit records who opened it, and in which form.

    Raises:
        NoCopyError: there is none, or it is not released and so is no file yet.
    """
    with transaction() as session:
        row = copy_of(session, identity)
        if kind != "json" and row.released_at is None:
            raise NoCopyError
        facts = {"request": row.request_id, "kind": kind, "released": row.released_at is not None}
        audit.append(session, row.inspection, actor=by, action=READ, subject=identity, facts=facts)
        return store.get(keys.persons_copy(row.inspection, row.id, "xlsx" if kind == "xlsx" else "json"))


def lines_of(identity: str, *, by: str) -> list[list[str]]:
    """Return the lines of a copy; the audit records who opened them.

    Raises:
        NoCopyError: there is none.
    """
    lines: list[list[str]] = json.loads(read_copy(identity, "json", by=by))
    return lines


def copy_of(session: Session, identity: str) -> PersonsCopy:
    """Return a copy that can be opened.

    Raises:
        NoCopyError: there is none, or its inspection's data about children is destroyed.
    """
    row = session.get(PersonsCopy, identity)
    if row is None or RecordClass.CHILDREN in refusing_classes(session, row.inspection):
        raise NoCopyError
    return row


def copies_of(session: Session, request: str) -> list[PersonsCopy]:
    """Return the copies of a request, the newest first."""
    query = select(PersonsCopy).where(PersonsCopy.request_id == request)
    return list(session.exec(query.order_by(col(PersonsCopy.made_at).desc(), PersonsCopy.id)))


def asks_to_release(session: Session, values: Any) -> str:
    """Return what a second person is asked for, without a full stop."""
    row = session.get(PersonsCopy, str(values["copy"]))
    if row is None:
        return f"Release {values['copy']}"
    area = session.get_one(Inspection, row.inspection).area_name
    kind = request_of(session, row.request_id)
    undone = f"; the published letter holds {plural(row.published, 'value')} of them" if row.published else ""
    return (
        f"Release the copy {row.id} to the person of the request {kind.id}: rows of the inspection of {area}, with "
        f"{plural(row.left_out, 'cell')} left out{undone}. SHA-256 of its workbook: {row.sha256}"
    )
