"""One-time links: used once, by the one who has all of it, in time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from models.roles import Role
from models.settings import reread
from models.tables import Agency, Link, Notice
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.inspection.ending import Ending, EndReason, end
from tasks.people.notices import words_of, write_notice
from tasks.people.persons import Entered, PersonError, add_person, give_role, members
from tasks.people.sessions import signed_in
from tasks.people.sign_in_links import LinkRefusedError, address_of, check_link, make_link, secret_of, use_link
from tests.tasks.steps import actions, ledger_text

WHO = Entered("A Lee", "data officer")


@pytest.fixture
def link(reading: str) -> str:
    with transaction() as session:
        return make_link(session, reading, role="officer", person="Police", agency_id=f"{reading}/police").id


def test_a_link_signs_in_once(link: str, reading: str) -> None:
    assert address_of(link).endswith(f"/sign-in/{link}/{secret_of(link)}")
    begun = use_link(link, secret_of(link), WHO)
    with transaction() as session:
        visitor = signed_in(session, begun)
        assert visitor is not None
        assert [door.agency_id for door in visitor.doors] == [f"{reading}/police"]
        assert (visitor.name, visitor.proven) == ("A Lee", False)
    assert actions(reading)[-3:] == ["person.entered", "role.given", "signed-in"]
    with pytest.raises(LinkRefusedError, match="already used"):
        use_link(link, secret_of(link), WHO)


def test_l11_a_link_to_a_shared_mailbox_asks_who_uses_it_and_is_not_used_up_by_the_question(link: str) -> None:
    with pytest.raises(PersonError, match="Enter your full name"):
        use_link(link, secret_of(link))
    assert use_link(link, secret_of(link), WHO)


def test_the_same_name_at_the_same_mailbox_is_the_same_person(reading: str) -> None:
    names = set()
    for given in (WHO, Entered(" a  LEE "), Entered("B Khan")):
        with transaction() as session:
            made = make_link(session, reading, role="officer", person="Police", agency_id=f"{reading}/police").id
        begun = use_link(made, secret_of(made), given)
        with transaction() as session:
            visitor = signed_in(session, begun)
            assert visitor is not None
            names.add(visitor.person)
    assert len(names) == 2


def test_a_persons_own_link_names_the_person_and_asks_nothing(reading: str) -> None:
    with transaction() as session:
        lead = members(session, reading, Role.LEAD)[0][1]
        made = make_link(session, reading, role="inspector", person=lead.id, person_id=lead.id).id
    begun = use_link(made, secret_of(made))
    with transaction() as session:
        visitor = signed_in(session, begun)
    assert visitor is not None
    assert (visitor.person, visitor.proven) == (lead.id, True)


def test_l15_a_link_lets_nobody_in_once_the_inspection_has_ended(link: str, reading: str) -> None:
    end(reading, Ending.CANCEL, EndReason.MADE_IN_ERROR, by="S Patel")
    with pytest.raises(LinkRefusedError, match="has ended"):
        use_link(link, secret_of(link), WHO)


def test_looking_at_a_link_uses_nothing(link: str) -> None:
    for _ in range(2):
        with transaction() as session:
            assert check_link(session, link, secret_of(link)).used_at is None


def test_an_altered_or_unknown_link_is_refused_with_the_same_sentence(link: str) -> None:
    said = set()
    for identity, secret in ((link, secret_of(link)[:-1] + "x"), (link, ""), ("0" * 32, secret_of(link))):
        with pytest.raises(LinkRefusedError) as refused:
            use_link(identity, secret)
        said.add(str(refused.value))
    assert said == {"This sign-in link is not correct. Copy the whole link from the newest notice."}


def test_an_expired_link_is_refused(link: str) -> None:
    with transaction() as session:
        row = session.get_one(Link, link)
        row.expires_at = utc_now() - timedelta(seconds=1)
        session.add(row)
    with pytest.raises(LinkRefusedError, match="has expired"):
        use_link(link, secret_of(link))


def test_of_many_uses_at_once_exactly_one_signs_in(link: str, reading: str) -> None:
    def use(_: int) -> bool:
        try:
            use_link(link, secret_of(link), WHO)
        except LinkRefusedError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(use, range(6))) == 1
    assert actions(reading).count("signed-in") == 1


def test_l5_the_secret_of_a_link_is_nowhere_in_the_database(link: str) -> None:
    assert link in ledger_text()
    assert secret_of(link) not in ledger_text()


def test_a_notice_to_whoever_may_look_into_prefect_names_the_board(
    reading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JTAI_PREFECT_URL", "https://jtai.example.org:4443")
    reread()
    with transaction() as session:
        manager = add_person(session, Entered("Sam Patel", address="sam@example.org"), by="test")
        give_role(session, manager, Role.MANAGER, by="test", from_day=date(2020, 1, 1))
        police = session.get_one(Agency, f"{reading}/police")
        facts = {"agency": police.name, "return": "POL-1", "due": "5pm"}
        write_notice(session, "escalated", "manager", once="a", inspection=reading, facts=facts)
        write_notice(session, "reminder", police, once="b", facts=facts)
        query = select(Notice).where(col(Notice.kind).in_(["escalated", "reminder"]))
        bodies = {notice.kind: words_of(session, notice).body for notice in session.exec(query)}
    board = f"https://jtai.example.org:4443/boards/{reading}"
    assert bodies["escalated"].endswith(f"Then open the board of the inspection: {board}")
    assert board not in bodies["reminder"]
    monkeypatch.undo()
    reread()
