"""L11: what needs two people is tried, asked for by one and done once another confirms it, in one transaction."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from models.refusals import Refusal
from models.roles import Act, Role
from models.states import ProposalAnswer
from models.tables import Notice, Proposal
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.jobs.second_person import ACTS, confirm, lapse, take, waiting
from tasks.ledger.audit import chain
from tasks.ledger.rows import ReturnRefusedError
from tasks.people.access import PausedError
from tasks.people.notices import words_of
from tasks.people.persons import Entered, add_person, deciders, give_role
from tasks.people.two_people import RefusalReason, SecondPersonError, open_proposals
from tasks.sampling.replay import UnknownLabelError
from tests.tasks.steps import actions, ledger_text, request, stage

pytestmark = pytest.mark.parts

FIRST, SECOND = "programme manager: P-AAAAAAAA", "lead inspector: P-BBBBBBBB"
SAME = "lead inspector: P-AAAAAAAA"


def waiver(ref: str, code: str = "pro-1") -> dict[str, Any]:
    """Return what waiving a request needs."""
    return {"request": f"{ref}-{code}", "reason": "EMERGENCY"}


def proposal_of(ref: str) -> str:
    """Return the id of the one thing that waits."""
    with transaction() as session:
        (row,) = open_proposals(session, ref)
        return row.id


def answer_of(proposal: str) -> ProposalAnswer | None:
    """Return what became of a proposal."""
    with transaction() as session:
        return session.get_one(Proposal, proposal).answer


def test_nothing_is_done_until_another_person_confirms_it(reading: str) -> None:
    before = ledger_text("proposal", "auditentry", "audithead", "notice", "link")
    asked = take("waive-request", waiver(reading), by=FIRST)
    assert ledger_text("proposal", "auditentry", "audithead", "notice", "link") == before
    assert asked.message.startswith(f"Asked for by {FIRST}. It waits for a second person until ")
    proposal = proposal_of(reading)
    assert proposal in asked.message
    done = confirm(proposal, yes=True, by=SECOND)
    assert request(reading, "pro-1").state == "waived"
    assert done.message == (f"{reading}-pro-1 is waived. Asked for by {FIRST} and confirmed by {SECOND}.")
    with transaction() as session:
        entries, _ = chain(session, reading)
    last = {entry.action: entry.actor for entry in entries[-4:]}
    assert (last["decision.asked"], last["decision.confirmed"]) == (FIRST, SECOND)
    assert entries[-1].actor == FIRST


def test_the_same_person_in_another_role_is_one_person(reading: str) -> None:
    take("waive-request", waiver(reading), by=FIRST)
    with pytest.raises(SecondPersonError, match="You asked for this yourself"):
        confirm(proposal_of(reading), yes=True, by=SAME)
    assert request(reading, "pro-1").state == "issued"


def test_what_is_refused_is_not_done_and_cannot_be_confirmed_later(reading: str) -> None:
    take("waive-request", waiver(reading), by=FIRST)
    proposal = proposal_of(reading)
    assert confirm(proposal, yes=False, by=SECOND).outcome == "refused"
    assert (request(reading, "pro-1").state, answer_of(proposal)) == ("issued", ProposalAnswer.REFUSED)
    with pytest.raises(SecondPersonError, match="answered this already"):
        confirm(proposal, yes=True, by=SECOND)


def test_what_is_wrong_is_refused_to_who_asks_and_nobody_is_asked(reading: str) -> None:
    for act, values in (
        ("waive-request", waiver(reading, "none")),
        ("admit-return", {"request": f"{reading}-pol-1", "reason": "CORRECTED_RETURN"}),
        ("publish", {"inspection": reading}),
        ("waive-rule", {"request": f"{reading}-pol-1", "rule": "X", "reason": "RULE_IN_DOUBT", "until": "2025-03-01"}),
    ):
        before = ledger_text()
        with pytest.raises(Refusal):
            take(act, values, by=FIRST)
        assert ledger_text() == before, act


def test_what_can_no_longer_be_done_waits_on_and_leaves_no_answer(reading: str) -> None:
    take("waive-request", waiver(reading), by=FIRST)
    proposal = proposal_of(reading)
    from tasks.returns.decisions import RequestReason, waive

    waive(f"{reading}-pro-1", RequestReason.EMERGENCY, by="somebody else: P-CCCCCCCC")
    entries = actions(reading)
    with pytest.raises(ReturnRefusedError, match="Nothing is owed for it"):
        confirm(proposal, yes=True, by=SECOND)
    assert (answer_of(proposal), actions(reading)) == (None, entries)


def test_l15_in_a_pause_nothing_is_asked_for_or_confirmed_and_what_waits_can_be_refused(reading: str) -> None:
    take("waive-request", waiver(reading), by=FIRST)
    proposal = proposal_of(reading)
    take("end-inspection", {"inspection": reading, "ending": "defer", "reason": "AREA_ASKED"}, by=FIRST)
    with pytest.raises(PausedError, match="is paused"):
        confirm(proposal, yes=True, by=SECOND)
    with pytest.raises(PausedError, match="is paused"):
        take("waive-request", waiver(reading), by=FIRST)
    assert answer_of(proposal) is None
    confirm(proposal, yes=False, by=SECOND, reason=RefusalReason.TOO_EARLY)
    assert answer_of(proposal) == "refused"


def test_the_same_thing_asked_twice_waits_once(reading: str) -> None:
    first, again = (take("waive-request", waiver(reading), by=FIRST) for _ in range(2))
    assert first.outcome == again.outcome
    assert proposal_of(reading)


@pytest.mark.parametrize(("ending", "waits"), [("defer", False), ("cancel", True)])
def test_cancelling_needs_two_and_pausing_one(reading: str, ending: str, waits: bool) -> None:
    values = {"inspection": reading, "ending": ending, "reason": "AREA_ASKED"}
    take("end-inspection", values, by=FIRST)
    assert (stage(reading) == "returns_open") is waits
    if waits:
        assert confirm(proposal_of(reading), yes=True, by=SECOND).outcome == "cancelled"
        assert stage(reading) == "cancelled"


def sample(ref: str, decision: str, reason: str, child: str = "") -> dict[str, Any]:
    """Return what a decision on a sample needs."""
    return {"inspection": ref, "decision": decision, "reason": reason, "child": child, "seen": ""}


def test_a_child_is_taken_out_by_two_people(proposed: str) -> None:
    with pytest.raises(UnknownLabelError):
        take("decide-sample", sample(proposed, "eliminate", "LEFT_AREA", "T99"), by=FIRST)
    take("decide-sample", sample(proposed, "eliminate", "LEFT_AREA", "T1"), by=FIRST)
    assert "sample.eliminate" not in actions(proposed)
    assert confirm(proposal_of(proposed), yes=True, by=SECOND).report
    with transaction() as session:
        entries, _ = chain(session, proposed)
    (entry,) = (entry for entry in entries if entry.action == "sample.eliminate")
    assert (entry.actor, entry.facts["second_approver"]) == (FIRST, SECOND)


def test_a_whole_sample_is_approved_by_one_and_one_that_is_too_small_by_two(proposed: str) -> None:
    approve = sample(proposed, "approve", "SATISFIED")
    for label in ("T1", "T2", "T3", "T4"):
        take("decide-sample", sample(proposed, "eliminate", "LEFT_AREA", label), by=FIRST)
        confirm(proposal_of(proposed), yes=True, by=SECOND)
    waits = take("decide-sample", approve, by=FIRST)
    assert (stage(proposed), "waits for a second person" in waits.outcome) == ("sample_proposed", True)
    confirm(proposal_of(proposed), yes=True, by=SECOND)
    assert stage(proposed) == "sample_approved"


def test_a_whole_sample_needs_one_person(proposed: str) -> None:
    assert take("decide-sample", sample(proposed, "approve", "SATISFIED"), by=FIRST).outcome == "approved"
    assert stage(proposed) == "sample_approved"


def test_an_act_of_another_release_is_shown_and_not_done(reading: str) -> None:
    from tasks.people.two_people import propose

    with transaction() as session:
        proposal = propose(session, reading, "dissolve", reading, {}, by=FIRST)
        assert waiting(session, session.get_one(Proposal, proposal)).asks == f"dissolve of {reading}"
    with pytest.raises(SecondPersonError, match="Ask for it again"):
        confirm(proposal, yes=True, by=SECOND)
    assert answer_of(proposal) is None


def test_every_act_that_needs_two_people_is_asked_for_somewhere(reading: str) -> None:  # noqa: ARG001 - its layer
    from models.decisions import FORMS, ON_THE_PORTAL

    assert set(ACTS) <= {*FORMS, *ON_THE_PORTAL}


def manager(name: str) -> str:
    """Enter a programme manager and return their reference."""
    with transaction() as session:
        person = add_person(session, Entered(name, address="mia@example.com"), by="test")
        give_role(session, person, Role.MANAGER, by="test", from_day=date(2025, 1, 1))
        return person.id


def notices_of(kind: str) -> list[Notice]:
    """Return the notices of a kind."""
    with transaction() as session:
        return list(session.exec(select(Notice).where(Notice.kind == kind)))


def test_l12_whoever_may_confirm_is_told_and_whoever_asked_learns_the_answer(reading: str) -> None:
    first = manager("Mia Manager")
    with transaction() as session:
        others = [person for person in deciders(session, reading, Act.DECIDE_RETURNS) if person.id != first]
    by = f"programme manager: {first}"
    asked = take("waive-request", waiver(reading), by=by)
    assert {notice.person_id for notice in notices_of("decision_waits")} == {person.id for person in others}
    assert "We have told 1 person who can confirm it" in asked.message
    take("waive-request", waiver(reading), by=by)
    assert len(notices_of("decision_waits")) == len(others)
    confirm(asked.proposal, yes=False, by=SECOND, reason=RefusalReason.TOO_EARLY)
    (notice,) = notices_of("decision_answered")
    assert notice.person_id == first
    with transaction() as session:
        words = words_of(session, notice).body
        entries, _ = chain(session, reading)
    assert "refused what you asked for, and it is not done: go on without PRO-1" in words
    assert "it is too early to decide this" in words
    assert entries[-1].facts["reason"] == "too_early"


def test_a_decision_that_nobody_else_can_confirm_says_so(reading: str) -> None:
    values = {"inspection": reading, "ending": "cancel", "reason": "AREA_ASKED"}
    asked = take("end-inspection", values, by=f"programme manager: {manager('Mia Manager')}")
    assert "Nobody else has a role that can confirm it" in asked.message


def test_whoever_asked_learns_once_that_nobody_answered_in_time(reading: str) -> None:
    first = manager("Mia Manager")
    asked = take("waive-request", waiver(reading), by=f"programme manager: {first}")
    assert lapse() == 0
    with transaction() as session:
        session.get_one(Proposal, asked.proposal).lapses_at = utc_now()
    assert [lapse(), lapse()] == [1, 0]
    assert answer_of(asked.proposal) is ProposalAnswer.LAPSED
    (notice,) = notices_of("decision_answered")
    assert notice.person_id == first
    with transaction() as session:
        written = words_of(session, notice)
        entries, _ = chain(session, reading)
    assert written.subject.endswith("what you asked for has lapsed")
    assert "Nobody confirmed or refused what you asked for in time" in written.body
    assert [entry.actor for entry in entries if entry.action == "decision.lapsed"] == ["system"]
    with pytest.raises(SecondPersonError, match="has lapsed"):
        confirm(asked.proposal, yes=True, by=SECOND)
    # What lapsed can be asked for again.
    assert take("waive-request", waiver(reading), by=f"programme manager: {first}").proposal != asked.proposal
