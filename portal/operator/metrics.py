"""Metrics for Prometheus, behind a token of their own."""

import hmac

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.settings import settings

router = APIRouter()


@router.get("/api/metrics")
def metrics(request: Request) -> Response:
    """Tell counts and waits; nothing without the token."""
    token = settings().metrics_token
    if token is None:
        raise HTTPException(404)
    wanted = f"Bearer {token.get_secret_value()}"
    if not hmac.compare_digest(request.headers.get("authorization", "").encode(), wanted.encode()):
        raise HTTPException(401)
    from prometheus_client import CONTENT_TYPE_LATEST

    from tasks.watch.metrics import exposition

    return Response(exposition(), media_type=CONTENT_TYPE_LATEST)
