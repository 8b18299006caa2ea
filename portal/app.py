"""The portal: where agencies and inspectors come in."""

import logging

from fastapi import FastAPI

from portal import (
    agency,
    comments,
    declarations,
    errors,
    findings,
    health,
    inspector,
    letters,
    outbox,
    sign_in,
    statement,
    static,
    uploads,
    verdicts,
    workbook,
)
from portal.headers import BodyLimit, SafeHeaders

# The workbook's addresses come before those of single findings, which take any last word.
_SHARED = (static, health, sign_in, outbox)
_AGENCY = (agency, declarations, uploads, verdicts, letters, statement)
_TEAM = (inspector, workbook, findings, comments)


def create() -> FastAPI:
    """Return the application with all its rooms."""
    found = FastAPI(title="JTAI portal", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    for room in (*_SHARED, *_AGENCY, *_TEAM):
        found.include_router(room.router)
    errors.register(found)
    # The last one added is the outermost: headers also guard the pages of faults and of refused bodies.
    found.add_middleware(BodyLimit)
    found.add_middleware(errors.Faults)
    found.add_middleware(SafeHeaders)
    # The server's own log of requests would write addresses, which hold the secrets of sign-in links.
    logging.getLogger("uvicorn.access").disabled = True
    return found


app = create()
