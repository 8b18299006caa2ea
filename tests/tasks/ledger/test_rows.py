"""Rows are reached and locked in one place: the inspection first, and nothing for a stranger."""

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from models.ids import agency_id
from models.settings import CHECKOUT, settings
from models.tables import Inspection, Request
from tasks.ground.database import engine_for, transaction
from tasks.ledger.rows import UnknownRequestError, locked


@pytest.fixture
def statements(area: str) -> Iterator[list[str]]:  # noqa: ARG001 - there is something to read
    """Return the SQL statements that are sent to the database from now on."""
    sent: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(re.sub(r"\s+", " ", statement))

    engine = engine_for(settings().required("database_url"))
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_a_request_and_its_inspection_are_locked_by_two_statements(area: str, statements: list[str]) -> None:
    with transaction() as session:
        inspection, request = locked(session, f"{area}-pol-1", agency_id(area, "police"))
    assert (inspection.ref, request.id) == (area, f"{area}-pol-1")
    assert len(statements) == 2
    assert "FROM inspection" in statements[0]
    assert statements[0].endswith("FOR NO KEY UPDATE")
    assert statements[1].endswith("FOR UPDATE")


@pytest.mark.parametrize("kind", ["health", "local_authority"])
def test_a_stranger_learns_nothing_and_locks_nothing(area: str, kind: str) -> None:
    with transaction() as session:
        with pytest.raises(UnknownRequestError, match="no request"):
            locked(session, f"{area}-pol-1", agency_id(area, kind))
        with pytest.raises(UnknownRequestError, match="no request"):
            locked(session, f"{area}-none")
        with transaction() as other:
            other.exec(select(Inspection).where(Inspection.ref == area).with_for_update(nowait=True)).one()
            other.exec(select(Request).where(Request.id == f"{area}-pol-1").with_for_update(nowait=True)).one()


def _locks(function: ast.FunctionDef) -> list[str]:
    """Return what a function locks, in the order of its lines: `inspection`, or `row` for any other."""
    taken = []
    for call in ast.walk(function):
        if isinstance(call, ast.Call):
            given = {keyword.arg for keyword in call.keywords}
            name = ast.unparse(call.func)
            if name == "inspection_of" and "lock" in given:
                taken.append((call.lineno, "inspection"))
            elif "with_for_update" in given or name.endswith("with_for_update") or "lock" in given:
                taken.append((call.lineno, "row"))
    return [what for _, what in sorted(taken)]


def test_whoever_locks_an_inspection_and_another_row_locks_the_inspection_first() -> None:
    # Of two who lock the same two rows the other way round, PostgreSQL ends one, and its work has failed.
    functions = {
        f"{path.relative_to(CHECKOUT)}:{node.lineno}": _locks(node)
        for path in sorted((CHECKOUT / "tasks").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    }
    both = {place: locks for place, locks in functions.items() if {"inspection", "row"} <= set(locks)}
    assert len(both) > 10
    assert [place for place, locks in both.items() if locks[0] != "inspection"] == []
