"""Who is signed in: the cookie of a session, who made it, until when it counts, and whom it lets in."""

import json
import string
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import asdict, replace
from http.cookies import SimpleCookie

import pytest
from fastapi import Response
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer
from starlette.exceptions import HTTPException

from models.settings import settings
from portal.pages.session import (
    COOKIE,
    SignedOutError,
    Visitor,
    agency_visitor,
    seal,
    sign_in,
    team_visitor,
    visitor_of,
)
from portal.pages.signing import serializer
from tests.portal.pages.made_up import request, set_to

_LATER = int(time.time()) + 3600
_POLICE = Visitor("agency", "jtai-e06000038-1", "jtai-e06000038-1/police", "A Lee", "link", _LATER)
_INSPECTOR = Visitor("inspector", "jtai-e06000038-1", "", "B Roe", "link", _LATER)


def _signed_in(value: str) -> Visitor | None:
    return visitor_of({COOKIE: value})


def test_a_cookie_names_its_visitor() -> None:
    with set_to():
        assert _signed_in(seal(_POLICE)) == _POLICE


@given(st.text(max_size=80))
def test_any_name_of_a_person_comes_back_as_it_was(person: str) -> None:
    visitor = replace(_POLICE, person=person)
    with set_to():
        assert _signed_in(seal(visitor)) == visitor


def test_a_cookie_holds_only_letters_that_every_client_sends_unquoted() -> None:
    with set_to():
        assert set(seal(_POLICE)) <= set(string.ascii_letters + string.digits + "-_.")


def test_l15_each_altered_letter_of_a_cookie_signs_nobody_in() -> None:
    with set_to():
        value = seal(_POLICE)
        for at, letter in enumerate(value):
            for other in {"A", "B", "0", "1", ".", chr(ord(letter) ^ 1)} - {letter}:
                assert _signed_in(value[:at] + other + value[at + 1 :]) is None


@pytest.mark.parametrize("value", ["", ".", "nonsense", "nonsense.nonsense", "é.é", "a.b.c", "." * 5000])
def test_what_we_never_signed_signs_nobody_in(value: str) -> None:
    with set_to():
        assert _signed_in(value) is None


def test_l15_a_cookie_without_its_signature_or_with_another_key_signs_nobody_in() -> None:
    with set_to():
        value = seal(_POLICE)
        body = urlsafe_b64encode(json.dumps(asdict(_POLICE)).encode()).decode().rstrip("=")
        assert _signed_in(value.rpartition(".")[0]) is None
        assert _signed_in(value + "0") is None
        assert _signed_in(f"{body}.{value.rpartition('.')[2]}") is None
    with set_to(secret_key="another"):
        assert _signed_in(value) is None


def test_a_signature_for_another_purpose_or_by_another_algorithm_signs_nobody_in() -> None:
    with set_to():
        assert _signed_in(serializer(settings(), "form").dumps(asdict(_POLICE))) is None
        assert _signed_in(str(URLSafeSerializer("k" * 40, salt="session").dumps(asdict(_POLICE)))) is None


@pytest.mark.parametrize("fields", [{"role": "agency"}, {**asdict(_POLICE), "more": 1}, ["agency"], "agency", None])
def test_a_signed_cookie_of_other_fields_signs_nobody_in(fields: object) -> None:
    with set_to():
        assert _signed_in(str(serializer(settings(), "session").dumps(fields))) is None


def test_l15_a_cookie_counts_until_its_end_and_no_longer() -> None:
    with set_to():
        assert _signed_in(seal(replace(_POLICE, expires=int(time.time()) + 60))) is not None
        assert _signed_in(seal(replace(_POLICE, expires=int(time.time()) - 1))) is None
        assert _signed_in(seal(replace(_POLICE, expires=1))) is None


@pytest.mark.parametrize(("address", "is_secure"), [("https://portal.example", True), ("http://127.0.0.1:1", False)])
def test_no_script_reads_the_cookie_no_other_site_sends_it_and_it_ends_with_the_session(
    address: str, is_secure: bool
) -> None:
    response = Response()
    with set_to(portal_url=address, session_hours=2):
        sign_in(response, _POLICE)
        cookie = SimpleCookie(response.headers["set-cookie"])[COOKIE]
        assert _signed_in(cookie.value) == _POLICE
    assert (cookie["max-age"], cookie["samesite"], cookie["path"]) == ("7200", "lax", "/")
    assert cookie["httponly"] is True
    assert bool(cookie["secure"]) is is_secure


def test_whoever_is_not_signed_in_is_sent_to_sign_in() -> None:
    with set_to():
        assert visitor_of(request().cookies) is None
        with pytest.raises(SignedOutError):
            agency_visitor(request())
        with pytest.raises(SignedOutError):
            team_visitor(_INSPECTOR.inspection, request())


def test_pages_of_agencies_and_of_the_team_are_each_for_their_own_visitors() -> None:
    with set_to():
        police, inspector = request(**{COOKIE: seal(_POLICE)}), request(**{COOKIE: seal(_INSPECTOR)})
        assert agency_visitor(police) == _POLICE
        assert team_visitor(_INSPECTOR.inspection, inspector) == _INSPECTOR
        doors: tuple[Callable[[], Visitor], ...] = (
            lambda: agency_visitor(inspector),
            lambda: team_visitor(_POLICE.inspection, police),
            lambda: team_visitor("jtai-e06000038-2", inspector),
        )
        for door in doors:
            with pytest.raises(HTTPException) as caught:
                door()
            assert caught.value.status_code == 404
