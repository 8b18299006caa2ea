"""What a pause stops is not offered: on pages of a paused inspection its forms are switched off."""

import html
import re
from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import Match

from models.lifecycle import Stage
from models.roles import PAUSED
from models.tables import Inspection
from portal.pages.session import STOPPED_BY_A_PAUSE, Visitor

# No form of HTML stands within another, so that each ends at the next end tag.
_FORM = re.compile(r"(<form\b[^>]*>)(.*?)(</form>)", re.DOTALL)
_ACTION = re.compile(r'\baction="([^"?#]*)')


def is_paused(request: Request, visitor: Visitor | None, inspection: object) -> bool:
    """Return whether the inspection that a page is about is paused.

    Args:
        request: whose sign-in says where the inspections of its person stand.
        visitor: who reads; None for nobody.
        inspection: what the page shows under that name, if it shows any.
    """
    if isinstance(inspection, Inspection):
        return inspection.stage is Stage.DEFERRED
    person = getattr(request.state, "signed_in", None)
    if visitor is None or person is None or not visitor.inspection:
        return False
    return any(door.inspection == visitor.inspection and door.stage is Stage.DEFERRED for door in person.doors)


def switched_off(request: Request, text: str) -> str:
    """Return a page of a paused inspection, on which each form that would be refused is disabled; links stay."""

    def off(form: re.Match[str]) -> str:
        opening, inner, closing = form.groups()
        action = _ACTION.search(opening)
        path = html.unescape(action[1]) if action and action[1] else request.url.path
        if 'method="post"' not in opening or not _is_stopped(request, path):
            return form[0]
        return f'{opening}<fieldset class="app-waits" disabled>{inner}</fieldset>{closing}'

    return _FORM.sub(off, text)


def _is_stopped(request: Request, path: str) -> bool:
    """Return whether what is sent to an address waits while an inspection is paused."""
    scope = {"type": "http", "method": "POST", "path": path}
    routes = (each for each in request.app.router.routes if isinstance(each, APIRoute))
    route = next((each for each in routes if each.matches(scope)[0] is Match.FULL), None)
    return route is not None and any(
        STOPPED_BY_A_PAUSE.get(each.call) in PAUSED for each in _all(route.dependant) if each.call
    )


def _all(dependant: Dependant) -> Iterator[Dependant]:
    for each in dependant.dependencies:
        yield each
        yield from _all(each)
