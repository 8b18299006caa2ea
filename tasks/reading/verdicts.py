"""A version's findings for the team: each rule with its places, the agency's explanation, and the row that is meant."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
from sqlmodel import Session

from models.tables import Request, Submission
from models.themes import Theme
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.tables import table_at
from tasks.ledger import audit
from tasks.ledger.restricted import NOT_COVERED, RESTRICTED, covered_rows
from tasks.ledger.rows import UnknownRequestError, inspection_of
from tasks.ledger.themes import theme_of
from tasks.reading.versions import version_seen
from tasks.reading.visibility import Reader
from tasks.returns.accepted import tables_of
from tasks.returns.explanations import GivenExplanation, said_of
from validation.contract.model import Contract
from validation.files.parts import numbered
from validation.returns import contract

REPORT_READ = "report.read"
MOST = 20_000
"""So many findings of a version are read as a list; its table of every place has them all."""
_PLACED = ("severity", "rule", "column", "message", "file", "sheet", "row", "cell", "content")
_WEIGHTS = {"error": 0, "query": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    """One place in which a version breaks a rule, or differs from another return.

    Attributes:
        severity: error, query or info.
        rule: its id.
        column: of the contract; empty where none is meant.
        message: what is wrong.
        place: as its sender counts, such as `row 4, D4`; empty where the whole file is meant.
        sheet: of the contract, on which the row stands.
        row: the number by which an address names it; None where no row of what was taken is meant.
        explanation: what the agency said of it; empty where it has not.
    """

    severity: str
    rule: str
    column: str
    message: str
    place: str
    sheet: str
    row: int | None
    explanation: str


@dataclass(frozen=True, slots=True)
class FindingsRead:
    """The findings of a version; `total` is more than there are `findings` where it has more than a list takes."""

    submission: Submission
    request: Request
    agency: str
    findings: tuple[PlacedFinding, ...]
    total: int


def read_findings(ref: str, identity: str, reader: Reader) -> FindingsRead:
    """Return what came of checking a version, errors first; the audit records who read it.

    Raises:
        UnknownRequestError: the inspection has no such version that this reader sees.
    """
    with transaction() as session:
        submission, request, agency = _readable(session, ref, identity, reader)
        contract_ = contract(request.return_code, theme_of(inspection_of(session, ref)))
        places = _places(submission)
        texts = _explanations(session, submission, reader)
        facts = {"as": "list", "findings": len(places)}
        audit.append(session, ref, actor=reader.by, action=REPORT_READ, subject=submission.id, facts=facts)
    places.sort(key=lambda place: _WEIGHTS.get(place["severity"], len(_WEIGHTS)))
    taken = _rows_taken(submission)
    findings = tuple(_placed(place, contract_, taken, texts) for place in places[:MOST])
    return FindingsRead(submission, request, agency, findings, len(places))


def rows_explained(
    session: Session, given: Iterable[GivenExplanation], theme_: Theme
) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Return the sheet and the rows that each explanation is about, by its id; none where no row is meant.

    Args:
        session: of the ledger.
        given: explanations that somebody may read.
        theme_: of their inspection.
    """
    meant = {each.id: sorted(rows) for each, rows in _rows_meant(session, given, theme_) if rows}
    return {
        identity: (rows[0][0], tuple(row for sheet, row in rows if sheet == rows[0][0]))
        for identity, rows in meant.items()
    }


def as_shown(
    session: Session, ref: str, given: Sequence[GivenExplanation], reader: Reader
) -> tuple[GivenExplanation, ...]:
    """Return explanations as a reader sees them: without words where one of the rows that they are about is restricted.

    Args:
        session: of the ledger.
        ref: the inspection of all of them.
        given: explanations of agencies whose records the reader sees.
        reader: who reads.
    """
    covered = NOT_COVERED if reader.opens is not None else covered_rows(session, ref)
    if covered.sought is None:
        return tuple(given)
    meant = _rows_meant(session, given, theme_of(inspection_of(session, ref)))
    hidden = {
        each.id
        for each, rows in meant
        if covered.is_closed(each.submission_id) or any(covered.hides(each.submission_id, *row) for row in rows)
    }
    return tuple(replace(each, text=RESTRICTED) if each.id in hidden else each for each in given)


def _rows_meant(
    session: Session, given: Iterable[GivenExplanation], theme_: Theme
) -> Iterator[tuple[GivenExplanation, set[tuple[str, int]]]]:
    """Yield each explanation of what was not sent in error, with sheet and number of the rows that it is about."""
    versions: dict[str, tuple[list[dict[str, Any]], frozenset[tuple[str, int]]]] = {}
    for each in given:
        submission = session.get_one(Submission, each.submission_id)
        if submission.put_aside:
            continue
        if submission.id not in versions:
            versions[submission.id] = _places(submission), _rows_taken(submission)
        places, taken = versions[submission.id]
        of_contract = contract(session.get_one(Request, each.request_id).return_code, theme_)
        meant = [_row(place, of_contract, taken) for place in places if place["content"] in each.contents]
        yield each, {(sheet, row) for sheet, row in meant if row is not None}


def _explanations(session: Session, submission: Submission, reader: Reader) -> dict[str, str]:
    # Oldest first, so that the newest explanation of a content is the one that counts.
    texts: dict[str, str] = {}
    for given in as_shown(session, submission.inspection, said_of(session, submission.request_id), reader):
        texts.update(dict.fromkeys(given.contents, given.text))
    return texts


def _places(submission: Submission) -> list[dict[str, Any]]:
    """Return every place of a version's own findings, then what comparing returns found."""
    result = submission.result
    own = table_at(result.places_key).select(_PLACED).to_dicts() if result.places_key else []
    across = json.loads(store.get(result.across_key)) if result.across_key else []
    return own + [{"severity": "query", **{name: place[name] for name in _PLACED if name in place}} for place in across]


def _rows_taken(submission: Submission) -> frozenset[tuple[str, int]]:
    """Return sheet and number of every row that was taken of a version: none of one that was rejected."""
    return frozenset((sheet, row) for sheet, table in tables_of(submission).items() for row in table["row"])


def _row(place: Mapping[str, Any], contract_: Contract, taken: frozenset[tuple[str, int]]) -> tuple[str, int | None]:
    """Return the sheet and the number of a place's row; no number for a row that was not taken."""
    rule = str(place["rule"])
    # A file may name its sheets otherwise; the ids of rules begin with the contract's own name.
    sheet = next((each for each in contract_.sheets[1:] if rule.startswith(f"{contract_.prefix(each)}.")), None)
    named = [each.name for each in contract_.sheets if each.name == place.get("sheet")]
    name = sheet.name if sheet else (named or [contract_.main.name])[0]
    line = place.get("row")
    row = numbered(int(line), place.get("file") or 1) if line is not None else None
    return name, row if (name, row) in taken else None


def _placed(
    place: Mapping[str, Any], contract_: Contract, taken: frozenset[tuple[str, int]], texts: Mapping[str, str]
) -> PlacedFinding:
    sheet, row = _row(place, contract_, taken)
    line, file, cell = place.get("row"), place.get("file"), place.get("cell")
    parts = (file and f"file {file}", line and f"row {line}", cell and cell)
    return PlacedFinding(
        severity=str(place["severity"]),
        rule=str(place["rule"]),
        column=str(place.get("column") or ""),
        message=str(place["message"]),
        place=", ".join(part for part in parts if part),
        sheet=sheet,
        row=row,
        explanation=texts.get(str(place.get("content")), ""),
    )


def read_every_place(ref: str, identity: str, reader: Reader) -> tuple[str, int, pl.DataFrame | None]:
    """Return the code of a return, the number of a version, and the table of every place of its own findings.

    The table is None where the version has none; else the audit records who read it.

    Raises:
        UnknownRequestError: the inspection has no such version that this reader sees.
    """
    with transaction() as session:
        submission, request, _ = _readable(session, ref, identity, reader)
        key = submission.result.places_key
        if key:
            audit.append(session, ref, actor=reader.by, action=REPORT_READ, subject=identity, facts={"as": "places"})
    return request.return_code, submission.version, table_at(key) if key else None


def _readable(session: Session, ref: str, identity: str, reader: Reader) -> tuple[Submission, Request, str]:
    """Return a version with its request and its agency; of one that was sent in error nobody reads anything."""
    submission, request, agency = version_seen(session, ref, identity, reader)
    if submission.put_aside:
        raise UnknownRequestError(identity)
    return submission, request, agency
