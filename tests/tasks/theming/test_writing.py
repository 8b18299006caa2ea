"""Parts of a report are versions that are only added, in the evidence store alone; recommendations are lines."""

import pytest
from sqlmodel import select

from models.refusals import PersonsNumberError
from models.tables import ReportPart
from models.themes import theme
from tasks.ground.database import transaction
from tasks.theming.beginning import ReportRefusedError, report_of
from tasks.theming.writing import NewerPartError, parts, write_part, written
from tests.tasks.letters.test_publication import draft, ready, undetermined  # noqa: F401 - fixtures
from tests.tasks.publishing.test_ending import published  # noqa: F401 - the fixture
from tests.tasks.steps import actions, ledger_text
from tests.tasks.theming.several import FIRST, SECOND
from tests.tasks.theming.test_assuring import THEME, report, row_of  # noqa: F401 - a fixture among them

pytestmark = pytest.mark.parts


def test_l5_what_people_write_is_in_the_store_alone_and_versions_are_only_added(report: str) -> None:  # noqa: F811
    assert write_part(report, "introduction", "Zwiebelfisch.", follows=0, by=FIRST) == 1
    assert write_part(report, "introduction", "Zwiebelfisch.", follows=0, by=SECOND) == 1
    assert write_part(report, "introduction", "Zwiebelfisch, again.", follows=1, by=SECOND) == 2
    with pytest.raises(NewerPartError):
        write_part(report, "introduction", "Over it.", follows=1, by=FIRST)
    with transaction() as session:
        texts = {part.name: part.text for part in parts(session, report_of(session, report))}
        versions = session.exec(select(ReportPart).where(ReportPart.report == report)).all()
    assert (texts["introduction"], len(versions)) == ("Zwiebelfisch, again.", 2)
    assert "Zwiebelfisch" not in ledger_text()
    assert actions(row_of(report).inspection).count("report.written") == 2


def test_what_must_not_stand_in_a_report_is_refused(report: str) -> None:  # noqa: F811
    with pytest.raises(ReportRefusedError, match="no such part"):
        write_part(report, "message-nothing", "Words.", follows=0, by=FIRST)
    with pytest.raises(ReportRefusedError, match="at most 20,000"):
        write_part(report, "introduction", "a" * 20_001, follows=0, by=FIRST)
    with pytest.raises(PersonsNumberError):
        write_part(report, "introduction", "The child 943 476 5919.", follows=0, by=FIRST)


def test_recommendations_are_lines_with_codes_of_messages_in_brackets() -> None:
    chosen = theme(THEME)
    texts = {"recommendations-1": "Meet. (unborn, child_voice)\n\nFund it (soon)", "recommendations-2": "Train."}
    made = written(chosen, texts).recommendations
    assert [(each.number, each.to, each.text, each.messages) for each in made] == [
        (1, chosen.report.addressees[0], "Meet.", ("unborn", "child_voice")),
        (2, chosen.report.addressees[0], "Fund it (soon)", ()),
        (3, chosen.report.addressees[1], "Train.", ()),
    ]
