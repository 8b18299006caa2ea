"""The lifecycle: every stage can end, nothing leaves the end, illegal moves raise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.lifecycle import (
    ENDED,
    REQUEST_MOVES,
    STAGE_MOVES,
    IllegalMoveError,
    RequestState,
    Stage,
    at_stage,
    check_move,
)


def test_every_stage_and_state_has_its_moves() -> None:
    assert set(STAGE_MOVES) == set(Stage)
    assert set(REQUEST_MOVES) == set(RequestState)


def test_every_stage_is_reached_from_the_announcement_and_can_end() -> None:
    reached, todo = {Stage.ANNOUNCED}, [Stage.ANNOUNCED]
    while todo:
        for following in STAGE_MOVES[todo.pop()] - reached:
            reached.add(following)
            todo.append(following)
    assert reached == set(Stage)


@given(st.sampled_from(sorted(Stage)), st.sampled_from(sorted(Stage)))
def test_only_listed_moves_are_legal(now: Stage, wanted: Stage) -> None:
    if wanted in STAGE_MOVES[now]:
        check_move("It", now, wanted)
        assert now not in ENDED
    else:
        with pytest.raises(IllegalMoveError):
            check_move("It", now, wanted)


def test_a_stage_is_told_as_what_an_inspection_is() -> None:
    assert [at_stage(each) for each in (Stage.PUBLISHED, Stage.STATEMENT_DUE, Stage.PRE_PUBLICATION)] == [
        "published",
        'at the stage "statement due"',
        'at the stage "pre-publication"',
    ]


def test_a_draft_cannot_be_accepted_unseen() -> None:
    with pytest.raises(IllegalMoveError, match="is issued and cannot become accepted"):
        check_move("The request", RequestState.ISSUED, RequestState.ACCEPTED)
