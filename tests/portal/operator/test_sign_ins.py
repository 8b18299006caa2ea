"""The operator sees who is signed in and ends a session at once, and reads what was refused, with who tried."""

import pytest
from sqlmodel import select

from models.tables import AuditEntry, Person, SignIn
from tasks.ground.database import transaction
from tests.portal.driving import Driver, words
from tests.portal.people.test_register import manager_of

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("ledger")]


def test_l15_the_operator_sees_who_is_signed_in_and_ends_a_session_at_once(portal: str) -> None:
    with manager_of(portal) as manager, Driver(portal) as operator:
        operator.operate("sign-ins")
        with transaction() as session:
            (row,) = session.exec(select(SignIn)).all()
        shown = words(operator.get("/sign-ins"))
        assert "Mia Manager" in shown
        assert "Link to their own address" in shown
        assert row.id[:12] in shown
        assert row.id not in shown
        left = operator.post(f"/sign-ins/{row.id}/end", page="/sign-ins")
        assert (left.url.path, "Nobody is signed in." in words(left)) == ("/sign-ins", True)
        assert manager.get("/people").status_code == 403
        # What is over stays so, and is recorded once.
        operator.post(f"/sign-ins/{row.id}/end", page="/first-people")
        operator.post("/sign-ins/none/end", page="/first-people")
    with transaction() as session:
        ends = session.exec(select(AuditEntry).where(AuditEntry.action == "signed-out")).all()
        assert [(entry.actor, entry.subject) for entry in ends] == [("operator: portal", row.person_id)]


def test_whoever_opened_no_page_for_long_is_not_shown_as_signed_in(portal: str) -> None:
    with manager_of(portal), Driver(portal) as operator:
        operator.operate("sign-ins")
        with transaction() as session:
            for row in session.exec(select(SignIn)):
                row.seen_at = row.began_at.replace(year=row.began_at.year - 1)
                session.add(row)
        assert "Nobody is signed in." in words(operator.get("/sign-ins"))


def test_the_operator_reads_what_was_refused_with_who_tried(portal: str) -> None:
    with manager_of(portal) as manager, Driver(portal) as operator, Driver(portal) as stranger:
        operator.operate("refused")
        assert "Nothing was refused yet." in words(operator.get("/refused"))
        stranger.post("/operator", key="wrong")
        assert manager.get("/oversight").status_code in {403, 404}
        shown = words(operator.get("/refused"))
        assert "2 attempts." in shown
        for text in ("Operator's key", "Nobody", "Page of the portal", "Mia Manager", "GET /oversight"):
            assert text.casefold() in shown.casefold()
        table = operator.post("/refused", words="oversight", download="csv").text.splitlines()
        assert (len(table), "Mia Manager" in table[1]) == (2, True)
        with transaction() as session:
            (person,) = session.exec(select(Person)).all()
        assert person.address not in "".join(table)


def test_neither_page_is_for_anybody_without_the_key(portal: str) -> None:
    with manager_of(portal) as manager, Driver(portal) as stranger:
        for driver in (manager, stranger):
            for path in ("/sign-ins", "/refused"):
                assert driver.get(path).status_code == 404
