"""Signing in by a real provider: the whole way of a browser, and what another browser or provider can do with it."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import oidc_provider_mock
import pytest
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlmodel import select

from models.roles import Role
from models.settings import reread, settings
from models.states import SignInWay
from models.tables import Membership, Person, SignIn
from models.tables.base import utc_now
from portal.doors import provider as doors
from portal.pages.session import COOKIE
from tasks.ground.database import transaction
from tasks.people.persons import Entered, add_person, give_role
from tasks.people.sessions import begin
from tests.portal.driving import Driver, aged, words
from tests.tasks.registered import BY, FROM

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("ledger")]


@pytest.fixture
def provider(portal: str) -> Iterator[str]:  # noqa: ARG001 - the settings of the running portal
    with ExitStack() as running:
        server = running.enter_context(oidc_provider_mock.run_server_in_thread())
        issuer = f"http://localhost:{server.server_port}"
        _RUNNING[issuer] = running
        given = {"ISSUER": issuer, "CLIENT_ID": "jtai", "CLIENT_SECRET": "secret"}
        os.environ.update({f"JTAI_OIDC_{name}": value for name, value in given.items()})
        reread()
        claims = {"email": "mia@example.com", "email_verified": True}
        httpx.put(f"{issuer}/users/mia", json=claims, trust_env=False).raise_for_status()
        yield issuer
        for name in given:
            os.environ.pop(f"JTAI_OIDC_{name}")
        reread()


@contextmanager
def at_port_after(issuer: str, port: int) -> Iterator[None]:
    """Run another provider where one runs, which is stopped first."""
    _RUNNING[issuer].close()
    with oidc_provider_mock.run_server_in_thread(port=port):
        yield


_RUNNING: dict[str, ExitStack] = {}
"""Providers by their address, each to be stopped before its test ends."""


@pytest.fixture
def manager(ledger: None) -> str:  # noqa: ARG001 - the ledger is empty before
    with transaction() as session:
        person = add_person(session, Entered("Mia Manager", address="mia@example.com"), by=BY)
        give_role(session, person, Role.MANAGER, by=BY, from_day=FROM)
        return person.id


def says(issuer: str, **claims: Any) -> None:
    """Let the provider say more of the manager from now on."""
    given = {"email": "mia@example.com", "email_verified": True, **claims}
    httpx.put(f"{issuer}/users/mia", json=given, trust_env=False).raise_for_status()


def answered(driver: Driver, subject: str = "mia", **question: str) -> str:
    """Go to the provider, sign in there, and return the address to which it sends the browser back."""
    asked = driver.http.get("/sign-in/provider", params=question, follow_redirects=False).headers["location"]
    if "again" in question:
        sent = parse_qs(urlsplit(asked).query)
        assert (sent["prompt"], sent["max_age"]) == (["login"], ["0"])
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


@pytest.mark.usefixtures("manager")
def test_a_provider_that_changed_its_keys_while_we_ran_is_believed_by_the_new_ones(portal: str, provider: str) -> None:
    with Driver(portal) as driver:
        assert driver.get(answered(driver)).url.path == "/home"
    before = httpx.get(f"{provider}/jwks", trust_env=False).json()
    # The same issuer at the same address, with keys of its own.
    with at_port_after(provider, urlsplit(provider).port or 0):
        says(provider)
        assert httpx.get(f"{provider}/jwks", trust_env=False).json() != before
        with Driver(portal) as driver:
            assert driver.get(answered(driver)).url.path == "/home"


@pytest.mark.usefixtures("manager", "provider")
@pytest.mark.parametrize("garbage", ["forged", "nonsense"])
def test_wrong_answers_without_end_make_us_read_the_keys_once_a_minute_and_only_for_another_hand(
    portal: str, monkeypatch: pytest.MonkeyPatch, garbage: str
) -> None:
    read: list[str] = []
    json_of = doors._json

    def noting(address: str) -> dict[str, Any]:
        read.append(address)
        return json_of(address)

    monkeypatch.setattr(doors, "_json", noting)
    other = RSAKey.generate_key(2048, {"kid": "other"}, auto_kid=False)
    forged = jwt.encode({"alg": "RS256", "kid": "other"}, {"sub": "mia"}, other)
    token = forged if garbage == "forged" else "nonsense"
    monkeypatch.setattr(OAuth2Session, "fetch_token", lambda *_, **__: {"id_token": token})
    with Driver(portal) as driver:
        for _ in range(4):
            assert driver.get(answered(driver)).status_code == 403
    keys = [address for address in read if address.endswith("/jwks")]
    # Read at the first answer, and once more for a hand that we do not know.
    assert len(keys) == (2 if garbage == "forged" else 1)


def test_keys_are_read_again_a_minute_later(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def noting(address: str) -> dict[str, Any]:
        read.append(address)
        return {"issuer": provider, "jwks_uri": "k"}

    monkeypatch.setattr(doors, "_json", noting)
    service = doors._Provider(settings())
    for now in (0.0, 59.0, 60.0, 61.0):
        service.keys_anew(now)
    assert read.count("k") == 2


@pytest.mark.usefixtures("provider", "manager")
def test_what_another_provider_answered_signs_nobody_in(portal: str) -> None:
    with oidc_provider_mock.run_server_in_thread() as server, Driver(portal) as driver:
        other = f"http://localhost:{server.server_port}"
        says(other)
        asked = urlsplit(driver.http.get("/sign-in/provider", follow_redirects=False).headers["location"])
        # Whoever mixes the two up sends the very question to the other provider, which signs a code of its own.
        mixed = httpx.post(f"{other}{asked.path}?{asked.query}", data={"sub": "mia"}, trust_env=False)
        assert driver.get(str(mixed.headers["location"])).status_code == 403
        assert COOKIE not in driver.http.cookies


@pytest.mark.usefixtures("manager")
def test_signing_in_again_proves_the_same_session_anew_and_leads_back(portal: str, provider: str) -> None:
    with Driver(portal) as driver:
        driver.get(answered(driver))
        secret = driver.http.cookies[COOKIE]
        aged()
        says(provider, auth_time=int(time.time()))
        assert driver.get(answered(driver, again="true", leads_to="/account")).url.path == "/account"
        assert driver.http.cookies[COOKIE] != secret
        assert httpx.get(f"{portal}/account", cookies={COOKIE: secret}, trust_env=False).status_code == 403
        with transaction() as session:
            (row,) = session.exec(select(SignIn)).all()
            assert utc_now() - row.proven_at < timedelta(minutes=1)
        assert driver.get(answered(driver, leads_to="//evil.example")).url.path == "/home"


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize("auth_time", [0, "soon", True, [1], 1_700_000_000])
def test_a_provider_that_did_not_ask_anew_proves_nothing_anew(portal: str, provider: str, auth_time: Any) -> None:
    with Driver(portal) as driver:
        driver.get(answered(driver))
        aged()
        says(provider, auth_time=auth_time)
        assert driver.get(answered(driver, again="true")).status_code == 403
        with transaction() as session:
            (row,) = session.exec(select(SignIn)).all()
            assert utc_now() - row.proven_at > timedelta(minutes=15)


def test_l15_a_role_that_the_claims_gave_ends_at_the_next_sign_in_and_with_it_the_session(
    portal: str, provider: str, tmp_path: Path
) -> None:
    with transaction() as session:
        add_person(session, Entered("Mia Manager", address="mia@example.com"), by=BY)
    mapping = tmp_path / "roles.toml"
    mapping.write_text('[[role]]\nclaim = "groups"\nvalue = "managers"\nrole = "manager"\n')
    os.environ["JTAI_OIDC_MAPPING"] = str(mapping)
    reread()
    try:
        with Driver(portal) as driver, Driver(portal) as other:
            says(provider, groups=["managers"])
            assert driver.get(answered(driver)).url.path == "/home"
            assert driver.get("/people").status_code == 200
            says(provider, groups=[])
            assert "take part in no inspection" in words(other.get(answered(other)))
            # Refused there, and ended here: nobody goes on by a role that the claims took away.
            assert driver.get("/people").status_code == 403
            with transaction() as session:
                (role,) = session.exec(select(Membership)).all()
                assert role.ended_at is not None
    finally:
        os.environ.pop("JTAI_OIDC_MAPPING")
        reread()


@pytest.fixture
def groups(ledger: None, provider: str, tmp_path: Path) -> Iterator[str]:  # noqa: ARG001 - the ledger is empty before
    """Let claims give the role of a programme manager, which Mia has by them, and yield the provider's address."""
    with transaction() as session:
        add_person(session, Entered("Mia Manager", address="mia@example.com"), by=BY)
    mapping = tmp_path / "roles.toml"
    mapping.write_text('[[role]]\nclaim = "groups"\nvalue = "managers"\nrole = "manager"\n')
    os.environ["JTAI_OIDC_MAPPING"] = str(mapping)
    reread()
    says(provider, groups=["managers"])
    yield provider
    os.environ.pop("JTAI_OIDC_MAPPING")
    reread()


def goes_by(minutes: int) -> None:
    """Let a provider have said what is so of everybody some minutes earlier than it did, and browsers have asked."""
    with transaction() as session:
        for row in session.exec(select(SignIn)):
            row.claims_at = row.claims_at and row.claims_at - timedelta(minutes=minutes)
            row.asked_at = row.asked_at and row.asked_at - timedelta(minutes=minutes)
            row.proven_at -= timedelta(minutes=minutes)
        for person in session.exec(select(Person)):
            person.claims_at = person.claims_at and person.claims_at - timedelta(minutes=minutes)


PAGE = {"accept": "text/html,*/*"}


def opened(driver: Driver, page: str = "/people?shown=all") -> httpx.Response:
    """Open a page by hand, and return where it leads, which nobody follows."""
    return driver.http.get(page, headers=PAGE, follow_redirects=False)


def quietly(driver: Driver, page: str = "/people?shown=all") -> dict[str, str]:
    """Open a page by hand, and return the question with which it leads to the provider."""
    leads = opened(driver, page)
    assert (leads.status_code, leads.headers["location"].partition("?")[0]) == (303, "/sign-in/provider")
    sent = driver.http.get(leads.headers["location"], follow_redirects=False).headers["location"]
    question = {name: values[0] for name, values in parse_qs(urlsplit(sent).query).items()}
    assert question["prompt"] == "none"
    return {**question, "address": sent}


def knows(question: dict[str, str], subject: str) -> str:
    """Return the address to which a provider sends a browser back whose person is still signed in there."""
    # The provider of the tests keeps no session of its own, and would ask who it is.
    address = question["address"].replace("prompt=none", "prompt=login")
    return str(httpx.post(address, data={"sub": subject}, trust_env=False).headers["location"])


def test_l15_what_claims_took_away_acts_while_somebody_is_signed_in(portal: str, groups: str) -> None:
    with Driver(portal) as driver, Driver(portal) as other:
        for each in (driver, other):
            each.get(answered(each))
        goes_by(59)
        assert opened(driver).status_code == 200
        goes_by(2)
        # What is sent is never turned away for it, nor what a page asks for by itself.
        assert driver.get("/people").status_code == 200
        secret = driver.http.cookies[COOKIE]
        back = driver.http.get(knows(quietly(driver), "mia"), headers=PAGE)
        assert (back.status_code, str(back.url).removeprefix(portal)) == (200, "/people?shown=all")
        # The provider was asked nothing but what is so: nothing was proven anew, and no secret had to change.
        assert driver.http.cookies[COOKIE] == secret
        with transaction() as session:
            assert all(utc_now() - row.proven_at > timedelta(hours=1) for row in session.exec(select(SignIn)))
        says(groups, groups=[])
        goes_by(61)
        assert driver.http.get(knows(quietly(driver), "mia"), headers=PAGE).status_code == 403
        assert other.get("/people").status_code == 403
        with transaction() as session:
            assert session.exec(select(Membership)).one().ended_at is not None


def test_l15_where_the_provider_is_away_people_go_on_for_a_while_and_then_no_more(portal: str, groups: str) -> None:
    with Driver(portal) as driver:
        driver.get(answered(driver))
        with transaction() as session:
            # By hand as well: the session ends by itself, and not with what claims gave.
            give_role(session, session.exec(select(Person)).one(), Role.OVERSIGHT, by=BY, from_day=FROM)
        _RUNNING[groups].close()
        reread()
        goes_by(61)
        assert driver.http.get("/people", headers=PAGE).url.path == "/people"
        assert opened(driver).status_code == 200
        goes_by(6)
        assert opened(driver).status_code == 303
        goes_by(54)
        assert opened(driver).status_code == 403
        assert driver.get("/account").status_code == 403


@pytest.mark.usefixtures("groups")
@pytest.mark.parametrize("error", ["login_required", "interaction_required", "temporarily_unavailable"])
def test_l15_whom_the_provider_does_not_know_any_more_signs_in_first_and_loses_no_form(portal: str, error: str) -> None:
    with Driver(portal) as driver:
        driver.get(answered(driver))
        form = driver.token("/account")
        goes_by(61)
        question = quietly(driver)
        state = {"error": error, "state": question["state"]}
        if error == "login_required":
            sent = httpx.post(question["address"], data={"sub": "mia"}, trust_env=False).headers["location"]
            assert {name: values[0] for name, values in parse_qs(urlsplit(sent).query).items()} == state
        wrong = driver.http.get("/sign-in/provider/back", params={**state, "state": "x"}, follow_redirects=False)
        assert wrong.status_code == 403
        leads = driver.http.get("/sign-in/provider/back", params=state, follow_redirects=False).headers["location"]
        if error == "temporarily_unavailable":
            assert (leads, opened(driver).status_code) == ("/people?shown=all", 200)
            return
        assert leads.partition("?")[0] == "/sign-in/provider"
        assert driver.get("/people").status_code == 403
        sent = driver.http.get(leads, follow_redirects=False).headers["location"]
        assert "prompt" not in parse_qs(urlsplit(sent).query)
        answer = httpx.post(sent, data={"sub": "mia"}, trust_env=False)
        assert driver.get(str(answer.headers["location"])).status_code == 200
        assert driver.http.post("/account/sessions/end", data={"csrf": form}).url.path == "/sign-in"


def test_l15_where_another_account_is_signed_in_at_the_provider_the_session_lets_in_no_more(
    portal: str, groups: str
) -> None:
    claims = {"email": "bo@example.com", "email_verified": True, "groups": ["managers"]}
    httpx.put(f"{groups}/users/bo", json=claims, trust_env=False).raise_for_status()
    with transaction() as session:
        add_person(session, Entered("Bo Okoro", address="bo@example.com"), by=BY)
    with Driver(portal) as driver, Driver(portal) as other:
        for each, sub in ((driver, "mia"), (other, "bo")):
            each.get(answered(each, sub))
        goes_by(61)
        assert driver.http.get(knows(quietly(driver), "bo"), headers=PAGE).status_code == 403
        assert driver.get("/account").status_code == 403
        assert "Bo Okoro" in words(other.get("/account"))


def test_l15_a_role_from_claims_lets_nobody_in_by_a_link_once_nobody_could_ask(portal: str, groups: str) -> None:
    with Driver(portal) as driver:
        driver.get(answered(driver))
        with transaction() as session:
            person = session.exec(select(Person)).one()
            secret = begin(session, person, SignInWay.OWN_LINK)
        by_link = {COOKIE: secret}
        assert httpx.get(f"{portal}/people", cookies=by_link, trust_env=False).status_code == 200
        goes_by(121)
        assert httpx.get(f"{portal}/people", cookies=by_link, trust_env=False).status_code == 403
        says(groups, groups=["managers"])
        driver.get(answered(driver))
        assert httpx.get(f"{portal}/people", cookies=by_link, trust_env=False).status_code == 200


def test_a_person_of_two_agencies_chooses_and_keeps_the_choice_when_they_sign_in_again(
    portal: str, reading: str, provider: str
) -> None:
    with transaction() as session:
        person = add_person(session, Entered("Mia Manager", address="mia@example.com"), by=BY)
        for kind in ("police", "health"):
            agency = f"{reading}/{kind}"
            give_role(session, person, Role.OFFICER, by=BY, from_day=FROM, inspection=reading, agency_id=agency)
    with Driver(portal) as driver:
        home = driver.get(answered(driver))
        assert home.url.path == "/home"
        chosen = re.findall(r'action="(/home/as/[^"]+)"', home.text)
        assert len(chosen) == 2
        pages = {path: words(driver.post(path, page="/home")) for path in chosen}
        assert sorted("POL-1" in shown for shown in pages.values()) == [False, True]
        health = next(path for path, shown in pages.items() if "POL-1" not in shown)
        secret = driver.http.cookies[COOKIE]
        driver.post(health, page="/home")
        assert httpx.get(f"{portal}/account", cookies={COOKIE: secret}, trust_env=False).status_code == 403
        says(provider, auth_time=int(time.time()))
        assert "POL-1" not in words(driver.get(answered(driver, again="true", leads_to="/")))


def test_without_a_provider_there_is_no_such_door(portal: str) -> None:
    with Driver(portal) as driver:
        assert driver.get("/sign-in/provider").status_code == 404
        assert driver.get("/sign-in/provider/back?code=a&state=b").status_code == 404
        assert "Sign in with your organisation" not in words(driver.get("/sign-in"))
