"""Why a return takes no file now: a sentence that is so at each stage and in each state (L13)."""

from datetime import date

import pytest

from models.lifecycle import RequestState, Stage
from models.roles import Act
from models.tables import Inspection, Request
from models.words import plain
from tasks.inspection.document_items import documents_refusal
from tasks.people.access import pause_of
from tasks.returns.closing import refusal_of


def inspection(stage: Stage) -> Inspection:
    return Inspection(
        ref="reading-x",
        area_gss="E06000038",
        area_name="Reading",
        theme_id="domestic-abuse-2024",
        theme_version=1,
        announced=date(2025, 2, 24),
        stage=stage,
        seed_digest="",
    )


def refusal(stage: Stage, state: RequestState = RequestState.ISSUED, code: str = "POL-1") -> str:
    request = Request(
        id="reading-x-pol-1",
        inspection="reading-x",
        agency_id="reading-x/police",
        return_code=code,
        step="data_due",
        state=state,
    )
    return refusal_of(request, inspection(stage))


@pytest.mark.parametrize(("code", "stage"), [("POL-1", Stage.RETURNS_OPEN), ("EVAL", Stage.EVALUATIONS_OPEN)])
def test_an_open_request_takes_files(code: str, stage: Stage) -> None:
    assert refusal(stage, code=code) == ""


@pytest.mark.parametrize(
    ("stage", "state", "sentence"),
    [
        (Stage.ANNOUNCED, RequestState.ISSUED, "POL-1 cannot be sent yet: our requests are still being made."),
        (Stage.RETURNS_OPEN, RequestState.DRAFTED, "POL-1 cannot be sent yet: our request for it has not gone out."),
        (Stage.RETURNS_OPEN, RequestState.WAIVED, "POL-1 is not needed: the inspection team goes on without it."),
        (Stage.DEFERRED, RequestState.ISSUED, "The inspection of Reading is paused, so this cannot be done until"),
        (Stage.CANCELLED, RequestState.ISSUED, "POL-1 is not needed: the inspection was cancelled."),
        (Stage.FIELDWORK, RequestState.ACCEPTED, "POL-1 can no longer be sent or changed: the inspection has moved on"),
    ],
)
def test_l13_a_refusal_says_what_is_so(stage: Stage, state: RequestState, sentence: str) -> None:
    assert refusal(stage, state).startswith(sentence)


@pytest.mark.parametrize(("state", "code"), [(RequestState.ISSUED, "POL-1"), (RequestState.WAIVED, "EVAL")])
def test_l15_in_a_pause_every_way_in_refuses_in_the_words_of_the_door(state: RequestState, code: str) -> None:
    why = pause_of(paused := inspection(Stage.DEFERRED), Act.ANSWER_REQUESTS)
    assert why.startswith("The inspection of Reading is paused")
    assert refusal(Stage.DEFERRED, state, code) == why
    assert documents_refusal(paused) == why
    assert pause_of(paused, Act.RAISE_CONCERNS) == ""
    assert pause_of(inspection(Stage.FIELDWORK), Act.ANSWER_REQUESTS) == ""


@pytest.mark.parametrize("stage", list(Stage))
def test_l13_nothing_has_moved_on_before_it_opened(stage: Stage) -> None:
    text = refusal(stage)
    later = [*Stage][[*Stage].index(Stage.RETURNS_CLOSED) : [*Stage].index(Stage.DEFERRED)]
    assert ("moved on" in text) is (stage in later)
    assert not text or stage not in later or plain(stage) in text
