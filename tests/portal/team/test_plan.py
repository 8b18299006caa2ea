"""Inspectors review the plan on its page, the lead confirms and closes; the partnership tells how far it is."""

import pytest
from sqlmodel import select

from models.roles import Role
from models.states import SignInWay
from models.tables import Person, Proposal
from portal.pages.session import COOKIE
from tasks.ground.database import transaction
from tasks.people.sessions import begin
from tasks.people.two_people import open_proposals
from tests.portal.agency.test_plan import ACTION, add, entries, published
from tests.portal.driving import Driver, words
from tests.tasks.people.correspondence import person

__all__ = ["published"]

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


@pytest.fixture
def reviewer(portal: str, published: str) -> Driver:
    """Return an inspector of the team who is not its lead."""
    reference = person("Ines Inspector", "ines@inspect.jtai-area.uk", Role.INSPECTOR, inspection=published)
    with transaction() as session:
        secret = begin(session, session.get_one(Person, reference), SignInWay.OWN_LINK)
    driver = Driver(portal)
    driver.http.cookies.set(COOKIE, secret)
    return driver


def sent(council: Driver) -> None:
    add(council)
    seen = council.get("/plan/send").text.split('name="seen" value="')[1].split('"')[0]
    council.post("/plan/send", seen=seen)


def test_l11_an_inspector_reviews_and_the_lead_confirms(
    council: Driver, inspector: Driver, reviewer: Driver, police: Driver, published: str
) -> None:
    page = f"/inspections/{published}/plan"
    assert f'href="{page}"' in inspector.get(f"/inspections/{published}/letter").text
    assert "No plan has come as data yet." in words(inspector.get(page))
    assert reviewer.get(f"{page}/review").status_code == 404
    sent(council)
    assert "Version 1 is not reviewed yet." in words(inspector.get(page))
    # The lead inspector confirms, so another inspector writes.
    assert inspector.get(f"{page}/review").status_code == 404
    assert police.get(page).status_code == 404
    wrong = reviewer.post(f"{page}/review", number="1", outcome="", **{"missing-A01": "Who leads?"})
    assert "Choose whether the plan is adequate." in words(wrong)
    assert "Who leads?" in words(wrong)
    wrong = reviewer.post(f"{page}/review", number="1", outcome="adequate", **{"missing-A01": "Who leads?"})
    assert "Clear this, or say that something is missing" in words(wrong)
    asked = reviewer.post(f"{page}/review", number="1", outcome="missing", text="More", **{"missing-A01": "Who leads?"})
    assert "The lead inspector must confirm the review." in words(asked)
    shown = words(inspector.get(page))
    assert "Ines Inspector says that version 1 lacks something." in shown
    assert "A01 : Who leads?" in shown
    # The partnership reads nothing before it is confirmed.
    assert "Who leads?" not in words(council.get("/plan"))
    with transaction() as session:
        (proposal,) = open_proposals(session, published)
    assert reviewer.get(f"/decisions/{proposal.id}").status_code == 200
    inspector.post(f"/decisions/{proposal.id}", answer="confirm")
    with transaction() as session:
        assert session.exec(select(Proposal.answer).where(Proposal.id == proposal.id)).one() == "confirmed"
    read = words(council.get("/plan"))
    assert "Something is missing" in read
    assert "Who leads?" in read
    assert "Reviewed by Ines Inspector and confirmed by Alex Lee" in read
    assert "Something is missing" in words(council.get("/"))


def test_progress_is_told_with_a_file_that_the_team_opens_and_the_plan_is_closed(
    council: Driver, inspector: Driver, reviewer: Driver, published: str
) -> None:
    sent(council)
    page = f"/inspections/{published}/plan"
    assert "We have not asked you yet." in words(council.get("/plan/progress"))
    form = "/plan/progress/A01"
    assert "Choose how far the action is." in words(council.post(form, outcome=""))
    assert "Say what shows that it is done" in words(council.post(form, outcome="done"))
    told = council.post(form, outcome="done", text="The audit", files={"file": ("audit.pdf", b"%PDF-1.7\n%%EOF\n")})
    assert "What you said of action A01 is recorded." in words(told)
    assert "Done , " in words(council.get("/plan/progress"))
    assert council.get("/plan/progress/A01/files/1").content.startswith(b"%PDF")
    assert council.get("/plan/progress/A01/files/2").status_code == 404
    assert council.get("/plan/progress/A09").status_code == 404
    shown = words(inspector.get(page))
    assert "Progress of the plan: 1 done." in shown
    assert inspector.get(f"{page}/progress/A01/files/1").content.startswith(b"%PDF")
    assert len(entries(published, "plan-evidence.read")) == 2
    assert reviewer.post(f"{page}/close", page=page, reason="all_done").status_code == 404
    assert "Choose why the plan is closed." in words(inspector.post(f"{page}/close", page=page, reason=""))
    late = inspector.post(f"{page}/close", page=page, reason="period_over")
    assert "does not hold today" in words(late)
    closed = words(inspector.post(f"{page}/close", page=page, reason="all_done"))
    assert "The plan is closed." in closed
    assert "closed the plan, " in closed, closed[closed.index("Closed") :][:300]
    assert "The plan is closed, so it can no longer be changed." in words(council.get("/plan"))
    refused = council.post("/plan/actions/new", page="/statement", **ACTION)
    assert refused.status_code == 422
