"""The local outbox: notices as their readers get them, for the operator, who has the key."""

import hmac
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlmodel import col, select
from starlette.exceptions import HTTPException

from models.settings import settings
from models.states import Delivery
from models.tables import Notice
from portal.pages.frame import page, to
from portal.pages.session import secure
from tasks.ground.database import transaction
from tasks.people.notices import addressee_of, words_of
from tasks.people.sign_in_links import address_of, outbox_key

__all__ = ["outbox_key", "router"]

router = APIRouter()
COOKIE = "jtai_outbox"
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


def check_key(key: str) -> None:
    """Refuse anybody without the operator's key.

    Raises:
        HTTPException: 404, since the page does not exist for others.
    """
    if not hmac.compare_digest(outbox_key().encode(), key.encode()):
        raise HTTPException(404)


def let_in(key: str, cookie: str, path: str) -> Response:
    """Move the operator's key from an address into a cookie of that page, so that no history of a browser keeps it.

    Raises:
        HTTPException: 404, since the page does not exist for others.
    """
    check_key(key)
    answer = to(path)
    seconds = settings().session_hours * 3600
    answer.set_cookie(cookie, key, max_age=seconds, httponly=True, samesite="lax", secure=secure(), path=path)
    return answer


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
def as_json(key: str = "") -> Response:
    """Return the outbox to a program as JSON."""
    check_key(key)
    return JSONResponse(notices())


@router.get("/outbox")
def show(request: Request, key: str = "") -> Response:
    """Show the outbox to an operator, who has the key."""
    if key:
        return let_in(key, COOKIE, "/outbox")
    check_key(request.cookies.get(COOKIE, ""))
    return page(request, "outbox", "Outbox of notices", notices=notices())
