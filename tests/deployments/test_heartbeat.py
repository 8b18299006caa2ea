"""Prefect's own heartbeat is off where runs are executed, on the release that was read, and on no other."""

import json
import subprocess
import sys
from importlib.metadata import PackageNotFoundError

import pytest
from prefect.flow_engine import BaseFlowRunEngine

from deployments import heartbeat
from models.settings import CHECKOUT

ORIGINAL = BaseFlowRunEngine.__dict__["heartbeat_seconds"]


@pytest.fixture(autouse=True)
def as_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the engine its own heartbeat back afterwards."""
    monkeypatch.setattr(BaseFlowRunEngine, "heartbeat_seconds", ORIGINAL)


def stays(caplog: pytest.LogCaptureFixture) -> str:
    """Ask for silence where it must not be given, and return the reason in the one line that says so."""
    caplog.clear()
    with caplog.at_level("WARNING", "jtai"):
        assert not heartbeat.silence()
    (line,) = [record.getMessage() for record in caplog.records if record.name == "jtai"]
    return str(json.loads(line)["why"])


def test_on_the_release_that_was_read_an_engine_has_no_heartbeat() -> None:
    engine = object.__new__(BaseFlowRunEngine)
    assert engine.heartbeat_seconds is not None
    assert heartbeat.silence()
    assert engine.heartbeat_seconds is None
    assert heartbeat.silence(), "a second call in the same process changes nothing"


def test_the_locked_release_is_the_one_that_was_read() -> None:
    assert f"prefect=={heartbeat.FITTED_RELEASE} " in (CHECKOUT / "requirements.txt").read_text()


@pytest.mark.parametrize("release", ["3.9.2", "3.10.0", "4.0.0"])
def test_another_release_keeps_its_heartbeat(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, release: str
) -> None:
    monkeypatch.setattr(heartbeat, "version", lambda _: release)
    assert stays(caplog) == f"Prefect is {release}, and this is fitted to 3.9.1"
    assert BaseFlowRunEngine.__dict__["heartbeat_seconds"] is ORIGINAL


def test_without_a_version_the_heartbeat_stays(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def none(_: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr(heartbeat, "version", none)
    assert stays(caplog) == "Prefect is not installed as a package"


def test_an_engine_without_the_attribute_stays_as_it_is(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delattr(BaseFlowRunEngine, "heartbeat_seconds")
    assert stays(caplog) == "Prefect's engine has no property heartbeat_seconds"
    assert "heartbeat_seconds" not in BaseFlowRunEngine.__dict__


def test_an_attribute_of_another_kind_stays_as_it_is(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(BaseFlowRunEngine, "heartbeat_seconds", 30)
    assert stays(caplog) == "Prefect's engine has no property heartbeat_seconds"
    assert BaseFlowRunEngine.__dict__["heartbeat_seconds"] == 30


def test_an_engine_that_is_gone_is_told_and_no_crash(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delattr("prefect.flow_engine.BaseFlowRunEngine")
    assert stays(caplog) == "Prefect's engine has no property heartbeat_seconds"


def child(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_the_flows_changes_nothing_of_prefect() -> None:
    code = """
from prefect.flow_engine import BaseFlowRunEngine as engine
before = engine.__dict__["heartbeat_seconds"]
import flows, flows.run, flows.sweep
print(engine.__dict__["heartbeat_seconds"] is before)
"""
    assert child(code) == "True"


def test_a_run_that_starts_cold_has_none() -> None:
    code = """
import runpy
from deployments.warm import engine
def report(name, **_):
    from prefect.flow_engine import BaseFlowRunEngine
    print(name, object.__new__(BaseFlowRunEngine).heartbeat_seconds)
runpy.run_module = report
engine.main()
"""
    assert child(code) == "prefect.engine None"
