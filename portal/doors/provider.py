"""Signing in by an OpenID Connect provider: code flow with PKCE; its keys are read anew when they changed."""

import math
import time
from contextlib import suppress
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from fastapi import APIRouter, Request, Response
from itsdangerous import BadData
from requests import RequestException
from starlette.exceptions import HTTPException

from models.settings import Settings, once_for_settings, settings
from models.states import SignInWay
from models.tables.base import utc_now
from portal.pages.attempts import note_attempt
from portal.pages.frame import page, to
from portal.pages.fresh import own_page
from portal.pages.session import COOKIE as SESSION
from portal.pages.session import secure, sign_in
from portal.pages.signing import serializer
from tasks.ground.database import transaction
from tasks.people import sessions
from tasks.people.access import doors_of
from tasks.people.provider import (
    AGAIN,
    Proven,
    ProviderRefusedError,
    UnknownProviderKeyError,
    follow,
    linked_person,
    person_proven,
    proved_since,
    proven,
)

router = APIRouter(prefix="/sign-in/provider")
COOKIE = "jtai_provider"
_SALT = "provider"
_AGAIN, _QUIETLY = "again", "quietly"
_UNKNOWN = frozenset(
    {"login_required", "interaction_required", "consent_required", "account_selection_required", "access_denied"}
)
"""What a provider answers where it does not know whoever is at the browser well enough (OpenID Connect, 3.1.2.6)."""
_SECONDS = 600
_TIMEOUT = 10.0
_KEYS_SECONDS = 60.0


class _Provider:
    """What the provider says of itself; read at the first sign-in, its keys again when one is unknown."""

    def __init__(self, options: Settings) -> None:
        self.issuer = options.required("oidc_issuer")
        self.client_id = options.required("oidc_client_id")
        self._described: dict[str, Any] = {}
        self._keys: dict[str, Any] = {}
        self._anew_at = -math.inf

    def described(self) -> dict[str, Any]:
        """Return the provider's own description.

        Raises:
            ProviderRefusedError: it cannot be reached, or says that it is another.
        """
        if not self._described:
            described = _json(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            # A description of another issuer would send our code there.
            if described.get("issuer") != self.issuer:
                raise ProviderRefusedError("The sign-in service answered as another one. Tell the operator.")
            self._described = described
        return self._described

    def keys(self) -> dict[str, Any]:
        """Return the provider's public keys."""
        if not self._keys:
            self._keys = _json(str(self.described()["jwks_uri"]))
        return self._keys

    def keys_anew(self, now: float) -> dict[str, Any]:
        """Return the provider's public keys as they are now, or as they were less than a minute ago.

        Whoever brings wrong answers without end does not make us ask the provider without end.

        Args:
            now: seconds of a clock that only goes on.
        """
        if now - self._anew_at >= _KEYS_SECONDS:
            self._anew_at = now
            self._keys = _json(str(self.described()["jwks_uri"]))
        return self.keys()

    def client(self, options: Settings) -> OAuth2Session:
        """Return a client for one sign-in."""
        common = {"scope": "openid email profile", "code_challenge_method": "S256", "redirect_uri": _back()}
        if options.oidc_private_key is None:
            secret = options.required("oidc_client_secret")
            return OAuth2Session(self.client_id, secret, **common)
        endpoint = str(self.described()["token_endpoint"])
        key = options.oidc_private_key.read_text()
        session = OAuth2Session(self.client_id, key, token_endpoint_auth_method="private_key_jwt", **common)  # noqa: S106
        session.register_client_auth_method(PrivateKeyJWT(endpoint))
        return session


def _json(address: str) -> dict[str, Any]:
    try:
        answer = httpx.get(address, timeout=_TIMEOUT)
        answer.raise_for_status()
        described: dict[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError):
        raise ProviderRefusedError("The sign-in service does not answer. Try again in a few minutes.") from None
    return described


_provider = once_for_settings(_Provider)


def _back() -> str:
    return f"{settings().required('portal_url')}/sign-in/provider/back"


@router.get("")
def begin(request: Request, again: bool = False, quietly: bool = False, leads_to: str = "") -> Response:
    """Send the browser to the provider, with a question that only this browser can bring back.

    Args:
        request: of the browser.
        again: whether whoever is signed in must prove themselves anew.
        quietly: whether the provider is only asked what is so of whoever is signed in, and asks them nothing.
        leads_to: the page of ours to which they come back; empty for their first page.
    """
    if settings().oidc_issuer is None:
        raise HTTPException(404)
    if quietly:
        with transaction() as session:
            sessions.note_question(session, request.cookies.get(SESSION, ""))
        with suppress(ProviderRefusedError):
            return _question(_QUIETLY, leads_to, {"prompt": "none"})
        # People go on for a while where the provider is away.
        return to(own_page(leads_to))
    # Whoever must prove themselves anew is asked for it, though the provider knows them still.
    return _question(_AGAIN, leads_to, {"prompt": "login", "max_age": "0"}) if again else _question("", leads_to, {})


def _question(asks: str, leads_to: str, extra: dict[str, str]) -> Response:
    provider = _provider()
    client = provider.client(settings())
    verifier, nonce = token_urlsafe(48), token_urlsafe(48)
    endpoint = str(provider.described()["authorization_endpoint"])
    address, state = client.create_authorization_url(endpoint, code_verifier=verifier, nonce=nonce, **extra)
    answer = to(address)
    kept = {"state": state, "nonce": nonce, "verifier": verifier, "at": int(time.time()), "asks": asks}
    kept["leads_to"] = own_page(leads_to or "/home")
    sealed = str(serializer(_SALT).dumps(kept))
    answer.set_cookie(
        COOKIE, sealed, max_age=_SECONDS, httponly=True, samesite="lax", secure=secure(), path="/sign-in/provider"
    )
    return answer


@router.get("/back")
def back(request: Request, code: str = "", state: str = "", iss: str = "", error: str = "") -> Response:
    """Sign in whom the provider proved, or let what it says of whoever is signed in take effect."""
    if settings().oidc_issuer is None:
        raise HTTPException(404)
    try:
        kept = _asked_here(request)
        if kept["asks"] == _QUIETLY:
            return _checked(request, kept, {"code": code, "state": state, "iss": iss}, error)
        secret = _begun(_answered(kept, code, state, iss), request.cookies.get(SESSION, ""))
    except ProviderRefusedError as refused:
        note_attempt("provider", "answer")
        return page(request, "refused", "You are not signed in", status=403, sentence=str(refused))
    answer = to(kept["leads_to"])
    answer.delete_cookie(COOKIE, path="/sign-in/provider")
    sign_in(answer, secret)
    return answer


def _checked(request: Request, kept: dict[str, Any], answer: dict[str, str], error: str) -> Response:
    """Let what the provider says of whoever is signed in take effect, and lead back to their page.

    Raises:
        ProviderRefusedError: the answer is to another question, or they are not let in by what it says.
    """
    secret = request.cookies.get(SESSION, "")
    if error:
        return _unanswered(kept, answer["state"], error, secret)
    try:
        who = _answered(kept, **answer)
    except ProviderRefusedError:
        # The provider is away, or somebody opened an older answer: until it lapses, the session goes on.
        return to(kept["leads_to"])
    why = ""
    with transaction() as session:
        person = linked_person(session, who)
        if person is not None and sessions.check(session, secret, person):
            why = follow(session, person, who.claims, utc_now())
        else:
            # Somebody else is signed in at the provider by now.
            sessions.lapse(session, secret)
    if why:
        raise ProviderRefusedError(why)
    back = to(kept["leads_to"])
    back.delete_cookie(COOKIE, path="/sign-in/provider")
    return back


def _unanswered(kept: dict[str, Any], state: str, error: str, secret: str) -> Response:
    """Return where a browser goes whose provider says nothing of its person unless it may ask them something."""
    if state != kept["state"]:
        raise ProviderRefusedError(AGAIN)
    if error not in _UNKNOWN:
        return to(kept["leads_to"])
    with transaction() as session:
        sessions.lapse(session, secret)
    return to(f"/sign-in/provider?{urlencode({'leads_to': kept['leads_to']})}")


def _asked_here(request: Request) -> dict[str, Any]:
    """Return the question that this browser was sent to the provider with.

    Raises:
        ProviderRefusedError: it was sent with none.
    """
    try:
        kept: dict[str, Any] = serializer(_SALT).loads(request.cookies.get(COOKIE, ""))
    except BadData:
        raise ProviderRefusedError(AGAIN) from None
    return kept


def _answered(kept: dict[str, Any], code: str, state: str, iss: str) -> Proven:
    """Return whom the provider proved in answer to a question."""
    refused = ProviderRefusedError(AGAIN)
    if not code or state != kept["state"] or kept["at"] + _SECONDS < time.time():
        raise refused
    provider = _provider()
    # Where a provider names itself in its answer, an answer of another one is not taken (RFC 9207).
    if iss and iss != provider.issuer:
        raise refused
    endpoint = str(provider.described()["token_endpoint"])
    try:
        token = provider.client(settings()).fetch_token(
            endpoint, code=code, code_verifier=kept["verifier"], grant_type="authorization_code", timeout=_TIMEOUT
        )
    except (AuthlibBaseError, RequestException, ValueError):
        raise refused from None
    given = {"issuer": provider.issuer, "client_id": provider.client_id, "nonce": kept["nonce"]}
    try:
        who = proven(str(token.get("id_token", "")), provider.keys(), **given)
    except UnknownProviderKeyError:
        try:
            who = proven(str(token.get("id_token", "")), provider.keys_anew(time.monotonic()), **given)
        except UnknownProviderKeyError:
            raise refused from None
    if kept["asks"] == _AGAIN and not proved_since(who.claims, kept["at"]):
        raise refused
    return who


def _begun(who: Proven, current: str) -> str:
    now, secret = utc_now(), ""
    with transaction() as session:
        person = person_proven(session, who)
        why = follow(session, person, who.claims, now)
        session.flush()
        if not why and doors_of(session, person.id, now):
            secret = sessions.come_in(session, person, SignInWay.PROVIDER, current=current)
    # Outside the transaction: a role that the claims ended stays ended.
    if not secret:
        raise ProviderRefusedError(why or "You proved who you are, but you take part in no inspection now.")
    return secret
