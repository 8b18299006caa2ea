"""The council's Annex A lists of a synthetic area, which tell of the same children as its LA-DA."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import chain

from models.areas import area as area_of
from validation.contract.codes import ETHNICITY, SOURCE
from validation.contract.model import Sheet
from validation.returns.annex_a import AGE, BORN, DISABILITY, ETHNICITY_OF, GENDER_OF, ID
from validation.synthetic.agreement import POLICE, told_by_police
from validation.synthetic.area import SyntheticArea
from validation.synthetic.noise import Cells, typed
from validation.synthetic.rows import Clerk
from validation.synthetic.stories import ChildStory, story

_GENDERS = {"M": "a) Male", "F": "b) Female", "U": "c) Not stated/recorded"}
_SOURCES = tuple(f"{chr(ord('a') + n)}) {code}" for n, code in enumerate(SOURCE.values))
_FIRST_LETTER = ord("a")
_ASSESSED = frozenset({"looked_after", "child_protection_plan", "child_in_need_plan", "open_assessment", "closed"})
_ONLY_CONTACTED = frozenset({"contact_only", "early_help"})
_EARLIER_HELP = 0.1
_IN_CARE_AFTER_S47 = 0.5

OwnCells = Iterator[Cells]


def lists(area: SyntheticArea, clerk: Clerk, sheet: Sheet) -> list[Cells]:
    """Return the rows of one Annex A list.

    Args:
        area: whose LA-DA is typed already.
        clerk: types the rows.
        sheet: of the list.
    """
    rows: list[Cells] = []
    own_cells = _OWN_CELLS[sheet.name]
    # The stories come from a source of their own, so that all lists tell the same ones.
    for story_ in stories(area, clerk):
        of_police = told_by_police(area, story_.child) if sheet.name == "LA-1" else ()
        for own in chain(own_cells(clerk, story_), of_police):
            row = clerk.blank(sheet) | _child(clerk, story_) | own
            kept = {name: row[name] for name in sheet.names}
            area.typed(sheet.name, rows, kept, story_.child)
    return rows


def stories(area: SyntheticArea, clerk: Clerk) -> list[ChildStory]:
    """Return the stories of the children known to the council; the same for every list of one area."""
    rng = clerk.again("stories")
    return [story(child, row, clerk.context, rng) for child, row in area.cohort]


def _child(clerk: Clerk, story_: ChildStory) -> Cells:
    day, born, row = clerk.context.announced, story_.born, story_.row
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day)) if born else None
    ethnicity = row["ethnicity"] or ""
    return {
        ID: row["la_child_id"],
        GENDER_OF: _GENDERS[row["sex"] or "U"],
        ETHNICITY_OF: f"{chr(_FIRST_LETTER + ETHNICITY.values.index(ethnicity))}) {ethnicity}",
        BORN: typed(born),
        AGE: None if age is None else str(age),
        DISABILITY.name: row["disability"],
        "Allocated Team": row["allocated_team"],
        "Allocated Worker": f"SW{story_.child.household % 97 + 1000}",
    }


def _contacts(clerk: Clerk, story_: ChildStory) -> OwnCells:
    # What the police told the council follows their own list, where they are asked for it.
    police = clerk.context.theme.kinds_asked("POL-1")
    sources = [source for source in _SOURCES if not (police and source.endswith(f") {POLICE}"))]
    for day, source in zip(story_.contacts, clerk.rng.sample(sources, len(story_.contacts)), strict=True):
        yield {"Date of Contact": typed(day), "Contact Source": source}


def _early_help(clerk: Clerk, story_: ChildStory) -> OwnCells:
    helped = story_.status == "early_help"
    if not helped and clerk.rng.random() >= _EARLIER_HELP:
        return
    yield {
        "Assessment start date": typed(story_.referral),
        "Assessment completion date": None if helped else typed(story_.authorised or story_.assessed),
        "Organisation completing assessment": clerk.rng.choice(("Early help hub", "Oak Nursery", "Health visiting")),
    }


def _referral(clerk: Clerk, story_: ChildStory) -> OwnCells:
    if story_.status in _ONLY_CONTACTED:
        return
    yield {
        "Date of referral": typed(story_.referral),
        "Referral Source": clerk.rng.choice(_SOURCES),
        "Referral NFA?": "a) Yes" if story_.status == "no_further_action" else "b) No",
        "Number of Referrals in Last 12 Months": str(clerk.rng.randrange(1, 4)),
    }


def _assessment(_: Clerk, story_: ChildStory) -> OwnCells:
    if story_.status not in _ASSESSED:
        return
    done = story_.authorised is not None
    yield {
        "Continuous Assessment Start Date": typed(story_.assessed),
        "Continuous Assessment Date of Authorisation": typed(story_.authorised),
        "Was the child assessed as requiring LA children's social care support?": "a) Yes" if done else None,
        "Child Seen During Continuous Assessment": "a) Yes" if done else None,
    }


def _enquiry(clerk: Clerk, story_: ChildStory) -> OwnCells:
    protected = story_.status == "child_protection_plan"
    if not protected and (story_.status != "looked_after" or clerk.rng.random() >= _IN_CARE_AFTER_S47):
        return
    had_conference = story_.conference is not None
    yield {
        "Strategy discussion initiating Section 47 Enquiry Start Date": typed(story_.enquiry),
        "Was an Initial Child Protection Conference deemed unnecessary?": "b) No" if had_conference else "a) Yes",
        "Date of Initial Child Protection Conference": typed(story_.conference),
        "Did the Initial Child Protection Conference Result in a Child Protection Plan": _result(
            had_conference, protected
        ),
        "Number of Section 47 Enquiries in the last 12 months": str(clerk.rng.randrange(1, 3)),
        "Number of ICPCs in the last 12 months": "1" if had_conference else "0",
    }


def _result(had_conference: bool, protected: bool) -> str | None:
    if not had_conference:
        return None
    return "a) Yes" if protected else "b) No"


def _need(clerk: Clerk, story_: ChildStory) -> OwnCells:
    if story_.status not in ("child_in_need_plan", "closed"):
        return
    start = story_.authorised or story_.assessed
    shut = story_.closed is not None
    yield {
        "CIN Start Date": typed(start),
        "Date Child Was Last Seen": typed(start),
        "CIN Closure Date": typed(story_.closed),
        "Reason for Closure": clerk.rng.choice(("RC7", "RC8", "RC9")) if shut else None,
        "Case Status": "e) Closed episode" if shut else "c) Child in need plan",
    }


def _plan(_: Clerk, story_: ChildStory) -> OwnCells:
    if story_.status == "child_protection_plan":
        yield {
            "Child Protection Plan Start Date": typed(story_.protected),
            "Date of the Last Statutory Visit": typed(story_.review or story_.protected),
            "Date of latest review conference": typed(story_.review),
            "Child Protection Plan End Date": None,
        }


def _care(clerk: Clerk, story_: ChildStory) -> OwnCells:
    if story_.status != "looked_after":
        return
    start, end = story_.enquiry, clerk.context.announced
    visit = start + timedelta(days=clerk.rng.randrange(0, (end - start).days + 1))
    yield {
        "Date Started to be Looked After": typed(start),
        "Start date of current legal status": typed(start),
        "Date of Latest Statutory Review": typed(visit),
        "Date of Last Social Work Visit": typed(visit),
        "Date of Last IRO Visit / Contact to the Child": typed(visit),
        "Date of Last Health Assessment": typed(visit),
        "Date of Last Dental Check": None,
        "Date Ceased to be Looked After": None,
        "Reason Ceased to be Looked After": None,
        "Start Date of Most Recent Placement": typed(start),
        "Placement postcode": clerk.people.postcode(),
        "LA of Placement": area_of(clerk.context.gss or "").name,
        "Was the child offered a Return Interview after their last missing episode (Y/N)?": None,
        "Did the child accept a Return Interview after their last missing episode (Y/N)?": None,
    }


_OWN_CELLS: dict[str, Callable[[Clerk, ChildStory], OwnCells]] = {
    "LA-1": _contacts,
    "LA-2": _early_help,
    "LA-3": _referral,
    "LA-4": _assessment,
    "LA-5": _enquiry,
    "LA-6": _need,
    "LA-7": _plan,
    "LA-8": _care,
}
