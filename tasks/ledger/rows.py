"""Rows of inspections and requests: the one place that reaches and locks them, the inspection first."""

from sqlmodel import Session, select

from models.lifecycle import EVALUATIONS_LATE, UNSIGNED
from models.refusals import Refusal
from models.returns import EVALUATION
from models.tables import Inspection, Request


class UnknownInspectionError(Refusal):
    """No inspection has this reference."""

    def __init__(self, ref: str) -> None:
        super().__init__(f"There is no inspection {ref!r}. Copy its reference from its board, or from `jtai status`.")


def inspection_of(session: Session, ref: str, *, lock: bool = False) -> Inspection:
    """Return an inspection, its row locked until the transaction's end where asked.

    Whoever locks a request as well locks its inspection first, so that no two wait for each other. The lock lets
    others write rows that refer to the inspection.

    Raises:
        UnknownInspectionError: no such inspection.
    """
    query = select(Inspection).where(Inspection.ref == ref)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    inspection = session.exec(query).one_or_none()
    if inspection is None:
        raise UnknownInspectionError(ref)
    return inspection


class ReturnRefusedError(Refusal):
    """Something about a return cannot be done as asked; the message says why and what to do."""


class UnknownRequestError(ReturnRefusedError):
    """No request has this id, or it is another agency's; the sentence is the same, so that nobody learns which.

    An agency signs in to see its requests; the team, which has no agency here, finds all of them on the board.
    """

    def __init__(self, request_id: str, agency_id: str | None = None) -> None:
        super().__init__(
            f"There is no request {request_id!r}. Choose it in the form's list, or use the form's link on the board."
            if agency_id is None
            else f"There is no request {request_id!r} for you. Sign in to see what we ask of you."
        )


def request_of(session: Session, request_id: str, agency_id: str | None = None, *, lock: bool = False) -> Request:
    """Return a request; where `agency_id` is given, only if it is that agency's.

    Raises:
        UnknownRequestError: no such request, or another agency's.
    """
    query = select(Request).where(Request.id == request_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    request = session.exec(query).one_or_none()
    if request is None or (agency_id is not None and request.agency_id != agency_id):
        raise UnknownRequestError(request_id, agency_id)
    return request


def locked(session: Session, request_id: str, agency_id: str | None = None) -> tuple[Inspection, Request]:
    """Return a request and its inspection, both locked until the transaction's end, the inspection first.

    Raises:
        UnknownRequestError: no such request, or another agency's.
    """
    # The agency is part of the subquery, so that a stranger locks nothing. FOR UPDATE reaches no row of a subquery: the
    # request is locked by its own statement, after the inspection.
    own = select(Request.inspection).where(Request.id == request_id)
    if agency_id is not None:
        own = own.where(Request.agency_id == agency_id)
    query = select(Inspection).where(Inspection.ref == own.scalar_subquery())
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    inspection = session.exec(query).one_or_none()
    if inspection is None:
        raise UnknownRequestError(request_id, agency_id)
    return inspection, request_of(session, request_id, agency_id, lock=True)


def may_come_late(request: Request, inspection: Inspection) -> bool:
    """Return whether people let in what comes after its time, and it is still of use.

    A return is until a sample is signed off, and an evaluation until the letter is published.
    """
    stages = EVALUATIONS_LATE if request.return_code == EVALUATION else UNSIGNED
    return request.admitted is not None and inspection.stage in stages
