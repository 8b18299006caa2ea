"""The migration as a job of its own: run as often as one likes, and told what it lacks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.migrate import _DONE, _ONE_ROLE
from models.settings import CHECKOUT
from tests.tasks.owning import owner_url

pytestmark = pytest.mark.parts


def migrate(environment: dict[str, str], state: Path) -> tuple[int, str]:
    command = [sys.executable, "-m", "models.migrate"]
    own = environment | {"JTAI_STATE": str(state)}
    ended = subprocess.run(command, cwd=CHECKOUT, env=own, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout + ended.stderr


def test_a_second_migration_changes_nothing(storage: dict[str, str], tmp_path: Path) -> None:
    environment = dict(os.environ) | {"JTAI_DATABASE_URL": storage["JTAI_DATABASE_URL"]}
    for _ in range(2):
        assert migrate(environment | {"JTAI_DATABASE_OWNER_URL": owner_url()}, tmp_path) == (0, f"{_DONE}\n")
    assert migrate(environment, tmp_path) == (0, f"{_DONE} {_ONE_ROLE}\n")


def test_a_migration_without_a_database_says_so(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "JTAI_DATABASE_URL"}
    code, said = migrate(environment, tmp_path)
    assert code == 2
    assert said.startswith("JTAI_DATABASE_URL is not set")
