"""The portal: where agencies and inspectors come in."""

import logging

from fastapi import FastAPI

from portal import (
    agency,
    declarations,
    errors,
    health,
    outbox,
    sign_in,
    static,
    uploads,
    verdicts,
)
from portal.headers import BodyLimit, SafeHeaders

_ROUTERS = (static, health, sign_in, agency, declarations, uploads, verdicts, outbox)


def create() -> FastAPI:
    """Return the application with all its rooms."""
    found = FastAPI(title="JTAI portal", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    for room in _ROUTERS:
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
