"""The quality assurer reads everything and says whether it is ready; the page says whose turn it is."""

import re

import pytest

from models.lifecycle import Stage
from tests.portal.driving import Driver, moved_to, words
from tests.portal.team.passing import assurer_of, passed, recorded

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


def seen(driver: Driver, page: str) -> str:
    digests = re.findall(r'name="seen" value="([0-9a-f]{64})"', driver.get(page).text)
    return digests[0] if digests else ""


def test_l12_the_page_says_whose_turn_it_is_and_the_assurer_says_what_they_think(
    inspector: Driver, portal: str, reading: str
) -> None:
    moved_to(reading, Stage.FIELDWORK)
    page = f"/inspections/{reading}/assurance"
    assert "No finding is recorded yet." in words(inspector.get(page))
    passed(portal, reading, inspector)
    assert "The quality assurer reads the findings next" in words(inspector.get(page))
    assert inspector.post(page, of="draft", outcome="ready", text="Yes.").status_code == 404
    with assurer_of(portal, reading) as assurer:
        assert "CANARY-FINDING" in words(assurer.get(page))
        nothing = assurer.post(page, of="draft", seen=seen(assurer, page), outcome="", text="CANARY-TYPED")
        assert (nothing.status_code, "Choose whether they are ready." in words(nothing)) == (422, True)
        assert "CANARY-TYPED" in nothing.text
        unsaid = assurer.post(page, of="draft", seen=seen(assurer, page), outcome="not_ready", text="")
        assert (unsaid.status_code, "Enter why they are ready" in words(unsaid)) == (422, True)
        done = assurer.post(page, of="draft", seen=seen(assurer, page), outcome="not_ready", text="CANARY-BECAUSE")
        assert "What you said is recorded." in words(done)
    shown = words(inspector.get(page))
    assert "CANARY-BECAUSE" in shown
    assert "says that the findings are not ready for the draft letter" in shown
    with assurer_of(portal, reading) as assurer:
        digest = seen(assurer, page)
        shown = words(assurer.post(page, of="draft", seen=digest, outcome="ready", text="It is well said."))
    assert "Nobody’s turn is left." in shown


def test_the_assurer_is_asked_for_nothing_before_their_turn(inspector: Driver, portal: str, reading: str) -> None:
    moved_to(reading, Stage.FIELDWORK)
    recorded(inspector, reading)
    page = f"/inspections/{reading}/assurance"
    with assurer_of(portal, reading) as assurer:
        assert "F01 waits to be reviewed by a second inspector." in words(assurer.get(page))
        assert seen(assurer, page) == ""
        assert (
            assurer.post(page, page="/account", of="draft", seen="x", outcome="ready", text="Yes.").status_code == 422
        )
