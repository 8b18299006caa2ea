"""The public pages of published letters, served as they lie in the store; anybody may read them."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from portal.pages.headers import LETTER_POLICY
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.publishing.pages import listed, newest_pages, type_of

router = APIRouter(prefix="/public")
_A_WHILE = "public, max-age=300"
"""Seconds that a copy may be used: a letter that is withdrawn is gone soon."""
_START = "index.html"
_NOT_FOUND = "404.html"


@router.get("")
def start() -> Response:
    """Lead to the list of all letters."""
    return RedirectResponse("/public/index.html", status_code=308)


@router.get("/{path:path}")
def show(path: str) -> Response:
    """Return one file of the public pages; a page that says so where there is none."""
    with transaction() as session:
        pages = newest_pages(session)
    if pages is None:
        return Response("No letter is published yet.\n", status_code=404, media_type="text/plain; charset=utf-8")
    files = listed(pages.key)
    wanted = f"{path}{_START}" if not path or path.endswith("/") else path
    name = wanted if wanted in files else _NOT_FOUND
    # A letter's page has its styles in itself; nothing else does.
    headers = {"Cache-Control": _A_WHILE}
    if name.endswith("/letter.html"):
        headers["Content-Security-Policy"] = LETTER_POLICY
    content = store.get(files[name]["key"])
    return Response(content, status_code=200 if name == wanted else 404, media_type=type_of(name), headers=headers)
