"""The operator comes in once, and each of their pages leads to the others."""

import re

import pytest

from tests.portal.driving import Driver

PAGES = ("/outbox", "/work", "/first-people")
_MENU = re.compile(r'<nav[^>]*aria-label="Menu".*?</nav>', re.DOTALL)


@pytest.mark.usefixtures("storage")
def test_l12_each_page_of_the_operator_leads_to_every_other(portal: str) -> None:
    with Driver(portal) as driver:
        answer = driver.operate()
        for path in PAGES:
            (menu,) = _MENU.findall(driver.http.get(path).text)
            assert tuple(re.findall(r'href="([^"]+)"', menu)) == PAGES
            assert re.findall(r'href="([^"]+)" aria-current="page"', menu) == [path]
        assert answer.status_code < 400


@pytest.mark.usefixtures("storage")
def test_who_has_not_the_key_sees_no_menu(portal: str) -> None:
    with Driver(portal) as driver:
        assert not _MENU.findall(driver.http.get("/operator").text)
