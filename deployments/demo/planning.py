"""How the council of the rehearsal answers the letter with a plan, and how the inspectorates review it."""

import re

from sqlmodel import select

from deployments.demo.rehearsal import REVIEWER, Rehearsal
from deployments.demo.watch import StoryError
from models.states import PlanOutcome
from models.tables import ActionPlan, Agency, Letter, Statement
from models.timetable import add_months
from models.words import plural
from tasks.ground.database import transaction
from tasks.plans.reviewing import waiting_reviews
from tasks.plans.standing import answered_letter, draft_of, origins_of, reviews_of, versions_of
from tasks.plans.values import Action, Origin
from validation.telling.pages import to_csv

_SEEN = re.compile(r'name="seen" value="([0-9a-f]*)"')
_MISSING = "Say by what you will know that it worked."
_MEASURE = "9 of 10 in our monthly audit of 20 cases"


def plan_is_sent(rehearsal: Rehearsal) -> str:
    """The council types one action and fills in the workbook for the others, one of them without a measure."""
    letter, owner = _letter(rehearsal.ref)
    if letter is None:
        return "no plan is asked for"
    origins = origins_of(letter)
    if not _sent(rehearsal.ref):
        council, due = rehearsal.person("local_authority"), add_months(rehearsal.day("publication"), 6)
        day = {"due-day": f"{due.day}", "due-month": f"{due.month}", "due-year": f"{due.year}"}
        typed = {"origin": origins[0].id, "text": _will(origins[0]), "owner": owner, "measure": _MEASURE, **day}
        council.submit("/plan/actions/new", "/plan/actions/new", typed)
        actions = [
            Action(f"A{number:02}", origin.id, _will(origin), owner, _MEASURE if number > 1 else "", due)
            for number, origin in enumerate(origins, 1)
        ]
        rows = [list(actions[0].cells()), *(list(action.cells().values()) for action in actions)]
        checked = council.submit("/plan", "/plan/workbook", files={"file": ("plan.csv", to_csv(rows))})
        file = checked.url.params["file"]
        council.submit(f"/plan/workbook?file={file}", "/plan/workbook/take", {"file": file})
        _send(rehearsal)
    return f"{plural(len(origins), 'action')} for {plural(len(origins), 'part')} of the letter"


def _will(origin: Origin) -> str:
    first = origin.words.partition(". ")[0]
    return f"Leaders of all agencies see to this together, and look at it each month: {first[:200]}"


def _letter(ref: str) -> tuple[Letter | None, str]:
    """Return the letter that a plan answers, and the name of a body that can own its actions."""
    with transaction() as session:
        statement = session.get(Statement, ref)
        if statement is None or not statement.needed:
            return None, ""
        agency = session.exec(select(Agency).where(Agency.inspection == ref, Agency.kind == "local_authority")).one()
        return answered_letter(session, ref), agency.name


def _sent(ref: str) -> int:
    with transaction() as session:
        return len(versions_of(session, ref))


def _send(rehearsal: Rehearsal) -> None:
    council = rehearsal.person("local_authority")
    council.submit("/plan/send", "/plan/send", {"seen": _seen(council.get("/plan/send").text)})


def _seen(page: str) -> str:
    match = _SEEN.search(page)
    if match is None:
        raise StoryError("The page of the plan has nothing to send.")
    return match[1]


def plan_is_reviewed(rehearsal: Rehearsal) -> str:
    """An inspector misses a measure and the lead confirms it; the council sends a new version, which is adequate."""
    if not _sent(rehearsal.ref):
        return "no plan was sent"
    if not _outcomes(rehearsal.ref):
        _review(rehearsal, {"outcome": "missing", "missing-A01": _MISSING})
    if _sent(rehearsal.ref) == 1:
        council = rehearsal.person("local_authority")
        page = council.get("/plan/actions/A01").text
        council.submit("/plan/actions/A01", "/plan/actions/A01", {**_typed(rehearsal.ref), "seen": _seen(page)})
        _send(rehearsal)
    if PlanOutcome.ADEQUATE not in _outcomes(rehearsal.ref):
        _review(rehearsal, {"outcome": "adequate"})
    return "something was missing in version 1; version 2 is adequate, confirmed by the lead inspector"


def _typed(ref: str) -> dict[str, str]:
    """Return what the form of the first action holds, with the measure that was missing."""
    with transaction() as session:
        action = draft_of(session, ref).actions[0]
    due = action.due
    day = {"due-day": f"{due.day}", "due-month": f"{due.month}", "due-year": f"{due.year}"} if due else {}
    return {"origin": action.origin, "text": action.action, "owner": action.owner, "measure": _MEASURE, **day}


def _outcomes(ref: str) -> list[PlanOutcome]:
    with transaction() as session:
        return [row.outcome for row in reviews_of(session, ref)]


def _review(rehearsal: Rehearsal, values: dict[str, str]) -> None:
    """Let an inspector review the newest version, and the lead inspector confirm it."""
    page = f"/inspections/{rehearsal.ref}/plan/review"
    with transaction() as session:
        number = session.get_one(ActionPlan, rehearsal.ref).version
        waits = waiting_reviews(session, rehearsal.ref)
    if not waits:
        rehearsal.person(REVIEWER).submit(page, page, {"number": f"{number}", **values})
        with transaction() as session:
            waits = waiting_reviews(session, rehearsal.ref)
    decision = f"/decisions/{waits[0][0].id}"
    rehearsal.person("inspector").submit(decision, decision, {"answer": "confirm"})
