"""A notice that did not arrive goes to the next contact, and whoever keeps the contacts hears of it once."""

import pytest
from sqlmodel import select

from models.roles import Role
from models.tables import Agency, Membership, Person
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.people.chosen_channel import channel
from tasks.people.delivery import deliver
from tasks.people.notices import undelivered, words_of, write_notice
from tests.notify_server import Notifications
from tests.tasks.people.correspondence import FACTS, MAILBOX, POLICE, REF, officer, person, remind, rows

pytestmark = pytest.mark.parts

DEAD = "nobody@refused.jtai-area.uk"
MO = "mo@inspect.jtai-area.uk"


def send() -> None:
    there = channel()
    assert there is not None
    deliver(there)


def told() -> list[str]:
    with transaction() as session:
        return [words_of(session, row).body for row in rows("undeliverable")]


def test_the_only_contact_is_dead_so_the_shared_mailbox_and_the_manager_get_it(notify: Notifications) -> None:
    reference = officer("Ola Officer", DEAD)
    remind()
    send()
    [mail] = notify.to(MAILBOX)
    assert mail["personalisation"]["subject"] == "Reading: POL-1 is due soon"
    assert "/sign-in/" in mail["personalisation"]["body"]
    [body] = told()
    assert body.startswith(
        f"We could not deliver a notice (reminder) to {reference} at Thames Valley Police. "
        "Their email address was refused.\n\nNo other contact there has it, so we wrote to the shared mailbox."
    )
    assert f"/people/{reference}" in body
    assert len(notify.to(MO)) == 1
    assert "Ola" not in body
    with transaction() as session:
        assert undelivered(session, REF) == 1


def test_another_contact_has_it_so_nobody_else_needs_it(notify: Notifications) -> None:
    officer("Ola Officer", DEAD)
    officer("Petra Police", "petra@police.jtai-area.uk")
    remind()
    send()
    assert (len(notify.to("petra@police.jtai-area.uk")), notify.to(MAILBOX)) == (1, [])
    [body] = told()
    assert "1 other contact has the same notice." in body


def test_all_contacts_are_dead_so_the_mailbox_gets_it_once(notify: Notifications) -> None:
    officer("Ola Officer", DEAD)
    officer("Petra Police", "petra@refused.jtai-area.uk")
    remind()
    send()
    assert len(notify.to(MAILBOX)) == 1
    assert len(told()) == 2


def test_nobody_at_the_agency_can_be_reached_and_the_manager_is_told_to_call(notify: Notifications) -> None:
    officer("Ola Officer", DEAD)
    with transaction() as session:
        session.get_one(Agency, POLICE).mailbox = ""
    remind()
    send()
    [body] = told()
    assert "Nobody else there has it. Call the agency." in body
    assert len(notify.taken) == 1


def test_a_dead_mailbox_leads_to_the_contacts_of_the_area(notify: Notifications) -> None:
    with transaction() as session:
        session.get_one(Agency, POLICE).mailbox = DEAD
    remind()
    send()
    [body] = told()
    assert "to the shared mailbox of Thames Valley Police." in body
    assert "/people/areas/E06000038" in body
    assert len(notify.to(MO)) == 1


def test_a_dead_address_is_told_once_in_an_inspection_and_again_when_another_is_dead(notify: Notifications) -> None:
    reference = officer("Ola Officer", DEAD)
    for once in ("r1", "r2", "r3"):
        remind(once)
    send()
    assert (len(told()), len(notify.to(MAILBOX))) == (1, 3)
    with transaction() as session:
        session.get_one(Person, reference).address = "other@refused.jtai-area.uk"
    remind("r4")
    send()
    assert len(told()) == 2


def test_a_manager_who_cannot_be_reached_is_told_of_by_the_other_and_at_last_by_the_operator(
    notify: Notifications,
) -> None:
    with transaction() as session:
        [mo] = [row for row in session.exec(select(Person)) if row.address == MO]
        mo.address = "mo@refused.jtai-area.uk"
        write_notice(session, "escalated", "manager", once="e1", inspection=REF, facts=FACTS)
    send()
    [row] = rows("undeliverable")
    assert row.to_name == "operator"
    other = person("Max Manager", "max@inspect.jtai-area.uk", Role.MANAGER, inspection=None)
    with transaction() as session:
        session.get_one(Person, mo.id).address = "mo2@refused.jtai-area.uk"
        write_notice(session, "escalated", "manager", once="e2", inspection=REF, facts=FACTS)
    send()
    assert {row.person_id for row in rows("undeliverable")} == {None, other}
    assert len(notify.to("max@inspect.jtai-area.uk")) == 2


def test_l15_nobody_writes_to_a_person_who_has_left(notify: Notifications) -> None:
    reference = officer("Ola Officer", "ola@police.jtai-area.uk")
    remind()
    with transaction() as session:
        session.get_one(Person, reference).ended_at = utc_now()
        for membership in session.exec(select(Membership).where(Membership.person_id == reference)):
            membership.ended_at = utc_now()
    send()
    assert notify.to("ola@police.jtai-area.uk") == []
    [body] = told()
    assert "They do not work here any more." in body
    assert len(notify.to(MAILBOX)) == 1
