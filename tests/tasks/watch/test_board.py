"""The board: a pure picture of the ledger, true in England's time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from models.england import ENGLAND
from models.events import Owed
from models.lifecycle import ENDED, RequestState, Stage
from models.states import Delivery, WorkState
from models.tables import Inspection, Notice, TimetableStep, Work
from models.tables.base import utc_now
from models.timetable import deadline
from models.words import plain
from tasks.ground.database import transaction
from tasks.inspection.rehearsal_clock import set_clock
from tasks.watch.board import publish_board, read
from tasks.watch.board_text import Board, Owing, markdown
from tests.tasks.steps import put_nowhere, send

POLICE = Owing(
    agency="Thames Valley Police",
    return_code="POL-1",
    request="reading-x-pol-1",
    state=RequestState.REJECTED,
    due=datetime(2025, 2, 26, 17, tzinfo=UTC),
    late_until=None,
    version=2,
    verdict="rejected",
    rows=1748,
    errors=12,
    queries=0,
)


def board(*owing: Owing, stage: Stage = Stage.RETURNS_OPEN, **changes: object) -> Board:
    inspection = Inspection(
        ref="reading-x",
        area_gss="E06000038",
        area_name="Reading",
        theme_id="domestic-abuse-2024",
        theme_version=1,
        announced=date(2025, 2, 24),
        stage=stage,
        seed_digest="",
    )
    step = TimetableStep(
        inspection="reading-x",
        step="fieldwork_start",
        position=1,
        label="Fieldwork starts",
        day=date(2025, 3, 10),
        working_day=11,
        explain="Monday 10 March 2025: 10 working days after the announcement. Rule: 10 working days' notice",
    )
    made = Board(inspection, date(2025, 2, 26), (step,), owing, (), (), "http://portal", "P-00000001")
    return replace(made, **changes)  # type: ignore[arg-type]


def test_the_board_says_who_owes_what_and_what_to_do() -> None:
    text = markdown(board(POLICE))
    assert "| Thames Valley Police | POL-1 | rejected | 26 Feb 2025, 5pm | 2 | 1,748 | 12 | 0 | " in text
    assert text.startswith("# Reading: returns open\n")
    assert "**What to do next.** Wait for the returns below." in text
    assert "[Portal](http://portal/inspections/reading-x)" in text
    assert "|  | Fieldwork starts | Mon 10 Mar 2025 | 11 | " in text
    assert "10 working days after the announcement" in text


def test_the_board_says_where_nobody_is_named_for_immediate_concerns() -> None:
    text = markdown(board(unnamed=("Reading Borough Council", "Thames Valley Police")))
    assert (
        "**Nobody is named for immediate concerns at Reading Borough Council and Thames Valley Police.** "
        "Choose a person [under People](http://portal/people/areas/E06000038) and give them that role."
    ) in text
    assert "immediate concerns" not in markdown(board())


def test_the_board_of_a_frozen_cohort_leads_to_the_estimate_and_never_has_its_number() -> None:
    page = "http://portal/inspections/reading-x/lists/unlisted"
    assert page not in markdown(board())
    (line,) = (line for line in markdown(board(has_cohort=True)).splitlines() if page in line)
    assert line.startswith("- Children in no list: the portal estimates how many there may be, or says why it cannot.")
    assert not any(sign.isdigit() for sign in line)


def test_the_board_opens_each_form_filled_in() -> None:
    text = markdown(board(POLICE, replace(POLICE, request="reading-x-pro-1", state=RequestState.ACCEPTED)))
    assert (
        "| [extend](/forms/extend-request?request=reading-x-pol-1), "
        "[waive](/forms/waive-request?request=reading-x-pol-1) |"
    ) in text
    assert "request=reading-x-pro-1" not in text
    proposed = markdown(board(stage=Stage.SAMPLE_PROPOSED))
    assert "run [**decide-sample**](/forms/decide-sample?inspection=reading-x) (approve" in proposed
    decided = markdown(board(waits=("Nothing is **bold** but **decide-cohort** is.",)))
    assert "Nothing is **bold** but [**decide-cohort**](/forms/decide-cohort?inspection=reading-x) is." in decided


@pytest.mark.parametrize("stage", list(Stage))
def test_the_board_of_a_rehearsal_says_what_day_it_is_there_and_a_real_one_has_no_clock(stage: Stage) -> None:
    real = board(stage=stage)
    assert "rehearsal" not in markdown(real)
    assert "move-clock" not in markdown(real)
    real.inspection.rehearsal = True
    rehearsed = markdown(real)
    assert "*A rehearsal with made-up data. Its own clock shows 26 February 2025.*" in rehearsed
    link = "Move it with [**move-clock**](/forms/move-clock?inspection=reading-x)."
    assert (link in rehearsed) is (stage not in ENDED)


def test_l11_the_board_says_what_waits_for_a_second_person(reading: str) -> None:
    from tasks.people.two_people import propose

    with transaction() as session:
        assert "Waits for a second person" not in markdown(read(session, reading))
        asked_by = "programme manager: P-AAAAAAAA"
        proposal = propose(session, reading, "publish", reading, {"inspection": reading}, by=asked_by)
        text = markdown(read(session, reading))
    assert "- Publish the letter for Reading." in text
    assert f"Asked for by {asked_by}. It lapses at " in text
    assert "here or [on the portal](http://127.0.0.1" in text
    assert f"/decisions/{proposal})" in text
    assert f"[confirm or refuse](/forms/confirm-decision?proposal={proposal})" in text


@pytest.mark.parametrize(
    ("due", "shown"),
    [
        (datetime(2025, 3, 28, 17, tzinfo=UTC), "28 Mar 2025, 5pm"),
        (datetime(2025, 3, 31, 16, tzinfo=UTC), "31 Mar 2025, 5pm"),
        (datetime(2025, 10, 27, 17, tzinfo=UTC), "27 Oct 2025, 5pm"),
    ],
)
def test_l7_deadlines_are_shown_in_englands_time_summer_and_winter(due: datetime, shown: str) -> None:
    assert f"| {shown} |" in markdown(board(replace(POLICE, due=due)))
    from models.themes import theme

    assert deadline(theme("domestic-abuse-2024"), due.date()) == due


def test_a_promise_is_shown_until_the_return_is_settled() -> None:
    late = replace(POLICE, state=RequestState.OVERDUE, late_until=date(2025, 3, 3))
    assert "| overdue, promised for 3 Mar 2025 |" in markdown(board(late))
    assert "promised" not in markdown(board(replace(late, state=RequestState.ACCEPTED)))


def test_faults_stand_before_everything_else() -> None:
    text = markdown(board(POLICE, faults=("validate of x failed 5 times by our fault (OSError).",)))
    assert text.index("**Needs an operator.**") < text.index("## Who owes what")
    assert "Needs an operator" not in markdown(board(POLICE))


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_says_what_to_do_next(stage: Stage) -> None:
    text = markdown(board(stage=stage))
    assert text.startswith(f"# Reading: {plain(stage.value)}\n")
    assert len(text.split("**What to do next.** ")[1].splitlines()[0]) > 10


def shown(ref: str) -> str:
    with transaction() as session:
        return markdown(read(session, ref))


def test_l4_the_same_ledger_gives_the_same_board_and_a_change_shows(area: str) -> None:
    before = shown(area)
    assert shown(area) == before
    send(f"{area}-pol-1", "a.csv", b"x\n1\n")
    assert "| Thames Valley Police | POL-1 | received | 26 Feb 2025, 5pm | 1 |" in shown(area)


def test_days_are_ticked_by_englands_midnight(area: str) -> None:
    set_clock(area, datetime(2025, 4, 8, 0, 30, tzinfo=ENGLAND), by="test")
    with transaction() as session:
        assert read(session, area).today == date(2025, 4, 8)


def test_work_that_died_is_shown_to_the_operator_without_its_text(area: str) -> None:
    with transaction() as session:
        session.add(
            Work(
                kind=Owed.VALIDATE,
                subject="s1",
                inspection=area,
                state=WorkState.DEAD,
                attempts=5,
                fault="OperationalError",
            )
        )
    assert "- validate of s1 was put aside after 5 attempts because of our fault (OperationalError)." in shown(area)


def test_l13_a_notice_that_is_not_sent_is_shown_to_the_operator(area: str) -> None:
    # An inspection that others have used before was announced a while ago.
    with transaction() as session:
        for notice in session.exec(select(Notice).where(Notice.inspection == area)):
            notice.delivery = Delivery.KEPT
    assert "to be sent" not in shown(area)
    with transaction() as session:
        first = session.exec(select(Notice).where(Notice.inspection == area).order_by(Notice.id)).first()
        assert first is not None
        first.delivery, first.written_at = Delivery.WAITING, utc_now() - timedelta(minutes=11)
    assert "- 1 notice has waited for more than 10 minutes to be sent." in shown(area)


def test_a_board_waits_for_a_prefect_that_does_not_answer(area: str) -> None:
    assert publish_board(area, put_nowhere) is False
    with transaction() as session:
        assert session.get_one(Inspection, area).board_digest == ""


def test_a_board_says_that_a_newer_one_may_exist_and_where() -> None:
    text = markdown(board(POLICE))
    assert "This is how it stood when this version was made." in text
    assert "`board-reading-x`" in text


def test_l13_a_board_waits_for_no_return_that_was_not_asked_for() -> None:
    lacking = (("Thames Valley Police", "O-1", "Its controller is not entered."), ("A council", "O-2", "No contact."))
    drafted = replace(POLICE, state=RequestState.DRAFTED)
    said = markdown(board(drafted, unasked=lacking))
    assert "**What to do next.** Enter what is missing below. Our requests to 2 agencies wait for it.\n" in said
    assert "Wait for the returns" not in said
    said = markdown(board(drafted, POLICE, unasked=lacking[:1]))
    assert "Our requests to 1 agency wait for it. Wait for the returns below." in said
    assert "**What to do next.** Wait for the returns below." in markdown(board(POLICE))
