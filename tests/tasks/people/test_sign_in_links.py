"""One-time links: used once, by the one who has all of it, in time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from models.tables import Link
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.people.sign_in_links import LinkRefusedError, address_of, check_link, make_link, secret_of, use_link
from tests.tasks.steps import actions, ledger_text


@pytest.fixture
def link(reading: str) -> str:
    with transaction() as session:
        return make_link(session, reading, role="agency", person="Police", agency_id=f"{reading}/police").id


def test_a_link_signs_in_once(link: str, reading: str) -> None:
    assert address_of(link).endswith(f"/sign-in/{link}/{secret_of(link)}")
    assert use_link(link, secret_of(link)).agency_id == f"{reading}/police"
    assert actions(reading)[-1] == "signed-in"
    with pytest.raises(LinkRefusedError, match="already used"):
        use_link(link, secret_of(link))


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
            use_link(link, secret_of(link))
        except LinkRefusedError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(use, range(6))) == 1
    assert actions(reading).count("signed-in") == 1


def test_l5_the_secret_of_a_link_is_nowhere_in_the_database(link: str) -> None:
    assert link in ledger_text()
    assert secret_of(link) not in ledger_text()
