"""The outbox has a link only where nothing else brings it to its reader: the operator could be two people (L11)."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from models.settings import reread
from models.states import Delivery
from models.tables import Notice
from portal.operator.outbox import notices
from tasks.ground.database import transaction
from tasks.people.sign_in_links import address_of
from tests.notify_server import KEY, TEMPLATE
from tests.tasks.people.correspondence import inspection, officer, remind

pytestmark = pytest.mark.parts


@pytest.fixture
def channel(ledger: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:  # noqa: ARG001 - there is a ledger
    """Let notices of a real inspection leave by a channel."""
    for name, value in {"PORTAL_URL": "http://127.0.0.1:1", "NOTIFY_KEY": KEY, "NOTIFY_TEMPLATE": TEMPLATE}.items():
        monkeypatch.setenv(f"JTAI_{name}", value)
    reread()
    inspection()
    yield
    monkeypatch.undo()
    reread()


def _stands(delivery: Delivery) -> str:
    """Let every notice stand at one point of its way, and return the address of the one link."""
    with transaction() as session:
        rows = session.exec(select(Notice)).all()
        for row in rows:
            row.delivery = delivery
        [link] = {row.link_id for row in rows if row.link_id}
        assert link
        return address_of(link)


@pytest.mark.usefixtures("channel")
@pytest.mark.parametrize("delivery", [each for each in Delivery if each is not Delivery.KEPT])
def test_l11_a_link_that_a_channel_brings_is_not_in_the_outbox(delivery: Delivery) -> None:
    officer("Ola Officer", "ola@police.jtai-area.uk")
    remind()
    link = _stands(delivery)
    shown = notices()
    assert not [notice for notice in shown if link in str(notice) or notice["sign_in_url"]]
    assert "the link is in the message to its reader" in str(shown)


@pytest.mark.usefixtures("channel")
def test_a_link_that_only_the_outbox_has_is_there() -> None:
    officer("Ola Officer", "ola@police.jtai-area.uk")
    remind()
    link = _stands(Delivery.KEPT)
    assert [notice["sign_in_url"] for notice in notices() if notice["sign_in_url"]] == [link]
