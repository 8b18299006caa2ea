"""Signing asks for a fresh sign-in: whether a browser has one, and the page to which signing in again leads back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request
from starlette.routing import Match

from models.refusals import Mistake
from models.settings import settings
from portal.pages.session import person_visitor, signed_in_of
from tasks.people.sessions import SignedIn, SignInAgainError

# Our own pages alone: a link must lead nobody to another site.
_OWN_PAGE = re.compile(r"/(?!/)[A-Za-z0-9/_.~%?=&-]{0,250}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Again:
    """How somebody signs in again without losing what is on the page.

    Attributes:
        leads_to: the page to which the sign-in leads back.
        by_provider: whether there is a provider of sign-ins.
    """

    leads_to: str
    by_provider: bool


def is_fresh(request: Request) -> bool:
    """Return whether somebody is signed in who may sign something now."""
    person = signed_in_of(request)
    return person is not None and person.is_fresh()


def check_fresh(request: Request) -> None:
    """Refuse to sign anything in the name of an agency or inspectorate without a fresh sign-in.

    Raises:
        SignedOutError: nobody is signed in.
        SignInAgainError: the sign-in is older than 15 minutes.
    """
    person_visitor(request).check_fresh()


def own_page(address: str) -> str:
    """Return the address of a page of ours that somebody gave us, or that of the first page where it is none."""
    return address if _OWN_PAGE.fullmatch(address) else "/home"


def again(request: Request, person: SignedIn | None, signs: str, mistakes: Sequence[Mistake]) -> Again | None:
    """Return how somebody signs in again at a page that asks for it; None at every other page.

    Args:
        request: of the page.
        person: who is signed in.
        signs: the page on which something is signed; empty where nothing is.
        mistakes: what is wrong on the page.
    """
    refused = any(mistake.text == SignInAgainError.SENTENCE for mistake in mistakes)
    if not (refused or signs) or person is None or person.is_fresh():
        return None
    return Again(own_page(signs or _page_of(request)), settings().oidc_issuer is not None)


def _page_of(request: Request) -> str:
    """Return the page from which a form came: that of its own address, or of the one above it."""
    path = request.url.path
    scopes = ({"type": "http", "method": "GET", "path": each} for each in (path, path.rpartition("/")[0]))
    routes = request.app.router.routes
    return next(
        (str(scope["path"]) for scope in scopes if any(r.matches(scope)[0] is Match.FULL for r in routes)), "/home"
    )
