"""Returns that are asked for where they are held: chased, declared with a reason, and not waited for without end."""

from datetime import date, datetime

import pytest
from sqlmodel import select

from models.england import ENGLAND
from models.lifecycle import RequestState, Stage
from models.tables import AuditEntry, Request
from models.themes import theme
from tasks.ground.database import transaction
from tasks.inspection.rehearsal_clock import set_clock
from tasks.jobs.calendar import move_on
from tasks.jobs.chase import chase
from tasks.ledger.rows import ReturnRefusedError, inspection_of
from tasks.returns.closing import may_be_admitted, refusal_of
from tasks.returns.declarations import declare_late, declare_nil, undo_nil
from tasks.returns.if_held import NONE_HELD_REASONS, is_if_held, waited_until
from tests.tasks.steps import checked, notices, request, send, stage

_THEME = theme("domestic-abuse-2024")


def _request(code: str, kind: str) -> Request:
    due = datetime(2025, 2, 27, 17, tzinfo=ENGLAND)
    return Request(id="r", inspection="i", agency_id=f"i/{kind}", return_code=code, step="child_level_due", due_at=due)


@pytest.mark.parametrize(
    ("code", "kind", "if_held"),
    [
        ("LA-DA", "local_authority", False),
        ("LA-2", "local_authority", True),
        ("HEA-2", "ambulance", False),
        ("HEA-2", "health", True),
        ("HEA-2", "health_2", True),
        ("EVAL", "health", False),
    ],
)
def test_a_theme_says_of_each_kind_of_agency_whether_its_return_is_waited_for(
    code: str, kind: str, if_held: bool
) -> None:
    assert is_if_held(_request(code, kind), _THEME) is if_held


def test_it_is_waited_for_until_the_day_of_the_last_rung_and_after_a_promise_as_long_again() -> None:
    asked = _request("VOL-1", "voluntary")
    assert waited_until(asked, _THEME, None) == datetime(2025, 2, 28, 17, tzinfo=ENGLAND)
    promised = datetime(2025, 3, 3, 17, tzinfo=ENGLAND)
    assert waited_until(asked, _THEME, promised) == datetime(2025, 3, 4, 17, tzinfo=ENGLAND)
    quiet = _THEME.model_copy(update={"chasing": ()})
    assert waited_until(asked, quiet, None) == asked.due_at


def _only(ref: str, *open_: str) -> None:
    """Have all but some requests settled: the four that tests leave open are declared nil, others taken back."""
    for code in open_:
        if request(ref, code).state == RequestState.NIL_DECLARED:
            undo_nil(f"{ref}-{code}", by="agency")
    for code in ("la-da", "pol-1", "pro-1", "hea-1"):
        if code not in open_:
            declare_nil(f"{ref}-{code}", by="agency")


def _at(ref: str, day: int, hour: int, month: int = 2) -> None:
    set_clock(ref, datetime(2025, month, day, hour, 30, tzinfo=ENGLAND), by="test")


@pytest.mark.parts
def test_none_held_needs_a_listed_reason_and_says_it(area: str) -> None:
    undo_nil(f"{area}-vol-1", by="agency")
    assert request(area, "vol-1").nil_reason is None
    with pytest.raises(ReturnRefusedError, match="Choose why you hold none of these records"):
        declare_nil(f"{area}-vol-1", by="agency")
    declare_nil(f"{area}-vol-1", by="agency", reason="no_service")
    assert request(area, "vol-1").nil_reason == "no_service"
    with transaction() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.subject == f"{area}-vol-1")).all()
    assert max(entries, key=lambda entry: entry.number).facts["reason"] == "no_service"
    assert all(words.isprintable() and words[0].isupper() for words in NONE_HELD_REASONS.values())


@pytest.mark.parts
def test_it_is_chased_to_the_end_and_then_the_inspection_goes_on_without_it(area: str) -> None:
    _only(area, "vol-1")
    _at(area, 28, 9)
    chase(area)
    told = notices(area, "still_overdue")
    assert [notice.facts["waited_until"] for notice in told] == ["5pm on Friday 28 February 2025"]
    assert move_on(area) == []
    assert stage(area) == Stage.RETURNS_OPEN
    _at(area, 28, 17)
    assert move_on(area) == ["returns closed"]
    assert (stage(area), request(area, "vol-1").state) == (Stage.RETURNS_CLOSED, RequestState.WAIVED)
    assert move_on(area) == []
    with transaction() as session:
        inspection = inspection_of(session, area)
        assert "was asked for only if you hold such records" in refusal_of(request(area, "vol-1"), inspection)
        inspection.stage = Stage.COHORT_FROZEN
        assert may_be_admitted(request(area, "vol-1"), inspection)


@pytest.mark.parts
def test_what_must_come_holds_the_returns_open_and_what_was_promised_for_its_day(area: str) -> None:
    _only(area, "vol-1", "pro-1")
    declare_late(f"{area}-vol-1", until=date(2025, 3, 3), reason="staff_absence", by="agency")
    _at(area, 3, 18, month=3)
    assert move_on(area) == []
    declare_nil(f"{area}-pro-1", by="agency")
    assert stage(area) == Stage.RETURNS_OPEN
    _at(area, 4, 18, month=3)
    assert move_on(area) == ["returns closed"]


@pytest.mark.parts
def test_what_was_sent_and_needs_correcting_is_held_and_waited_for(area: str) -> None:
    _only(area, "vol-1")
    send(f"{area}-vol-1", "a.csv", b"service_ref\nX\n")
    assert [verdict.verdict for verdict in checked(area)] == ["rejected"]
    _at(area, 5, 18, month=3)
    assert move_on(area) == []
    assert request(area, "vol-1").state == RequestState.REJECTED
