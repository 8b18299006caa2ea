"""States are enums in the code and plain text in the database, so that no reader wraps them again."""

from enum import StrEnum
from typing import get_args, get_type_hints

import pytest
from sqlalchemy import Dialect, Enum
from sqlalchemy.dialects import postgresql

from models.events import Owed
from models.lifecycle import RequestState, Stage
from models.states import ReturnVerdict, WorkState
from models.tables import Base, Inspection, Work

_POSTGRESQL: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
TABLES = {mapper.local_table.name: mapper.class_ for mapper in Base._sa_registry.mappers}  # type: ignore[attr-defined]


def states_of(model: type[Base]) -> dict[str, type[StrEnum]]:
    """Return the columns of a table whose type in the code is an enum."""
    kinds = {name: [hint, *get_args(hint)] for name, hint in get_type_hints(model).items()}
    return {
        name: kind
        for name, some in kinds.items()
        for kind in some
        if isinstance(kind, type) and issubclass(kind, StrEnum)
    }


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_state_is_an_enum_column_of_plain_text(name: str) -> None:
    columns = TABLES[name].__table__.columns
    for column, kind in states_of(TABLES[name]).items():
        stored = columns[column].type
        assert isinstance(stored, Enum)
        assert stored.enum_class is kind
        assert stored.enums == [member.value for member in kind]
        assert str(stored.compile(dialect=_POSTGRESQL)) == "VARCHAR"


def test_the_tables_hold_states() -> None:
    assert states_of(Work) == {"kind": Owed, "state": WorkState}
    assert states_of(Inspection) == {"stage": Stage, "paused_from": Stage}
    assert sum(len(states_of(model)) for model in TABLES.values()) >= 10


def test_verdicts_and_states_are_their_text() -> None:
    assert str(ReturnVerdict.UNREADABLE) == "unreadable"
    assert f"{RequestState.NIL_DECLARED}" == "nil_declared"
