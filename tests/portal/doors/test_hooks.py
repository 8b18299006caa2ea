"""Other services at the door: what GOV.UK Notify reports of a notice counts once, and for its own message alone."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from models.settings import settings
from models.states import Delivery
from models.tables import Notice
from tasks.ground.database import transaction
from tests.tasks.people.correspondence import inspection, officer, remind, rows, states

pytestmark = pytest.mark.parts

TOKEN = "a-token-of-the-callback"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def door(ledger: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:  # noqa: ARG001 - there is a ledger
    """Return the portal's door, with a notice behind it that Notify took."""
    from portal.app import app

    monkeypatch.setattr(settings(), "notify_callback_token", SecretStr(TOKEN))
    inspection()
    officer("Ola Officer", "ola@police.jtai-area.uk")
    remind()
    with transaction() as session:
        notice = session.get_one(Notice, rows("reminder")[0].id)
        notice.delivery, notice.channel, notice.channel_id = Delivery.SENT, "GOV.UK Notify", "n1"
    with TestClient(app) as client:
        yield client


def report(status: str = "delivered", **changes: object) -> dict[str, object]:
    notice = rows("reminder")[0]
    whole = {"id": "n1", "reference": notice.id, "to": "ola@police.jtai-area.uk", "status": status}
    return {**whole, "completed_at": "2026-11-26T10:00:00Z", "notification_type": "email", **changes}


def test_a_report_is_recorded_once(door: httpx.Client) -> None:
    for recorded in (True, False):
        answer = door.post("/hooks/notify", json=report(), headers=BEARER)
        assert (answer.status_code, answer.json()) == (200, {"recorded": recorded})
    assert states("reminder") == ["delivered"]


def test_a_bounce_is_told_to_whoever_keeps_the_contacts(door: httpx.Client) -> None:
    assert door.post("/hooks/notify", json=report("permanent-failure"), headers=BEARER).json() == {"recorded": True}
    assert states("reminder") == ["bounced", "waiting"]
    assert len(rows("undeliverable")) == 1


@pytest.mark.parametrize(
    "changes", [{"id": "n2"}, {"reference": "another"}, {"reference": None}, {"status": "sending"}]
)
def test_a_report_of_another_message_or_of_nothing_new_changes_nothing(
    door: httpx.Client, changes: dict[str, object]
) -> None:
    answer = door.post("/hooks/notify", json=report(**changes), headers=BEARER)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()) == (200, {"recorded": False})
    assert states("reminder") == ["sent"]


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
def test_l11_without_the_token_nothing_is_read(door: httpx.Client, authorization: str) -> None:
    answer = door.post("/hooks/notify", content=b"x" * 100_000, headers={"Authorization": authorization})
    assert answer.status_code == 401


def test_there_is_no_door_without_a_token_in_the_settings(door: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "notify_callback_token", None)
    assert door.post("/hooks/notify", json=report(), headers=BEARER).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"), [(b"", 400), (b"[]", 400), (b'{"id": 1}', 400), (b'{"id": "' + b"x" * 70_000 + b'"}', 413)]
)
def test_what_is_no_report_is_refused(door: httpx.Client, body: bytes, status: int) -> None:
    answer = door.post("/hooks/notify", content=body, headers=BEARER)
    assert answer.status_code == status
