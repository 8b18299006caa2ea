"""The replies to comments on the draft letter: an agency's own, and for safeguarding partners those of the area."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.tables import Inspection
from portal.pages.forms import Form, text_of
from portal.pages.frame import page
from portal.pages.listing import EVERYTHING, ListingColumn, Wanted, arrange, list_file, wanted_in
from portal.pages.replies import replies_download
from portal.pages.session import AgencyPerson, Sender, Visitor
from tasks.accuracy.replies import Reply, reads_all, replies_of
from tasks.accuracy.replying import are_replies_out
from tasks.ground.database import transaction
from tasks.ledger import audit

router = APIRouter()


@router.get("/letter/replies")
def show(request: Request, sender: Sender) -> Response:
    """Show the replies once the check of facts is closed; the audit has who read them."""
    return _show(request, sender, "", EVERYTHING)


@router.post("/letter/replies")
def some(request: Request, sender: AgencyPerson, form: Form) -> Response:
    """Show or download what is wanted of one of the lists; the audit has who read them."""
    return _show(request, sender, text_of(form, "list"), wanted_in(form))


_COLUMNS: tuple[ListingColumn[Reply], ...] = (
    ListingColumn("agency", "Agency", lambda row: row.agency, chosen=True),
    ListingColumn("about", "About", lambda row: row.about, chosen=True),
    ListingColumn("read", "What the draft said", lambda row: row.read),
    ListingColumn("text", "Comment", lambda row: row.text),
    ListingColumn("files", "Files", lambda row: row.files),
    ListingColumn("outcome", "Outcome", lambda row: row.outcome, chosen=True),
    ListingColumn("reply", "Reply", lambda row: row.reply),
)
_TITLES = {"own": "Your comments", "area": "All comments of the area"}


def _show(request: Request, sender: Visitor, name: str, wanted: Wanted) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, sender.inspection)
        out, partner = are_replies_out(session, inspection), reads_all(sender.agency_id)
        own = replies_of(session, inspection.ref, sender.agency_id) if out else []
        area = replies_of(session, inspection.ref) if out and partner else []
        if own or area:
            # The comments of the area have the agency's own among them.
            number = {"comments": len(area or own)}
            audit.append(
                session, inspection.ref, actor=sender.by, action="replies.read", subject=inspection.ref, facts=number
            )
    facts: dict[str, Any] = {"inspection": inspection, "out": out, "partner": partner}
    for each, rows in {"own": own, "area": area}.items():
        facts[each] = arrange(rows, _COLUMNS, wanted if each == name else EVERYTHING)
        if facts[each].wanted.download:
            return list_file(_TITLES[each], facts[each], _COLUMNS)
    return page(request, "replies", "Replies to comments on the draft letter", back="/letter", **facts)


@router.get("/letter/replies.{kind}")
def download(kind: str, sender: Sender) -> Response:
    """Download the replies: a safeguarding partner those of the whole area, everybody else their own."""
    with transaction() as session:
        inspection = session.get_one(Inspection, sender.inspection)
        if not are_replies_out(session, inspection):
            raise HTTPException(404)
    agency = "" if reads_all(sender.agency_id) else sender.agency_id
    return replies_download(sender.inspection, kind, agency, by=sender.by)
