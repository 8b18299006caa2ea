"""The draft letter on the portal: put together from agreed findings, written by people, and not for agencies."""

import pytest

from models.lifecycle import Stage
from tasks.drafting.loading import current_draft
from tasks.ground.database import transaction
from tests.portal.driving import Driver, moved_to, words
from tests.portal.team.passing import passed

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


def test_a_first_draft_is_put_together_and_marked_until_it_is_written(
    inspector: Driver, police: Driver, portal: str, reading: str
) -> None:
    moved_to(reading, Stage.FIELDWORK)
    page = f"/inspections/{reading}/draft"
    early = inspector.post(f"{page}/put-together", page=page)
    assert (early.status_code, "No finding is agreed yet." in words(early)) == (422, True)
    passed(portal, reading, inspector)
    shown = words(inspector.post(f"{page}/put-together", page=page))
    assert "Paragraphs that were put together now: 3." in shown
    assert "Put together from findings, not yet written" in shown
    assert "“most”: 2 of 3 cases (67%)." in shown
    assert "put together now: 0." in words(inspector.post(f"{page}/put-together", page=page))
    with transaction() as session:
        draft = current_draft(session, reading)
    unwritten = {"only-state": "Put together, not yet written"}
    narrowed = words(inspector.post(f"{page}/list", page=page, words="P02", **unwritten))
    assert ("1 of 3 paragraphs." in narrowed, "Nothing is written here yet." in narrowed) == (True, False)
    assert "No paragraph matches." in words(inspector.post(f"{page}/list", page=page, words="P99"))
    table = inspector.post(f"{page}/list", page=page, download="csv", by="id", falling="true").text.splitlines()
    assert [line[:3] for line in table[1:]] == ["P03", "P02", "P01"]
    assert [(section.code, len(section.paragraphs)) for section in draft.sections if section.paragraphs] == [
        *(("headline", 1), ("improve", 1), ("main", 1))
    ]
    assert draft.unwritten == draft.paragraphs
    for address in (page, f"{page}/P01", f"{page}/P01/versions"):
        assert police.get(address).status_code == 404


def added(driver: Driver, ref: str, section: str, text: str, **more: str) -> str:
    """Write a new paragraph by its form, and return the page that follows in words."""
    base = f"/inspections/{ref}/draft"
    token = driver.token(f"{base}/new?section={section}")
    data = {"csrf": token, "page": section, "text": text, "seen": "0", **more}
    return words(driver.http.post(f"{base}/new", data=data))


def test_paragraphs_are_written_moved_taken_out_and_put_back(inspector: Driver, reading: str) -> None:
    moved_to(reading, Stage.FIELDWORK)
    page = f"/inspections/{reading}/draft"
    for number, text in enumerate(("CANARY-ONE.", "CANARY-TWO."), 1):
        assert f"Paragraph P0{number} is saved." in added(inspector, reading, "main", text)
    shown = words(inspector.post(f"{page}/P02/move", page=page, outcome="up"))
    assert "Paragraph P02 is moved." in shown
    assert shown.index("CANARY-TWO") < shown.index("CANARY-ONE")
    out = words(inspector.post(f"{page}/P01/remove", page=page, seen="1"))
    assert "Paragraph P01 is taken out." in out
    assert "CANARY-ONE" not in out
    assert inspector.get(f"{page}/P01").status_code == 404
    assert "CANARY-ONE" in words(inspector.post(f"{page}/P01/restore", page=page))
    assert inspector.get(f"{page}/new?section=nonsense").status_code == 404


def test_words_that_letters_do_not_use_are_advised_against_and_saved_all_the_same(
    inspector: Driver, reading: str
) -> None:
    moved_to(reading, Stage.FIELDWORK)
    page = f"/inspections/{reading}/draft"
    added(inspector, reading, "main", "Plans are clear.")
    assert "Advice on the words" not in words(inspector.get(page))
    saved = added(inspector, reading, "main", "Plans are clear. The mother failed to protect her baby.")
    assert "Paragraph P02 is saved." in saved
    for _ in range(13):
        added(inspector, reading, "improve", "The reach of early help.")
    shown = words(inspector.get(page))
    assert "Advice on the words of P02" in shown
    assert "Sentence 2. “mother failed to protect” blames a person or a family. Say what services did" in shown
    assert "The list has 13 bullets. Letters have 3 to 12 here, half of them 6 or fewer." in shown
    assert shown.count("Advice on the words") == 2


def test_a_changed_paragraph_is_not_taken_out_unseen(inspector: Driver, reading: str) -> None:
    moved_to(reading, Stage.FIELDWORK)
    added(inspector, reading, "main", "One.")
    page = f"/inspections/{reading}/draft"
    inspector.post(f"{page}/P01", seen="1", text="Two.")
    shown = words(inspector.post(f"{page}/P01/remove", page=page, seen="1"))
    assert "Somebody changed paragraph P01 after you opened the page, so it was not taken out." in shown
