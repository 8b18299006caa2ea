"""A theme's report begins once enough areas are published, once, or as a person asks."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from models.events import Event, Owed
from models.ids import PagesSubject
from models.lifecycle import Stage
from models.refusals import Refusal
from models.states import LetterOutcome
from models.tables import Inspection, LetterEnd, OutboxEvent, ThemeReport
from models.tables.base import utc_now
from models.themes import Theme, ThemeFileError
from tasks.ground.database import transaction
from tasks.ledger.work import is_underway
from tasks.theming import beginning
from tasks.theming.beginning import ReportRefusedError, UnknownReportError, begin, begin_due, report_of
from tests.tasks.letters.test_publication import draft, ready, undetermined  # noqa: F401 - fixtures
from tests.tasks.publishing.test_ending import published  # noqa: F401 - the fixture
from tests.tasks.steps import actions, notices
from tests.tasks.theming.several import FIRST, OTHERS, copied, six

pytestmark = pytest.mark.parts
THEME = "domestic-abuse-2024"
REF = f"{THEME}-report-1"


def rows() -> list[ThemeReport]:
    """Return all reports."""
    with transaction() as session:
        return list(session.exec(select(ThemeReport)))


def test_l3_the_sixth_area_begins_a_report_once_whoever_looks(published: str) -> None:  # noqa: F811 - the fixture
    refs = [published, *(copied(published, gss) for gss in OTHERS[:4])]
    assert begin_due() == []
    refs.append(copied(published, OTHERS[4]))
    assert begin_due() == [REF]
    assert begin_due() == []
    (row,) = rows()
    assert row.inspections == sorted(refs)
    assert (row.theme_id, row.number, row.rehearsal, row.inspection in refs) == (THEME, 1, False, True)
    assert "report.begun" in actions(row.inspection)
    with transaction() as session:
        assert is_underway(session, Owed.COMPILE_REPORT, f"{REF}/draft/1")
        events = session.exec(select(OutboxEvent.subject).where(OutboxEvent.event == Event.REPORT_OWED)).all()
    assert list(events) == [REF]
    assert notices(row.inspection, "report_begun")


def test_two_letters_of_one_area_are_one_area_and_a_withdrawn_letter_is_none(published: str) -> None:  # noqa: F811
    refs = six(published)
    with transaction() as session:
        end: dict[str, Any] = {"outcome": LetterOutcome.WITHDRAWN, "reason": "FACT_WRONG", "ended_at": utc_now()}
        session.add(LetterEnd(inspection=refs[3], version=1, **end))
    assert begin_due() == []
    with transaction() as session:
        row = session.get_one(Inspection, refs[4])
        # An area has one inspection of a theme at a time: this one is over.
        row.area_gss, row.stage = OTHERS[0], Stage.CLOSED
        session.add(row)
        end_row = session.get_one(LetterEnd, (refs[3], 1))
        session.delete(end_row)
    assert begin_due() == []


def test_l9_a_theme_whose_file_is_broken_stops_no_other(published: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    six(published)

    def broken(_: str) -> Theme:
        raise ThemeFileError(Path("domestic-abuse-2024.toml"))

    monkeypatch.setattr(beginning, "theme", broken)
    # The inspections keep the theme that they began with, which says how many areas a report wants.
    assert begin_due() == [REF]


def test_a_person_begins_a_report_on_any_two_areas(published: str) -> None:  # noqa: F811
    other = copied(published, OTHERS[0])
    assert begin(THEME, [published, f" {other} ", ""], by=FIRST) == REF
    (row,) = rows()
    assert (row.inspections, row.begun_by) == (sorted([published, other]), FIRST)
    third = copied(published, OTHERS[1])
    fourth = copied(published, OTHERS[2])
    assert begin(THEME, [], by=FIRST) == f"{THEME}-report-2"
    assert {tuple(each.inspections) for each in rows()} >= {tuple(sorted([third, fourth]))}


def test_what_cannot_be_reported_on_is_refused(published: str) -> None:  # noqa: F811
    with pytest.raises(ReportRefusedError, match="at least 2 areas"):
        begin(THEME, [published], by=FIRST)
    with pytest.raises(ReportRefusedError, match="No letter of nowhere"):
        begin(THEME, [published, "nowhere"], by=FIRST)
    with pytest.raises(Refusal, match="There is no theme"):
        begin("nothing", [], by=FIRST)
    other = copied(published, OTHERS[0])
    with transaction() as session:
        row = session.get_one(Inspection, other)
        row.rehearsal = True
        session.add(row)
    with pytest.raises(ReportRefusedError, match="never on both"):
        begin(THEME, [published, other], by=FIRST)
    assert rows() == []


def test_a_report_that_is_not_there_is_refused(storage: dict[str, str]) -> None:  # noqa: ARG001 - it is there
    with transaction() as session, pytest.raises(UnknownReportError):
        report_of(session, "nothing")
    assert str(PagesSubject("a", "report", 1)) == "a/report/1"
