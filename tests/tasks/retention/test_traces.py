"""What Prefect keeps is removed also where another attempt, or Prefect itself, has removed a part of it meanwhile."""

import httpx
import pytest

from models.settings import settings
from tasks.ground import prefect_api
from tasks.ground.prefect_api import PrefectUnreachableError
from tasks.retention import traces


def answering(monkeypatch: pytest.MonkeyPatch, status_of: dict[str, int]) -> list[str]:
    """Stand for a Prefect with two artifacts and two runs; return the list of what was asked to be removed."""
    removed: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        if request.method == "DELETE":
            removed.append(request.url.path)
            return httpx.Response(status_of.get(request.url.path, 204))
        kind = request.url.path.split("/")[1]
        left = [name for name in ("one", "two") if f"/{kind}/{name}" not in removed]
        return httpx.Response(200, json=[{"id": name} for name in left])

    client = httpx.Client(transport=httpx.MockTransport(handle), base_url="http://prefect.test")
    monkeypatch.setattr(prefect_api, "_client", lambda *_: client)
    monkeypatch.setattr(settings(), "prefect_api_url", "http://prefect.test")
    monkeypatch.setattr(settings(), "prefect_database_url", None)
    return removed


def test_what_is_gone_already_is_no_fault_and_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    removed = answering(monkeypatch, {"/flow_runs/one": 404})
    assert traces.remove("reading-domestic-abuse-2024-20250224") == {"artifacts": 2, "runs": 1}
    assert removed == ["/artifacts/one", "/artifacts/two", "/flow_runs/one", "/flow_runs/two"]


def test_a_prefect_that_fails_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, {"/flow_runs/one": 503})
    with pytest.raises(PrefectUnreachableError):
        traces.remove("reading-domestic-abuse-2024-20250224")
