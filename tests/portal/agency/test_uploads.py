"""A file on its way through the portal: its request is read once, and once more under its lock."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlmodel import select

from models.settings import settings
from models.tables import UploadSession
from tasks.ground.database import engine_for, transaction
from tasks.returns.declarations import declare_nil
from tests.portal.driving import Driver, words

ROWS = b"incident_ref\n1\n"
_TABLE = re.compile(r"\s*SELECT\b.*?\bFROM (\w+)", re.DOTALL)


@pytest.fixture
def statements(portal: str) -> Iterator[list[str]]:  # noqa: ARG001 - the portal sends them
    """Return the SQL statements that are sent to the database from now on."""
    sent: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(statement)

    engine = engine_for(settings().required("database_url"))
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def posted(driver: Driver, own: str, statements: list[str], to: str = "") -> httpx.Response:
    """Send a file by the form of one's own request, perhaps to another; only what that does is left in `statements`."""
    token = driver.token(f"/requests/{own}/upload")
    statements.clear()
    address = f"/requests/{to or own}/uploads"
    return driver.http.post(address, data={"csrf": token}, files={"file": ("a.csv", ROWS)}, follow_redirects=False)


def reads(statements: list[str]) -> list[tuple[str, bool]]:
    """Return the reads of requests and inspections in order, each with whether it locks its rows."""
    matches = [(_TABLE.match(statement), " FOR " in statement) for statement in statements]
    return [(match[1], locks) for match, locks in matches if match and match[1] in {"request", "inspection"}]


def test_a_streamed_upload_reads_its_request_once_and_once_under_its_lock(
    police: Driver, reading: str, statements: list[str]
) -> None:
    answer = posted(police, f"{reading}-pol-1", statements)
    assert answer.headers["location"] == f"/submissions/{reading}-pol-1-v1"
    seen = reads(statements)
    assert [locks for table, locks in seen if table == "request"] == [False, True]
    assert [table for table, locks in seen if locks] == ["inspection", "request"]


def test_a_strangers_upload_locks_nothing_and_opens_no_session(
    council: Driver, reading: str, statements: list[str]
) -> None:
    answer = posted(council, f"{reading}-la-da", statements, to=f"{reading}-pol-1")
    assert answer.status_code == 404
    # Whether the inspection is paused, and whose request it is.
    assert reads(statements) == [("inspection", False), ("request", False)]
    with transaction() as session:
        assert session.exec(select(UploadSession)).all() == []


def test_a_file_for_closed_returns_is_refused_in_a_sentence_before_it_is_stored(
    police: Driver, reading: str, statements: list[str]
) -> None:
    token = police.token(f"/requests/{reading}-pol-1/upload")
    for code in ("la-da", "pol-1", "pro-1", "hea-1"):
        declare_nil(f"{reading}-{code}", by="agency")
    statements.clear()
    answer = police.http.post(
        f"/requests/{reading}-pol-1/uploads", data={"csrf": token}, files={"file": ("a.csv", ROWS)}
    )
    assert answer.status_code == 422
    assert "POL-1 can no longer be sent or changed" in words(answer)
    assert not any(locks for _, locks in reads(statements))
    with transaction() as session:
        assert session.exec(select(UploadSession)).all() == []
