"""Cookies where the portal's address is HTTPS: under guarded names, and none that another host has set."""

import pytest
from fastapi import FastAPI, Request, Response

from portal.pages.cookies import HostCookies
from portal.pages.headers import SafeHeaders
from tests.portal.pages.made_up import TestClient, set_to


@pytest.fixture
def browser() -> TestClient:
    """Return a browser of a page that sets cookies, and of one that repeats those that it is sent."""
    app = FastAPI()

    def give() -> Response:
        answer = Response()
        answer.set_cookie("jtai_session", "1", httponly=True, secure=True)
        answer.set_cookie("jtai_outbox", "2", httponly=True, secure=True)
        answer.delete_cookie("jtai_form")
        answer.set_cookie("other", "3")
        return answer

    def repeat(request: Request) -> dict[str, str]:
        return dict(request.cookies)

    app.add_api_route("/give", give)
    app.add_api_route("/repeat", repeat)
    app.add_middleware(HostCookies)
    app.add_middleware(SafeHeaders)
    return TestClient(app)


def test_a_cookie_has_a_name_that_browsers_guard_and_pages_know_it_by_its_own(browser: TestClient) -> None:
    with set_to(portal_url="https://jtai.example.org"):
        names = [line.partition("=")[0] for line in browser.get("/give").headers.get_list("set-cookie")]
        sent = {"Cookie": "__Host-jtai_session=1; __Host-jtai_outbox=2; other=3; __Host-else=4"}
        known = browser.get("/repeat", headers=sent).json()
    assert names == ["__Host-jtai_session", "__Host-jtai_outbox", "__Host-jtai_form", "other"]
    assert known == {"jtai_session": "1", "jtai_outbox": "2", "other": "3", "__Host-else": "4"}


@pytest.mark.parametrize(
    "sent",
    [
        "jtai_session=evil",
        "jtai_session=evil; __Host-jtai_session=1",
        " jtai_session =evil",
        "__Secure-jtai_session=evil",
    ],
)
def test_a_cookie_that_another_host_may_have_set_is_not_let_in(browser: TestClient, sent: str) -> None:
    with set_to(portal_url="https://jtai.example.org"):
        assert browser.get("/repeat", headers={"Cookie": sent}).json().get("jtai_session") != "evil"


def test_without_tls_names_are_plain_and_browsers_are_told_nothing_of_it(browser: TestClient) -> None:
    with set_to(portal_url="http://127.0.0.1:8000"):
        answer = browser.get("/give")
        known = browser.get("/repeat", headers={"Cookie": "jtai_session=1"}).json()
    assert answer.headers.get_list("set-cookie")[0].startswith("jtai_session=")
    assert "strict-transport-security" not in answer.headers
    assert known["jtai_session"] == "1"


def test_with_tls_browsers_are_told_to_come_by_it_alone(browser: TestClient) -> None:
    with set_to(portal_url="https://jtai.example.org"):
        assert browser.get("/repeat").headers["strict-transport-security"] == "max-age=31536000"
