"""A manager's day in the UI of Prefect alone, on the stack that runs, each step as a picture (`make pictures`).

It announces Slough with a team, finds it and extends a return; then it goes through the rehearsal of Reading, and does
in a browser what managers decide there: approve the sample and publish, each with a second person.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import BrowserContext, Page, sync_playwright
from sqlmodel import col, select

from deployments.demo.people import Decider, cookie_of
from deployments.demo.story import Story
from deployments.demo.watch import REF, clock, nudge_sweep, past, stage, until
from models.areas import area
from models.england import ENGLAND
from models.lifecycle import ENDED, Stage
from models.roles import Role
from models.settings import settings
from models.states import Instrument, OrganisationKind
from models.tables import Inspection, Person, Proposal
from models.tables.base import utc_now
from models.themes import theme
from models.timetable import add_working_days, is_working_day
from portal.pages.session import COOKIE
from tasks.basis.recording import EnteredSharing, record_sharing
from tasks.ground.database import transaction
from tasks.ground.prefect_api import wait_for
from tasks.people.organisations import add_organisation, known_names
from tasks.people.persons import Entered, add_person, give_role

FOLDER = Path(__file__).parent / "pictures"
AREA, THEME = "E06000039", "domestic-abuse-2024"
WIDTH, HEIGHT = 1280, 1000
QUIET = ("--headless=new", "--no-first-run", "--disable-sync", "--disable-background-networking")
SETTLED_MILLISECONDS = 2500
WAIT_MILLISECONDS = 120_000
RUN_SECONDS = 300
FROM = date(2026, 1, 1)
CONCERNED = (OrganisationKind.LOCAL_AUTHORITY, OrganisationKind.POLICE)
"""Kinds of body at which somebody is named for immediate concerns, and a director is on record."""
TEAM = {"Lead inspector": "Rosa Lead", "Inspectors": "Tom Inspector", "Quality assurer": "Una Assurer"}


@dataclass(frozen=True, slots=True)
class Desk:
    """A manager's browser at the UI of Prefect.

    Attributes:
        context: of the browser, with the session of the person who sits there.
        address: of the UI.
    """

    context: BrowserContext
    address: str

    def open(self, path: str) -> Page:
        """Open a page of the UI."""
        page = self.context.new_page()
        page.goto(f"{self.address}{path}")
        page.wait_for_timeout(SETTLED_MILLISECONDS)
        return page


def choose(page: Page, field: str, words: str) -> None:
    """Choose the line of a list that holds some words, as a person does who types a part of it."""
    page.get_by_label(f"Select {field}", exact=True).or_(page.get_by_label(field, exact=True)).first.click()
    page.get_by_placeholder("Search...").last.fill(words)
    page.get_by_role("option").filter(has_text=words).first.click()
    page.keyboard.press("Escape")


def shot(page: Page, name: str, height: int = HEIGHT) -> None:
    """Save what a page shows."""
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.wait_for_timeout(SETTLED_MILLISECONDS // 2)
    page.screenshot(path=FOLDER / f"manager-{name}.png")
    sys.stdout.write(f"manager-{name}\n")


def submitted(page: Page, name: str) -> str:
    """Submit a form, wait for the end of its run, keep a picture of it, and return what the run says."""
    page.get_by_role("button", name="Submit").click()
    # The message with the link goes by itself after some seconds, so a slow machine would click beside it.
    run = page.get_by_role("link", name="View run").get_attribute("href") or ""
    page.goto(urljoin(page.url, run))
    # The page says of each task, too, that it is completed: what the run came to is asked of Prefect itself.
    wait_for(page.url.partition("?")[0].rpartition("/")[2], RUN_SECONDS)
    page.reload()
    page.get_by_role("tab", name="Details").click()
    page.get_by_text("scheduled to start now").wait_for(state="hidden")
    shot(page, name)
    return page.inner_text("body")


def people_are_entered() -> None:
    """Enter team and contacts of Slough, and on which basis each is asked, as managers do on pages of people; once."""
    place = area(AREA)
    names = known_names(place)
    with transaction() as session:
        if session.exec(select(Person).where(Person.name == TEAM["Lead inspector"])).first():
            return
        for name in TEAM.values():
            add_person(session, Entered(name, "inspector", _address(name)), by="operator")
        for kind in theme(THEME).in_scope:
            body = names.get(OrganisationKind(kind), f"{kind.replace('_', ' ').capitalize()} of {place.name}")
            organisation = add_organisation(session, OrganisationKind(kind), body, by="operator", areas=(AREA,))
            contact = f"{kind.replace('_', ' ').capitalize()} Contact"
            entered = Entered(contact, "data officer", _address(contact), "", organisation.id)
            person = add_person(session, entered, by="operator")
            # Without a basis for it nobody is asked for data.
            agreed = EnteredSharing(body, person.id, Instrument.AGREEMENT, "Data sharing agreement 2026/1", FROM)
            record_sharing(session, organisation, agreed, by="operator")
            if kind in CONCERNED:
                for role in (Role.NAMED, Role.DIRECTOR):
                    give_role(session, person, role, by="operator", from_day=FROM)


def _address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.com"


def announced() -> str | None:
    """Return the live inspection of Slough; None before it is announced."""
    with transaction() as session:
        query = select(Inspection.ref).where(Inspection.area_gss == AREA, col(Inspection.stage).not_in(ENDED))
        return session.exec(query).first()


def announce(desk: Desk) -> str:
    """Announce Slough with its team, chosen from lists."""
    if ref := announced():
        return ref
    today = utc_now().astimezone(ENGLAND).date()
    day = today if is_working_day(today) else add_working_days(today, 1)
    page = desk.open(f"/forms/announce-inspection?announced={day.isoformat()}")
    choose(page, "Area", "Slough")
    choose(page, "Theme", THEME)
    for field, name in TEAM.items():
        choose(page, field, name)
    shot(page, "announce")
    said = submitted(page, "announced")
    ref = announced()
    if ref is None:
        raise SystemExit(f"Slough was not announced. The run says: {said}")
    return ref


def find(desk: Desk, ref: str) -> None:
    """Find the inspection by its board."""
    shot(desk.open(f"/boards/{ref}"), "board", 1500)


def extend(desk: Desk, ref: str) -> None:
    """Give the police more time, from the link on the board: a day that is too late for the choice needs two."""
    page = desk.open(f"/boards/{ref}")
    page.locator(f"a[href*='extend-request?request={ref}-pol-1']").first.click()
    page.get_by_label("Select Request").filter(has_text="pol-1").wait_for()
    with transaction() as session:
        announced_on = session.get_one(Inspection, ref).announced
    page = desk.open(f"/forms/extend-request?request={ref}-pol-1&until={add_working_days(announced_on, 6).isoformat()}")
    choose(page, "Reason", "record system is not available")
    shot(page, "extend")
    submitted(page, "extended")


def confirm(desk: Desk, name: str, ref: str) -> None:
    """Confirm what waits in an inspection, as a second person, by the form of Prefect."""
    (proposal,) = waiting(ref)
    page = desk.open(f"/forms/confirm-decision?proposal={proposal}")
    choose(page, "Answer", "confirm")
    shot(page, f"{name}-confirm")
    submitted(page, f"{name}-confirmed")


def waiting(ref: str) -> list[str]:
    """Return the decisions that wait in an inspection."""
    with transaction() as session:
        query = select(Proposal.id).where(Proposal.inspection == ref, col(Proposal.answer).is_(None))
        return list(session.exec(query.where(Proposal.lapses_at > utc_now())))


def on_the_portal(desk: Desk, name: str, ref: str) -> None:
    """Confirm what waits in an inspection, as a second person, on the portal's page about it."""
    (proposal,) = waiting(ref)
    portal = settings().required("portal_url")
    page = desk.context.new_page()
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    page.goto(f"{portal}/home")
    shot(page, f"{name}-home")
    page.locator(f"a[href='/decisions/{proposal}']").first.click()
    page.get_by_label("Confirm", exact=True).check()
    shot(page, f"{name}-portal")
    page.get_by_role("button", name="Record my answer").click()
    page.wait_for_url("**/home")


def replace_and_approve(first: Desk, second: Desk) -> None:
    """Replace a child with a second person, then approve the sample."""
    if stage() != Stage.SAMPLE_PROPOSED:
        return
    page = first.open(f"/forms/decide-sample?inspection={REF}&decision=replace&child=T3")
    choose(page, "Reason", "no longer lives in the area")
    shot(page, "replace", 1080)
    submitted(page, "replaced")
    confirm(second, "replace", REF)
    page = first.open(f"/forms/decide-sample?inspection={REF}&decision=approve")
    choose(page, "Reason", "follows the plan")
    shot(page, "approve", 1080)
    submitted(page, "approved")


def publish(first: Desk, second: Desk) -> None:
    """Publish the letter; the second person confirms it on the portal."""
    if stage() != Stage.PRE_PUBLICATION:
        return
    clock(date(2025, 5, 6), 9, 30)
    page = first.open(f"/forms/publish?inspection={REF}")
    shot(page, "publish")
    submitted(page, "publish-asked")
    on_the_portal(second, "publish", REF)
    # The portal decided it; whatever is owed then, the sweep starts.
    until("the letter is published", lambda: past(Stage.PUBLISHED), nudge_sweep)


@contextmanager
def desks() -> Iterator[Callable[[Decider], Desk]]:
    """Return what opens the browser of a manager who is freshly signed in."""
    address = settings().required("prefect_api_url").removesuffix("/api")
    no_sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as play:
        program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = play.chromium.launch(executable_path=program, args=[*QUIET, *no_sandbox])

        def desk(who: Decider) -> Desk:
            context = browser.new_context(
                locale="en-GB",
                timezone_id="Europe/London",
                color_scheme="light",
                viewport={"width": WIDTH, "height": HEIGHT},
            )
            context.set_default_timeout(WAIT_MILLISECONDS)
            context.add_cookies([{"name": COOKIE, "value": cookie_of(who, ""), "url": address}])
            return Desk(context, address)

        yield desk
        browser.close()


def main() -> int:
    """Go through the day; returns the exit code."""
    FOLDER.mkdir(exist_ok=True)
    with desks() as desk:
        manager = desk(Decider.MANAGER)
        people_are_entered()
        ref = announce(manager)
        find(manager, ref)
        extend(manager, ref)
        confirm(desk(Decider.SECOND), "extend", ref)
        turns = {
            "One child replaced": replace_and_approve,
            "Letter published": publish,
        }

        def before(title: str) -> None:
            if turn := turns.get(title):
                turn(desk(Decider.MANAGER), desk(Decider.SECOND))

        story = Story(settings().required("portal_url"), settings().state / "demo", print, before=before)
        story.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
