"""Documents that agencies were asked for, for the inspection's team: listed by agency, and opened."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from models.tables import Inspection
from portal.pages.forms import Form
from portal.pages.frame import download
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.reader import reader_for
from portal.pages.session import Inspector, Visitor
from portal.pages.words import document_tag
from tasks.documents.sending import NONE_HELD
from tasks.ground.database import transaction
from tasks.inspection.document_items import documents_refusal
from tasks.ledger.restricted import RESTRICTED, why_restricted
from validation.files.documents import KINDS

if TYPE_CHECKING:
    from tasks.reading.documents import AskedDocument

router = APIRouter(prefix="/inspections/{ref}/documents")


def _columns(now: datetime, closed: bool) -> tuple[ListingColumn["AskedDocument"], ...]:
    def state(row: "AskedDocument") -> str:
        if row.restricted:
            return RESTRICTED
        if row.promised and not closed:
            return "Promised, not there"
        return document_tag(row.item.state, overdue=row.item.due_at < now, closed=closed, team=True)["text"]

    return (
        ListingColumn("document", "Document", lambda row: row.item.name),
        ListingColumn("agency", "Agency", lambda row: row.agency, chosen=True),
        ListingColumn("child", "Child", lambda row: row.item.child, chosen=True),
        ListingColumn("state", "State", state, chosen=True),
        ListingColumn(
            "reason", "Why none is held", lambda row: NONE_HELD[row.item.none_reason] if row.item.none_reason else ""
        ),
        ListingColumn("due", "Due", lambda row: row.item.due_at),
        ListingColumn("versions", "Versions", lambda row: len(row.versions)),
        ListingColumn(
            "received", "Newest received", lambda row: row.versions[0][0].received_at if row.versions else None
        ),
        ListingColumn("opened", "Times opened", lambda row: sum(opened for _, opened in row.versions)),
    )


@router.get("")
def listed(request: Request, ref: str, member: Inspector) -> Response:
    """Show what each agency was asked for, where it stands, and every version with how often it was opened."""
    return _listed(request, ref, member, Wanted())


@router.post("")
def some(request: Request, ref: str, member: Inspector, form: Form) -> Response:
    """Show or download the documents that are wanted."""
    return _listed(request, ref, member, wanted_in(form))


def _listed(request: Request, ref: str, member: Visitor, wanted: Wanted) -> Response:
    # The room of readers is imported where it is used: it brings what other pages do not need.
    from tasks.reading.documents import documents_seen

    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        rows = documents_seen(session, ref, reader_for(session, ref, member))
    now, closed = inspection.now(), bool(documents_refusal(inspection))
    columns = _columns(now, closed)
    facts: dict[str, Any] = {
        "inspection": inspection,
        "promised": [row for row in rows if row.promised],
        "now": now,
        "closed": closed,
    }
    listing = arrange(rows, columns, wanted)
    return answer(request, "documents", "Documents", listing, columns, reasons=NONE_HELD, kinds=KINDS, **facts)


@router.get("/{item}/files/{number}")
def file(ref: str, item: str, number: int, member: Inspector, opens: str = "") -> Response:
    """Download a version of a document as its agency sent it; each opening is recorded, with why where it is closed."""
    from tasks.reading.documents import read_document

    with transaction() as session:
        reader = reader_for(session, ref, member, opens=why_restricted(opens))
    name, version = read_document(ref, item, number, reader)
    return download(version.key, version.version_id, name)
