"""A thematic report is compiled once for what is owed, whoever dies on the way."""

import pytest
from sqlmodel import select

from models.events import Owed
from models.states import ReportStatus
from models.tables import CompiledReport
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.jobs.compile_report import compile_report, report_name
from tasks.ledger.work import LeaseLostError, claim
from tasks.theming.beginning import ask_for_draft, begin, report_of
from tests.tasks.letters.test_publication import draft, ready, undetermined  # noqa: F401 - fixtures
from tests.tasks.publishing.test_ending import published  # noqa: F401 - the fixture
from tests.tasks.steps import actions
from tests.tasks.theming.several import FIRST, OTHERS, copied

pytestmark = pytest.mark.parts


def drafts(ref: str) -> list[CompiledReport]:
    """Return the drafts of a report."""
    with transaction() as session:
        query = select(CompiledReport).where(CompiledReport.report == ref, CompiledReport.status == ReportStatus.DRAFT)
        return sorted(session.exec(query), key=lambda each: each.version)


def test_l3_a_report_is_compiled_once_and_a_lost_lease_records_nothing(published: str) -> None:  # noqa: F811
    ref = begin("domestic-abuse-2024", [published, copied(published, OTHERS[0])], by=FIRST)
    claimed = claim(Owed.COMPILE_REPORT)
    assert claimed is not None
    assert report_name(claimed) == f"{ref} - draft v1"
    assert compile_report(claimed) == "2 areas"
    with pytest.raises(LeaseLostError):
        compile_report(claimed)
    (made,) = drafts(ref)
    assert len(made.keys) == 11
    assert all(store.get(key) for key in made.keys)
    assert claim(Owed.COMPILE_REPORT) is None
    with transaction() as session:
        anchor = report_of(session, ref).inspection
    assert actions(anchor).count("report.compiled") == 1


def test_another_draft_is_owed_once_however_often_it_is_asked_for(published: str) -> None:  # noqa: F811
    ref = begin("domestic-abuse-2024", [published, copied(published, OTHERS[0])], by=FIRST)
    first = claim(Owed.COMPILE_REPORT)
    assert first is not None
    compile_report(first)
    ask_for_draft(ref, by=FIRST)
    ask_for_draft(ref, by=FIRST)
    second = claim(Owed.COMPILE_REPORT)
    assert second is not None
    assert claim(Owed.COMPILE_REPORT) is None
    compile_report(second)
    one, two = drafts(ref)
    # Nothing was written in between: the same ledger gives the same bytes.
    assert (one.sha256, one.content_sha256) == (two.sha256, two.content_sha256)
