"""An inspection that is published, closed and old enough that its data is due."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import select

from models.england import ENGLAND
from models.lifecycle import Stage
from models.settings import reread, settings
from models.states import WorkState
from models.tables import Inspection, Work
from models.tables.base import utc_now
from tasks.ground import vault
from tasks.ground.database import transaction
from tasks.inspection.ending import Ending, EndReason, end
from tests.tasks.letters.test_publication import draft, ready, undetermined  # noqa: F401 - fixtures
from tests.tasks.publishing.test_ending import published  # noqa: F401 - a fixture

FIRST, SECOND = "manager: P-AAAAAAAA", "manager: P-BBBBBBBB"


def on(ref: str, year: int, month: int, day: int) -> None:
    """Set the clock of an inspection to noon of a day, of one that has ended too."""
    with transaction() as session:
        ahead = datetime(year, month, day, 12, tzinfo=ENGLAND) - utc_now()
        session.get_one(Inspection, ref).clock_shift_seconds = round(ahead.total_seconds())


@pytest.fixture
def destroyer(storage: dict[str, str]) -> Iterator[None]:
    """Tell this process where the store's key lies that destroys, as only the process that runs are forked from is."""
    name = "JTAI_DESTRUCTION_KEY_FILE"
    os.environ[name] = str(Path(storage["JTAI_STATE"]) / "destruction.json")
    reread()
    yield
    del os.environ[name]
    reread()


@pytest.fixture
def vaulted(destroyer: None, tmp_path: Path) -> Iterator[None]:  # noqa: ARG001 - both are set
    """Let what is destroyed in one test be no tombstone of the next: the vault is put back afterwards."""
    home = settings().state / "vault"
    shutil.copytree(home, tmp_path / "vault", dirs_exist_ok=True)
    yield
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(tmp_path / "vault", home)
    vault._opened.clear()


@pytest.fixture
def old(published: str, vaulted: None) -> str:  # noqa: ARG001, F811 - both are there
    """Return an inspection that was closed after its letter, 8 months ago by its own clock."""
    with transaction() as session:
        session.get_one(Inspection, published).stage = Stage.STATEMENT_RECEIVED
        session.get_one(Inspection, published).rehearsal = True
    end(published, Ending.CLOSE, EndReason.STATEMENT_READ, by=FIRST)
    with transaction() as session:
        # What runs would have done by now, of which nothing is about retention.
        for work in session.exec(select(Work).where(Work.inspection == published)):
            work.state = WorkState.DONE
    on(published, 2026, 1, 12)
    return published
