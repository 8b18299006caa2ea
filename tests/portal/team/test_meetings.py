"""The lead inspector records a meeting with the area, and the team reads it, each reading recorded."""

import re
from typing import Any

import pytest
from sqlmodel import select

from models.tables import AuditEntry, Inspection
from tasks.ground.database import transaction
from tests.portal.driving import Driver, Outbox, words

pytestmark = pytest.mark.parts
TEXT = "The partners agree that strategy meetings start late."


@pytest.mark.usefixtures("police")
def test_a_meeting_is_recorded_by_the_lead_and_read_by_the_team(inspector: Driver, reading: str, portal: str) -> None:
    form = f"/inspections/{reading}/meetings/new"
    assert f'href="{form}"' in inspector.get(f"/inspections/{reading}/meetings").text
    with transaction() as session:
        today = session.get_one(Inspection, reading).today()
    day = {"on-day": str(today.day), "on-month": str(today.month), "on-year": str(today.year)}
    people = re.findall(r'name="present"[^>]*value="(P-\w+)"', inspector.get(form).text)
    assert len(people) >= 4
    # Of several people of one name and role it is seen who is of which agency.
    offered = words(inspector.get(form)).partition("Who was there")[2].partition("Who else")[0]
    assert re.search(r"A Lee, data officer \(name not proven\), Thames Valley Police", offered)
    assert "Care Quality Commission, inspector" not in offered
    refused = inspector.post(form, kind="keep_in_touch", text=TEXT, **day)
    assert refused.status_code == 422
    assert "Choose who was there" in words(refused)
    assert TEXT in refused.text
    given: dict[str, Any] = {"present": people[:2], "attending": "director_of_childrens_services", "once": "a"}
    answer = inspector.post(form, kind="keep_in_touch", text=TEXT, **day, **given)
    seen = words(answer)
    assert "The record of the meeting is kept." in seen
    assert "Director of children's services" in seen
    assert "Alex Lee" in seen
    assert TEXT in seen
    with Driver(portal) as other:
        other.sign_in(Outbox(portal).link_to("Sam Okafor", reading))
        listed = other.get(f"/inspections/{reading}/meetings")
        assert "Keep-in-touch meeting" in words(listed)
        assert TEXT not in listed.text
        assert form not in listed.text
        page = f"/inspections/{reading}/meetings"
        assert "No meeting matches." in words(other.post(f"{page}/list", page=page, list="records", words="annual"))
        table = other.post(f"{page}/list", page=page, list="records", download="csv").text
        assert ("Keep-in-touch meeting" in table, "Alex Lee" in table, TEXT in table) == (True, True, False)
        assert TEXT in words(other.get(answer.url.path))
        assert other.get(form).status_code == 404
    with transaction() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.action == "meeting.read")).all()
    assert len({entry.actor for entry in entries}) == 2


def test_no_agency_and_no_stranger_reads_a_record(police: Driver, reading: str) -> None:
    for path in ("meetings", "meetings/new", "meetings/x", "documents"):
        assert police.get(f"/inspections/{reading}/{path}").status_code == 404


def test_an_unknown_record_is_no_page(inspector: Driver, reading: str) -> None:
    assert inspector.get(f"/inspections/{reading}/meetings/unknown").status_code == 404
