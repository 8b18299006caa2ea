"""What the ledger reads of a state is the enum itself; what is no state is never stored."""

import pytest
from sqlalchemy.exc import StatementError
from sqlmodel import select

from models.events import Owed
from models.lifecycle import Stage
from models.states import WorkState
from models.tables import Inspection, Work
from tasks.ground.database import transaction
from tasks.ledger.work import owe


def test_a_state_comes_back_as_what_it_is(area: str) -> None:
    with transaction() as session:
        owe(session, Owed.CHECK_ACROSS, f"{area}/x", area)
    with transaction() as session:
        work = session.get_one(Work, (Owed.CHECK_ACROSS, f"{area}/x"))
        assert work.kind is Owed.CHECK_ACROSS
        assert work.state is WorkState.OWED
        assert session.exec(select(Inspection.stage).where(Inspection.ref == area)).one() is Stage.RETURNS_OPEN


def test_a_state_that_is_none_is_never_stored(area: str) -> None:
    with pytest.raises(StatementError), transaction() as session:
        session.get_one(Inspection, area).stage = "lost"  # type: ignore[assignment]
