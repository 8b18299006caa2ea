"""The local outbox: notices as their readers get them, for the operator; each opening is recorded."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlmodel import col, select

from models.states import Delivery
from models.tables import Notice
from models.words import VERDICTS, titled
from portal.operator.door import Operator, menu
from portal.pages.forms import Form
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.words import DELIVERY
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.people import channels
from tasks.people.notices import addressees_of, words_of_all
from tasks.people.persons import PROGRAMME
from tasks.people.sign_in_links import address_of

router = APIRouter()
_MOST = 1000  # whose words are rendered in a moment
_ELSEWHERE = "(the link is in the message to its reader)"


def notices() -> list[dict[str, Any]]:
    """Return the notices, newest first, with their words, and with sign-in links where no channel sends them."""
    with transaction() as session:
        rows = session.exec(select(Notice).order_by(col(Notice.written_at).desc(), Notice.id).limit(_MOST)).all()
        to, leaves = addressees_of(session, rows), channels.is_set()
        return [
            {
                **row.model_dump(include={"id", "once", "kind", "inspection", "agency_id", "person_id"}),
                **dict(zip(("to_name", "to_mailbox"), to[row.id], strict=True)),
                "subject": words.subject,
                **_with_link(row, words.body, leaves=leaves),
                "written_at": row.written_at.isoformat(),
                "sent": row.sent_at is not None,
                "delivery": DELIVERY[row.delivery],
            }
            for row, words in zip(rows, words_of_all(session, rows), strict=True)
        ]


def _with_link(row: Notice, body: str, *, leaves: bool) -> dict[str, str | None]:
    """Return a notice's words with its link, or without where a channel brings the link to its reader.

    Who has the operator's key could else sign in as two people, and decide alone what needs both (L11).
    """
    link = address_of(row.link_id) if row.link_id else None
    if link and leaves and row.delivery != Delivery.KEPT:
        return {"body": body.replace(link, _ELSEWHERE), "sign_in_url": None}
    return {"body": body, "sign_in_url": link}


@router.get("/outbox.json")
def as_json(by: Operator) -> Response:
    """Return the outbox to a program as JSON."""
    _opened(by)
    return JSONResponse(notices())


_COLUMNS: tuple[ListingColumn[dict[str, Any]], ...] = (
    ListingColumn("written", "Written", lambda notice: datetime.fromisoformat(notice["written_at"])),
    ListingColumn("to", "To", lambda notice: notice["to_name"]),
    ListingColumn("address", "Address", lambda notice: notice["to_mailbox"]),
    ListingColumn("kind", "Kind", lambda notice: VERDICTS.get(notice["kind"]) or titled(notice["kind"]), chosen=True),
    ListingColumn("inspection", "Inspection", lambda notice: notice["inspection"] or "", chosen=True),
    ListingColumn("delivery", "Delivery", lambda notice: notice["delivery"], chosen=True),
    ListingColumn("subject", "Subject", lambda notice: notice["subject"]),
    # Without the link: a file outlives the page on which a link belongs.
    ListingColumn("words", "Words", lambda notice: notice["body"].replace(notice["sign_in_url"] or "\n", "(link)")),
)


@router.get("/outbox")
def show(request: Request, by: Operator) -> Response:
    """Show the outbox to the operator."""
    return _show(request, by, Wanted())


@router.post("/outbox")
def some(request: Request, by: Operator, form: Form) -> Response:
    """Show or download the notices that are wanted."""
    return _show(request, by, wanted_in(form))


def _show(request: Request, by: str, wanted: Wanted) -> Response:
    _opened(by)
    listing = arrange(notices(), _COLUMNS, wanted)
    return answer(request, "outbox", "Outbox of notices", listing, _COLUMNS, most=_MOST, navigation=menu(request))


def _opened(by: str) -> None:
    """Record that somebody saw every sign-in link that was not used yet."""
    with transaction() as session:
        audit.append(session, PROGRAMME, actor=by, action="outbox.read", subject="outbox")
