"""A return with a good and a wrong version, and the key that destroys."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.keys import destruction_folder
from models.states import WrongFileReason
from models.tables import Submission, WrongFile
from tasks.ground.database import transaction
from tasks.retention.versions import erase, versions_under
from tasks.wrong_files.putting_aside import SentInError, put_aside
from tests.tasks.retention.conftest import destroyer as destroyer
from tests.tasks.steps import checked, file_of, send

FIRST, SECOND = "manager: P-AAAAAAAA", "data_protection_officer: P-BBBBBBBB"
SENDER = "police officer: P-CCCCCCCC"
SEND = SentInError("", WrongFileReason.OTHER_AREA, 40)


@pytest.fixture
def good(synthetic: Path) -> bytes:
    """Return a return of the police that is accepted."""
    return file_of(synthetic, "POL-1").read_bytes()


@pytest.fixture
def wrong(good: bytes) -> bytes:
    """Return the same return without its last row: it is accepted too, as another area's would be."""
    return b"\r\n".join(good.rstrip().splitlines()[:-1]) + b"\r\n"


@pytest.fixture
def sent(area: str, good: bytes, wrong: bytes) -> str:
    """Return the id of a wrong version 2 that came after a good version 1, both accepted."""
    for data in (good, wrong):
        send(f"{area}-pol-1", "a.csv", data)
        checked(area)
    return f"{area}-pol-1-v2"


@pytest.fixture
def certificates(destroyer: None, area: str) -> Iterator[str]:  # noqa: ARG001 - it is there
    """Let a test write certificates of an inspection whose reference others have too; they are gone afterwards."""
    yield area
    for version in versions_under(f"{destruction_folder(area)}/"):
        erase(version)


def aside(subject: str, reason: WrongFileReason = WrongFileReason.OTHER_AREA) -> WrongFile:
    """Put a version of the police aside, as its sender does."""
    with transaction() as session:
        ref = session.get_one(Submission, subject).inspection
    return put_aside(SentInError(subject, reason, 40), by=SENDER, agency_id=f"{ref}/police")


def version(identity: str) -> Submission:
    """Return a version as the ledger has it now."""
    with transaction() as session:
        return session.get_one(Submission, identity)


def row_of(identity: str) -> WrongFile:
    """Return a file that was sent in error as the ledger has it now."""
    with transaction() as session:
        return session.get_one(WrongFile, identity)
