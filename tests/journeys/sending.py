"""What agencies send besides returns, and what the lead inspector keeps: documents, chronologies, meetings, consent."""

import re
from typing import TYPE_CHECKING

from tests.stacks import until

if TYPE_CHECKING:
    from tests.journeys.inspecting import Inspecting
    from tests.journeys.person import Person

DOCUMENT = b"Everybody who meets a child writes down what the child said.\nAgreed in May.\n"
CHRONOLOGY = b"In March the nursery rang the front door for the first time.\nIn April it rang again.\n"
MEETING = "The green door beside the library, second floor."
CONSENT = "Please meet her at the nursery and not at home."
RECORD = "The partners agree that nobody reads the minutes of strategy meetings."


def documents_come(on: "Inspecting") -> None:
    """Each officer who is asked for a document sends the first, and opens it once it was scanned."""
    for of_kind in on.officers.values():
        for one in of_kind:
            if links := re.findall(r'href="(/documents/[^"]+)"', one.browser.get("/").text):
                _sent(one, links[0], DOCUMENT)


def _sent(officer: "Person", page: str, data: bytes) -> None:
    officer.sends(page, f"{page}/versions", files={"file": ("document.txt", data)})
    until(f"{page} was scanned", lambda: officer.finds(f"{page}/files/1") == 200, 120)
    assert officer.browser.get(f"{page}/files/1").content == data


def families_are_told_of(on: "Inspecting") -> None:
    """The council attaches a chronology to its evaluation, and tells of a meeting and of who agrees to be met."""
    council = on.officers["local_authority"][0]
    request = next(name for name, agency, _ in on.requests(evaluations=True) if agency.endswith("/local_authority"))
    attached = re.findall(r'href="(/documents/[^"]+)"', council.browser.get(f"/requests/{request}").text)
    _sent(council, attached[0], CHRONOLOGY)
    label = re.findall(r">Child (T\d+)<", council.browser.get("/meetings").text)[0]
    day = on.day("fieldwork_end")
    values = {"child": label, "kind": "core_group", "clock": "10:00", "where": "elsewhere", "ask_for": "chair"}
    values |= {"on-day": str(day.day), "on-month": str(day.month), "on-year": str(day.year), "text": MEETING}
    council.sends("/meetings/plan", values=values)
    values = {"child": label, "of": "mother", "answer": "agreed", "asker": "social_worker", "text": CONSENT}
    day = on.announced
    values |= {"on-day": str(day.day), "on-month": str(day.month), "on-year": str(day.year)}
    council.sends("/meetings/consent", values=values)


def a_meeting_is_recorded(on: "Inspecting") -> None:
    """The lead inspector records a keep-in-touch meeting; an inspector reads it, and no agency does."""
    lead, page = on.people["lead"], f"/inspections/{on.ref}/meetings/new"
    day = on.announced
    values = {"kind": "keep_in_touch", "present": lead.reference, "attending": "others", "text": RECORD}
    values |= {"on-day": str(day.day), "on-month": str(day.month), "on-year": str(day.year)}
    record = lead.sends(page, values=values).url.path
    assert RECORD in on.people["inspector0"].opens(record)
    assert on.people["inspector0"].finds(page) == 404
    assert on.officers["local_authority"][0].finds(record) == 404
