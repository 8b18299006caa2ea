"""What needs two people: how each act is done once a second person has confirmed it; the one list of them (L11)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

from sqlmodel import Session

from models.decisions import Decided
from models.england import ENGLAND
from models.events import Owed
from models.tables import Proposal
from models.words import long, moment
from tasks.ground.database import together
from tasks.people.two_people import SecondPersonError, answer, propose

Values = Mapping[str, Any]
Act = Callable[[Values, str, str], Decided]

# The libraries of one act are imported with it: every run would pay for those of all the others.


class NeedsTwoError(Exception):
    """An act turned out to need a second person; nothing of it was done."""


class _Undone(Exception):  # noqa: N818 - no error: it takes back what was only tried
    """Ends a trial, so that nothing of it stays."""


_ANYBODY = "second person: P-00000000"
"""Stands for the second person in a trial; no letter or digit of ours makes this reference."""


def _decide_sample(values: Values, by: str, second: str) -> Decided:
    from tasks.sampling import Decision, Kind, Reason
    from tasks.sampling.draws import decide
    from tasks.sampling.replay import BelowMinimumError

    ref, kind, child = values["inspection"], Kind(values["decision"]), values["child"]
    decision = Decision(kind, Reason[values["reason"]], by, child, second)
    try:
        outcome = decide(ref, decision, values["seen"])
    except BelowMinimumError:
        # Too few children would be tracked: that is for two people, and no refusal.
        raise NeedsTwoError from None
    return Decided(ref, f"{ref} - {child or 'sample'} {kind.value}", outcome, f"{ref}: {outcome}.", report=True)


def _waive_request(values: Values, by: str, _second: str) -> Decided:
    from tasks.returns.decisions import RequestReason, waive

    request = values["request"]
    ref = waive(request, RequestReason[values["reason"]], by=by)
    return Decided(ref, request, "waived", f"{request} is waived.")


def _waive_rule(values: Values, by: str, _second: str) -> Decided:
    from tasks.returns.rule_waivers import WaiverReason, waive_rule

    request, rule, until = values["request"], values["rule"], date.fromisoformat(values["until"])
    ref, rechecked = waive_rule(request, rule, WaiverReason[values["reason"]], until, by=by)
    waiver = f"not held to {rule} until {long(until)}"
    tail = " Its newest version is checked again." if rechecked else ""
    return Decided(ref, request, waiver, f"{request} is {waiver}.{tail}")


def _admit_return(values: Values, by: str, _second: str) -> Decided:
    from tasks.sampling.newer_cohorts import CohortReason, admit

    request = values["request"]
    ref = admit(request, CohortReason[values["reason"]], by=by)
    return Decided(ref, request, "may come late", f"{request} may come late. Its agency gets a notice.")


def _publish(values: Values, by: str, _second: str) -> Decided:
    from tasks.letters.publication import publish

    ref = values["inspection"]
    publish(ref, needed=values["needed"], by=by)
    sentence = f"Publication of {ref} is decided."
    return Decided(ref, ref, "publication decided", sentence, then=(Owed.COMPILE_LETTER,))


def _end_inspection(values: Values, by: str, _second: str) -> Decided:
    from models.words import plain
    from tasks.inspection.ending import Ending, EndReason, end

    ref = values["inspection"]
    stage = end(ref, Ending(values["ending"]), EndReason[values["reason"]], by=by)
    return Decided(ref, f"{ref} - {values['ending']}", stage.value, f"{ref} is now {plain(stage)}.")


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of act.

    Attributes:
        do: does it: its values, who asked for it, and who confirmed it; empty where one person may do it alone.
        subject: the value that names what it is done to.
        alone: values with which one person may do it.
    """

    do: Act
    subject: str
    alone: Mapping[str, frozenset[str]]


_NEVER: Mapping[str, frozenset[str]] = {}
ACTS: dict[str, _Kind] = {
    # Approving too few children needs two all the same, which the sample itself knows.
    "decide-sample": _Kind(_decide_sample, "inspection", {"decision": frozenset({"approve", "redraw"})}),
    "waive-request": _Kind(_waive_request, "request", _NEVER),
    "waive-rule": _Kind(_waive_rule, "request", _NEVER),
    "admit-return": _Kind(_admit_return, "request", _NEVER),
    "publish": _Kind(_publish, "inspection", _NEVER),
    # Cancelling ends everybody's access and everything owed; the others can be taken back, or end what is done.
    "end-inspection": _Kind(_end_inspection, "inspection", {"ending": frozenset({"close", "defer", "reopen"})}),
}


def take(act: str, values: Values, *, by: str) -> Decided:
    """Do what one person may decide alone, and ask a second person to confirm what needs two.

    What a second person is asked for was tried first, so that a wrong value is refused to whoever gave it.

    Args:
        act: its name, that of its form.
        values: what it needs: references, dates and names of listed reasons.
        by: who decides, as the audit names them.

    Raises:
        Refusal: it cannot be done now; the sentence says why.
    """
    kind = ACTS[act]
    if any(values.get(name) in choices for name, choices in kind.alone.items()):
        try:
            return kind.do(values, by, "")
        except NeedsTwoError:
            pass
    tried = _tried(kind, values, by)
    with together() as session:
        ref = tried.inspection
        proposal = propose(session, ref, act, str(values[kind.subject]), dict(values), by=by)
        lapses = session.get_one(Proposal, proposal).lapses_at.astimezone(ENGLAND)
    sentence = (
        f"Asked for by {by}. It waits for a second person until {moment(lapses)}: another person confirms or refuses "
        f"it with confirm-decision, as {proposal}."
    )
    return Decided(ref, tried.what, f"waits for a second person as {proposal}", sentence)


def _tried(kind: _Kind, values: Values, by: str) -> Decided:
    """Return what an act would come to if a second person confirmed it now; nothing of it stays."""
    outcome: list[Decided] = []

    def do() -> NoReturn:
        with together():
            outcome.append(kind.do(values, by, _ANYBODY))
            raise _Undone

    try:
        do()
    except _Undone:
        return outcome[0]


def confirm(proposal: str, *, yes: bool, by: str) -> Decided:
    """Confirm what another person asked for, and do it in the same transaction; or refuse it.

    Args:
        proposal: its id.
        yes: whether it is confirmed.
        by: the second person, as the audit names them.

    Raises:
        SecondPersonError: nothing waits under this id, it lapsed, or the same person asked for it.
        Refusal: it can no longer be done; it still waits, and the sentence says why.
    """
    with together() as session:
        confirmed = answer(session, proposal, confirm=yes, by=by)
        _check_known(confirmed.act)
        if yes:
            done = ACTS[confirmed.act].do(confirmed.values, confirmed.first, confirmed.second)
            people = f"Asked for by {confirmed.first} and confirmed by {confirmed.second}."
            return Decided(
                done.inspection, done.what, done.outcome, f"{done.message} {people}", then=done.then, report=done.report
            )
        return _refused(session, proposal, confirmed.first, confirmed.second)


def _check_known(act: str) -> None:
    if act not in ACTS:
        raise SecondPersonError("This is confirmed on the portal, where it was asked for.")


def _refused(session: Session, proposal: str, first: str, second: str) -> Decided:
    row = session.get_one(Proposal, proposal)
    sentence = f"Refused: {row.act} of {row.subject} is not done. Asked for by {first}, and refused by {second}."
    return Decided(row.inspection, f"{row.act} - {row.subject}", "refused", sentence)
