"""On pages of a paused inspection what must wait is switched off, and what goes on is not."""

import pytest

from models.lifecycle import Stage
from models.tables import Inspection
from tasks.ground.database import transaction
from tests.portal.driving import Driver, words

pytestmark = pytest.mark.parts

OFF = '<fieldset class="app-waits" disabled>'


def at(ref: str, stage: Stage) -> None:
    with transaction() as session:
        session.get_one(Inspection, ref).stage = stage


def forms(page: str) -> list[str]:
    return page.split("<form")[1:]


def test_what_waits_is_switched_off_and_the_page_says_so(inspector: Driver, chosen: str) -> None:
    page = f"/inspections/{chosen}/meetings/new"
    assert OFF not in inspector.get(page).text
    at(chosen, Stage.DEFERRED)
    shown = inspector.get(page)
    assert "Paused The inspection is paused." in words(shown)
    assert len([form for form in forms(shown.text) if OFF in form]) == 1


def test_a_childs_safety_and_reading_go_on(inspector: Driver, chosen: str) -> None:
    at(chosen, Stage.DEFERRED)
    concern = inspector.get(f"/inspections/{chosen}/concerns/new")
    assert concern.status_code == 200
    assert OFF not in concern.text
    pairs = inspector.get(f"/inspections/{chosen}/pairs")
    listed = [form for form in forms(pairs.text) if f"/inspections/{chosen}/pairs/list" in form]
    assert all(OFF not in form for form in listed)
    assert inspector.post(f"/inspections/{chosen}/pairs/list", page=f"/inspections/{chosen}/pairs").status_code == 200
