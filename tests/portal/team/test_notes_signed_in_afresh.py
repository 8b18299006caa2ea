"""Words typed where a sign-in has ended survive, are hidden from whoever comes next, and reach the team afterwards."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlmodel import Session, select

from models.roles import Role
from models.states import SignInWay
from models.tables import AuditEntry, Membership, Note, Person, SignIn
from portal.pages.session import COOKIE
from tasks.ground.database import transaction
from tasks.people.persons import end_role
from tasks.people.sessions import begin, end_all
from tests.portal.driving import Driver, words
from tests.portal.team.passing import signed_in
from tests.portal.test_browser import signed
from tests.stacks import until

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]
WRITER, OTHER = "Wanda Writes", "Otto Other"
BEFORE, OFFLINE = "CANARY-BEFORE", "CANARY-OFFLINE"
_ALL_KEPT = """async () => {
  const asked = request => new Promise(resolve => { request.onsuccess = () => resolve(request.result) })
  const base = await asked(indexedDB.open('jtai-notes'))
  const text = value => value instanceof ArrayBuffer
    ? new TextDecoder().decode(value)
    : value && typeof value === 'object' ? Object.values(value).map(text).join(' ') : String(value)
  const kept = []
  for (const store of base.objectStoreNames) {
    const values = await asked(base.transaction(store).objectStore(store).getAll())
    kept.push(...values.map(text))
  }
  base.close()
  return kept.join('\\n')
}"""
"""Returns everything that the browser keeps of notes, as text."""


def person(name: str) -> str:
    with transaction() as session:
        return session.exec(select(Person.id).where(Person.name == name)).one()


def _signed_out(session: Session, writer: str) -> None:
    end_all(session, writer, by="test")


def _a_day_later(session: Session, writer: str) -> None:
    for row in session.exec(select(SignIn).where(SignIn.person_id == writer)):
        row.began_at -= timedelta(days=1)
        row.proven_at -= timedelta(days=1)
        row.seen_at -= timedelta(days=1)
        row.expires_at -= timedelta(days=1)
        session.add(row)


def _role_ended(session: Session, writer: str) -> None:
    for row in session.exec(select(Membership).where(Membership.person_id == writer)):
        end_role(session, row.id, by="test")


def came_again(window: BrowserContext, portal: str, reference: str) -> None:
    """Have somebody sign in at the same browser, whoever was there before."""
    with transaction() as session:
        secret = begin(session, session.get_one(Person, reference), SignInWay.OWN_LINK)
    window.add_cookies([{"name": COOKIE, "value": secret, "url": portal}])


def typed_without_a_network(page: Page, address: str) -> None:
    """Type while all is well, then without a network, and leave the page."""
    page.goto(address)
    expect(page.locator("#state")).to_have_text("Ready.")
    page.locator("#text").press_sequentially(BEFORE)
    expect(page.locator("#state")).to_have_text("Kept and sent.")
    page.context.set_offline(True)
    page.locator("#text").press_sequentially(f" {OFFLINE}")
    expect(page.locator("#state")).to_contain_text("No connection.")
    # What is no older than a second may be lost with the page.
    page.wait_for_timeout(1_000)
    page.close()
    page.context.set_offline(False)


def hidden(page: Page) -> bool:
    """Return whether nothing that was typed stands on a page, or in what the browser keeps, to be read by anybody."""
    assert "CANARY" in BEFORE
    kept = page.evaluate(_ALL_KEPT)
    return bool(kept) and not any("CANARY" in text for text in (page.content(), kept))


@pytest.mark.parametrize("ended", [_signed_out, _a_day_later], ids=["signed out", "a day later"])
def test_l1_words_typed_before_a_sign_in_ended_wait_hidden_for_the_same_person(
    window: BrowserContext, portal: str, inspector: Driver, reading: str, ended: Callable[[Session, str], None]
) -> None:
    base = f"/inspections/{reading}/notes"
    with signed_in(portal, reading, Role.INSPECTOR, WRITER) as driver:
        typed_without_a_network(signed(window, driver, portal), f"{portal}{base}/write")
    writer = person(WRITER)
    with transaction() as session:
        ended(session, writer)
    page = window.new_page()
    # Without a sign-in there is nothing to see, and what was typed leaves by the writer's pen.
    page.goto(f"{portal}{base}/write")
    expect(page.locator("h1")).to_contain_text("not signed in")
    until("the words have left", lambda: "arrived without a sign-in" in words(inspector.get(base)), 20)
    assert hidden(page)
    assert OFFLINE not in inspector.get(base).text
    # Somebody else at the same browser finds an empty page of their own.
    with signed_in(portal, reading, Role.INSPECTOR, OTHER):
        came_again(window, portal, person(OTHER))
    page.goto(f"{portal}{base}/write")
    expect(page.locator("#state")).to_have_text("Ready.")
    expect(page.locator("#text")).to_have_value("")
    assert hidden(page)
    page.goto(f"{portal}{base}")
    assert OFFLINE not in page.content()
    # The writer goes on where they stopped, and the team reads it.
    came_again(window, portal, writer)
    page.goto(f"{portal}{base}/write")
    expect(page.locator("#text")).to_have_value(f"{BEFORE} {OFFLINE}")
    page.locator("#text").press_sequentially("!")
    # The caret is where the browser puts it.
    whole = (f"{BEFORE} {OFFLINE}!", f"!{BEFORE} {OFFLINE}")
    until("the team reads it", lambda: any(each in words(inspector.get(base)) for each in whole), 20)
    read = words(inspector.get(base))
    assert "arrived without a sign-in" not in read
    with transaction() as session:
        (note,) = session.exec(select(Note).where(Note.inspection == reading)).all()
    assert note.person_id == writer


def test_l15_words_of_somebody_whose_role_has_ended_are_let_in_by_the_lead_alone(
    window: BrowserContext, portal: str, inspector: Driver, reading: str
) -> None:
    base = f"/inspections/{reading}/notes"
    with signed_in(portal, reading, Role.INSPECTOR, WRITER) as driver:
        typed_without_a_network(signed(window, driver, portal), f"{portal}{base}/write")
    writer = person(WRITER)
    with transaction() as session:
        _role_ended(session, writer)
    page = window.new_page()
    page.goto(f"{portal}{base}/write")
    assert page.locator("#text").count() == 0
    until("the words have left", lambda: "arrived without a sign-in" in words(inspector.get(base)), 20)
    assert hidden(page)
    with signed_in(portal, reading, Role.INSPECTOR, OTHER) as other:
        assert "arrived without a sign-in" not in words(other.get(base))
        assert other.post(f"{base}/waiting", page=base, subject=writer).status_code == 404
        assert OFFLINE not in other.get(base).text
        inspector.post(f"{base}/waiting", page=base, subject=writer)
        assert f"{BEFORE} {OFFLINE}" in words(other.get(base))
    with transaction() as session:
        (entry,) = session.exec(select(AuditEntry).where(AuditEntry.action == "notes.let-in")).all()
    assert entry.actor.startswith("lead_inspector: P-")


def test_l13_a_page_that_is_open_when_its_sign_in_ends_says_so_and_hides_what_was_typed(
    window: BrowserContext, portal: str, inspector: Driver, reading: str
) -> None:
    base = f"/inspections/{reading}/notes"
    with signed_in(portal, reading, Role.INSPECTOR, WRITER) as driver:
        page = signed(window, driver, portal)
    page.goto(f"{portal}{base}/write")
    expect(page.locator("#state")).to_have_text("Ready.")
    page.locator("#text").press_sequentially(BEFORE)
    expect(page.locator("#state")).to_have_text("Kept and sent.")
    writer = person(WRITER)
    with transaction() as session:
        end_all(session, writer, by="test")
    page.locator("#text").press_sequentially(f" {OFFLINE}")
    expect(page.locator("#state")).to_contain_text("You are no longer signed in.")
    expect(page.locator("#text")).to_have_count(0)
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    assert hidden(page)
    assert OFFLINE not in inspector.get(base).text
    came_again(window, portal, writer)
    page.goto(f"{portal}{base}/write")
    expect(page.locator("#text")).to_have_value(f"{BEFORE} {OFFLINE}")
    assert f"{BEFORE} {OFFLINE}" in words(inspector.get(base))
