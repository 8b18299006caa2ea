"""People talk about a finding and a paragraph in threads; a disagreement waits for somebody else's decision."""

import re

import pytest

from models.lifecycle import Stage
from models.roles import Role
from tests.portal.driving import Driver, moved_to, words
from tests.portal.team.passing import assurer_of, recorded, signed_in

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


def threads_on(driver: Driver, page: str) -> list[str]:
    return re.findall(r'id="thread-([0-9a-f]{32})"', driver.get(page).text)


def test_l12_comments_are_answered_resolved_and_opened_again(inspector: Driver, portal: str, reading: str) -> None:
    moved_to(reading, Stage.FIELDWORK)
    recorded(inspector, reading)
    page, base = f"/inspections/{reading}/findings/F01/standing", f"/inspections/{reading}/discussions/F01"
    with assurer_of(portal, reading) as assurer:
        said = assurer.post(base, page=page, kind="comments", text="CANARY-Q1")
        assert "What you said is recorded." in words(said)
    (thread,) = threads_on(inspector, page)
    inspector.post(f"{base}/{thread}", page=page, outcome="answer", text="CANARY-A1")
    shown = words(inspector.post(f"{base}/{thread}", page=page, outcome="resolve"))
    assert all(text in shown for text in ("CANARY-Q1", "CANARY-A1", "Resolved", "Open again"))
    late = inspector.post(f"{base}/{thread}", page=page, outcome="answer", text="CANARY-LATE")
    # What was typed comes back.
    assert (late.status_code, "Open it again" in words(late), "CANARY-LATE" in late.text) == (422, True, True)
    assert "Open again" not in words(inspector.post(f"{base}/{thread}", page=page, outcome="reopen"))
    inspector.post(base, page=page, kind="disagreement", text="CANARY-OTHER")
    narrowed = inspector.post(page, page=page, words="canary-a1", **{"only-state": "Open"})
    assert ("1 of 2 threads." in words(narrowed), "CANARY-OTHER" in narrowed.text) == (True, False)
    table = inspector.post(page, page=page, download="csv", **{"only-kind": "Disagreement"}).text
    assert ("CANARY-OTHER" in table, "CANARY-A1" in table) == (True, False)
    assert inspector.post(f"{base}/{'0' * 32}", page=page, outcome="resolve").status_code == 404


def test_a_disagreement_is_decided_by_whoever_neither_wrote_nor_disagreed(
    inspector: Driver, portal: str, reading: str
) -> None:
    moved_to(reading, Stage.FIELDWORK)
    recorded(inspector, reading)
    page, base = f"/inspections/{reading}/findings/F01/standing", f"/inspections/{reading}/discussions/F01"
    with signed_in(portal, reading, Role.INSPECTOR, "Bea Second") as second:
        second.post(base, page=page, kind="disagreement", text="CANARY-NO")
        (thread,) = threads_on(second, page)
        assert second.post(f"{base}/{thread}/decide", page=page, text="No.").status_code == 404
    refused = inspector.post(f"{base}/{thread}/decide", page=page, text="It stays.")
    assert (refused.status_code, "You disagreed, or you wrote the finding" in words(refused)) == (422, True)
    with signed_in(portal, reading, Role.MANAGER, "Mia Manager") as manager:
        shown = words(manager.post(f"{base}/{thread}/decide", page=page, text="CANARY-DECIDED"))
    assert all(text in shown for text in ("CANARY-NO", "CANARY-DECIDED", "Decided by Mia Manager"))
