"""A chronology that an evaluation says is attached is asked for, on the record of the evaluation that counts."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from sqlmodel import select

from deployments.demo.returns import evaluations
from models.ids import document_id
from models.states import DocumentState
from models.tables import DocumentItem, Inspection, Request
from models.timetable import is_working_day
from tasks.documents.chronologies import promised_in
from tasks.documents.sending import hold_none, send_document
from tasks.ground.database import transaction
from tasks.people.notices import words_of
from tasks.reading.documents import documents_seen
from tasks.reading.visibility import Reader
from tests.tasks.steps import checked, notices, send

pytestmark = pytest.mark.parts
BY = "police officer: P-7KQ2M4XB"


def request_of(ref: str, kind: str = "") -> Request:
    """Return the evaluation of a kind of agency, or that of most children."""
    with transaction() as session:
        query = select(Request).where(Request.inspection == ref, Request.return_code == "EVAL")
        rows = [row for row in session.exec(query) if row.agency_id.endswith(kind)]
        return max(rows, key=lambda row: (len(row.cases), row.id))


def evaluated(ref: str, request: Request, folder: Path, promised: set[str], *, only: str = "", **change: str) -> str:
    """Send the evaluation of an agency, in which some rows promise a chronology; return the verdict.

    What is changed in it is so in each row, or in that of one child alone.
    """
    with transaction() as session:
        today = session.get_one(Inspection, ref).today()
    file, agency = folder / "EVAL.csv", request.agency_id.rpartition("/")[2]
    evaluations(file, list(request.cases), agency, (today - timedelta(days=90), today), today)
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8"))))
    for row in rows:
        row["chronology_attached"] = "Yes" if row["sample_ref"] in promised else "No"
        row |= change if only in ("", row["sample_ref"]) else {}
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    send(request.id, "EVAL.csv", out.getvalue().encode())
    return [verdict.verdict for verdict in checked(ref)][-1]


def state(request: Request, label: str) -> DocumentState:
    with transaction() as session:
        return session.get_one(DocumentItem, document_id(request.agency_id, "chronology", label)).state


def test_only_rows_that_promise_one_do() -> None:
    frame = pl.DataFrame({"sample_ref": ["T2", "T1", "T3", None], "chronology_attached": ["Yes", "Yes", "No", "Yes"]})
    assert promised_in(frame) == ["T1", "T2"]
    assert promised_in(frame.drop("chronology_attached")) == []


def test_what_is_promised_and_missing_is_asked_for_and_rejects_nothing(chosen: str, tmp_path: Path) -> None:
    request = request_of(chosen)
    first, second, *_ = request.cases
    with transaction() as session:
        announced = session.get_one(Inspection, chosen).announced
    assert evaluated(chosen, request, tmp_path, {first, second}) in {"accepted", "queried"}
    assert (state(request, first), state(request, second)) == (DocumentState.ASKED, DocumentState.ASKED)
    (written,) = notices(chosen, "chronology_asked")
    assert written.facts["children"] == sorted({first, second})
    with transaction() as session:
        assert "Your evaluation is accepted all the same." in words_of(session, written).body
        seen = documents_seen(session, chosen, Reader("inspector: x"), first)
        assert [row.item.agency_id for row in seen if row.promised] == [request.agency_id]
        item = session.get_one(DocumentItem, document_id(request.agency_id, "chronology", first))
    assert item.due_at >= request.due_at
    assert is_working_day(item.due_at.date())
    assert item.due_at.date() > announced


def test_a_chronology_that_came_or_is_not_held_is_no_longer_asked_for(chosen: str, tmp_path: Path) -> None:
    request = request_of(chosen)
    first, second, third, *_ = request.cases
    sent_before = document_id(request.agency_id, "chronology", first)
    send_document(sent_before, request.agency_id, io.BytesIO(b"2024 born"), 9, filename="a.txt", by=BY)
    evaluated(chosen, request, tmp_path, {first, second, third})
    hold_none(document_id(request.agency_id, "chronology", second), request.agency_id, "being_written", by=BY)
    states = [state(request, label) for label in (first, second, third)]
    assert states == [DocumentState.RECEIVED, DocumentState.NONE_HELD, DocumentState.ASKED]
    assert [row.facts["children"] for row in notices(chosen, "chronology_asked")] == [sorted({second, third})]


def test_a_newer_evaluation_that_promises_none_takes_the_question_back(chosen: str, tmp_path: Path) -> None:
    request = request_of(chosen)
    first = request.cases[0]
    evaluated(chosen, request, tmp_path, {first})
    evaluated(chosen, request, tmp_path, set())
    assert state(request, first) is DocumentState.OFFERED


def test_a_rejected_evaluation_promises_nothing(chosen: str, tmp_path: Path) -> None:
    request = request_of(chosen)
    verdict = evaluated(chosen, request, tmp_path, set(request.cases), self_grade="excellent")
    assert verdict == "rejected"
    assert {state(request, label) for label in request.cases} == {DocumentState.OFFERED}
    assert notices(chosen, "chronology_asked") == []
