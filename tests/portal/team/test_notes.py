"""Notes are written in a real browser, kept through kills and cuts, and read by the team alone."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlmodel import col, select

from models.keys import note_log
from models.lifecycle import Stage
from models.settings import settings
from models.tables import AuditEntry, Note, NoteLog
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.vault import DestroyedError
from tasks.notes.taking import take
from tasks.reading.notes import draw_now, notes_about
from tasks.reading.visibility import Reader
from tests.portal.doors.test_note_batches import _writer
from tests.portal.driving import Driver, Outbox, moved_to, words
from tests.portal.test_browser import signed, violations
from tests.stacks import until
from tests.tasks.steps import ledger_text

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]
_DEVICE, _OTHER_DEVICE = "00000000000000b1", "00000000000000b3"


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
        entries = session.exec(
            select(AuditEntry).where(col(AuditEntry.action) == "notes.read").order_by(col(AuditEntry.number))
        ).all()
    assert (note.child, note.judgement) == ("T1", "concern")
    assert entries[-1].facts["notes"] == 1
    assert "Version" in words(inspector.get(f"{base}/{note.id}"))


def _objects_with(words_: bytes) -> set[str]:
    """Return the names of all objects of the store, in every version, that hold some words."""
    versions = store.client().get_paginator("list_object_versions").paginate(Bucket=settings().s3_bucket)
    names = {each["Key"] for page in versions for each in page.get("Versions", ())}
    return {name for name in names if words_ in name.encode() or words_ in _kept_at(name)}


def _kept_at(name: str) -> bytes:
    try:
        return store.get(name)
    except (store.NotStoredError, DestroyedError):
        # A marker hides what an earlier test had stored, or its key is gone.
        return b""


def test_l5_what_is_typed_into_a_note_is_nowhere_but_in_its_own_log_in_the_store(
    window: BrowserContext,
    portal: str,
    inspector: Driver,
    reading: str,
    outbox: Outbox,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level("DEBUG")
    moved_to(reading, Stage.FIELDWORK)
    page, base = signed(window, inspector, portal), f"/inspections/{reading}/notes"
    page.goto(f"{portal}{base}/write")
    expect(page.locator("#state")).to_have_text("Ready.")
    page.select_option("#child", "T1")
    page.locator("#text").press_sequentially("CANARYQ4 told us")
    expect(page.locator("#state")).to_have_text("Kept and sent.")
    with transaction() as session:
        (note,) = session.exec(select(Note).where(Note.inspection == reading)).all()
    # By every way on which the words go on: lists, searches, files, pages, and a finding that grows from it.
    assert "CANARYQ4" in words(inspector.post(base, page=base, words="canaryq4"))
    assert "CANARYQ4" in inspector.post(base, page=base, download="csv").text
    for path in (f"notes/{note.id}", "children/T1", f"findings/from-notes?note={note.id}"):
        assert "CANARYQ4" in inspector.get(f"/inspections/{reading}/{path}").text
    ledger, logged = ledger_text(), "".join((caplog.text, *capfd.readouterr()))
    assert note.id in ledger
    assert "/inspections/{ref}/notes" in logged
    for place in (ledger, logged, json.dumps(outbox.notices(), default=str)):
        assert "canary" not in place.lower()
    log = note_log(reading, note.person_id, note.device)
    assert {name.rpartition("/")[0] for name in _objects_with(b"CANARYQ4")} == {log}


def typed_without_a_network(page: Page, address: str, words_: str) -> None:
    """Type words that the browser cannot send, close the page, and let the network come back."""
    page.goto(address)
    expect(page.locator("#state")).to_have_text("Ready.")
    page.context.set_offline(True)
    page.locator("#text").press_sequentially(words_)
    expect(page.locator("#state")).to_contain_text("No connection")
    # What is no older than a second may be lost with the page.
    page.wait_for_timeout(1_000)
    page.close()
    page.context.set_offline(False)


def test_words_typed_without_a_network_are_sent_once_it_is_back_and_survive_a_new_page(
    window: BrowserContext, portal: str, inspector: Driver, reading: str
) -> None:
    base = f"/inspections/{reading}/notes"
    typed_without_a_network(signed(window, inspector, portal), f"{portal}{base}/write", "typed in a cellar")
    page = window.new_page()
    page.goto(f"{portal}{base}/write")
    expect(page.locator("#text")).to_have_value("typed in a cellar")
    expect(page.locator("#state")).to_have_text("Kept and sent.")
    assert words(inspector.get(base)).count("typed in a cellar") == 1


def _sent(ref: str, person: str, device: str, sequence: int, text: str, **codes: object) -> None:
    entry = {"note": f"{device}-{sequence}", "version": 1, "text": text, **codes}
    take(ref, person, json.dumps({"device": device, "sequence": sequence, "entries": [entry]}).encode(), signed_in=True)


def test_a_childs_page_shows_its_notes_by_the_same_visibility_and_none_on_its_label_of_another_draw(
    inspector: Driver, reading: str
) -> None:
    with transaction() as session:
        draw = draw_now(session, reading)
    assert draw
    path = f"/inspections/{reading}/children/T1"
    assert "There is no note about this child that you can see." in words(inspector.get(path))
    written: list[tuple[str, dict[str, Any]]] = [
        ("about this child", {"child": "T1", "draw": draw}),
        ("about another child", {"child": "T2", "draw": draw}),
        ("about an earlier T1", {"child": "T1", "draw": draw + 1}),
        ("about a T1 of no draw", {"child": "T1"}),
        ("own words on health", {"child": "T1", "draw": draw, "agency": "health"}),
    ]
    for sequence, (text, codes) in enumerate(written, 1):
        _sent(reading, _writer(reading), _DEVICE, sequence, text, **codes)
    _sent(reading, "P-OTHER", "00000000000000b2", 1, "others on health", child="T1", draw=draw, agency="health")
    shown = words(inspector.get(path))
    assert all(text in shown for text in ("about this child", "own words on health", "others on health"))
    assert not any(text in shown for text in ("another child", "earlier T1", "of no draw"))
    with transaction() as session:
        reader = Reader("inspector P-X", frozenset({"police"}))
        seen = [each.text for each in notes_about(session, reading, "T1", reader, "P-X")]
        entry = session.exec(
            select(AuditEntry).where(AuditEntry.action == "notes.read").order_by(col(AuditEntry.number))
        ).all()[-1]
    assert seen == ["about this child"]
    assert (entry.subject, entry.facts["notes"]) == (f"{reading}/T1", 1)
    listed = words(inspector.get(f"/inspections/{reading}/notes"))
    assert listed.count("This note may be about another child than T1 of today.") == 2


def test_an_earlier_note_is_added_to_and_stays_as_it_is(
    window: BrowserContext, portal: str, inspector: Driver, reading: str
) -> None:
    with transaction() as session:
        draw = draw_now(session, reading)
    _sent(reading, _writer(reading), _OTHER_DEVICE, 1, "the first words", child="T2", judgement="concern", draw=draw)
    page, base = signed(window, inspector, portal), f"/inspections/{reading}/notes"
    page.goto(f"{portal}{base}/{_OTHER_DEVICE}-1")
    page.get_by_role("link", name="Add to this note").click()
    expect(page.locator("#state")).to_have_text("Ready.")
    expect(page.locator("#earlier")).to_contain_text("the first words")
    assert violations(page) == []
    expect(page.locator("#child")).to_have_value("T2")
    page.locator("#text").press_sequentially("seen again")
    expect(page.locator("#state")).to_have_text("Kept and sent.")
    page.reload()
    expect(page.locator("#text")).to_have_value("seen again")
    with transaction() as session:
        notes = session.exec(select(Note).where(Note.inspection == reading)).all()
    assert {(note.child, note.judgement, note.follows) for note in notes} == {
        ("T2", "concern", ""),
        ("T2", "concern", f"{_OTHER_DEVICE}-1"),
    }
    history = words(inspector.get(f"{base}/{_OTHER_DEVICE}-1"))
    assert "Added later seen again" in history
    assert "the first words" in history
    assert "This note adds to" in words(inspector.get(f"{base}/{next(each.id for each in notes if each.follows)}"))


def test_words_that_were_not_sent_leave_from_any_page_and_two_tabs_never_send_at_once(
    window: BrowserContext, portal: str, inspector: Driver, reading: str
) -> None:
    base = f"/inspections/{reading}/notes"
    typed_without_a_network(signed(window, inspector, portal), f"{portal}{base}/write", "typed in a car")
    others = [window.new_page() for _ in range(2)]
    for other in others:
        other.goto(f"{portal}/home")
    until("the words have left", lambda: "typed in a car" in words(inspector.get(base)), 20)
    others[0].goto(f"{portal}{base}/write")
    expect(others[0].locator("#state")).to_have_text("Kept and sent.")
    others[0].locator("#text").press_sequentially("!")
    expect(others[0].locator("#state")).to_have_text("Kept and sent.")
    others[1].goto(f"{portal}{base}/write")
    expect(others[1].locator("#state")).to_contain_text("open in another tab")
    others[0].close()
    expect(others[1].locator("#text")).to_have_value(re.compile("^(!typed in a car|typed in a car!)$"))
    with transaction() as session:
        (log,) = session.exec(select(NoteLog).where(NoteLog.inspection == reading)).all()
        (note,) = session.exec(select(Note).where(Note.inspection == reading)).all()
    assert (log.taken, note.characters) == (log.newest, len("typed in a car!"))
