"""Announcing: what is made, what is refused and with which sentence, and that of two at once one wins."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import select

from models.areas import UnknownAreaError
from models.england import ENGLAND, world_today
from models.ids import within
from models.lifecycle import RequestState, Stage
from models.refusals import Refusal
from models.tables import Agency, Inspection, Notice, Request, TimetableStep
from models.tables.base import utc_now
from models.themes import UnknownThemeError, theme
from models.timetable import NotAWorkingDayError, add_working_days, is_working_day
from tasks.ground.database import transaction
from tasks.ground.keys import commit, pseudonym_key, seed_for
from tasks.inspection.addresses import record_recipient
from tasks.inspection.announcing import Announcement, announce
from tasks.inspection.ending import Ending, EndReason, StandingError, end
from tasks.inspection.taking_part import AnnouncementError
from tasks.ledger.rows import inspection_of
from tests.tasks.registered import team, with_contacts

WANTED = Announcement("E06000038", "domestic-abuse-2024", date(2025, 2, 24), rehearsal=True)


def one(ref: str) -> Inspection:
    with transaction() as session:
        return inspection_of(session, ref)


def refs() -> list[str]:
    with transaction() as session:
        return sorted(session.exec(select(Inspection.ref)))


def test_l7_the_announcement_stores_every_deadline_with_its_reason(reading: str) -> None:
    with transaction() as session:
        steps = session.exec(select(TimetableStep).where(TimetableStep.inspection == reading)).all()
        due = {within(reading, row.id): row.due_at for row in session.exec(select(Request))}
    days = {step.step: step.day for step in steps}
    assert (days["fieldwork_start"], days["statement_due"]) == (date(2025, 3, 10), date(2025, 8, 13))
    assert all(f"{step.day:%A}" in step.explain and "Rule: " in step.explain for step in steps)
    assert next(step for step in steps if step.step == "publication").explain.count("not counted") == 1
    lists = {name for name, at in due.items() if f"{at.astimezone(ENGLAND):%d %H:%M}" == "26 17:00"}
    assert lists == {"la-da", "pol-1"}
    assert {f"{at.astimezone(ENGLAND):%d %H:%M}" for name, at in due.items() if name not in lists} == {"27 17:00"}
    assert {"la-7", "hea-1", "hea-1-mental_health", "hea-2", "hea-2-health", "vol-1"} <= set(due)
    assert len(due) == len(theme("domestic-abuse-2024").returns)


def test_issuing_makes_templates_and_one_notice_an_agency(reading: str) -> None:
    with transaction() as session:
        requests = session.exec(select(Request)).all()
        notices = session.exec(select(Notice)).all()
    # Those that the tests declare nil at once were issued before.
    assert {row.state for row in requests} == {RequestState.ISSUED, RequestState.NIL_DECLARED}
    assert all(len(row.template_keys) == 3 for row in requests)
    told = sorted(row.kind for row in notices)
    assert told == ["requests_issued"] * 9 + ["team_announced"] * 5
    assert one(reading).stage == Stage.RETURNS_OPEN


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"area": "E99"}, UnknownAreaError, "There is no area 'E99'"),
        ({"theme": "weather"}, UnknownThemeError, "There is no theme 'weather'"),
        ({"announced": date(2025, 4, 21)}, NotAWorkingDayError, r"a bank holiday \(Easter Monday\).*22 April 2025"),
        ({"announced": date(2025, 2, 22)}, NotAWorkingDayError, "at a weekend.*Monday 24 February 2025"),
        ({"rehearsal": False}, AnnouncementError, "24 February 2025 is past.*Only a rehearsal can be in the past"),
    ],
)
@pytest.mark.usefixtures("ledger")
def test_a_wrong_value_is_refused_in_a_sentence_and_makes_nothing(
    changes: dict[str, object], error: type[ValueError], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        announce(replace(WANTED, **changes))  # type: ignore[arg-type]
    assert refs() == []


def test_a_second_live_inspection_of_area_and_theme_is_refused(reading: str) -> None:
    for day in (date(2025, 2, 24), date(2025, 3, 3)):
        with pytest.raises(AnnouncementError, match="Reading already has a live inspection under domestic-abuse-2024"):
            announce(replace(WANTED, announced=day))
    assert refs() == [reading]


def test_another_theme_or_area_is_announced_beside_it(reading: str) -> None:
    other = announce(replace(WANTED, theme="domestic-abuse-2016"))
    slough = announce(replace(WANTED, area="E06000039"))
    assert refs() == sorted([reading, other, slough])


def test_after_a_cancellation_another_day_is_announced_and_the_same_day_is_not(reading: str) -> None:
    end(reading, Ending.CANCEL, EndReason.MADE_IN_ERROR, by="S Patel")
    with pytest.raises(AnnouncementError, match="announced on that day, and it has ended. Give another day"):
        announce(WANTED)
    assert one(announce(replace(WANTED, announced=date(2025, 3, 3)))).stage == Stage.ANNOUNCED


def both(work: Callable[[int], str]) -> tuple[list[str], list[str]]:
    def attempt(number: int) -> tuple[bool, str]:
        try:
            return True, work(number)
        except Refusal as refused:
            return False, str(refused)

    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(attempt, range(4)))
    return [said for won, said in ends if won], [said for won, said in ends if not won]


@pytest.mark.parametrize("apart", [0, 7])
@pytest.mark.usefixtures("ledger")
def test_of_several_announcements_at_once_exactly_one_wins(apart: int) -> None:
    days = [WANTED.announced + timedelta(days=apart * number) for number in range(4)]
    won, lost = both(lambda number: announce(replace(WANTED, announced=days[number])))
    assert refs() == won
    assert len(won) == 1
    assert len(lost) == 3
    assert all("already has a live inspection" in said for said in lost)


@pytest.mark.usefixtures("ledger")
def test_a_real_inspection_has_the_true_time_and_secret_seed_and_a_rehearsal_its_own() -> None:
    today = world_today()
    day = today if is_working_day(today) else add_working_days(today, 1)
    with_contacts("E06000039")
    real = one(announce(replace(WANTED, area="E06000039", announced=day, rehearsal=False, team=team())))
    rehearsal = one(announce(WANTED))
    assert abs(real.now() - utc_now()) < timedelta(seconds=5)
    assert f"{rehearsal.now().astimezone(ENGLAND):%Y-%m-%d %H}" == "2025-02-24 09"
    for found in (real, rehearsal):
        assert found.seed_digest == commit(seed_for(found, 1))
        assert seed_for(found, 1) != seed_for(found, 2)
    pretended = Inspection(**{**real.model_dump(), "rehearsal": True})
    assert seed_for(pretended, 1) != seed_for(real, 1)
    assert pseudonym_key(pretended) != pseudonym_key(real)


def test_a_recipients_addresses_are_checked_and_recorded(reading: str) -> None:
    good = {"postal_address": "1 High Street", "web_address": "https://example.org"}
    assert record_recipient(reading, "police", **good, by="S Patel") == "Thames Valley Police"
    with transaction() as session:
        assert session.get_one(Agency, f"{reading}/police").postal_address == "1 High Street"
    for kind, wrong, sentence in (
        ("police", {"web_address": "example.org"}, "begins with https://"),
        ("police", {"postal_address": " "}, "Give a postal address"),
        ("navy", {}, "No navy takes part"),
    ):
        with pytest.raises(StandingError, match=sentence):
            record_recipient(reading, kind, **{**good, **wrong}, by="S Patel")


@pytest.mark.usefixtures("ledger")
def test_returns_of_education_and_youth_justice_are_asked_of_agencies_of_their_own() -> None:
    ref = announce(replace(WANTED, theme="child-sexual-exploitation-2016"))
    with transaction() as session:
        owed = session.exec(select(Request).where(Request.inspection == ref)).all()
    asked = {one.return_code: one.agency_id for one in owed}
    assert (asked["EDU-1"], asked["YJS-1"]) == (f"{ref}/education", f"{ref}/youth_justice")
