"""Lists of children as their agency reads them: a child whose use is restricted stands there by its label alone."""

from sqlmodel import Session

from tasks.evaluations.list_receipts import read_list
from tasks.evaluations.sampled_lists import ReadList, read_sampled
from tasks.ground.database import transaction
from tasks.sampling.restricted_cases import RestrictedCases, restricted_cases


def read_own_list(ref: str, request_id: str, *, agency_id: str, by: str) -> bytes:
    """Return an agency's list of the children whom it evaluates; the audit and the receipt record the reading.

    Raises:
        UnknownRequestError: no such request, or another agency's.
        NoListError: the request names no children.
    """
    return read_list(request_id, agency_id=agency_id, by=by, hides=_cases(ref).hides)


def read_own_sampled(ref: str, agency_id: str, *, by: str) -> ReadList:
    """Return an agency's newest list of the wider sample; the audit and the receipt record the reading.

    Raises:
        NoSampledListError: it has none.
    """
    return read_sampled(agency_id, by=by, hides=_cases(ref).hides)


def restricted_among(session: Session, ref: str, labels: list[str]) -> list[str]:
    """Return those of some labels in force whose use is restricted, or about whom that is still looked for."""
    cases = restricted_cases(session, ref) if labels else RestrictedCases()
    return [label for label in labels if cases.hides(label)]


def _cases(ref: str) -> RestrictedCases:
    with transaction() as session:
        return restricted_cases(session, ref)
