"""Who is at a page: in which role, and what that role opens and what it does not."""

from collections.abc import Callable
from http.cookies import SimpleCookie

import pytest
from fastapi import Response
from starlette.exceptions import HTTPException

from models.roles import Act, Role, may
from portal.pages.session import (
    COOKIE,
    SignedOutError,
    Visitor,
    agency_visitor,
    member_who_may,
    person_visitor,
    sign_in,
    signed_in_of,
    visitor_of,
)
from tasks.people.access import Door
from tests.portal.pages.made_up import INSPECTOR, MANAGER, POLICE, request, set_to, visit

_HEALTH = Door("M-4", Role.OFFICER, "jtai-2", "jtai-2/health")


def in_ledger(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test of doors that ask the ledger whether what they open is destroyed."""
    return pytest.mark.parts(pytest.mark.usefixtures("ledger")(test))  # type: ignore[no-any-return]


@pytest.mark.parametrize(("address", "is_secure"), [("https://portal.example", True), ("http://127.0.0.1:1", False)])
def test_no_script_reads_the_cookie_no_other_site_sends_it_and_it_ends_with_the_session(
    address: str, is_secure: bool
) -> None:
    response = Response()
    with set_to(portal_url=address, session_hours=2):
        sign_in(response, "a-secret")
    cookie = SimpleCookie(response.headers["set-cookie"])[COOKIE]
    assert (cookie.value, cookie["max-age"], cookie["samesite"], cookie["path"]) == ("a-secret", "7200", "lax", "/")
    assert cookie["httponly"] is True
    assert bool(cookie["secure"]) is is_secure


def test_whoever_is_not_signed_in_is_sent_to_sign_in() -> None:
    assert visitor_of(request(), signed_in_of(request())) is None
    for door in (agency_visitor, person_visitor, lambda at: member_who_may(Act.SEE_INSPECTION)("jtai-1", at)):
        with pytest.raises(SignedOutError):
            door(request())


@in_ledger
def test_pages_of_agencies_and_of_the_team_are_each_for_their_own_visitors() -> None:
    member = member_who_may(Act.SEE_INSPECTION)
    assert agency_visitor(visit(POLICE)).agency_id == "jtai-1/police"
    assert member("jtai-1", visit(INSPECTOR)).role == Role.INSPECTOR
    doors: tuple[Callable[[], Visitor], ...] = (
        lambda: agency_visitor(visit(INSPECTOR)),
        lambda: member("jtai-1", visit(POLICE)),
        lambda: member("jtai-2", visit(INSPECTOR)),
    )
    for door in doors:
        with pytest.raises(HTTPException) as caught:
            door()
        assert caught.value.status_code == 404


@in_ledger
def test_a_manager_reaches_every_inspection_and_no_child() -> None:
    for ref in ("jtai-1", "jtai-2"):
        assert member_who_may(Act.SEE_INSPECTION)(ref, visit(MANAGER)).inspection == ref
        for act in (Act.SEE_CHILDREN, Act.REVIEW_PAIRS, Act.RECORD_FINDINGS):
            with pytest.raises(HTTPException):
                member_who_may(act)(ref, visit(MANAGER))


def test_somebody_of_two_agencies_sees_the_one_that_they_chose() -> None:
    assert agency_visitor(visit(POLICE, _HEALTH)).agency_id == "jtai-1/police"
    assert agency_visitor(visit(POLICE, _HEALTH, acts_as="M-4")).agency_id == "jtai-2/health"
    # A role that has ended is no longer among the doors: the choice falls back to what is left.
    assert agency_visitor(visit(POLICE, acts_as="M-4")).agency_id == "jtai-1/police"


@in_ledger
def test_l11_the_audit_names_role_and_reference_and_never_the_name() -> None:
    assert agency_visitor(visit(POLICE)).by == "police officer: P-00000001"
    assert member_who_may(Act.SEE_CHILDREN)("jtai-1", visit(INSPECTOR)).by == "inspector: P-00000001"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.LEAD, Role.INSPECTOR}))
def test_only_those_who_inspect_see_children(role: Role) -> None:
    assert not may(role, Act.SEE_CHILDREN)
    assert not may(role, Act.REVIEW_PAIRS)
