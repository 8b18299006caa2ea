"""An inspection that is published, closed and old enough that its data is due, with something in every class."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from models import keys
from models.england import ENGLAND
from models.lifecycle import RequestState, Stage
from models.retention import RecordClass, folders
from models.roles import Role
from models.settings import reread
from models.states import LetterStatus, ReturnVerdict
from models.tables import (
    Agency,
    CheckResult,
    Cohort,
    Explanation,
    Finding,
    Inspection,
    Letter,
    NoteLog,
    Request,
    Submission,
)
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.inspection.ending import Ending, EndReason, end
from tasks.people.persons import Entered, add_person, give_role

FIRST, SECOND = "manager: P-AAAAAAAA", "manager: P-BBBBBBBB"
NAME = "Quizzlebury"
PUBLISHED = datetime(2025, 5, 6, 10, tzinfo=UTC)
# Tombstones outlive everything: each test destroys an inspection that no other knows.
_numbers = count(1)


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
def old(ledger: None, destroyer: None) -> str:  # noqa: ARG001 - both are there
    """Return an inspection that was closed after its letter, 8 months after publication by its own clock."""
    ref = f"testing-{os.getpid()}-{next(_numbers)}-domestic-abuse-2024-20250224"
    _rows(ref)
    for kind in RecordClass:
        for number, folder in enumerate(folders(kind, ref)):
            name = f"{folder}{'' if folder.endswith('/') else 'pol-1/'}{number}.json"
            for _ in range(2):
                store.put_once(name, f"{NAME} of {name}".encode(), keep_until=utc_now() + timedelta(days=1))
    # An older version and a marker lie under the newest one.
    store.put_once(f"cohorts/{ref}/1/older.json", NAME.encode())
    store.client().delete_object(Bucket=_bucket(), Key=f"cohorts/{ref}/1/older.json")
    end(ref, Ending.CLOSE, EndReason.STATEMENT_READ, by=FIRST)
    on(ref, 2026, 1, 12)
    return ref


def _bucket() -> str:
    from models.settings import settings

    return settings().s3_bucket


def _rows(ref: str) -> None:
    at: dict[str, Any] = {
        "key": keys.incoming(f"{ref}-pol-1", "0f3a", ".csv"),
        "version_id": "v",
        "etag": "e",
        "extension": ".csv",
    }
    with transaction() as session:
        session.add(
            Inspection(
                ref=ref,
                area_gss="E06000038",
                area_name="Testing",
                theme_id="domestic-abuse-2024",
                theme_version=1,
                announced=date(2025, 2, 24),
                stage=Stage.STATEMENT_RECEIVED,
                rehearsal=True,
                seed_digest="0" * 64,
            )
        )
        session.flush()
        session.add(Agency(id=f"{ref}/police", inspection=ref, kind="police", name="Testing Police", mailbox=""))
        session.add(
            Letter(
                inspection=ref,
                status=LetterStatus.PUBLISHED,
                version=1,
                keys=[f"letters/{ref}/published/1/letter-a.pdf"],
                sha256="0" * 64,
                compiled_at=PUBLISHED,
            )
        )
        session.flush()
        request = f"{ref}-pol-1"
        session.add(
            Request(
                id=request,
                inspection=ref,
                agency_id=f"{ref}/police",
                return_code="POL-1",
                step="lists_due",
                due_at=PUBLISHED,
                state=RequestState.ACCEPTED,
                template_keys=[keys.template(request, "xlsx")],
                current_version=2,
            )
        )
        session.flush()
        for version in (1, 2):
            sent: dict[str, Any] = {
                "id": f"{request}-v{version}",
                "request_id": request,
                "inspection": ref,
                "version": version,
            }
            own: dict[str, Any] = {"sha256": "1" * 64, "size": 5, "uploader": "test", "received_at": PUBLISHED}
            submission = Submission(**sent, **{**at, "version_id": f"v{version}"}, **own)
            submission.result = CheckResult(
                submission_id=submission.id, verdict=ReturnVerdict.ACCEPTED, rows=41, errors=3, queries=2
            )
            session.add(submission)
        session.flush()
        said: dict[str, Any] = {"rule": "r", "places": 1, "key": keys.explanation(request, "x"), "sha256": "2" * 64}
        session.add(
            Explanation(
                id="x", request_id=request, inspection=ref, submission_id=f"{request}-v1", given_by="test",
                given_at=PUBLISHED, **said,
            )
        )  # fmt: skip
        made: dict[str, Any] = dict.fromkeys(
            ("frame_key", "identifiers_key", "links_key", "manifest_key"), f"cohorts/{ref}/1/0.json"
        )
        digests: dict[str, Any] = {"manifest_sha256": "3" * 64, "frame_digest": "4" * 64}
        session.add(Cohort(inspection=ref, version=1, children=120, frozen_at=PUBLISHED, **made, **digests))
        session.add(
            Finding(
                inspection=ref, id="F01", category="improvement", area="EA01", text_key=f"findings/{ref}/F01/a.json",
                text_sha256="5" * 64, recorded_by="test", recorded_at=PUBLISHED,
            )
        )  # fmt: skip
        for name, role in (("Dana Protects", Role.PROTECTION), ("Mo Manages", Role.MANAGER)):
            row = add_person(session, Entered(name, "", f"{role}@inspect.jtai-area.uk", "", None), by="test")
            give_role(session, row, role, by="test", from_day=date(2020, 1, 1))
        writer = add_person(session, Entered("Ann Notes", "", "ann@inspect.jtai-area.uk", "", None), by="test")
        session.add(NoteLog(inspection=ref, person_id=writer.id, device="d", begun_at=PUBLISHED))
