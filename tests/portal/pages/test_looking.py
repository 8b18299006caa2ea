"""As whom the lead inspector looks: as this session's cookie says, for its minutes, with no right of theirs."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from http.cookies import SimpleCookie

import pytest
from fastapi import Response

from models.lifecycle import Stage
from models.roles import Role
from portal.pages.looking import COOKIE, SECONDS, Look, begin, look_of, seen_as
from tasks.people.access import Door
from tasks.people.sessions import SignedIn
from tests.portal.pages.made_up import set_to

REF = "reading-domestic-abuse-2024-20250224"
LEAD = SignedIn(
    *("s1", "P-AAAAAAAA", "Alex Lee", True, ""),
    datetime(2025, 3, 3, tzinfo=UTC),
    (Door("m1", Role.LEAD, REF, stage=Stage.FIELDWORK), Door("m2", Role.INSPECTOR, "another")),
)
POLICE = Look(REF, Role.OFFICER, f"{REF}/police", name="Thames Valley Police")


def cookie(session: str = "s1", look: Look = POLICE) -> dict[str, str]:
    answer = Response()
    begin(answer, session, look, secure=True)
    jar = SimpleCookie(answer.headers["set-cookie"])
    assert jar[COOKIE]["httponly"]
    assert int(jar[COOKIE]["max-age"]) == SECONDS
    return {COOKIE: jar[COOKIE].value}


def test_the_lead_looks_as_whom_they_chose() -> None:
    with set_to():
        assert look_of(cookie(), LEAD) == POLICE
        assert look_of({}, LEAD) is None
    assert POLICE.words == "data officer of Thames Valley Police"
    assert POLICE.by("P-AAAAAAAA") == "lead_inspector as police officer: P-AAAAAAAA"


def test_l11_another_session_an_altered_cookie_and_whoever_does_not_lead_look_as_nobody() -> None:
    with set_to():
        kept = cookie()
        assert look_of(cookie("s2"), LEAD) is None
        altered = kept[COOKIE][:-1] + ("1" if kept[COOKIE].endswith("0") else "0")
        assert look_of({COOKIE: altered}, LEAD) is None
        for doors in ((), LEAD.doors[1:], (Door("m", Role.MANAGER),)):
            assert look_of(kept, replace(LEAD, doors=doors)) is None


def test_l15_it_ends_after_its_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    with set_to():
        kept, later = cookie(), time.time() + SECONDS + 1
        monkeypatch.setattr("portal.pages.looking.time.time", lambda: later)
        assert look_of(kept, LEAD) is None


def test_whoever_looks_has_that_one_role_in_that_one_inspection() -> None:
    (door,) = seen_as(LEAD, POLICE).doors
    assert (door.role, door.inspection, door.agency_id) == (Role.OFFICER, REF, POLICE.agency_id)
    assert door.stage is Stage.FIELDWORK
    (door,) = seen_as(LEAD, Look(REF, Role.MANAGER)).doors
    assert not door.reaches("")
    assert not door.reaches("another")
