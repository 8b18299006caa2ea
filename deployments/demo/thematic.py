"""`python -m deployments.demo.thematic`: rehearse six small areas side by side, and their thematic report."""

import argparse
import os
import re
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from sqlmodel import select

from deployments.demo.__main__ import say
from deployments.demo.cast import THEME, Setting
from deployments.demo.people import Decider, cookie_of, enter_missing
from deployments.demo.watch import StoryError, nudge_sweep, submit, until
from deployments.demo.web import DemoPerson, PageError, sign_in
from deployments.errors import StackError
from deployments.stack import Stack
from models.decisions import PUBLISH_REPORT
from models.frames import CELLS, DEPTH
from models.refusals import Refusal
from models.settings import reread
from models.states import ReportStatus
from models.tables import CompiledReport, Proposal, ThemeReport
from models.words import joined, plural
from tasks.ground.database import transaction

AREAS = ("E08000035", "E06000023", "E09000007", "E06000047", "E10000014", "E06000015")
"""Leeds, Bristol, Camden, County Durham, Hampshire and Derby: six areas in six regions."""

CHILDREN = 300
_WITHOUT: tuple[frozenset[int], ...] = tuple(
    # The council comments on the fourth finding, so that stays.
    map(frozenset, ((), (4,), (5,), (4, 6), (5, 6), (4, 5, 6)))
)
_PROSE = {
    "introduction": "Children and findings of this rehearsal are made up.\n\nIt shows how a report is made.",
    "method": "Findings were agreed by several people each, and read from outside the team.",
}


def settings_of(theme_id: str) -> list[Setting]:
    """Return what is rehearsed: one theme in six areas, of which some have fewer findings than others.

    Raises:
        UnknownThemeError: there is none of this name.
    """
    usual = (Setting.of(theme_id, gss) for gss in AREAS)
    return [Setting(each.theme, each.area, CHILDREN, without) for each, without in zip(usual, _WITHOUT, strict=True)]


def inspect_all(portal: str, folder: Path, settings: list[Setting]) -> None:
    """Rehearse all areas side by side, each to its published letter.

    Raises:
        StoryError: the first step of one of them that did not come to what it should; the others end with the stack.
    """
    from deployments.demo.story import Story

    enter_missing(portal)
    for who in (Decider.MANAGER, Decider.SECOND):
        # Before the areas begin: six would ask for the same links at the same moment.
        cookie_of(who, settings[0].ref)

    def one_area(setting: Setting) -> str:
        def tell(text: str) -> None:
            say(f"  {setting.area.name}: {text}")

        try:
            Story(portal, folder / setting.ref, tell, setting=setting).run()
        except (StoryError, PageError) as error:
            raise StoryError(f"{setting.area.name}: {error}") from error
        return setting.area.name

    pool = ThreadPoolExecutor(len(settings))
    try:
        for done in as_completed([pool.submit(one_area, setting) for setting in settings]):
            say(f"{done.result()} is published.")
    finally:
        # Whoever stops it waits for no other area: each ends at its next step, once the stack is gone.
        pool.shutdown(wait=False, cancel_futures=True)


def report_begins(theme_id: str) -> str:
    """Wait until the report has begun by itself and its draft is made, and return its reference."""
    begun: list[str] = []

    def has_begun() -> bool:
        with transaction() as session:
            query = select(CompiledReport.report).join(ThemeReport).where(ThemeReport.theme_id == theme_id)
            begun[:] = session.exec(query).all()
        return bool(begun)

    until("the report has begun", has_begun, nudge_sweep)
    return begun[-1]


def report_is_written(portal: str, ref: str) -> int:
    """A programme manager writes every part on the portal that nobody has written; return how many there are."""
    from tasks.theming.beginning import report_of
    from tasks.theming.writing import parts

    with transaction() as session:
        all_parts = parts(session, report_of(session, ref))
    writer = _person(portal, Decider.MANAGER)
    for part in all_parts:
        if not part.text:
            page = f"/reports/{ref}/parts/{part.name}"
            writer.submit(page, page, {"seen": part.version, "text": _words(part.name, part.label)})
    return len(all_parts)


def _words(name: str, label: str) -> str:
    if name.startswith("recommendations"):
        return f"{label.rpartition(': ')[2]} should read this rehearsal and say what is missing."
    return _PROSE.get(name, "Inspectors saw this in records, and heard it from staff and families.")


def report_is_published(portal: str, ref: str) -> str:
    """Another manager, who wrote none of it, says that it is ready; 2 managers publish it."""
    base = f"/reports/{ref}"
    with transaction() as session:
        row = session.get_one(ThemeReport, ref)
    if not row.decided_by:
        outside = _person(portal, Decider.SECOND)
        if seen := re.search(r'name="seen" value="(\w+)"', outside.get(base).text):
            outside.submit(base, f"{base}/assure", {"seen": seen[1]})
        _person(portal, Decider.MANAGER).submit(base, f"{base}/publish")
        with transaction() as session:
            query = select(Proposal.id).where(Proposal.act == PUBLISH_REPORT, Proposal.subject == ref)
            proposal = session.exec(query).one()
        submit(Decider.SECOND, "confirm-decision", ref=row.inspection, proposal=proposal, answer="confirm")

    def is_published() -> bool:
        with transaction() as session:
            return session.get(CompiledReport, (ref, ReportStatus.PUBLISHED, 1)) is not None

    until("the report is published", is_published, nudge_sweep)
    return f"read by {Decider.SECOND.value}, published by {joined([Decider.MANAGER.value, Decider.SECOND.value])}"


def _person(portal: str, who: Decider) -> DemoPerson:
    from tasks.people.sign_in_links import outbox_key

    return sign_in(portal, outbox_key(), who.value, who.value)


def keep_site(folder: Path) -> int:
    """Write the public pages of the rehearsal into a folder, and return how many files they are."""
    from tasks.publishing.gathering import public_inspections, public_reports
    from tasks.publishing.site import site

    with transaction() as session:
        inspections = public_inspections(session, rehearsals=True)
        reports = public_reports(session, rehearsals=True)
    files = site(inspections, "https://letters.example.org", reports)
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return len(files)


def rehearse(settings: list[Setting]) -> None:
    """Run everything on a stack of its own, and end the stack."""
    began, theme_ = time.monotonic(), settings[0].theme

    def step(title: str, take: Callable[[], object]) -> object:
        start = time.monotonic()
        outcome = take()
        say(f"{title}: {outcome} ({time.monotonic() - start:.1f} s)")
        return outcome

    say(f"Rehearsing {theme_.id} in {joined([each.area.name for each in settings])}.")
    # Every part of the stack inherits it.
    os.environ.setdefault(DEPTH, CELLS)
    with Stack() as stack:
        os.environ.update(stack.addresses)
        reread()
        say(f"The stack is ready ({time.monotonic() - began:.1f} s).")
        portal, folder = stack.addresses["JTAI_PORTAL_URL"], stack.state.folder / "demo-theme"
        inspecting = time.monotonic()
        inspect_all(portal, folder, settings)
        say(f"All areas are published ({time.monotonic() - inspecting:.1f} s).")
        ref = str(step("Report begun", lambda: report_begins(theme_.id)))
        step("Report written", lambda: plural(report_is_written(portal, ref), "part"))
        step("Report published", lambda: report_is_published(portal, ref))
        step("Public pages", lambda: f"{plural(keep_site(folder / 'site'), 'file')} in {folder / 'site'}")
        say(f"\nThe report: {folder / 'site' / 'reports' / ref / 'report.html'}")
        say(f"On the portal: {portal}/reports/{ref}")
        say(f"In all {time.monotonic() - began:.1f} s. `make up` starts the same stack again.")


def main() -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser("make demo-theme", description="Rehearse 6 areas and their thematic report.")
    parser.add_argument("--theme", default=THEME, help="a theme, such as front-door-2024")
    wanted = parser.parse_args()
    try:
        rehearse(settings_of(wanted.theme))
    except Refusal as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    except (StackError, StoryError, PageError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        say("Stopped. Run it again to go on from here.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
