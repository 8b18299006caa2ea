"""Signing in by a real provider: the whole way of a browser, and what another browser or provider can do with it."""

import os
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import oidc_provider_mock
import pytest

from models.roles import Role
from models.settings import reread
from portal.pages.session import COOKIE
from tasks.ground.database import transaction
from tasks.people.persons import Entered, add_person, give_role
from tests.portal.driving import Driver, words
from tests.tasks.registered import BY, FROM

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("ledger")]


@pytest.fixture
def provider(portal: str) -> Iterator[str]:  # noqa: ARG001 - the settings of the running portal
    with oidc_provider_mock.run_server_in_thread() as server:
        issuer = f"http://localhost:{server.server_port}"
        given = {"ISSUER": issuer, "CLIENT_ID": "jtai", "CLIENT_SECRET": "secret"}
        os.environ.update({f"JTAI_OIDC_{name}": value for name, value in given.items()})
        reread()
        claims = {"email": "mia@example.com", "email_verified": True}
        httpx.put(f"{issuer}/users/mia", json=claims, trust_env=False).raise_for_status()
        yield issuer
        for name in given:
            os.environ.pop(f"JTAI_OIDC_{name}")
        reread()


@pytest.fixture
def manager(ledger: None) -> str:  # noqa: ARG001 - the ledger is empty before
    with transaction() as session:
        person = add_person(session, Entered("Mia Manager", address="mia@example.com"), by=BY)
        give_role(session, person, Role.MANAGER, by=BY, from_day=FROM)
        return person.id


def answered(driver: Driver, subject: str = "mia") -> str:
    """Go to the provider, sign in there, and return the address to which it sends the browser back."""
    asked = driver.http.get("/sign-in/provider", follow_redirects=False).headers["location"]
    answer = httpx.post(asked, data={"sub": subject}, trust_env=False)
    return str(answer.headers["location"])


def test_a_person_signs_in_as_themselves(portal: str, provider: str, manager: str) -> None:  # noqa: ARG001
    with Driver(portal) as driver:
        assert "Sign in with your organisation" in words(driver.get("/sign-in"))
        page = driver.get(answered(driver))
        assert page.url.path == "/home"
        assert "Mia Manager" in words(page)


@pytest.mark.usefixtures("provider")
def test_somebody_whom_nobody_entered_is_told_whom_to_ask(portal: str) -> None:
    with Driver(portal) as driver:
        answer = driver.get(answered(driver, "stranger"))
        assert answer.status_code == 403
        assert "Ask the programme manager" in words(answer)
        assert COOKIE not in driver.http.cookies


@pytest.mark.usefixtures("provider", "manager")
def test_an_answer_counts_in_the_browser_that_asked_and_once(portal: str) -> None:
    with Driver(portal) as driver, Driver(portal) as other:
        address = answered(driver)
        # Somebody who was sent this address signs nobody in: their browser asked nothing, or asked something else.
        assert other.get(address).status_code == 403
        answered(other)
        assert other.get(address).status_code == 403
        assert driver.get(address).status_code == 200
        assert driver.get(address).status_code == 403


@pytest.mark.usefixtures("provider", "manager")
@pytest.mark.parametrize("change", ["code=wrong", "state=wrong", "iss=https%3A%2F%2Fother.example"])
def test_a_changed_answer_signs_nobody_in(portal: str, change: str) -> None:
    with Driver(portal) as driver:
        parts = urlsplit(answered(driver))
        given = {name: values[0] for name, values in parse_qs(parts.query).items()}
        name, _, value = change.partition("=")
        answer = driver.http.get(parts.path, params={**given, name: value})
        assert answer.status_code == 403
        assert COOKIE not in driver.http.cookies


@pytest.mark.usefixtures("provider")
def test_a_person_who_takes_part_in_nothing_is_not_signed_in(portal: str) -> None:
    with transaction() as session:
        add_person(session, Entered("Mia Manager", address="mia@example.com"), by=BY)
    with Driver(portal) as driver:
        assert "take part in no inspection" in words(driver.get(answered(driver)))


def test_without_a_provider_there_is_no_such_door(portal: str) -> None:
    with Driver(portal) as driver:
        assert driver.get("/sign-in/provider").status_code == 404
        assert driver.get("/sign-in/provider/back?code=a&state=b").status_code == 404
        assert "Sign in with your organisation" not in words(driver.get("/sign-in"))
