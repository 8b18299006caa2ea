"""The notices of an inspection, as whoever leads it reads them."""

import pytest

from tests.portal.driving import Driver, words
from tests.portal.people.test_register import manager_of

pytestmark = pytest.mark.parts


def test_whoever_leads_sees_who_was_told_what_and_nobody_else_does(
    inspector: Driver, police: Driver, portal: str, reading: str
) -> None:
    page = f"/inspections/{reading}/notices"
    shown = inspector.get(page)
    assert "Alex Lee" in words(shown)
    assert "/sign-in/" not in shown.text
    some = inspector.post(page, page=page, words="nobody has this")
    assert "0 of" in words(some)
    assert police.get(page).status_code == 404
    with manager_of(portal) as manager:
        assert "Alex Lee" in words(manager.get(page))
        assert f'href="{page}"' in manager.get(f"/inspections/{reading}").text
