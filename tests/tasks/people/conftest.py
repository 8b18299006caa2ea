"""Channels for notices that really answer."""

from collections.abc import Iterator

import pytest

from models.settings import reread
from tests.notify_server import KEY, TEMPLATE, Notifications, notify_server
from tests.tasks.people.correspondence import inspection


@pytest.fixture
def notify(ledger: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notifications]:  # noqa: ARG001 - there is a ledger
    """Serve GOV.UK Notify's stand-in, and let the settings and a live inspection use it."""
    monkeypatch.setenv("JTAI_PORTAL_URL", "http://127.0.0.1:1")
    with notify_server() as server:
        for name, value in {"KEY": KEY, "TEMPLATE": TEMPLATE, "URL": server.url}.items():
            monkeypatch.setenv(f"JTAI_NOTIFY_{name}", value)
        reread()
        inspection()
        yield server
    monkeypatch.undo()
    reread()
