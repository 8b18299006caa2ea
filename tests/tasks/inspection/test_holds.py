"""Nothing is destroyed while a hold goes on: on the inspection, or on everything."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.states import HoldReason
from models.tables import Hold, Inspection
from tasks.ground.database import transaction
from tasks.inspection.holds import end_holds, end_incomplete, holds_on, may_be_destroyed, place_hold
from tests.tasks.steps import actions

NOW = datetime(2025, 5, 6, tzinfo=UTC)
_HOLDS = st.builds(
    Hold,
    id=st.uuids().map(str),
    inspection=st.sampled_from([None, "one", "other"]),
    reason=st.sampled_from(HoldReason),
    placed_by=st.just("manager: P-A"),
    ended_at=st.none() | st.just(NOW),
)


@given(st.lists(_HOLDS, max_size=6), st.randoms())
def test_what_is_held_is_never_destroyed_and_what_is_not_may_be(holds: list[Hold], chance: object) -> None:
    shuffled = sorted(holds, key=lambda _: chance.random())  # type: ignore[attr-defined]
    allowed = may_be_destroyed("one", holds)
    assert allowed == may_be_destroyed("one", shuffled)
    goes_on = [hold for hold in holds if hold.ended_at is None and hold.inspection in ("one", None)]
    assert allowed is (not goes_on)
    # One hold more never frees anything, and one on another inspection changes nothing.
    more = Hold(id="h", inspection="one", reason=HoldReason.INQUIRY, placed_by="m")
    assert not may_be_destroyed("one", [*holds, more])
    assert may_be_destroyed("third", [*holds, more]) is may_be_destroyed("third", holds)


def test_without_a_hold_it_may_be() -> None:
    assert may_be_destroyed("one", [])


@pytest.mark.parts
def test_holds_are_placed_and_ended_in_the_audit_and_ended_by_what_they_are_about(area: str) -> None:
    by = "manager: P-A"
    with transaction() as session:
        place_hold(session, area, HoldReason.COMPLAINT, "c1", by=by)
        place_hold(session, area, HoldReason.LEGAL_CLAIM, "c2", by=by)
        place_hold(session, None, HoldReason.INQUIRY, "", by=by)
        assert len(holds_on(session, area)) == 3
        assert end_holds(session, area, "c1", by=by) == 1
        assert end_holds(session, area, "c1", by=by) == 0
        assert not may_be_destroyed(area, holds_on(session, area))
        end_holds(session, area, "c2", by=by)
        # An inquiry holds everything.
        assert not may_be_destroyed(area, holds_on(session, area))
        # Where no evidence is gathered, nothing ends.
        end_incomplete(session, session.get_one(Inspection, area), by=by)
    done = [action for action in actions(area) if action.startswith("hold.")]
    assert done == ["hold.placed", "hold.placed", "hold.ended", "hold.ended"]
