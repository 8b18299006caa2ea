"""The doors for other services: stores name objects that may have arrived, and GOV.UK Notify what became of notices.

Each object that a store names is looked up; what Notify reports counts only for the message that Notify took.
"""

import hmac

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, SecretStr, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from models.settings import settings
from portal.pages.attempts import note_attempt
from portal.pages.bodies import body_of
from tasks.ground.database import transaction
from tasks.people.channels import receipt_of
from tasks.people.receipts import record_receipt
from tasks.returns.arrivals import object_arrived
from tasks.returns.notifications import hints_in, parsed, unwrapped

router = APIRouter()
_MOST = 1_000_000


@router.post("/hooks/store")
async def store_says(request: Request) -> Response:
    """Look up each object that a store names; 401 without the right token, 400 for a message that is no JSON.

    An answer of 200 counts the submissions that there now are for these objects: the same message gets it again.
    """
    await _check(settings().hook_token, request)
    body = await body_of(request, _MOST)
    try:
        message = unwrapped(parsed(body))
    except ValueError:
        return JSONResponse({"error": "The message is not JSON."}, 400)
    taken = await run_in_threadpool(_take, message)
    return JSONResponse({"taken": taken})


class Report(BaseModel):
    """What GOV.UK Notify reports of an e-mail; its address is in the message too, and is not looked at."""

    id: str = Field(max_length=64)
    reference: str | None = Field(max_length=64)
    status: str = Field(max_length=64)


@router.post("/hooks/notify")
async def notify_says(request: Request) -> Response:
    """Record what became of a notice; 401 without the right token, 400 for a message that is no report.

    An answer of 200 says whether anything was recorded: the same report twice, or one of another message, changes
    nothing, and Notify need not send it again.
    """
    await _check(settings().notify_callback_token, request)
    body = await body_of(request)
    try:
        report = Report.model_validate_json(body)
    except ValidationError:
        return JSONResponse({"error": "The message is not a report of a delivery."}, 400)
    recorded = await run_in_threadpool(_record, report)
    return JSONResponse({"recorded": recorded})


def _record(report: Report) -> bool:
    with transaction() as session:
        return record_receipt(session, report.reference or "", report.id, receipt_of(report.status))


async def _check(token: SecretStr | None, request: Request) -> None:
    authorization = request.headers.get("authorization", "")
    if not (token and token.get_secret_value()):
        raise HTTPException(404)
    # Compared in constant time: how long a refusal takes gives no letter of the token away.
    if not hmac.compare_digest(authorization.encode(), f"Bearer {token.get_secret_value()}".encode()):
        if authorization:
            await run_in_threadpool(note_attempt, "hook", request.url.path.rpartition("/")[2])
        raise HTTPException(401)


def _take(message: object) -> int:
    submissions = (object_arrived(hint.bucket, hint.key, hint.version_id) for hint in hints_in(message))
    return sum(submission is not None for submission in submissions)
