"""Retention of one inspection: what is kept until when, what holds it, what two people destroy, the certificates."""

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from models.decisions import DESTROY
from models.refusals import Mistake, Refusal
from models.states import DestructionState
from models.tables import Destruction, Inspection, ReducedFile
from portal.pages.forms import Form
from portal.pages.frame import attachment, page, to
from portal.pages.records import record_facts
from portal.pages.session import NotTheirsError, RecordsKeeper, RecordsReader, SignedInPerson
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.jobs.second_person import take
from tasks.people.two_people import open_proposals
from tasks.retention.deciding import NoDestructionError, destruction_of
from tasks.retention.sent_files import reduced_in

router = APIRouter(prefix="/inspections/{ref}/retention")


@router.get("")
def show(request: Request, ref: str, _: RecordsReader) -> Response:
    """Show each class of record, when it is due, what holds it, and every destruction with its certificate."""
    return _show(request, ref)


def _show(request: Request, ref: str, mistakes: tuple[Mistake, ...] = ()) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        proposals = {row.subject: row for row in open_proposals(session, ref) if row.act == DESTROY}
        facts = {**record_facts(session, inspection), "files": reduced_in(session, ref)}
    status, back = 422 if mistakes else 200, f"/inspections/{ref}"
    return page(
        request, "retention", "Retention", status=status, mistakes=mistakes, back=back, proposals=proposals, **facts
    )


@router.post("/{destruction}")
def ask(
    request: Request, ref: str, destruction: str, member: RecordsKeeper, person: SignedInPerson, _: Form
) -> Response:
    """Ask another programme manager to confirm that what is due is destroyed."""
    with transaction() as session:
        _row(session, destruction, ref)
    try:
        person.check_fresh()
        take(DESTROY, {"inspection": ref, "destruction": destruction}, by=member.by)
    except Refusal as refused:
        return _show(request, ref, (Mistake("destruction", refused.sentence),))
    return to(f"/inspections/{ref}/retention", "destruction_asked")


@router.get("/{destruction}/certificate.json")
def certificate(ref: str, destruction: str, _: RecordsReader) -> Response:
    """Download the certificate of a destruction, or of that of one file as it came."""
    with transaction() as session:
        file = session.get(ReducedFile, destruction)
        if file is not None and file.inspection == ref and file.certificate_key:
            return attachment(store.get(file.certificate_key), f"{file.id}-certificate.json", "application/json")
        row = _row(session, destruction, ref)
        if row.state != DestructionState.DONE:
            raise NotTheirsError
    return attachment(store.get(row.certificate_key), f"{row.id}-certificate.json", "application/json")


def _row(session: Session, destruction: str, ref: str) -> Destruction:
    """Return a destruction of an inspection.

    Raises:
        NotTheirsError: it has none of this id.
    """
    try:
        return destruction_of(session, destruction, ref)
    except NoDestructionError:
        raise NotTheirsError from None
