"""Two inspectors judge apart: neither sees the other's judgement before their own is in, and it then stays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.lifecycle import Stage
from models.refusals import FormRefusedError, Refusal
from models.tables import AgreedJudgement, Judgement
from tasks.ground.database import transaction
from tasks.judging.judgements import (
    JudgementError,
    JudgementStanding,
    judgements_of,
    record_agreed,
    record_judgement,
    standing,
    standing_of,
)
from tasks.reading.judgements import judgement_board, read_judgements
from tests.examples import examples
from tests.tasks.steps import ledger_text, moved_to

_ANN, _BO, _CY = "P-AAAAAAAA", "P-BBBBBBBB", "P-CCCCCCCC"
_AT = datetime(2025, 3, 3, tzinfo=UTC)


def _judge(ref: str, person: str, code: str, area: str = "EA01", text: str = "As the record says.") -> None:
    record_judgement(ref, "T1", area, code, text, by=person)


def _seen(ref: str, person: str, area: str = "EA01") -> JudgementStanding:
    with transaction() as session:
        return standing_of(session, ref, "T1", area, person)


def test_a_judgement_is_hidden_until_both_are_in_and_then_both_see_both(fieldwork: str) -> None:
    _judge(fieldwork, _ANN, "concern", text="CANARY-J1")
    before = _seen(fieldwork, _BO)
    assert (before.state, before.number, before.shown) == ("yours", 1, ())
    assert read_judgements(fieldwork, "T1", "EA01", _BO, by="inspector: B").reasons == ()
    assert _seen(fieldwork, _ANN).state == "waits"
    _judge(fieldwork, _BO, "strength")
    for person in (_ANN, _BO):
        now = _seen(fieldwork, person)
        assert now.state == "differ"
        assert {row.person_id for row in now.shown} == {_ANN, _BO}
    third = _seen(fieldwork, _CY)
    assert (third.state, third.number, third.shown) == ("yours", 2, ())
    assert "CANARY" not in ledger_text()


def test_it_can_be_changed_while_it_is_alone_and_never_once_the_other_is_seen(fieldwork: str) -> None:
    _judge(fieldwork, _ANN, "concern")
    _judge(fieldwork, _ANN, "concern")
    _judge(fieldwork, _ANN, "mixed")
    with transaction() as session:
        (row,) = judgements_of(session, fieldwork)
    assert (row.version, row.judgement) == (2, "mixed")
    _judge(fieldwork, _BO, "strength")
    with pytest.raises(JudgementError, match="stays as it is"):
        _judge(fieldwork, _ANN, "strength")
    assert _seen(fieldwork, _ANN).state == "differ"


def test_a_disagreement_stands_until_a_discussion_is_recorded_by_whoever_took_part(fieldwork: str) -> None:
    _judge(fieldwork, _ANN, "concern")
    with pytest.raises(JudgementError):
        record_agreed(fieldwork, "T1", "EA01", "mixed", "We talked.", by=_ANN)
    _judge(fieldwork, _BO, "strength")
    with pytest.raises(FormRefusedError):
        record_agreed(fieldwork, "T1", "EA01", "mixed", " ", by=_ANN)
    with pytest.raises(JudgementError):
        record_agreed(fieldwork, "T1", "EA01", "mixed", "I was not there.", by=_CY)
    for _ in range(2):
        record_agreed(fieldwork, "T1", "EA01", "mixed", "We talked.", by=_ANN)
    settled = _seen(fieldwork, _CY)
    assert settled.state == "settled"
    assert settled.agreed is not None
    assert settled.agreed.judgement == "mixed"
    # What was agreed changes neither judgement.
    assert {row.judgement for row in settled.shown} == {"concern", "strength"}
    with pytest.raises(JudgementError):
        _judge(fieldwork, _CY, "mixed")
    with pytest.raises(JudgementError):
        record_agreed(fieldwork, "T1", "EA01", "concern", "Again.", by=_BO)


def test_the_same_judgement_twice_needs_no_discussion(fieldwork: str) -> None:
    for person in (_ANN, _BO):
        _judge(fieldwork, person, "mixed")
    assert _seen(fieldwork, _ANN).state == "same"
    with pytest.raises(JudgementError):
        record_agreed(fieldwork, "T1", "EA01", "mixed", "We talked.", by=_ANN)


def test_of_two_judgements_at_once_neither_was_made_with_the_other_in_sight(fieldwork: str) -> None:
    def act(person: str, code: str) -> str:
        try:
            _judge(fieldwork, person, code)
        except JudgementError:
            return "refused"
        return "taken"

    work = [(_ANN, "concern"), (_BO, "strength"), (_ANN, "strength"), (_BO, "concern")]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda each: act(*each), work))
    now = _seen(fieldwork, _ANN)
    assert now.number == 2
    assert len(now.shown) == 2


@pytest.mark.parametrize(("child", "area"), [("S1", "EA01"), ("T99", "EA01"), ("T1", "EA99"), ("", "")])
def test_there_must_be_such_a_child_and_area(fieldwork: str, child: str, area: str) -> None:
    with pytest.raises(JudgementError):
        record_judgement(fieldwork, child, area, "mixed", "Words.", by=_ANN)


def test_a_judgement_needs_a_code_of_the_scale_its_reason_and_an_open_stage(fieldwork: str) -> None:
    for code, text in (("bad", "Words."), ("mixed", " "), ("mixed", "x" * 4001)):
        with pytest.raises(FormRefusedError):
            record_judgement(fieldwork, "T1", "EA01", code, text, by=_ANN)
    moved_to(fieldwork, Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY)
    with pytest.raises(Refusal, match="factual accuracy"):
        _judge(fieldwork, _ANN, "mixed")


def test_the_board_counts_what_is_whose_and_how_far_all_agree(fieldwork: str) -> None:
    for number, (first, second) in enumerate(
        [("concern", "concern"), ("mixed", "strength"), ("strength", "strength"), ("mixed", "mixed"), ("concern",) * 2]
    ):
        _judge(fieldwork, _ANN, first, f"EA0{number + 1}")
        _judge(fieldwork, _BO, second, f"EA0{number + 1}")
    _judge(fieldwork, _ANN, "concern", "EA06")
    with transaction() as session:
        board = judgement_board(session, fieldwork, _ANN)
        other = judgement_board(session, fieldwork, _CY)
    assert (board.number("same"), board.number("differ"), board.number("waits")) == (4, 1, 1)
    assert other.number("yours") == len(other.rows) == len(board.rows)
    assert board.agreement == other.agreement
    assert board.agreement.things == 5
    assert board.agreement.alpha is not None
    assert 0.5 < board.agreement.alpha < 1


_CODES = st.sampled_from(["concern", "mixed", "strength"])


@examples(200)
@given(st.dictionaries(st.sampled_from([_ANN, _BO, _CY]), _CODES), st.booleans(), st.sampled_from([_ANN, _BO, _CY]))
def test_nobody_without_a_judgement_of_their_own_sees_one_before_it_is_agreed(
    codes: dict[str, str], settled: bool, person: str
) -> None:
    rows = [_row(each, code) for each, code in codes.items()]
    agreed = _agreed() if settled and len(set(codes.values())) > 1 else None
    now = standing("T1", "EA01", rows, agreed, person)
    if agreed is None and person not in codes:
        assert (now.state, now.shown) == ("yours", ())
    elif agreed is None and len(codes) == 1:
        assert [row.person_id for row in now.shown] == [person]
    else:
        assert len(now.shown) == len(codes)


def _row(person: str, code: str) -> Judgement:
    return Judgement(
        inspection="r",
        child="T1",
        area="EA01",
        person_id=person,
        version=1,
        draw_version=1,
        judgement=code,
        text_key="",
        text_sha256="",
        recorded_at=_AT,
    )


def _agreed() -> AgreedJudgement:
    return AgreedJudgement(
        inspection="r",
        child="T1",
        area="EA01",
        draw_version=1,
        judgement="mixed",
        text_key="",
        text_sha256="",
        recorded_by=_ANN,
        recorded_at=_AT,
    )
