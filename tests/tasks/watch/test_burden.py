"""What an inspection costs each agency: files are counted, and cells that an extract filled are not typed."""

from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from models.lifecycle import RequestState
from models.tables import CheckResult, Request, UploadSession
from tasks.ground.database import transaction
from tasks.watch.burden import Burden, burdens
from tests.tasks.watch.test_agency_counts import asks, inspection, sent
from validation.returns import contract

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("ledger")]
_DUE = datetime(2025, 2, 26, 17, tzinfo=UTC)
_NEEDED = sum(column.required == "yes" for column in contract("POL-1").main.columns)


def _checked(session: Session, request: str, version: int, rows: int | None) -> None:
    row = session.get(CheckResult, f"{request}-v{version}") or CheckResult(submission_id=f"{request}-v{version}")
    row.rows, row.decided_at = rows, datetime(2025, 2, 27, 9, tzinfo=UTC)
    session.add(row)
    session.get_one(Request, request).current_version = version


def _filled(session: Session, request: str, filled: int, check: int) -> None:
    account = {"return": "POL-1", "required_cells": 100, "filled_cells": filled, "cells_to_check": check}
    session.add(
        UploadSession(
            id=f"{request}-filled",
            request_id=request,
            key=f"incoming/{request}",
            extension=".xlsx",
            uploader="P",
            filled=account,
        )
    )


def test_cells_filled_from_an_extract_are_not_typed_and_those_to_check_are() -> None:
    inspection("slough-1", "E06000039")
    first, second = asks("slough-1", "police", "Police", (RequestState.ACCEPTED, _DUE), (RequestState.REJECTED, _DUE))
    asks("slough-1", "health", "Health", (RequestState.ISSUED, _DUE))
    for version in (1, 2):
        sent(first, "slough-1", version, late=False)
    sent(second, "slough-1", 1, late=False)
    with transaction() as session:
        _checked(session, first, 2, 10)
        _checked(session, second, 1, None)
        _filled(session, first, 90, 15)
    with transaction() as session:
        (police,) = burdens(session, "slough-1")
    cells = 10 * _NEEDED
    filled = round(cells * 0.75)
    assert police == Burden("Police", 1, 3, cells - filled, filled, 1, 3.0)


def test_what_nothing_was_filled_for_is_typed_and_a_filling_that_was_never_followed_saves_nothing() -> None:
    inspection("slough-1", "E06000039")
    first, second = asks("slough-1", "police", "Police", (RequestState.REJECTED, _DUE), (RequestState.ISSUED, _DUE))
    sent(first, "slough-1", 1, late=False)
    with transaction() as session:
        _checked(session, first, 1, 4)
        _filled(session, second, 100, 0)
    with transaction() as session:
        assert burdens(session, "slough-1") == [Burden("Police", 1, 1, 4 * _NEEDED, 0, 0, None)]
