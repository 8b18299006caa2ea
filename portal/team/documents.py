"""Documents that agencies were asked for, for the inspection's team: listed by agency, and opened."""

from typing import Any

from fastapi import APIRouter, Request, Response

from models.tables import Inspection
from portal.pages.frame import download, page
from portal.pages.reader import reader_for
from portal.pages.session import Inspector
from tasks.documents.sending import NONE_HELD
from tasks.ground.database import transaction
from tasks.inspection.document_items import documents_refusal
from validation.files.documents import KINDS

router = APIRouter(prefix="/inspections/{ref}/documents")


@router.get("")
def listed(request: Request, ref: str, member: Inspector) -> Response:
    """Show what each agency was asked for, where it stands, and every version with how often it was opened."""
    # The room of readers is imported where it is used: it brings what other pages do not need.
    from tasks.reading.documents import documents_seen

    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        rows = documents_seen(session, ref, reader_for(session, ref, member))
    agencies = dict.fromkeys(row.agency for row in rows)
    facts: dict[str, Any] = {
        "inspection": inspection,
        "agencies": {name: [row for row in rows if row.agency == name] for name in agencies},
        "promised": [row for row in rows if row.promised],
        "now": inspection.now(),
        "closed": bool(documents_refusal(inspection)),
    }
    return page(request, "documents", "Documents", reasons=NONE_HELD, kinds=KINDS, **facts)


@router.get("/{item}/files/{number}")
def file(ref: str, item: str, number: int, member: Inspector) -> Response:
    """Download a version of a document as its agency sent it; each opening is recorded."""
    from tasks.reading.documents import read_document

    with transaction() as session:
        reader = reader_for(session, ref, member)
    name, version = read_document(ref, item, number, reader)
    return download(version.key, version.version_id, name)
