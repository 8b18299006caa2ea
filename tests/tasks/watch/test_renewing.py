"""Boards are made again before Prefect deletes the runs that made them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from models.tables import Inspection
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.ground.prefect_api import PrefectUnreachableError
from tasks.watch import renewing
from tasks.watch.board import publish_board
from tasks.watch.renewing import RENEWED_AFTER, renew_boards

Shown = Callable[[timedelta | None], None]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Return what says how old the newest board is that Prefect shows; None where it shows none."""

    def answers(age: timedelta | None) -> None:
        made = [] if age is None else [{"created": (utc_now() - age).isoformat()}]
        monkeypatch.setattr(renewing, "call", lambda *_, **__: made)

    return answers


def board_keys(put_into: list[str]) -> Callable[[str, str, str], None]:
    return lambda key, *_: put_into.append(key)


@pytest.mark.parametrize("age", [None, RENEWED_AFTER + timedelta(hours=1)])
def test_a_board_that_prefect_lost_or_will_soon_lose_is_made_again(
    reading: str, shown: Shown, age: timedelta | None
) -> None:
    publish_board(reading, board_keys([]))
    shown(age)
    keys: list[str] = []
    assert renew_boards(board_keys(keys)) == [reading]
    assert f"board-{reading}" in keys


def test_a_board_that_prefect_shows_for_a_while_yet_is_left_alone(reading: str, shown: Shown) -> None:
    publish_board(reading, board_keys([]))
    shown(RENEWED_AFTER - timedelta(hours=1))
    keys: list[str] = []
    assert renew_boards(board_keys(keys)) == []
    assert keys == []


def test_l3_a_board_that_could_not_be_made_is_made_by_the_next_sweep(reading: str, shown: Shown) -> None:
    publish_board(reading, board_keys([]))
    shown(None)

    def away(*_: str) -> None:
        raise PrefectUnreachableError("ConnectError")

    assert renew_boards(away) == []
    assert publish_board(reading, board_keys([]))


def test_a_server_that_does_not_answer_keeps_the_boards_that_it_has(
    reading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_board(reading, board_keys([]))

    def away(*_: Any, **__: Any) -> None:
        raise PrefectUnreachableError("ConnectError")

    monkeypatch.setattr(renewing, "call", away)
    assert renew_boards(board_keys([])) == []
    with transaction() as session:
        assert session.get_one(Inspection, reading).board_digest


def test_the_board_of_an_inspection_that_has_ended_is_not_made_again(reading: str, shown: Shown) -> None:
    with transaction() as session:
        session.get_one(Inspection, reading).stage = "cancelled"  # type: ignore[assignment]
    shown(None)
    assert renew_boards(board_keys([])) == []
