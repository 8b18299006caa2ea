"""Makes pages: the templates, the context that all of them share, and the responses."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader

from models import words
from models.refusals import Mistake
from models.roles import RIGHTS, Act, Role, may
from models.settings import settings
from models.tables.base import utc_now
from portal.pages import words as portal_words
from portal.pages.banner import COOKIE as BANNER
from portal.pages.banner import announce, banner_of
from portal.pages.forms import COOKIE, browser_of, token
from portal.pages.fresh import again
from portal.pages.paused import is_paused, switched_off
from portal.pages.session import Visitor, secure, signed_in_of, visitor_of
from tasks.ground.database import transaction
from tasks.ground.store import chunks
from tasks.people.persons import REFERENCE, shown
from tasks.people.sessions import SignInAgainError

SERVICE = "Joint targeted area inspections"
_FOLDER = Path(__file__).parents[1] / "templates"
YEAR = 365 * 24 * 3600


def who(actor: str) -> str:
    """Return how a page names somebody whom a record names by reference."""
    with transaction() as session:
        return shown(session, actor)


@lru_cache
def templates() -> Environment:
    """Return the templates, which escape every text."""
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    loader = ChoiceLoader([FileSystemLoader(_FOLDER), govuk])
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True)
    environment.globals.update(words=words, portal_words=portal_words, service=SERVICE)
    return environment


def page(
    request: Request,
    template: str,
    title: str,
    *,
    status: int = 200,
    mistakes: Sequence[Mistake] = (),
    back: str = "",
    signs: str = "",
    **context: Any,
) -> HTMLResponse:
    """Render a page.

    Args:
        request: names the visitor and the browser.
        template: its file, without `.html`.
        title: the page's own title; that of the service follows it.
        status: of the answer.
        mistakes: what to mend in its form.
        back: where the back link leads; empty for none.
        signs: the address of this page where something is signed on it, which asks for a fresh sign-in.
        **context: what the template shows.
    """
    person = signed_in_of(request)
    visitor = visitor_of(request, person)
    # A person who stands on a page many times is looked up once.
    names = cache(who)
    # A refusal names a person by reference, as records do.
    named = [_shown(each, names) for each in mistakes]
    shared = {
        "title": f"{'Error: ' if mistakes else ''}{title} - {SERVICE}",
        "heading": title,
        "mistakes": named,
        "who": names,
        "errors": {mistake.field: {"text": mistake.text} for mistake in named},
        "back": back,
        "sign_again": again(request, person, signs, mistakes),
        "visitor": visitor,
        "acts": acts_of(visitor),
        "navigation": navigation(visitor, request.url.path),
        "csrf": token(request),
        "banner": banner_of(request.cookies),
        "opened_at": utc_now(),
        "paused": is_paused(request, visitor, context.get("inspection")),
        "address": _address(request),
    }
    text = templates().get_template(f"{template}.html").render(**(shared | context))
    answer = HTMLResponse(switched_off(request, text) if shared["paused"] else text, status)
    # The first page names the browser: without a name no form of it would be accepted.
    if COOKIE not in request.cookies:
        answer.set_cookie(COOKIE, browser_of(request), max_age=YEAR, httponly=True, samesite="lax", secure=secure())
    if BANNER in request.cookies:
        answer.delete_cookie(BANNER)
    return answer


def _shown(mistake: Mistake, names: Callable[[str], str]) -> Mistake:
    """Return a mistake as its page shows it: with the names of people, and beside what puts it right."""
    if mistake.text == SignInAgainError.SENTENCE:
        return Mistake("sign-in-again", mistake.text)
    return Mistake(mistake.field, names(mistake.text)) if REFERENCE.search(mistake.text) else mistake


def _address(request: Request) -> str:
    """Return the address of an inspection's page for a printed sheet; of no other, since a sign-in link is secret."""
    path = request.url.path
    return f"{settings().portal_url or ''}{path}" if path.startswith("/inspections/") else ""


_TEAM_PAGES = (
    ("", "Overview", Act.SEE_INSPECTION),
    ("/returns", "Returns", Act.SEE_CHILDREN),
    ("/sample", "Sample", Act.SEE_INSPECTION),
    ("/children", "Children", Act.SEE_CHILDREN),
    ("/lists", "Lists", Act.SEE_INSPECTION),
    ("/documents", "Documents", Act.SEE_CHILDREN),
    ("/meetings", "Meetings", Act.SEE_CHILDREN),
    ("/explanations", "Explanations", Act.SEE_CHILDREN),
    ("/pairs", "Pairs", Act.REVIEW_PAIRS),
    ("/notes", "Notes", Act.SEE_CHILDREN),
    ("/findings", "Findings", Act.SEE_FINDINGS),
    ("/assurance", "Assurance", Act.SEE_FINDINGS),
    ("/comments", "Comments", Act.SEE_FINDINGS),
    ("/draft", "Draft", Act.SEE_LETTER),
    ("/letter", "Letter", Act.SEE_LETTER),
    ("/complaints", "Complaints", Act.DECIDE_COMPLAINTS),
    ("/retention", "Retention", Act.SEE_RECORDS),
    ("/sent-in-error", "Sent in error", Act.SEE_RECORDS),
)


def acts_of(visitor: Visitor | None) -> frozenset[str]:
    """Return what a visitor may do here: a page offers nothing else."""
    if visitor is None or visitor.role not in set(Role):
        return frozenset()
    return frozenset(act.value for act in RIGHTS[Role(visitor.role)])


def navigation(visitor: Visitor | None, path: str) -> list[dict[str, Any]]:
    """Return the links in the header of a visitor's pages: those that their role opens, and no other."""
    if visitor is None:
        return []
    links = [("/home", "Your inspections")]
    if visitor.agency_id:
        links += [("/", "What we ask of you"), ("/letter", "Letter")]
    elif visitor.inspection:
        base = f"/inspections/{visitor.inspection}"
        links += [(f"{base}{tail}", text) for tail, text, act in _TEAM_PAGES if may(Role(visitor.role), act)]
    links.append(("/sign-out", "Sign out"))
    return [{"href": href, "text": text, "current": href == path} for href, text in links]


def to(address: str, done: str = "", about: object = "") -> RedirectResponse:
    """Send the browser on after a form; going back does not send the form again.

    Args:
        address: of the next page.
        done: the code of the banner in which that page says what was done; empty for none.
        about: the return or the number that the banner names.
    """
    answer = RedirectResponse(address, 303)
    if done:
        announce(answer, done, str(about), secure=secure())
    return answer


def attachment(content: bytes, name: str, media_type: str) -> Response:
    """Return a download under our own file name; a browser saves it and never shows it."""
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def download(key: str, version_id: str, name: str) -> Response:
    """Return a stored object as a download under our own file name, piece by piece: it may be as large as an upload."""
    media = MEDIA.get(name.rpartition(".")[2], "application/octet-stream")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(chunks(key, version_id), media_type=media, headers=headers)


MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "jpeg": "image/jpeg",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "parquet": "application/vnd.apache.parquet",
    "pdf": "application/pdf",
    "png": "image/png",
    "txt": "text/plain; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
