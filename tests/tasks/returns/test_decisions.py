"""Waivers and extensions: who, why, until when, and that the returns close when nothing is owed any more (L10)."""

from datetime import date

import pytest

from models.lifecycle import RequestState, Stage
from models.tables import Inspection, Request
from models.timetable import NotAWorkingDayError
from tasks.ground.database import transaction
from tasks.jobs.chase import chase
from tasks.ledger.audit import chain
from tasks.ledger.rows import ReturnRefusedError, UnknownRequestError
from tasks.returns.decisions import RequestReason, extend, waive
from tasks.returns.declarations import declare_nil


def state(request_id: str) -> str:
    with transaction() as session:
        return session.get_one(Request, request_id).state


def last_entry(ref: str) -> tuple[str, dict[str, object]]:
    with transaction() as session:
        entry = chain(session, ref)[0][-1]
    return entry.action, entry.facts


def test_l10_a_waiver_says_who_and_why_and_the_last_one_closes_the_returns(reading: str) -> None:
    for code in ("la-da", "pol-1", "pro-1"):
        declare_nil(f"{reading}-{code}", by="agency")
    waive(f"{reading}-hea-1", RequestReason.NOT_PROVIDED, by="Sam Patel")
    assert state(f"{reading}-hea-1") == RequestState.WAIVED
    with transaction() as session:
        assert session.get_one(Inspection, reading).stage == Stage.RETURNS_CLOSED
        entries = chain(session, reading)[0]
    waived = next(entry for entry in entries if entry.facts.get("to") == "waived")
    assert (waived.actor, waived.facts["reason"]) == ("inspectorate: Sam Patel", "not_provided")


def test_l10_an_extension_moves_the_deadline_and_says_so(reading: str) -> None:
    ref, due = extend(f"{reading}-hea-1", date(2025, 2, 28), RequestReason.SYSTEM_OUTAGE, by="Sam Patel")
    assert (ref, due.isoformat()) == (reading, "2025-02-28T17:00:00+00:00")
    action, facts = last_entry(reading)
    assert action == "request.extended"
    assert (facts["reason"], facts["to"]) == ("system_outage", "2025-02-28T17:00:00+00:00")
    assert all(one.return_code != "HEA-1" for one in chase(reading))


@pytest.mark.parametrize("until", [date(2025, 2, 26), date(2025, 2, 27)])
def test_an_extension_to_no_later_day_is_refused(reading: str, until: date) -> None:
    with pytest.raises(ReturnRefusedError, match="Give a later day"):
        extend(f"{reading}-hea-1", until, RequestReason.AGENCY_ASKED, by="Sam Patel")


def test_an_extension_to_a_weekend_is_refused(reading: str) -> None:
    with pytest.raises(NotAWorkingDayError, match="weekend"):
        extend(f"{reading}-hea-1", date(2025, 3, 1), RequestReason.AGENCY_ASKED, by="Sam Patel")


def test_what_is_settled_is_neither_waived_nor_extended(reading: str) -> None:
    declare_nil(f"{reading}-hea-1", by="agency")
    with pytest.raises(ReturnRefusedError, match="Nothing is owed"):
        waive(f"{reading}-hea-1", RequestReason.NOT_PROVIDED, by="Sam Patel")
    with pytest.raises(ReturnRefusedError, match="Nothing is owed"):
        extend(f"{reading}-hea-1", date(2025, 2, 28), RequestReason.AGENCY_ASKED, by="Sam Patel")


@pytest.mark.usefixtures("reading")
def test_an_unknown_request_is_refused() -> None:
    with pytest.raises(UnknownRequestError):
        waive("nothing", RequestReason.NOT_PROVIDED, by="Sam Patel")
