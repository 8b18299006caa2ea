"""`/.well-known/security.txt` (RFC 9116): whom to tell of something unsafe, where an operator has named somebody."""

from datetime import timedelta

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException

from models.settings import settings
from models.tables.base import utc_now

router = APIRouter()
_DAYS = 180
"""The standard advises less than a year. The date moves with each day: the contact holds as long as it is set."""


@router.get("/.well-known/security.txt")
def contact() -> Response:
    """Say whom to tell; 404 where no contact is set."""
    named = settings().security_contact
    if not named:
        raise HTTPException(404)
    expires = utc_now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=_DAYS)
    lines = [f"Contact: {named}", f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}", "Preferred-Languages: en"]
    if portal := (settings().portal_url or "").rstrip("/"):
        lines.append(f"Canonical: {portal}/.well-known/security.txt")
    return Response("\n".join([*lines, ""]), media_type="text/plain; charset=utf-8")
