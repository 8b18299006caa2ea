"""The local outbox: notices as their readers get them, for the operator; each opening is recorded."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlmodel import col, select

from models.states import Delivery
from models.tables import Notice
from portal.operator.door import Operator
from portal.pages.frame import page
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.people.notices import addressee_of, words_of
from tasks.people.persons import PROGRAMME
from tasks.people.sign_in_links import address_of

router = APIRouter()
_DELIVERY = {
    Delivery.WAITING: "Not sent yet",
    Delivery.SENDING: "Being sent",
    Delivery.KEPT: "Kept here, and sent to nobody",
    Delivery.SENT: "Sent",
    Delivery.DELIVERED: "Delivered",
    Delivery.FAILED: "Could not be sent",
    Delivery.BOUNCED: "Came back",
}
_MOST = 1000  # more would make a page that no browser shows quickly


def notices() -> list[dict[str, Any]]:
    """Return the notices, newest first, with their words and sign-in links."""
    with transaction() as session:
        rows = session.exec(select(Notice).order_by(col(Notice.written_at).desc(), Notice.id).limit(_MOST)).all()
        return [
            {
                **row.model_dump(include={"id", "once", "kind", "inspection", "agency_id", "person_id"}),
                **dict(zip(("to_name", "to_mailbox"), addressee_of(session, row), strict=True)),
                "subject": words.subject,
                "body": words.body,
                "sign_in_url": address_of(row.link_id) if row.link_id else None,
                "written_at": row.written_at.isoformat(),
                "sent": row.sent_at is not None,
                "delivery": _DELIVERY[row.delivery],
            }
            for row, words in ((row, words_of(session, row)) for row in rows)
        ]


@router.get("/outbox.json")
def as_json(by: Operator) -> Response:
    """Return the outbox to a program as JSON."""
    _opened(by)
    return JSONResponse(notices())


@router.get("/outbox")
def show(request: Request, by: Operator) -> Response:
    """Show the outbox to the operator."""
    _opened(by)
    return page(request, "outbox", "Outbox of notices", notices=notices())


def _opened(by: str) -> None:
    """Record that somebody saw every sign-in link that was not used yet."""
    with transaction() as session:
        audit.append(session, PROGRAMME, actor=by, action="outbox.read", subject="outbox")
