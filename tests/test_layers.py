"""The layers: most tests are pure, and a pure test cannot reach out of its process."""

import os
import socket
import subprocess
import sys
from typing import NamedTuple

import pytest

from models.settings import reread, settings
from tests.layers import COUNTS, FIRST_CASES, ImpureError, further_cases, guarded, kept_addresses

LEAST_PURE = 3_500


class _Item(NamedTuple):
    nodeid: str


# Where tests are measured, those that failed are run again alone, and nobody would count the rest.
@pytest.mark.unmeasured
def test_most_tests_stay_pure(request: pytest.FixtureRequest) -> None:
    if request.config.args != ["tests"] or request.config.getoption("lf"):
        pytest.skip("only a part of the tests was collected")
    assert request.config.stash[COUNTS]["pure"] >= LEAST_PURE


def test_a_pure_test_reaches_no_socket() -> None:
    with socket.socket() as connection, pytest.raises(ImpureError, match="connect"):
        connection.connect(("127.0.0.1", 9))


def test_a_pure_test_starts_no_program() -> None:
    with pytest.raises(ImpureError, match="Popen"):
        subprocess.run([sys.executable, "-V"], check=False)


@pytest.mark.parts
def test_a_pure_test_sees_no_address_of_what_others_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JTAI_DATABASE_URL", "postgresql+psycopg://nobody@/nothing")
    with guarded():
        assert settings().database_url is None
    assert "JTAI_DATABASE_URL" in os.environ


@pytest.mark.parts
def test_what_a_fixture_puts_back_after_a_pure_test_points_no_other_test_elsewhere() -> None:
    address = "postgresql+psycopg://nobody@/nothing"
    with pytest.MonkeyPatch.context() as started:
        started.setenv("JTAI_DATABASE_URL", address)
        with kept_addresses(), pytest.MonkeyPatch.context() as fixture, guarded():
            for name in ("JTAI_DATABASE_URL", "JTAI_STATE"):
                fixture.setenv(name, "elsewhere")
            reread()
        assert os.environ["JTAI_DATABASE_URL"] == settings().required("database_url") == address
        assert os.environ.get("JTAI_STATE") != "elsewhere"
    reread()


def test_the_cases_behind_the_first_of_a_test_are_further_ones() -> None:
    items = [_Item(f"a.py::test_many[{number}]") for number in range(FIRST_CASES + 2)] + [_Item("a.py::test_one")]
    further = [f"a.py::test_many[{FIRST_CASES}]", f"a.py::test_many[{FIRST_CASES + 1}]"]
    assert [one.nodeid for one in further_cases(items)] == further  # type: ignore[arg-type]
