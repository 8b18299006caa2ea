"""An area's inspection beside the earlier one, from what the ledger and the store still have."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.lifecycle import Stage
from models.tables import AuditEntry, Cohort, Inspection, Request, Submission
from tasks.cohort.versions import cohort_in_force
from tasks.comparing.reading import earlier_inspections, read_comparison, rows_last_time
from tasks.ground.database import transaction
from tasks.ledger.rows import UnknownInspectionError

pytestmark = pytest.mark.parts

NOBODY = {"by": "inspectorate: P-TEST"}


@pytest.fixture
def frozen(asked: str) -> str:
    """Return a rehearsal with a frozen cohort."""
    return asked


def copied(row: Any, **changes: Any) -> Any:
    return type(row)(**{**row.model_dump(), **changes})


def inspected_before(ref: str, stage: Stage = Stage.CLOSED, times: int = 3, **cohort: Any) -> str:
    """Put an inspection of the same area into the ledger, a year before, whose returns had so many times the rows."""
    with transaction() as session:
        now = session.get_one(Inspection, ref)
        before = f"{ref}-before"
        day = now.announced - timedelta(days=365)
        # Of another theme, for a second live one of the same theme and area cannot be.
        theme_ = {"theme_id": "domestic-abuse-2016", "theme_version": 1, "theme_mark": ""}
        session.add(copied(now, ref=before, stage=stage, announced=day, **theme_))
        session.flush()
        newest = cohort_in_force(session, ref)
        session.add(copied(newest, inspection=before, **cohort))
        for request in session.exec(select(Request).where(Request.inspection == ref)).all():
            sent = session.get(Submission, request.newest_id)
            if sent is None:
                continue
            ids = {"id": f"{request.id}-before", "inspection": before}
            session.add(copied(request, **ids))
            session.flush()
            session.add(copied(sent, id=f"{sent.id}-before", request_id=ids["id"], inspection=before))
            session.flush()
            rows = (sent.result.rows or 0) * times
            session.add(copied(sent.result, submission_id=f"{sent.id}-before", rows=rows))
    return before


def test_without_an_earlier_inspection_there_is_nothing_to_compare(frozen: str) -> None:
    comparison = read_comparison(frozen, **NOBODY)
    assert (comparison.before, comparison.rows) == (None, ())


@pytest.mark.parametrize("stage", [Stage.FIELDWORK, Stage.CANCELLED])
def test_an_inspection_without_a_published_letter_is_no_earlier_one(frozen: str, stage: Stage) -> None:
    inspected_before(frozen, stage)
    assert read_comparison(frozen, **NOBODY).before is None


def test_l6_the_last_inspection_is_compared_by_group_and_the_reading_is_recorded(frozen: str) -> None:
    before = inspected_before(frozen, children=200)
    comparison = read_comparison(frozen, **NOBODY)
    assert comparison.before is not None
    assert comparison.before.ref == before
    assert {row.about for row in comparison.rows} >= {"Children", "Age", "Sex", "Ethnic group", "Plan status"}
    with transaction() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.action == "comparison.read")).all()
    assert [entry.facts for entry in entries] == [{"before": before}]


def test_counts_outlive_the_tables_they_were_made_from(frozen: str) -> None:
    inspected_before(frozen, frame_key="gone/frame.parquet", links_key="gone/links.parquet")
    rows = read_comparison(frozen, **NOBODY).rows
    assert "Age" in {row.about for row in rows}
    assert {row.change for row in rows} <= {"no change", "withheld"}


def test_another_theme_and_other_ages_are_said(frozen: str) -> None:
    inspected_before(frozen)
    notes = " ".join(read_comparison(frozen, **NOBODY).notes)
    assert "another theme" in notes
    assert "The ages differ" in notes


def test_a_cohort_without_such_counts_is_counted_again_and_one_that_is_gone_gives_its_number_alone(frozen: str) -> None:
    with transaction() as session:
        counts = dict(cohort_in_force(session, frozen).counts)
    old = {name: value for name, value in counts.items() if name not in ("by_group", "by_return")}
    before = inspected_before(frozen, counts=old)
    assert "Age" in {row.about for row in read_comparison(frozen, **NOBODY).rows}
    with transaction() as session:
        session.get_one(Cohort, (before, 1)).frame_key = "gone/frame.parquet"
    comparison = read_comparison(frozen, **NOBODY)
    assert {row.about for row in comparison.rows} == {"Children"}
    assert "Only the number of children is kept" in " ".join(comparison.notes)


def test_rows_of_last_time_are_those_of_the_newest_earlier_inspection_that_asked_for_the_return(frozen: str) -> None:
    inspected_before(frozen)
    with transaction() as session:
        inspection = session.get_one(Inspection, frozen)
        sent = session.get_one(Request, f"{frozen}-pol-1").newest_id
        rows = session.get_one(Submission, sent).result.rows
        last = rows_last_time(session, inspection, ["POL-1", "EDU-1"])
    assert {code: time.rows for code, time in last.items()} == {"POL-1": 3 * (rows or 0)}


def test_a_real_inspection_is_never_compared_with_a_rehearsal(frozen: str) -> None:
    before = inspected_before(frozen)
    with transaction() as session:
        session.get_one(Inspection, before).rehearsal = False
        session.flush()
        assert earlier_inspections(session, session.get_one(Inspection, frozen)) == []


def test_without_a_cohort_there_is_nothing(frozen: str) -> None:
    with pytest.raises(UnknownInspectionError):
        read_comparison(f"{frozen}-other", **NOBODY)
