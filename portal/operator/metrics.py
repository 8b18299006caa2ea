"""Metrics for Prometheus, behind a token of their own."""

import hmac

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.settings import settings
from portal.pages.attempts import note_attempt

router = APIRouter()


@router.get("/api/metrics")
def metrics(request: Request) -> Response:
    """Return counts and waits; nothing without the token."""
    token = settings().metrics_token
    if token is None:
        raise HTTPException(404)
    expected = f"Bearer {token.get_secret_value()}"
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        if given:
            note_attempt("metrics", "token")
        raise HTTPException(401)
    # Imported here, because most portals have no monitoring and need no library for it.
    from prometheus_client import CONTENT_TYPE_LATEST

    from tasks.watch.metrics import exposition

    return Response(exposition(), media_type=CONTENT_TYPE_LATEST)
