"""Who opened what, as the lead inspector, the manager and oversight read it."""

import csv
import io

import pytest

from tests.portal.driving import Driver, words
from tests.portal.people.test_register import manager_of

pytestmark = pytest.mark.parts


def test_what_was_opened_is_listed_with_who_opened_it_and_how_often(
    inspector: Driver, police: Driver, portal: str, chosen: str
) -> None:
    base = f"/inspections/{chosen}"
    for _ in range(2):
        inspector.get(f"{base}/lists/hidden")
    police.get("/records")
    page = f"{base}/openings"
    shown = words(inspector.get(page))
    assert "Hidden children" in shown
    assert "Own records" in shown
    answer = inspector.post(page, page=page, words="hidden", download="csv")
    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (row["Opened"], row["Times"]) == ("Hidden children", "2")
    assert "Alex Lee" in row["By"]
    assert police.get(page).status_code == 404
    with manager_of(portal) as manager:
        assert "Own records" in words(manager.get(page))
