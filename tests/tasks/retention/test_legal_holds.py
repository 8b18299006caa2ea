"""Legal holds: two people set and lift them, a matter only ever adds, and each says what it covers and why."""

from typing import Any

import pytest

from models.refusals import FormRefusedError
from models.states import HoldReason
from tasks.ground.database import transaction
from tasks.inspection.holds import holds_on, may_be_destroyed
from tasks.jobs.second_person import confirm, take, waiting
from tasks.ledger.audit import chain
from tasks.people.persons import PROGRAMME
from tasks.people.two_people import SecondPersonError, open_proposals
from tasks.retention.legal_holds import HoldError, LiftReason, check_hold, in_words, lift, open_holds, place
from tests.tasks.people import correspondence
from tests.tasks.retention.conftest import FIRST, SECOND
from tests.tasks.steps import actions

pytestmark = pytest.mark.parts
REF = correspondence.REF
MATTER = "INQ-2026-14"


@pytest.fixture
def kept(ledger: None) -> str:  # noqa: ARG001 - there is a ledger
    """Return an inspection without anything held."""
    correspondence.inspection()
    return REF


def values(**changes: Any) -> dict[str, Any]:
    return {"inspection": REF, "matter": MATTER, "reason": "INQUIRY", "covers": [REF], "classes": [], **changes}


def destroyable(kind: str = "") -> bool:
    with transaction() as session:
        return may_be_destroyed(REF, holds_on(session, REF), kind)


def test_l11_one_person_sets_and_lifts_nothing(kept: str) -> None:
    asked = take("place-hold", values(), by=FIRST).proposal
    with transaction() as session:
        (row,) = open_proposals(session, kept)
        assert waiting(session, row).asks == f"Hold {REF} for the matter {MATTER}: a public inquiry"
    with pytest.raises(SecondPersonError):
        confirm(asked, yes=True, by=FIRST)
    assert destroyable()
    confirm(asked, yes=True, by=SECOND)
    assert not destroyable()
    lifting = take("lift-hold", {"inspection": REF, "matter": MATTER, "reason": "OVER"}, by=SECOND).proposal
    with pytest.raises(SecondPersonError):
        confirm(lifting, yes=True, by=SECOND)
    assert not destroyable()
    confirm(lifting, yes=True, by=FIRST)
    assert destroyable()
    assert [each for each in actions(REF) if each.startswith("hold.")] == ["hold.placed", "hold.ended"]
    with transaction() as session:
        (hold,) = holds_on(session, REF)
    assert (hold.placed_by, hold.confirmed_by, hold.ended_by, hold.end_confirmed_by) == (FIRST, SECOND, SECOND, FIRST)
    assert hold.end_reason == "OVER"


def test_an_inquiry_holds_everything_and_several_matters_hold_at_once(kept: str) -> None:
    place(MATTER, ["everything"], [], HoldReason.INQUIRY, by=FIRST, second=SECOND)
    place("CLAIM-2026-1", [kept], ["children"], HoldReason.LEGAL_CLAIM, by=FIRST, second=SECOND)
    with transaction() as session:
        said = [in_words(session, hold) for hold in open_holds(session)]
        entries, _ = chain(session, PROGRAMME)
    assert said == [f"Reading ({REF}), data about children", "every inspection, all classes of record"]
    assert entries[-1].facts["covers"] == "everything"
    lift(MATTER, LiftReason.OVER, by=FIRST, second=SECOND)
    assert not destroyable("children")
    assert destroyable("record")


def test_a_matter_only_ever_adds(kept: str) -> None:
    place(MATTER, [kept], ["children"], HoldReason.INQUIRY, by=FIRST, second=SECOND)
    with pytest.raises(HoldError, match="holds all of this already"):
        place(MATTER, [kept], ["children"], HoldReason.INQUIRY, by=FIRST, second=SECOND)
    place(MATTER, [kept], ["evidence"], HoldReason.INQUIRY, by=FIRST, second=SECOND)
    assert not destroyable("children")
    assert not destroyable("evidence")


def test_what_is_no_hold_is_refused_with_each_field(kept: str) -> None:
    with pytest.raises(FormRefusedError) as refused:
        check_hold("Baby Quizzlebury", [], ["toys"], "COMPLAINT")
    assert [each.field for each in refused.value.mistakes] == ["matter", "reason", "covers", "classes"]
    with pytest.raises(FormRefusedError, match="There is no inspection 'other'"):
        check_hold(MATTER, [kept, "other"], [], "INQUIRY")
    for matter in ("inq-2026-1", "INQ-26-1", "INQ-2026-943476", ""):
        with pytest.raises(FormRefusedError):
            check_hold(matter, [kept], [], "INQUIRY")
    with pytest.raises(HoldError):
        lift("", LiftReason.OVER, by=FIRST, second=SECOND)
