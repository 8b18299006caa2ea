"""Rows of inspections and requests: the one place that reaches and locks them, the inspection first."""

from sqlmodel import Session, select

from models.lifecycle import UNSIGNED
from models.refusals import Refusal
from models.tables import Inspection, Request


class UnknownInspectionError(Refusal):
    """No inspection has this reference."""

    def __init__(self, ref: str) -> None:
        super().__init__(f"There is no inspection {ref!r}. `jtai status` lists them.")


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
    found = session.exec(query).one_or_none()
    if found is None:
        raise UnknownInspectionError(ref)
    return found


class ReturnRefusedError(Refusal):
    """Something about a return cannot be done as asked; the message says why and what to do."""


class UnknownRequestError(ReturnRefusedError):
    """No request has this id, or it is not the asker's; the two are never told apart."""

    def __init__(self, request_id: str) -> None:
        super().__init__(f"There is no request {request_id!r} for you. Sign in to see what is asked of you.")


def request_of(session: Session, request_id: str, agency_id: str | None = None, *, lock: bool = False) -> Request:
    """Return a request; where `agency_id` is given, only if it is that agency's.

    Raises:
        UnknownRequestError: no such request, or another agency's.
    """
    query = select(Request).where(Request.id == request_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).one_or_none()
    if found is None or (agency_id is not None and found.agency_id != agency_id):
        raise UnknownRequestError(request_id)
    return found


def locked(session: Session, request_id: str, agency_id: str | None = None) -> tuple[Inspection, Request]:
    """Return a request and its inspection, both locked until the transaction's end, the inspection first.

    Raises:
        UnknownRequestError: no such request, or another agency's.
    """
    inspection = inspection_of(session, request_of(session, request_id, agency_id).inspection, lock=True)
    return inspection, request_of(session, request_id, agency_id, lock=True)


def may_come_late(request: Request, inspection: Inspection) -> bool:
    """Tell whether somebody let a return come although the cohort is frozen, and no sample is signed off yet."""
    return request.admitted is not None and inspection.stage in UNSIGNED
