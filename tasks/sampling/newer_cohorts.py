"""Decisions about a frozen cohort: a late return is allowed, a version is built again, kept or drawn from."""

from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session

from models.actors import inspectorate
from models.ids import once_key
from models.lifecycle import EVALUATIONS_LATE, UNSIGNED, RequestState, Stage, at_stage
from models.refusals import Refusal
from models.returns import EVALUATION
from models.states import CohortStep
from models.tables import Agency, Inspection, Request
from tasks.cohort.versions import newest_draw, note, undecided
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.outbox import send_soon
from tasks.ledger.rows import inspection_of, locked, request_of
from tasks.people.notices import write_notice
from tasks.returns.closing import refusal_of
from tasks.returns.cohort_versions import rebuild
from tasks.sampling import Decision, DecisionKind, Reason
from tasks.sampling.draws import set_aside

_BEING_CHECKED = frozenset({RequestState.RECEIVED, RequestState.VALIDATING})


class CohortReason(StrEnum):
    """Why; a listed reason, because free text could name a child."""

    LATE_RETURN = "A return comes after the cohort was frozen"
    LATE_EVALUATION = "An evaluation comes after fieldwork began"
    CORRECTED_RETURN = "An agency corrects a return"
    CORRECTED_IDENTIFIER = "A number or date of birth by which a child is known is corrected"
    LINKS_REVIEWED = "Doubtful links were reviewed"
    WRONG_LINK = "Records of different children were linked"
    SAMPLE_UNTOUCHED = "The change does not touch the children drawn"
    NOTHING_CAME = "The return did not come, or is no longer needed"


class CohortChoice(StrEnum):
    """What to do about a frozen cohort."""

    KEEP = CohortStep.KEEP.value
    REDRAW = "redraw"
    REBUILD = "rebuild"
    WITHDRAW = "withdraw"


class CohortRefusedError(Refusal):
    """It cannot be decided now; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class CohortDecided:
    """A decision about a cohort.

    Attributes:
        choice: keep the sample, draw anew, build again, or withdraw that a return may come late.
        reason: from the list.
        by: name of the person who decides.
        request: id of the request, to withdraw alone.
    """

    choice: CohortChoice
    reason: CohortReason
    by: str
    request: str = ""


def admit(request_id: str, reason: CohortReason, *, by: str) -> str:
    """Allow one return to come although the cohort is frozen, or an evaluation after its time; return the inspection.

    It is received and checked like any other. Once a return is accepted, the next version of the cohort is owed.

    Raises:
        UnknownRequestError: no such request.
        CohortRefusedError: it may come already, or it is too late for it.
    """
    with transaction() as session:
        inspection, request = locked(session, request_id)
        evaluation = request.return_code == EVALUATION
        if evaluation:
            _check_evaluation(inspection, request)
        else:
            _check_unsigned(inspection)
        if request.admitted is not None:
            raise CohortRefusedError(
                f"{request.return_code} may come late already. The board shows what is waited for."
            )
        # The version that is there now: only one that is newer counts as having come.
        request.admitted = request.current_version
        session.add(request)
        agency = session.get_one(Agency, request.agency_id)
        if evaluation:
            _let_evaluation_in(session, inspection, request, agency, reason, by=by)
        else:
            _let_return_in(session, inspection, request, agency, reason, by=by)
    send_soon()
    return inspection.ref


def _check_evaluation(inspection: Inspection, request: Request) -> None:
    """Check that the time for evaluations is over and the letter not published.

    Raises:
        CohortRefusedError: the inspection is at another stage, or the evaluation can be sent without this.
    """
    if inspection.stage not in EVALUATIONS_LATE:
        raise CohortRefusedError(
            f"The inspection {inspection.ref} is {at_stage(inspection.stage)}. An evaluation can be let in late from "
            "the start of fieldwork until the letter is published."
        )
    if not refusal_of(request, inspection):
        raise CohortRefusedError("The agency can send this evaluation now. Nobody needs to let it in.")


def _let_return_in(
    session: Session, inspection: Inspection, request: Request, agency: Agency, reason: CohortReason, *, by: str
) -> None:
    row = note(session, inspection, CohortStep.ADMIT, by=by, reason=reason.name.lower(), request_id=request.id)
    facts = {"return": request.return_code, "why": reason.value}
    write_notice(
        session, "admitted", agency, once=once_key(request.id, "admitted", row.number), sign_in=True, facts=facts
    )


def _let_evaluation_in(
    session: Session, inspection: Inspection, request: Request, agency: Agency, reason: CohortReason, *, by: str
) -> None:
    facts = {"reason": reason.name.lower(), "after_version": request.current_version}
    actor = inspectorate(by)
    audit.append(session, inspection.ref, actor=actor, action="evaluation.admitted", subject=request.id, facts=facts)
    once = once_key(request.id, "admitted", request.current_version)
    why = {"why": reason.value}
    write_notice(session, "evaluation_admitted", agency, once=once, sign_in=True, facts=why)


def _check_unsigned(inspection: Inspection) -> None:
    """Check that the cohort is frozen and the sample not signed off.

    Raises:
        CohortRefusedError: the inspection is at another stage.
    """
    if inspection.stage in UNSIGNED:
        return
    if inspection.stage in {Stage.ANNOUNCED, Stage.RETURNS_OPEN, Stage.RETURNS_CLOSED}:
        raise CohortRefusedError(
            f"The cohort of {inspection.ref} is not frozen yet. The inspection is {at_stage(inspection.stage)}. While "
            "the returns are open, agencies can send a newer file."
        )
    raise CohortRefusedError(
        f"The sample of {inspection.ref} is signed off and its cohort can no longer change. The inspection is "
        f"{at_stage(inspection.stage)}. Record what is wrong as a finding, or defer the inspection with end-inspection."
    )


def decide_cohort(ref: str, decided: CohortDecided) -> str:
    """Take one decision about the frozen cohort; return its effect in words.

    Raises:
        UnknownInspectionError, UnknownRequestError: no such inspection or request.
        CohortRefusedError: it cannot be decided now.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        _check_unsigned(inspection)
        if decided.choice is CohortChoice.REBUILD:
            sentence = build_again(session, inspection, decided.reason, by=decided.by)
        elif decided.choice is CohortChoice.WITHDRAW:
            sentence = _withdraw(session, inspection, decided)
        else:
            sentence = _on_sample(session, inspection, decided)
    send_soon()
    return sentence


def build_again(session: Session, inspection: Inspection, reason: CohortReason, *, by: str) -> str:
    """Record that the cohort is built again, so that its next version is owed; the caller has locked the inspection.

    Raises:
        CohortRefusedError: the cohort is not frozen yet, or the sample is signed off.
    """
    _check_unsigned(inspection)
    note(session, inspection, CohortStep.REBUILD, by=by, reason=reason.name.lower())
    return f"version {rebuild(session, inspection)} of the cohort is being built"


def _withdraw(session: Session, inspection: Inspection, decided: CohortDecided) -> str:
    request = request_of(session, decided.request, lock=True)
    if request.inspection != inspection.ref or request.admitted is None:
        raise CohortRefusedError(
            f"{decided.request or 'The request'} is not waited for. Choose it from the list of the form."
        )
    if request.state in _BEING_CHECKED:
        raise CohortRefusedError(f"{request.return_code} has come and is being checked. Wait for its verdict.")
    reason = decided.reason.name.lower()
    note(session, inspection, CohortStep(decided.choice), by=decided.by, reason=reason, request_id=request.id)
    request.admitted = None
    session.add(request)
    return f"{request.return_code} is no longer waited for"


def _on_sample(session: Session, inspection: Inspection, decided: CohortDecided) -> str:
    """Keep the sample of an earlier version, or ask for a draw from the newer one.

    Raises:
        CohortRefusedError: no newer version waits for a decision.
    """
    drawn = newest_draw(session, inspection.ref)
    newer = undecided(session, drawn) if drawn and inspection.stage == Stage.SAMPLE_PROPOSED else None
    if drawn is None or newer is None:
        raise CohortRefusedError(
            f"No newer version of the cohort of {inspection.ref} waits for a decision. "
            "To decide on the sample itself, run decide-sample."
        )
    reason = decided.reason.name.lower()
    note(session, inspection, CohortStep(decided.choice), by=decided.by, reason=reason, draw_version=drawn.version)
    if decided.choice is CohortChoice.KEEP:
        return f"the sample of version {drawn.cohort_version} is kept"
    return set_aside(session, inspection, drawn, Decision(DecisionKind.REDRAW, Reason.COHORT_CORRECTED, decided.by))
