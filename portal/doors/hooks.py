"""The door for stores: a webhook that says where an object may have arrived; it is looked at, never believed."""

import hmac
import json

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from models.settings import settings
from tasks.returns.arrivals import object_arrived
from tasks.returns.notifications import hints_in, unwrapped

router = APIRouter()
_MOST = 1_000_000


@router.post("/hooks/store")
async def store_says(request: Request) -> Response:
    """Take each object that a store tells of; 401 without the right token, 400 for what is no JSON.

    An answer of 200 says how many submissions there now are for what was told, so that telling twice answers the same.
    """
    _check(request.headers.get("authorization", ""))
    body = await request.body()
    if len(body) > _MOST:
        raise HTTPException(413)
    try:
        message = unwrapped(json.loads(body))
    except ValueError:
        return JSONResponse({"error": "The message is not JSON."}, 400)
    taken = await run_in_threadpool(_take, message)
    return JSONResponse({"taken": taken})


def _check(given: str) -> None:
    token = settings().hook_token
    wanted = f"Bearer {token.get_secret_value()}" if token else ""
    if not wanted:
        raise HTTPException(404)
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise HTTPException(401)


def _take(message: object) -> int:
    found = (object_arrived(hint.bucket, hint.key, hint.version_id) for hint in hints_in(message))
    return sum(one is not None for one in found)
