"""An inspector writes a concern on another inspectorate's remit by its pages; its person reads and acknowledges it."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlmodel import select

from models.lifecycle import Stage
from models.roles import Role
from models.states import SignInWay
from models.tables import Inspection, Person, RemitConcern
from portal.pages.session import COOKIE
from tasks.ground.database import transaction
from tasks.people.persons import members
from tasks.people.sessions import begin
from tasks.remit.people import body_of
from tasks.remit.writing import send_concerns, write_concern
from tests.portal.driving import Driver, moved_to, words

pytestmark = pytest.mark.parts
TEXT = "The force did not share its review."
CQC, FORCE = "Care Quality Commission", "HM Inspectorate of Constabulary and Fire & Rescue Services"


@pytest.fixture
def team(portal: str, chosen: str) -> Iterator[Callable[[str], tuple[Driver, str]]]:
    """Return a function that signs in the inspector of an inspectorate, and gives their reference as well."""
    moved_to(chosen, Stage.FIELDWORK)
    drivers: list[Driver] = []

    def of(body: str) -> tuple[Driver, str]:
        with transaction() as session:
            people: list[Person] = [person for _, person in members(session, chosen, Role.LEAD, Role.INSPECTOR)]
            person = next(each for each in people if body_of(session, each.id) == body)
            secret = begin(session, person, SignInWay.OWN_LINK)
        driver = Driver(portal)
        driver.http.cookies[COOKIE] = secret
        drivers.append(driver)
        return driver, person.id

    yield of
    for driver in drivers:
        driver.http.close()


def test_it_is_written_changed_sent_and_acknowledged(team: Callable[[str], tuple[Driver, str]], chosen: str) -> None:
    base = f"/inspections/{chosen}/remit"
    (writer, own), (reader, to), (lead, _) = team(CQC), team(FORCE), team("Ofsted")
    assert "No concern is written" in words(writer.get(base))
    assert base in writer.get(f"/inspections/{chosen}/letter").text
    form = words(writer.get(f"{base}/new"))
    assert f"You write for {CQC}." in form
    assert "Enter what the concern is" in words(writer.post(f"{base}/new", text=" ", to=to, seen="0"))
    page = writer.post(f"{base}/new", text=TEXT, to=to, seen="0").url.path
    assert "Not yet. It goes with the copy before publication" in words(writer.get(page))
    assert reader.get(page).status_code == 404
    changed = writer.post(f"{page}/write", text=f"{TEXT} Nor its plan.", to=to, seen="1")
    assert "Nor its plan." in words(changed)
    stale = words(writer.post(f"{page}/write", text="Mine.", to=to, seen="1"))
    assert "The text that somebody else saved" in stale
    assert "Nor its plan." in stale
    assert "Mine." in stale
    back = write_concern(chosen, "", to, "Another.", follows=0, by=f"inspector: {own}")
    assert "The concern is taken back" in words(writer.post(f"{base}/{back}/withdraw", page=f"{base}/{back}"))
    with transaction() as session:
        send_concerns(session, session.get_one(Inspection, chosen))
    assert "It was sent already" in words(writer.post(f"{page}/withdraw", page=f"{base}/new"))
    assert "sent already" in words(writer.post(f"{page}/write", page=f"{base}/new", text="Other.", to=to, seen="2"))
    assert TEXT in words(reader.get(page))
    assert lead.get(page).status_code == 404
    assert lead.post(f"{page}/acknowledge", page=f"{base}/new").status_code == 404
    assert writer.post(f"{page}/acknowledge", page=f"{base}/new").status_code == 404
    assert "They are told that you have it." in words(reader.post(f"{page}/acknowledge", page=page))
    assert "Acknowledged" in words(writer.get(base))
    assert "1 of 2 concerns." in words(writer.post(base, **{"only-state": "Taken back"}))
    assert "No concern matches." in words(writer.post(base, words="no such body"))
    table = writer.post(base, download="csv").text
    assert (FORCE in table, TEXT in table) == (True, False)
    with transaction() as session:
        rows = session.exec(select(RemitConcern).where(RemitConcern.inspection == chosen)).all()
        assert sorted(bool(row.acknowledged_at) for row in rows) == [False, True]
        assert all(row.sent_at is None or row.sent_at.date() >= date(2025, 1, 1) for row in rows)
