"""A rehearsal of any theme on a stack that runs: `jtai rehearse --send`, then its clock by form and command."""

import pytest
from sqlmodel import select

from deployments.demo.people import Decider, cookie_of
from deployments.stack import Stack
from models.lifecycle import RequestState
from models.states import Delivery
from models.tables import AuditEntry, Inspection, Notice, Request
from models.themes import theme
from tasks.ground.database import transaction
from tasks.ground.prefect_api import PrefectRefusedError, call, start_as
from tests.cli.running import jtai
from tests.flows.running import form, form_as, stage_of
from tests.stacks import until

pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("stack")]

THEME, AREA = "child-sexual-exploitation-2016", "E06000047"
REF = f"county-durham-{THEME}-20250225"


@pytest.fixture(scope="module")
def home(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> str:  # noqa: ARG001 - it runs there
    """Return the folder of a terminal at which a programme manager is signed in."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "jtai").mkdir()
    (folder / "jtai" / "session").write_text(cookie_of(Decider.MANAGER, ""))
    return str(folder)


@pytest.fixture(scope="module")
def rehearsal(home: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Announce a rehearsal, send what all its agencies are asked for, and return its reference."""
    out = str(tmp_path_factory.mktemp("files"))
    args = ["--theme", THEME, "--area", AREA, "--date", "2025-02-25", "--children", "120", "--out", out]
    done = jtai("rehearse", *args, "--send", "--json", XDG_CONFIG_HOME=home).json()
    assert {each["request"] for each in done["sent"]} == set(states())
    return str(done["inspection"])


def states() -> dict[str, RequestState]:
    """Return the state of each request of the rehearsal."""
    with transaction() as session:
        return {row.id: row.state for row in session.exec(select(Request).where(Request.inspection == REF))}


def waiting(ref: str) -> bool:
    """Return whether a notice of an inspection was not dealt with yet."""
    query = select(Notice.id).where(Notice.inspection == ref, Notice.delivery == Delivery.WAITING)
    with transaction() as session:
        return session.exec(query).first() is not None


def test_every_return_of_the_theme_goes_in_and_is_good(rehearsal: str) -> None:
    assert rehearsal == REF
    assert len(states()) == len(theme(THEME).returns)
    good = {RequestState.ACCEPTED, RequestState.QUERIED}
    until("every return has its verdict", lambda: set(states().values()) <= good, 180)


def test_a_rehearsal_tells_nobody_outside(rehearsal: str) -> None:
    with transaction() as session:
        notices = session.exec(select(Notice).where(Notice.inspection == rehearsal)).all()
        assert notices
        assert session.get_one(Inspection, rehearsal).rehearsal
    until("no notice waits", lambda: not waiting(rehearsal), 120)
    with transaction() as session:
        kept = set(session.exec(select(Notice.delivery).where(Notice.inspection == rehearsal)))
    assert kept == {Delivery.KEPT}


def test_its_clock_goes_forward_by_the_command_with_the_managers_name(rehearsal: str, home: str) -> None:
    done = jtai("clock", rehearsal, "--to", "child_level_due", "--json", XDG_CONFIG_HOME=home).json()
    assert done["clock"] == "2025-02-27T17:00:00+00:00"
    assert done["message"].startswith(f"In {rehearsal} it is now 5pm on Thursday 27 February 2025. Due by then:")
    with transaction() as session:
        query = select(AuditEntry).where(AuditEntry.inspection == rehearsal, AuditEntry.action == "rehearsal.clock")
        (entry,) = session.exec(query)
    assert entry.actor.startswith("programme manager: P-")
    back = form("move-clock", inspection=rehearsal, day="2025-02-26")
    assert (back[0], "A rehearsal's clock only goes forward" in back[1]) == ("FAILED", True)


def test_the_form_lists_steps_and_needs_one_of_them_or_a_day(rehearsal: str) -> None:
    both = form("move-clock", inspection=rehearsal, step="fieldwork_start", day="2025-03-10")
    neither = form("move-clock", inspection=rehearsal)
    sentence = "Choose a step or write a day. Give one of them, and not both."
    assert both == neither == ("FAILED", sentence)
    # The sample waits for people; no day moves it on.
    until("the sample is proposed", lambda: stage_of(rehearsal) == "sample_proposed", 180)
    state, message = form("move-clock", inspection=rehearsal, step="fieldwork_start - Fieldwork starts")
    assert (state, "it is now 9am on Monday 10 March 2025" in message) == ("COMPLETED", True)
    assert stage_of(rehearsal) == "sample_proposed"


def test_l11_a_lead_moves_the_clock_of_their_own_rehearsal_alone(rehearsal: str) -> None:
    with pytest.raises(PrefectRefusedError, match="Your role does not include move-clock in elsewhere"):
        start_as(cookie_of(Decider.LEAD, rehearsal), "move-clock", {"inspection": "elsewhere", "day": "2025-03-12"})
    state, _ = form_as(Decider.LEAD, rehearsal, "move-clock", inspection=rehearsal, day="2025-03-12T10:15")
    assert state == "COMPLETED"


def test_a_real_inspection_is_refused_and_stays_where_it_is(rehearsal: str) -> None:
    with transaction() as session:
        row = session.get_one(Inspection, rehearsal)
        row.rehearsal, shift = False, row.clock_shift_seconds
        session.add(row)
    try:
        state, message = form("move-clock", inspection=rehearsal, day="2025-03-20")
        assert (state, "Only a rehearsal has a clock of its own" in message) == ("FAILED", True)
        with transaction() as session:
            assert session.get_one(Inspection, rehearsal).clock_shift_seconds == shift
    finally:
        with transaction() as session:
            row = session.get_one(Inspection, rehearsal)
            row.rehearsal = True
            session.add(row)


def test_the_board_says_that_it_is_a_rehearsal_and_which_day_it_is_there(rehearsal: str) -> None:
    wanted = {"artifacts": {"key": {"any_": [f"board-{rehearsal}"]}}, "sort": "CREATED_DESC", "limit": 1}
    (board,) = call("POST", "/artifacts/filter", json=wanted)
    assert "A rehearsal with made-up data. Its own clock shows 12 March 2025." in board["data"]
