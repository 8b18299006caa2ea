"""Somebody with a keyboard alone signs in, goes over a whole page, finds a note, and is never held fast."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from models.lifecycle import Stage
from tests.portal.driving import Driver, Outbox, moved_to
from tests.portal.people.test_register import manager_of
from tests.portal.team.passing import FINDING
from tests.portal.test_browser import signed

pytestmark = pytest.mark.parts

_MARK = """() => {
  const groups = new Map()
  let count = 0
  for (const element of document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')) {
    if (element.disabled || element.type === 'hidden' || element.tabIndex < 0 || !element.checkVisibility()) continue
    // Of radio buttons one takes the focus, and arrows go to the others.
    const group = element.type === 'radio' ? element.name : `only ${count}`
    if (!groups.has(group)) groups.set(group, count++)
    element.dataset.stop = groups.get(group)
  }
  return count
}"""
_TO_THE_TOP = """() => {
  // A blur alone leaves the place from which Tab goes on.
  document.body.tabIndex = -1
  document.body.focus()
  document.body.removeAttribute('tabindex')
}"""
_AT = "() => document.activeElement.dataset.stop ?? ''"
_IN_CONTENT = """() => {
  const main = document.querySelector('main')
  const stops = [...main.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  return main.contains(document.activeElement) || !stops.some(each => each.checkVisibility())
}"""
_SEEN = """() => {
  const style = getComputedStyle(document.activeElement)
  return style.outlineStyle !== 'none' || style.boxShadow !== 'none'
}"""


def walked(page: Page) -> tuple[list[int], int]:
    """Return where the focus stops as somebody presses Tab from the top of a page on, and how many stops there are.

    Each stop is seen: it has an outline or a shadow.
    """
    number, stops = int(page.evaluate(_MARK)), list[int]()
    page.evaluate(_TO_THE_TOP)
    for _ in range(number + 1):
        page.keyboard.press("Tab")
        at = page.evaluate(_AT)
        if not at or int(at) in stops:
            break
        stops.append(int(at))
        assert page.evaluate(_SEEN), page.evaluate("document.activeElement.outerHTML")
    return stops, number


def skipped(page: Page) -> None:
    """See that the first stop is the link past the menu, and that it leads into the content."""
    page.evaluate(_TO_THE_TOP)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    # Where the content has nothing to stop at, the next stop comes after it.
    assert page.evaluate(_IN_CONTENT)


def reached(page: Page, name: str, role: str = "link") -> None:
    """Press Tab until a control of the content has the focus."""
    wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    for _ in range(400):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(name)


def test_somebody_signs_in_by_keyboard(window: BrowserContext, outbox: Outbox) -> None:
    page = window.new_page()
    page.goto(outbox.link_of("police"))
    skipped(page)
    stops, number = walked(page)
    assert stops == list(range(number))
    reached(page, "Full name", "textbox")
    page.keyboard.type("Dan Webb")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="POL-1").first).to_be_visible()


def test_the_focus_goes_over_the_whole_page_of_an_inspection_in_its_order(
    window: BrowserContext, portal: str, inspector: Driver, chosen: str
) -> None:
    page = signed(window, inspector, portal)
    page.goto(f"{portal}/inspections/{chosen}")
    skipped(page)
    stops, number = walked(page)
    assert number > 30
    assert stops == list(range(number))
    reached(page, "Notes")
    page.keyboard.press("Enter")
    page.wait_for_url("**/notes")


def test_notes_are_sought_and_begun_by_keyboard(
    window: BrowserContext, portal: str, inspector: Driver, chosen: str
) -> None:
    page = signed(window, inspector, portal)
    page.goto(f"{portal}/inspections/{chosen}/notes")
    skipped(page)
    # What a summary hides is no stop until Enter opens it.
    folded, number = walked(page)
    assert folded == list(range(number))
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    stops, unfolded = walked(page)
    assert stops == list(range(unfolded))
    assert unfolded > number
    reached(page, "Words to look for", "textbox")
    page.keyboard.type("nursery")
    page.keyboard.press("Enter")
    expect(page.get_by_text("There is no note yet.")).to_be_visible()
    expect(page.get_by_label("Words to look for")).to_have_value("nursery")
    reached(page, "Write notes", "button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/write")
    expect(page.get_by_label("Note", exact=True)).to_be_enabled()
    # Tab leaves the field in which notes are typed, too.
    stops, number = walked(page)
    assert stops == list(range(number))


_ROOM = ("", "/children", "/children/T1", "/evidence", "/findings", "/findings/F01/evidence", "/concerns/new")
_ROOM_TOO = (
    "/judgements",
    "/judgements/T1/EA01",
    "/meetings",
    "/documents",
    "/returns",
    "/sampled",
    "/letter",
    "/plan",
)


def _held(page: Page, address: str, *paths: str) -> dict[str, object]:
    """Return what is not reached in its order, or not left, on each of some pages; the link past the menu is tried."""
    wrong: dict[str, object] = {}
    for path in paths:
        page.goto(address + path)
        skipped(page)
        stops, number = walked(page)
        if stops != list(range(number)):
            wrong[path] = (stops, number)
    return wrong


def test_every_page_of_the_inspectors_room_is_gone_over_by_keyboard(
    window: BrowserContext, portal: str, inspector: Driver, chosen: str
) -> None:
    moved_to(chosen, Stage.FIELDWORK)
    base = f"/inspections/{chosen}"
    data = {"csrf": inspector.token(f"{base}/findings/new"), **FINDING}
    assert inspector.http.post(f"{base}/findings/new", data=data).status_code == 200
    page = signed(window, inspector, portal)
    assert _held(page, portal, "/home", *(base + room for room in (*_ROOM, *_ROOM_TOO))) == {}


@pytest.mark.usefixtures("chosen")
def test_every_page_of_the_managers_desk_is_gone_over_by_keyboard(window: BrowserContext, portal: str) -> None:
    with manager_of(portal) as manager:
        page = signed(window, manager, portal)
        assert (
            _held(page, portal, "/home", "/desk", "/desk/agencies", "/desk/decisions", "/calendar", "/concerns") == {}
        )
        page.goto(f"{portal}/desk")
        page.locator("summary").first.focus()
        page.keyboard.press("Enter")
        reached(page, "Words to look for", "textbox")
        page.keyboard.type("Slough")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Words to look for")).to_have_value("Slough")
        expect(page.get_by_role("link", name="Slough").first).to_be_visible()
