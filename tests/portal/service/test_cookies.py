"""The page of cookies lists those that the service sets, with their real lives."""

import ast
from http.cookies import SimpleCookie
from importlib import import_module

import httpx
import pytest

from models.settings import CHECKOUT
from portal.doors import provider
from portal.service.cookies import Cookie, cookies, operators_cookies
from tasks.people.sign_in_links import outbox_key
from tests.portal.driving import Driver, Outbox
from tests.portal.pages.made_up import set_to


def names_in_the_code() -> set[str]:
    """Return the value of each name in portal/ that begins with COOKIE."""
    names = set()
    for path in sorted((CHECKOUT / "portal").rglob("*.py")):
        if "node_modules" in path.parts:
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).startswith("COOKIE"):
                module = import_module(".".join(path.relative_to(CHECKOUT).with_suffix("").parts))
                names.add(getattr(module, ast.unparse(node.targets[0])))
    return names


def test_each_cookie_of_the_code_is_listed_and_no_other() -> None:
    with set_to(oidc_issuer="https://sign-in.jtai-area.uk"):
        listed = {cookie.name: cookie.seconds for cookie in (*cookies(), *operators_cookies())}
    assert set(listed) == names_in_the_code()
    assert listed[provider.COOKIE] == provider._SECONDS
    with set_to(oidc_issuer=None):
        assert provider.COOKIE not in {cookie.name for cookie in cookies()}


@pytest.mark.parametrize(
    ("seconds", "lasts"),
    [(31_536_000, "1 year"), (43_200, "12 hours"), (3600, "1 hour"), (60, "1 minute"), (7, "7 seconds")],
)
def test_how_long_a_cookie_lasts_is_said_in_words(seconds: int, lasts: str) -> None:
    assert Cookie("a", "b", seconds).lasts == lasts


def ages(answer: httpx.Response) -> dict[str, int]:
    """Return the cookies that an answer sets, but for those that it takes away, with the seconds that each lasts."""
    jars = [SimpleCookie(line) for line in answer.headers.get_list("set-cookie")]
    return {name: int(morsel["max-age"]) for jar in jars for name, morsel in jar.items() if morsel["max-age"] > "0"}


@pytest.mark.parts
def test_l13_what_a_browser_is_given_is_what_the_page_says(portal: str, outbox: Outbox, reading: str) -> None:
    given: dict[str, int] = {}
    with Driver(portal) as driver:
        driver.http.event_hooks = {"response": [lambda answer: given.update(ages(answer))]}
        driver.sign_in(outbox.link_of("police"))
        driver.post(f"/requests/{reading}-pol-1/acknowledge", page=f"/requests/{reading}-pol-1")
        driver.post("/operator", key=outbox_key())
        driver.post("/sign-out")
        driver.sign_in(outbox.link_to("Alex Lee", reading))
        page = f"/inspections/{reading}/as"
        driver.post(page, page=page, role="0")
    listed = {cookie.name: cookie.seconds for cookie in (*cookies(), *operators_cookies())}
    assert given == listed
