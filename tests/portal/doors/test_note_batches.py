"""The door for notes takes words by a pen, also after sign-out and an ended role, and gives nothing back."""

import httpx
import pytest
from sqlmodel import select

from models.roles import Role
from models.tables import Membership, NoteBatch, Person
from tasks.ground.database import transaction
from tasks.notes.pens import pen_for
from tests.portal.driving import Driver, words
from tests.tasks.notes.test_taking import body

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


def _writer(ref: str) -> str:
    with transaction() as session:
        people = session.exec(select(Person).where(Person.name == "Alex Lee")).all()
        roles = session.exec(select(Membership).where(Membership.inspection == ref)).all()
    (person,) = {row.person_id for row in roles} & {row.id for row in people}
    return person


def _send(driver: Driver, ref: str, person: str, batch: bytes, pen: str = "") -> httpx.Response:
    headers = {"X-Pen": pen or pen_for(ref, person), "Content-Type": "application/json"}
    return driver.http.post(f"/api/notes/{ref}/{person}", content=batch, headers=headers)


def test_without_the_pen_of_this_person_and_inspection_nothing_is_taken(inspector: Driver, reading: str) -> None:
    person, batch = _writer(reading), body("00000000000000e1", 1, "typed")
    for pen in ("x", pen_for(reading, "P-OTHER"), pen_for("slough", person)):
        assert _send(inspector, reading, person, batch, pen).status_code == 401
    with transaction() as session:
        assert session.exec(select(NoteBatch)).all() == []


def test_what_is_no_batch_or_lies_elsewhere_is_answered_without_a_word(inspector: Driver, reading: str) -> None:
    person = _writer(reading)
    assert _send(inspector, reading, person, b"CANARY").json() == {"taken": False}
    for text, status in (("first", 200), ("first", 200), ("other", 409)):
        assert _send(inspector, reading, person, body("00000000000000e2", 1, text)).status_code == status


def test_l15_words_that_come_after_sign_out_wait_for_their_writer_and_are_shown_to_nobody(
    portal: str, inspector: Driver, reading: str
) -> None:
    person, base = _writer(reading), f"/inspections/{reading}/notes"
    with Driver(portal) as nobody:
        answer = _send(nobody, reading, person, body("00000000000000e3", 1, "after sign-out"))
        assert (answer.status_code, answer.json()) == (202, {"taken": True})
        assert "after sign-out" not in nobody.get(base).text
    listed = inspector.get(base).text
    assert "after sign-out" not in listed
    inspector.get(f"{base}/write")
    assert "after sign-out" in words(inspector.get(base))


def test_l15_words_of_an_ended_role_are_recovered_by_the_lead_alone(
    portal: str, inspector: Driver, reading: str
) -> None:
    person, base = "P-GONE", f"/inspections/{reading}/notes"
    with Driver(portal) as nobody:
        assert _send(nobody, reading, person, body("00000000000000e4", 1, "the last words")).status_code == 202
    assert "the last words" not in inspector.get(base).text
    for role, status in ((Role.INSPECTOR, 404), (Role.LEAD, 200)):
        with transaction() as session:
            own = select(Membership).where(Membership.inspection == reading, Membership.person_id == _writer(reading))
            row = session.exec(own).one()
            row.role = role
            session.add(row)
        form = {"csrf": inspector.token(f"/inspections/{reading}/children/T1"), "subject": person}
        assert inspector.http.post(f"{base}/waiting", data=form).status_code == status
        assert ("the last words" in inspector.get(base).text) == (role is Role.LEAD)
