"""The same returns are asked for again after publication, with windows of their own, and compared with the first."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from models.events import Owed
from models.lifecycle import RequestState, Stage
from models.tables import Inspection, PublishedFigures, Request
from models.theme_followed import Followed, Measure, Occasion
from models.themes import theme
from tasks.comparing.again import read_rounds
from tasks.comparing.later_rounds import later_rounds
from tasks.ground.database import transaction
from tasks.jobs.ask_again import AgainReason, AgainRefusedError, ask_again, ask_again_when_due
from tasks.jobs.chase import chase
from tasks.jobs.issue_request import issue_request
from tasks.ledger.rows import UnknownInspectionError
from tasks.ledger.work import claim
from tasks.people.notices import words_of
from tasks.plans.rounds import occasion_day, occasions_due
from tasks.returns.accepted import accepted
from tests.tasks.plans.published import LEAD, clock_at, publish_letter
from tests.tasks.steps import actions, checked, file_of, moved_to, notices, send
from validation.synthetic import synthesise
from validation.synthetic.writing import write

pytestmark = pytest.mark.parts

ASKED = date(2025, 5, 13)


@pytest.fixture
def published(fieldwork: str) -> str:
    """Return an inspection whose letter is published."""
    publish_letter(fieldwork)
    return fieldwork


def issued(ref: str) -> list[str]:
    while claimed := claim(Owed.ISSUE_REQUEST, ref):
        issue_request(claimed)
    with transaction() as session:
        rows = session.exec(select(Request).where(Request.inspection == ref, Request.round > 1)).all()
    assert {row.state for row in rows} == {RequestState.ISSUED}
    return sorted(row.id for row in rows)


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return returns of the same area as they would be drawn on the day on which they are asked for again."""
    folder = tmp_path_factory.mktemp("later")
    write(synthesise(theme("domestic-abuse-2024"), "E06000039", 300, 11, announced=ASKED), folder)
    return folder


def test_the_same_agencies_are_asked_for_the_same_returns_with_windows_of_their_own(published: str) -> None:
    assert ask_again(published, ["pol-1", "PRO-1"], AgainReason.AFTER_STATEMENT, by=LEAD) == 2
    assert issued(published) == [f"{published}-pol-1-r2", f"{published}-pro-1-r2"]
    with transaction() as session:
        row = session.get_one(Request, f"{published}-pol-1-r2")
        assert (row.round, row.asked_on, row.agency_id) == (2, ASKED, f"{published}/police")
        bodies = [words_of(session, notice).body for notice in notices(published, "requests_again")]
        (round_,) = later_rounds(session, published)
    assert round_.codes == ("POL-1", "PRO-1")
    assert len(bodies) == 2
    assert all("The period that we ask about is 13 November 2024 to 13 May 2025." in body for body in bodies)
    assert actions(published).count("returns.asked-again") == 1


def test_they_are_checked_by_their_own_window_and_leave_the_first_round_as_it_is(
    published: str, synthetic: Path, later: Path
) -> None:
    ask_again(published, ["POL-1"], AgainReason.AFTER_STATEMENT, by=LEAD)
    (request,) = issued(published)
    with transaction() as session:
        before = [submission.id for _, submission in accepted(session, published)]
    old = file_of(synthetic, "POL-1")
    send(request, old.name, old.read_bytes())
    (verdict,) = checked(published)
    assert verdict.verdict == "rejected", "rows from before the new window, and of another area"
    new = file_of(later, "POL-1")
    send(request, new.name, new.read_bytes())
    (verdict,) = checked(published)
    assert verdict.verdict in {"accepted", "queried"}
    with transaction() as session:
        assert session.get_one(Inspection, published).stage == Stage.STATEMENT_DUE
        assert [submission.id for _, submission in accepted(session, published)] == before
        assert [row.id for row, _ in accepted(session, published, 2)] == [request]
    # What is compared across returns is what makes the cohort.
    while claimed := claim(Owed.CHECK_ACROSS, published):
        assert "-r2" not in claimed.subject
    (round_,) = read_rounds(published, by=LEAD)
    assert round_.lacking == ()
    rows = {row.about: row for row in round_.rows}
    told = rows["Incidents of which children's social care was notified"]
    assert "%" in told.first
    assert "%" in told.second
    assert told.change in {"better", "worse", "no clear change"}
    assert actions(published).count("rounds.read") == 1
    # Both rounds' counts left, and leave again the same way.
    assert read_rounds(published, by=LEAD) == [round_]
    with transaction() as session:
        left = session.exec(select(PublishedFigures).where(PublishedFigures.inspection == published)).all()
    assert {row.name for row in left} >= {"round 1 of the returns", "round 2 of the returns"}


def test_they_are_chased_like_the_first(published: str) -> None:
    ask_again(published, ["POL-1"], AgainReason.AFTER_STATEMENT, by=LEAD)
    issued(published)
    clock_at(published, date(2025, 5, 29))
    chased = [each for each in chase(published) if each.return_code == "POL-1"]
    assert chased
    with transaction() as session:
        assert session.get_one(Request, f"{published}-pol-1-r2").state == RequestState.OVERDUE


def test_what_cannot_be_asked_for_again_is_refused_with_what_can(published: str) -> None:
    with pytest.raises(AgainRefusedError, match="Name the returns, for example POL-1"):
        ask_again(published, [" "], AgainReason.AFTER_STATEMENT, by=LEAD)
    with pytest.raises(AgainRefusedError, match="does not ask for POL-9. Choose from"):
        ask_again(published, ["POL-9"], AgainReason.AFTER_STATEMENT, by=LEAD)
    ask_again(published, ["POL-1"], AgainReason.AFTER_STATEMENT, by=LEAD)
    with pytest.raises(AgainRefusedError, match="asked for again today already"):
        ask_again(published, ["PRO-1"], AgainReason.PRIORITY, by=LEAD)
    moved_to(published, Stage.STATEMENT_RECEIVED, Stage.CLOSED)
    with pytest.raises(AgainRefusedError, match="This inspection is closed"):
        ask_again(published, ["PRO-1"], AgainReason.PRIORITY, by=LEAD)


def test_before_publication_nothing_is_asked_for_again(chosen: str) -> None:
    with pytest.raises(AgainRefusedError, match="once the letter is published"):
        ask_again(chosen, ["POL-1"], AgainReason.PRIORITY, by=LEAD)
    with pytest.raises(UnknownInspectionError):
        read_rounds(chosen, by=LEAD)


def test_the_clock_asks_again_where_the_theme_says_so_once(published: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask_again_when_due(published) == []
    # What ships asks for nothing again; a theme of somebody's does.
    followed = Followed(again=("POL-1",), occasions=(Occasion(working_days=5), Occasion(months=6)))
    told = theme("domestic-abuse-2024").model_copy(update={"followed": followed})
    monkeypatch.setattr("tasks.jobs.ask_again.theme_of", lambda _: told)
    assert ask_again_when_due(published) == ["returns asked for again, round 2"]
    assert ask_again_when_due(published) == []
    clock_at(published, date(2025, 11, 7))
    assert ask_again_when_due(published) == ["returns asked for again, round 3"]
    assert ask_again_when_due(published) == []
    assert issued(published) == [f"{published}-pol-1-r2", f"{published}-pol-1-r3"]


@pytest.mark.pure
def test_an_occasion_comes_months_and_working_days_after_publication() -> None:
    published = date(2025, 5, 6)
    assert occasion_day(Occasion(working_days=70), published) == date(2025, 8, 13)
    assert occasion_day(Occasion(months=6), published) == date(2025, 11, 6)
    followed = Followed(
        again=("POL-1",), measures=(Measure(code="POL-1", column="child_spoken_to", label="Spoken to"),)
    )
    assert not occasions_due(published, date(2025, 8, 12), followed, [])
    assert occasions_due(published, date(2025, 8, 13), followed, [])
    assert not occasions_due(published, date(2025, 8, 14), followed, [date(2025, 8, 13)])
    assert occasions_due(published, date(2025, 11, 6), followed, [date(2025, 8, 13)])
    assert not occasions_due(published, date(2025, 11, 6), Followed(), [])
