"""Notes are written in a real browser, kept through kills and cuts, and read by the team alone."""

import json

import pytest
from playwright.sync_api import BrowserContext, expect
from sqlmodel import col, select

from models.tables import AuditEntry, Note
from tasks.ground.database import transaction
from tests.portal.driving import Driver, words
from tests.portal.test_browser import signed, violations

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


def test_what_is_typed_is_sent_and_read_by_the_team_and_the_reading_is_recorded(
    window: BrowserContext, portal: str, inspector: Driver, police: Driver, reading: str
) -> None:
    page, base = signed(window, inspector, portal), f"/inspections/{reading}/notes"
    page.goto(f"{portal}{base}/write")
    expect(page.locator("#state")).to_have_text("Ready.")
    assert violations(page) == []
    page.select_option("#child", "T1")
    page.select_option("#judgement", "concern")
    page.locator("#text").press_sequentially("CANARY-A7 “quoted”\nsecond line")
    expect(page.locator("#state")).to_have_text("Kept and sent.")
    listed = inspector.get(base)
    assert "CANARY-A7 “quoted” second line" in words(listed)
    assert police.get(base).status_code == 404
    with transaction() as session:
        (note,) = session.exec(select(Note).where(Note.inspection == reading)).all()
        entries = session.exec(select(AuditEntry).where(col(AuditEntry.action) == "notes.read")).all()
    assert (note.child, note.judgement) == ("T1", "concern")
    assert "CANARY" not in json.dumps([note.model_dump(mode="json"), *(each.model_dump() for each in entries)])
    assert entries[-1].facts["notes"] == 1
    assert "Version" in words(inspector.get(f"{base}/{note.id}"))


def test_words_typed_without_a_network_are_sent_once_it_is_back_and_survive_a_new_page(
    window: BrowserContext, portal: str, inspector: Driver, reading: str
) -> None:
    page, base = signed(window, inspector, portal), f"/inspections/{reading}/notes"
    page.goto(f"{portal}{base}/write")
    expect(page.locator("#state")).to_have_text("Ready.")
    window.set_offline(True)
    page.locator("#text").press_sequentially("typed in a cellar")
    expect(page.locator("#state")).to_contain_text("No connection")
    page.close()
    window.set_offline(False)
    page = window.new_page()
    page.goto(f"{portal}{base}/write")
    expect(page.locator("#text")).to_have_value("typed in a cellar")
    expect(page.locator("#state")).to_have_text("Kept and sent.")
    assert words(inspector.get(base)).count("typed in a cellar") == 1
