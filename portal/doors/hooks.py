"""The door for stores: a webhook names objects that may have arrived; each is looked up, none is believed."""

import hmac

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from models.settings import settings
from portal.pages.bodies import body_of
from tasks.returns.arrivals import object_arrived
from tasks.returns.notifications import hints_in, parsed, unwrapped

router = APIRouter()
_MOST = 1_000_000


@router.post("/hooks/store")
async def store_says(request: Request) -> Response:
    """Look up each object that a store names; 401 without the right token, 400 for a message that is no JSON.

    An answer of 200 counts the submissions that there now are for these objects: the same message gets it again.
    """
    _check(request.headers.get("authorization", ""))
    body = await body_of(request, _MOST)
    try:
        message = unwrapped(parsed(body))
    except ValueError:
        return JSONResponse({"error": "The message is not JSON."}, 400)
    taken = await run_in_threadpool(_take, message)
    return JSONResponse({"taken": taken})


def _check(authorization: str) -> None:
    token = settings().hook_token
    if not (token and token.get_secret_value()):
        raise HTTPException(404)
    # Compared in constant time: how long a refusal takes gives no letter of the token away.
    if not hmac.compare_digest(authorization.encode(), f"Bearer {token.get_secret_value()}".encode()):
        raise HTTPException(401)


def _take(message: object) -> int:
    submissions = (object_arrived(hint.bucket, hint.key, hint.version_id) for hint in hints_in(message))
    return sum(submission is not None for submission in submissions)
