"""Two people who took no part decide on a complaint; an incomplete inspection is open until its letter is replaced."""

import pytest

from models.decisions import COMPLAINT
from models.lifecycle import Stage
from models.refusals import FormRefusedError
from models.roles import Role
from models.states import ComplaintOutcome, LetterOutcome
from models.tables import Inspection
from tasks.complaints.deciding import ComplaintDecision, store_decision
from tasks.complaints.recording import ComplaintError, NoComplaintError, record_complaint, text_of
from tasks.findings.recording import finding_refusal
from tasks.ground.database import transaction
from tasks.inspection.ending import Ending, EndReason, StandingError, end
from tasks.inspection.holds import holds_on, may_be_destroyed
from tasks.jobs.second_person import confirm, take
from tasks.people.persons import members
from tasks.people.two_people import SecondPersonError
from tasks.publishing.ending import LetterReason, end_of, replace, withdraw
from tasks.recognition.passing import NAMED
from tests.tasks.complaints.test_recording import row_of, words
from tests.tasks.findings.test_names_kept_out import somebody
from tests.tasks.letters.test_publication import draft, ready, undetermined  # noqa: F401 - fixtures
from tests.tasks.passing import ready_for_publication
from tests.tasks.publishing.test_ending import published  # noqa: F401 - a fixture
from tests.tasks.steps import actions, ledger_text, notices

pytestmark = pytest.mark.parts
FIRST, SECOND = "manager: P-AAAAAAAA", "manager: P-BBBBBBBB"


@pytest.fixture
def complained(published: str) -> tuple[str, str]:  # noqa: F811
    """Return an inspection and the complaint of the police about it."""
    return published, record_complaint(published, words(published), by=FIRST)


def values(ref: str, identity: str, decision: ComplaintDecision) -> dict[str, object]:
    return {
        "inspection": ref,
        "complaint": identity,
        "outcome": decision.outcome,
        "incomplete": decision.incomplete,
        "key": decision.key,
        "sha256": decision.sha256,
    }


def asked(ref: str, identity: str, outcome: str = "upheld", *, incomplete: bool = False, by: str = FIRST) -> str:
    decision = store_decision(ref, identity, outcome, "Quizzle did happen.", incomplete=incomplete)
    return take(COMPLAINT, values(ref, identity, decision), by=by).proposal


def destroyable(ref: str) -> bool:
    with transaction() as session:
        return may_be_destroyed(ref, holds_on(session, ref))


def test_l11_one_person_decides_nothing_and_two_do_by_reference(complained: tuple[str, str]) -> None:
    ref, identity = complained
    proposal = asked(ref, identity, "partly_upheld")
    assert row_of(ref, identity).outcome is None
    with pytest.raises(SecondPersonError):
        confirm(proposal, yes=True, by=FIRST)
    message = confirm(proposal, yes=True, by=SECOND).message
    assert f"A complaint about {ref} is partly upheld." in message
    row = row_of(ref, identity)
    assert (row.outcome, row.decided_by, row.confirmed_by) == (ComplaintOutcome.PARTLY, FIRST, SECOND)
    assert text_of(str(row.decision_key)) == "Quizzle did happen."
    assert "Quizzle" not in ledger_text()
    assert destroyable(ref)
    assert actions(ref)[-3:] == ["decision.confirmed", "complaint.decided", "hold.ended"]
    (told,) = {row.facts["outcome"] for row in notices(ref, "complaint_decided")}
    assert told == "partly upheld"
    with pytest.raises(ComplaintError, match="decided already: it was partly upheld"):
        asked(ref, identity)


def test_nobody_of_the_team_decides(complained: tuple[str, str]) -> None:
    ref, identity = complained
    with transaction() as session:
        lead = members(session, ref, Role.LEAD)[0][1].id
    with pytest.raises(ComplaintError, match="in which they took part"):
        asked(ref, identity, by=f"manager: {lead}")
    proposal = asked(ref, identity)
    with pytest.raises(ComplaintError, match="in which they took part"):
        confirm(proposal, yes=True, by=f"manager: {lead}")
    assert row_of(ref, identity).outcome is None


def test_an_incomplete_inspection_opens_again_and_is_held_until_its_letter_is_replaced(
    complained: tuple[str, str],
) -> None:
    ref, identity = complained
    confirm(asked(ref, identity, incomplete=True), yes=True, by=SECOND)
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        assert inspection.incomplete_at is not None
        assert finding_refusal(inspection) == ""
    assert not destroyable(ref)
    assert notices(ref, "inspection_incomplete")
    with pytest.raises(StandingError, match="This inspection is incomplete"):
        end(ref, Ending.CLOSE, EndReason.STATEMENT_READ, by=FIRST)
    # The ways that there are: withdrawn meanwhile, and replaced in the end.
    withdraw(ref, LetterReason.COMPLAINT, by=FIRST)
    ready_for_publication(ref)
    assert replace(ref, LetterReason.COMPLAINT, by=FIRST) == 2
    with transaction() as session:
        ended = end_of(session, ref, 1)
        assert ended is not None
        assert ended.outcome == LetterOutcome.REPLACED
        assert session.get_one(Inspection, ref).incomplete_at is None
    assert destroyable(ref)
    assert "inspection.complete-again" in actions(ref)


def test_an_inspection_is_not_closed_while_a_complaint_waits(complained: tuple[str, str]) -> None:
    ref, identity = complained
    with transaction() as session:
        session.get_one(Inspection, ref).stage = Stage.STATEMENT_RECEIVED
    with pytest.raises(StandingError, match="A complaint about this inspection waits for a decision"):
        end(ref, Ending.CLOSE, EndReason.STATEMENT_READ, by=FIRST)
    confirm(asked(ref, identity, "not_upheld"), yes=True, by=SECOND)
    assert end(ref, Ending.CLOSE, EndReason.STATEMENT_READ, by=FIRST) == Stage.CLOSED


def test_of_a_closed_inspection_no_evidence_is_gathered(published: str) -> None:  # noqa: F811
    with transaction() as session:
        session.get_one(Inspection, published).stage = Stage.CLOSED
    identity = record_complaint(published, words(published), by=FIRST)
    with pytest.raises(ComplaintError, match="is closed, so no evidence can be gathered"):
        asked(published, identity, incomplete=True)
    confirm(asked(published, identity), yes=True, by=SECOND)
    assert destroyable(published)


def test_a_decision_without_words_or_outcome_is_refused(complained: tuple[str, str]) -> None:
    ref, identity = complained
    with pytest.raises(FormRefusedError) as refused:
        store_decision(ref, identity, "maybe", " ", incomplete=False)
    assert [each.field for each in refused.value.mistakes] == ["outcome", "text"]
    with pytest.raises(FormRefusedError, match="only because of a complaint that is upheld"):
        store_decision(ref, identity, "not_upheld", "No.", incomplete=True)
    with pytest.raises(FormRefusedError) as named:
        store_decision(ref, identity, "upheld", f"{somebody(ref)} was right.", incomplete=False)
    assert named.value.mistakes[0].text == NAMED
    with pytest.raises(NoComplaintError):
        store_decision(ref, "none", "upheld", "Why.", incomplete=False)
