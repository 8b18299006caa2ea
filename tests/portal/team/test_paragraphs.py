"""A paragraph is written by several people: nobody's words are lost or written over, and its cases are named."""

import re

import pytest

from models.lifecycle import Stage
from models.roles import Role
from tests.portal.driving import Driver, moved_to, words
from tests.portal.team.passing import recorded, signed_in
from tests.portal.team.test_draft import added

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


def test_l1_a_change_over_a_newer_version_is_shown_with_both_texts_and_neither_is_lost(
    inspector: Driver, portal: str, reading: str
) -> None:
    moved_to(reading, Stage.FIELDWORK)
    added(inspector, reading, "main", "They act.")
    page = f"/inspections/{reading}/draft/P01"
    with signed_in(portal, reading, Role.INSPECTOR, "Bea Second") as second:
        second.post(page, seen="1", text="They act in CANARY-THEIRS.")
        late = inspector.post(page, seen="1", text="They act in CANARY-MINE.")
        assert late.status_code == 422
        shown = words(late)
        assert "Somebody else has changed this paragraph since you began." in shown
        assert "Version 2, by Bea Second" in shown
        assert "CANARY-THEIRS" in shown
        assert 'name="seen" value="2"' in late.text
        assert "CANARY-MINE.</textarea>" in late.text
        both = inspector.post(page, seen="2", text="They act in CANARY-THEIRS and CANARY-MINE.")
        assert "Paragraph P01 is saved." in words(both)
        compared = second.get(f"{page}/versions?old=1&new=3").text
    assert re.findall(r"<mark>(.*?)</mark>", compared) == ["act.", "act in CANARY-THEIRS and CANARY-MINE."]
    listed = words(inspector.get(f"{page}/versions"))
    assert "Version 2 by Bea Second" in listed
    assert "Versions 2 and 3" in listed


def test_each_quantifier_is_bound_to_its_cases_with_the_share_shown(inspector: Driver, reading: str) -> None:
    moved_to(reading, Stage.FIELDWORK)
    recorded(inspector, reading)
    added(inspector, reading, "main", "Most plans have no date. They act.", findings="F01")
    page = f"/inspections/{reading}/draft/P01"
    shown = inspector.get(f"{page}/versions").text
    # Those of its finding are filled in until somebody names them.
    assert 'value="T1, T2"' in shown
    assert 'value="T3"' in shown
    wrong = inspector.http.post(
        f"{page}/cases", data={"csrf": inspector.token(f"{page}/versions"), "seen": "1", "cases-0": "T99"}
    )
    assert wrong.status_code == 422
    assert "There is no case" in words(wrong)
    data = {"csrf": inspector.token(f"{page}/versions"), "seen": "1", "cases-0": "t1", "against-0": "T2; T3 T4"}
    done = words(inspector.http.post(f"{page}/cases", data=data))
    assert "1 of 4 cases (25%) Fewer cases show it than the word says." in done
    assert "The words are the same." in done
    # The sentence stays as it is, and so do its cases.
    inspector.post(page, seen="2", text="Most plans have no date. They act late.", findings="F01")
    assert "1 of 4 cases (25%)" in words(inspector.get(f"{page}/versions"))
    inspector.post(page, seen="3", text="Some plans have no date.", findings="F01")
    assert "No case is named yet" in words(inspector.get(f"{page}/versions"))


def test_a_paragraph_that_names_somebody_is_refused_and_comes_back(inspector: Driver, reading: str) -> None:
    moved_to(reading, Stage.FIELDWORK)
    shown = added(inspector, reading, "practice", "The child 943 476 5919 waited.", heading="A title")
    assert "Remove the long number" in shown
    assert "Paragraph P01 is saved." in added(inspector, reading, "practice", "A child waited.", heading="CANARY-TITLE")
    assert "CANARY-TITLE" in words(inspector.get(f"/inspections/{reading}/draft"))
