"""The council tells of meetings and consent by label, and the team reads them by day and on the child's page."""

import re

import pytest

from models.tables import Inspection
from tasks.ground.database import transaction
from tests.portal.driving import Driver, words

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]
TEXT = "Room 4 of the civic centre, 0118 496 0000."


def days(ref: str) -> dict[str, dict[str, str]]:
    """Return the fields of a day that is to come, and of today."""
    with transaction() as session:
        today = session.get_one(Inspection, ref).today()
    coming = today.replace(year=today.year + 1, day=1) if today.month == 1 else today.replace(month=12, day=15)
    parts = {"coming": coming, "today": today}
    return {name: {"on-day": str(d.day), "on-month": str(d.month), "on-year": str(d.year)} for name, d in parts.items()}


def label_of(council: Driver) -> str:
    page = council.get("/meetings").text
    return str(re.findall(r">Child (T\d+)<", page)[0])


def tell(council: Driver, ref: str, **change: str) -> str:
    fields = {"child": label_of(council), "kind": "core_group", "clock": "14:30", "where": "online", "ask_for": "chair"}
    return words(council.post("/meetings/plan", **{**fields, "text": TEXT, **days(ref)["coming"], **change}))


def test_from_the_first_page_to_the_childs_page(council: Driver, inspector: Driver, reading: str) -> None:
    home = words(council.get("/"))
    assert "Planned meetings, and who agrees to meet inspectors" in home
    assert "Still to tell for T" in home
    assert "Nothing is owed" not in home
    label = label_of(council)
    seen = tell(council, reading)
    assert "The meeting is recorded. Inspectors see it." in seen
    assert TEXT in seen
    given = {"child": label, "of": "mother", "answer": "agreed", "asker": "social_worker", **days(reading)["today"]}
    answered = words(council.post("/meetings/consent", **given, text="An interpreter is needed."))
    assert "The answer is recorded." in answered
    assert "Mother : agrees to meet inspectors" in answered
    shown = words(inspector.get(f"/inspections/{reading}/children/{label}"))
    assert (
        f"2:30pm on Monday 15 December 2025 : Core group. Online. Ask for: whoever chairs the meeting. {TEXT}" in shown
    )
    assert "Mother : agrees to meet inspectors" in shown
    assert "An interpreter is needed." in shown
    listed = words(inspector.get(f"/inspections/{reading}/meetings"))
    assert f"2:30pm on Monday 15 December 2025 Child {label} Core group Online" in listed
    assert "An interpreter is needed." in listed
    page = f"/inspections/{reading}/meetings"
    narrowed = inspector.post(f"{page}/list", page=page, list="consents", words="father")
    assert "No answer matches." in words(narrowed)
    # The other lists of the page stay whole.
    assert TEXT in words(narrowed)
    table = inspector.post(f"{page}/list", page=page, list="planned", download="csv").text.splitlines()
    assert (len(table), f",{label},Core group,Online," in table[1]) == (2, True)
    consents = inspector.post(f"{page}/list", page=page, list="consents", download="csv").text
    assert "An interpreter is needed." in consents
    council.post("/meetings/consent", **{**given, "answer": "withdrawn"})
    assert "Agreed before, and has withdrawn that" in words(inspector.get(f"/inspections/{reading}/meetings"))


def test_a_meeting_that_does_not_take_place_is_called_off(council: Driver, inspector: Driver, reading: str) -> None:
    tell(council, reading)
    (form,) = re.findall(r'action="(/meetings/\w+/cancel)"', council.get("/meetings").text)
    assert "does not take place" in words(council.post(form, page="/meetings"))
    assert "Called off" in words(council.get("/meetings"))
    assert "no meeting that is still to come" in words(inspector.get(f"/inspections/{reading}/meetings"))


def test_each_mistake_stands_beside_its_field_and_what_was_entered_stays(council: Driver, reading: str) -> None:
    answer = council.post("/meetings/plan", child="T99", clock="noon", text="Room 4", **days(reading)["coming"])
    assert answer.status_code == 422
    for field in ("child", "kind", "on", "where", "ask_for"):
        assert f'href="#{field}"' in answer.text
    assert "Room 4" in answer.text
    assert 'value="noon"' in answer.text
    answer = council.post("/meetings/consent")
    assert answer.status_code == 422
    for field in ("child", "of", "answer", "asker", "on"):
        assert f'href="#{field}"' in answer.text


def test_no_other_agency_has_these_pages(police: Driver) -> None:
    for path in ("/meetings", "/meetings/plan", "/meetings/consent"):
        assert police.get(path).status_code == 404
    token = {"csrf": police.token("/sign-out")}
    for path in ("/meetings/plan", "/meetings/consent", "/meetings/x/cancel"):
        assert police.http.post(path, data={**token, "child": "T1"}).status_code == 404
