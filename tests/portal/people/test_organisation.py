"""The page of an organisation: what is missing, what to fix in its form, and requests that then go out."""

from datetime import date

import pytest
from sqlmodel import select

from models.events import Owed
from models.lifecycle import RequestState
from models.tables import Agency, DataSharing, Organisation, Request
from tasks.ground.database import transaction
from tasks.jobs.issue_request import issue_request
from tasks.ledger.work import claim
from tests.portal.driving import words
from tests.portal.people.test_register import entered, manager_of
from tests.tasks.basis.test_holding import announced, drained

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("ledger")]
RIGHT = {
    "controller": "Chief Constable",
    "instrument": "notice",
    "title": "Notice 7",
    "from_day-day": "1",
    "from_day-month": "1",
    "from_day-year": "2020",
}


def test_a_manager_reads_what_is_missing_enters_it_and_the_requests_go_out(portal: str) -> None:
    ref, body = announced()
    drained()
    with manager_of(portal) as manager:
        seen = words(manager.get(f"/inspections/{ref}"))
        assert "Our requests to Thames Valley Police wait." in seen
        assert "Held" in words(manager.get(f"/inspections/{ref}/basis"))
        page = f"/people/organisations/{body}"
        assert f'href="{page}"' in manager.get(f"/inspections/{ref}").text
        assert "are not entered" in words(manager.get(page))
        contact = entered(manager, "Dee Protection", body)
        kept = words(manager.post(page, **RIGHT, contact=contact))
        assert "Nothing is missing" in kept
        assert "Notice 7" in kept
        while claimed := claim(Owed.ISSUE_REQUEST):
            issue_request(claimed)
        with transaction() as session:
            police = session.exec(select(Request).join(Agency).where(Agency.kind == "police")).all()
            assert {row.state for row in police} == {RequestState.ISSUED}
        shown = words(manager.get(f"/inspections/{ref}/basis"))
        assert "Dee Protection" in shown
        assert "Held" not in shown
        assert "Our requests to" not in words(manager.get(f"/inspections/{ref}"))


def test_the_form_names_each_thing_to_fix_and_keeps_nothing(portal: str) -> None:
    _, body = announced()
    with manager_of(portal) as manager:
        page = f"/people/organisations/{body}"
        answer = manager.post(page, controller="", title="")
        assert answer.status_code == 422
        for sentence in (
            "Enter the name of the controller",
            "Choose the data protection contact",
            "Enter the first day",
        ):
            assert sentence in words(answer)
        contact = entered(manager, "Dee Protection", body)
        ends = {"until_day-day": "31", "until_day-month": "12", "until_day-year": "2019"}
        assert "must not be before" in words(manager.post(page, **RIGHT, **ends, contact=contact))
        no_day = {"until_day-day": "31", "until_day-month": "2", "until_day-year": "2027"}
        assert "Enter a last day that exists" in words(manager.post(page, **RIGHT, **no_day, contact=contact))
        with transaction() as session:
            other = session.exec(select(Organisation).where(Organisation.id != body)).first()
            assert other is not None
            stranger = other.id
        theirs = entered(manager, "Nobody Here", stranger)
        assert "Choose the data protection contact" in words(manager.post(page, **RIGHT, contact=theirs))
    with transaction() as session:
        assert not session.exec(select(DataSharing).where(DataSharing.organisation_id == body)).all()


def test_a_newer_record_counts_and_the_ones_before_stay(portal: str) -> None:
    _, body = announced(from_day=date(2020, 1, 1))
    with manager_of(portal) as manager:
        page = f"/people/organisations/{body}"
        contact = entered(manager, "Dee Protection", body)
        ended = {"until_day-day": "31", "until_day-month": "12", "until_day-year": "2020"}
        shown = words(manager.post(page, **RIGHT, **ended, contact=contact))
        assert "lapsed after 31 December 2020" in shown
        assert "DSA 2020/1" in shown


def test_no_page_stands_for_an_inspectorate_or_for_nobody(portal: str) -> None:
    with manager_of(portal) as manager:
        assert manager.get("/people/organisations/O-00000000").status_code == 404
