"""Decisions as a file: the sample in force is replayed anywhere, and the first thing that differs is said (L4, L10)."""

import json
from typing import Any

import polars as pl
import pytest

from models.themes import theme
from tasks.ground.digests import frame_digest
from tasks.sampling import (
    Decision,
    DecisionKind,
    NotDecisionsError,
    Reason,
    checked_decisions,
    decisions_bytes,
    decisions_record,
    draw,
    manifest,
    sample_of,
    taken_out,
    verify_decisions,
)
from tests.tasks.sampling.frames import area, by_margins, cohort
from tests.tasks.sampling.themes_of import theme_with

_THEME = theme("domestic-abuse-2024")
_FRAME = cohort(400).with_columns(pl.lit("high").alias("police_risk"))
_RECORD = manifest(draw(_FRAME, _THEME.sampling, "s"), frame_digest(_FRAME), _THEME, "s", "1")
_STEPS = [
    Decision(DecisionKind.ELIMINATE, Reason.LEFT_AREA, "Alex Lee", "T2", "Bo Okoro"),
    Decision(DecisionKind.REPLACE, Reason.CHILD_DIED, "Alex Lee", "T1", "Bo Okoro"),
    Decision(DecisionKind.APPROVE, Reason.SATISFIED, "Sam Patel"),
]


def _found(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(decisions_bytes(decisions_record(_RECORD, _STEPS)))
    return checked_decisions({**made, **changes})


def _step(place: int, **changes: Any) -> list[dict[str, Any]]:
    steps = [dict(one) for one in _found()["decisions"]]
    steps[place].update(changes)
    return steps


def test_l4_decisions_written_out_verify_after_json() -> None:
    found = _found()
    assert verify_decisions(_RECORD, found) == []
    assert [one["new_label"] for one in found["decisions"]] == ["", "T8", ""]
    assert found["approved_by"] == "Sam Patel"


def test_l10_a_child_swapped_in_the_sample_in_force_is_said() -> None:
    rows = _found()["rows"]
    other = [{**rows[0], "child": rows[-1]["child"]}, *rows[1:]]
    assert "and the file disagrees" in verify_decisions(_RECORD, _found(rows=other))[0]
    assert verify_decisions(_RECORD, _found(rows=rows[1:]))[0] == (
        f"{rows[0]['label']} is in the sample in force, and the file leaves it out."
    )
    more = [*rows, {**rows[0], "label": "T9"}]
    assert verify_decisions(_RECORD, _found(rows=more)) == ["T9 is in the file, and not in the sample in force."]


def test_l10_a_decision_that_was_not_allowed_is_said_with_its_reason() -> None:
    alone = _found(decisions=_step(0, second_approver="LEE, Alex"))
    said = verify_decisions(_RECORD, alone)
    assert said[0].startswith("Decision 1 (eliminate of T2) was not allowed: Taking T2 out")
    late = _found(decisions=[*_found()["decisions"], _found()["decisions"][0]])
    assert "Decision 4 (eliminate of T2) was not allowed: The sample is approved" in verify_decisions(_RECORD, late)[0]


def test_l10_another_reserve_than_the_next_is_said() -> None:
    said = verify_decisions(_RECORD, _found(decisions=_step(1, new_label="T9")))
    assert said[0] == "Decision 2 (replace of T1) brings in T8, and the file says T9."


def test_l10_an_approval_that_nobody_gave_is_said() -> None:
    said = verify_decisions(_RECORD, _found(approved_by="Somebody Else"))
    assert said == ["The file says approved by Somebody Else, and the decisions say Sam Patel."]


def test_l10_decisions_on_another_draw_are_said_first() -> None:
    said = verify_decisions(_RECORD, _found(manifest_sha256="0" * 64))
    assert said[0].startswith("The decisions are on draw 1, whose manifest is 000000000000")
    assert "took out 1 child" in verify_decisions(_RECORD, _found(earlier=["c00001"]))[0]


def test_l10_nothing_follows_a_redraw() -> None:
    redraw = Decision(DecisionKind.REDRAW, Reason.COVERAGE_GAP, "Alex Lee")
    found = decisions_record(_RECORD, [*_STEPS[:2], redraw])
    assert verify_decisions(_RECORD, found) == []
    found["decisions"].append(found["decisions"][0])
    assert "follows a redraw" in verify_decisions(_RECORD, found)[0]


def test_whom_decisions_took_out_are_the_eliminated_and_the_replaced() -> None:
    drawn = sample_of(_RECORD)
    gone = [drawn.row(label) for label in ("T1", "T2")]
    assert taken_out(_RECORD, _STEPS) == {row.child for row in gone if row}


def test_l10_what_gave_way_stands_in_the_file_and_another_claim_is_said() -> None:
    frame = area(120, 2)
    theme_ = theme_with(by_margins(open_places=0, tracked_reserves=0))
    record = manifest(draw(frame, theme_.sampling, "s"), frame_digest(frame), theme_, "s", "1")
    steps = [Decision(DecisionKind.REPLACE, Reason.LEFT_AREA, "Alex Lee", f"T{n}", "Bo Okoro") for n in range(1, 8)]
    document = checked_decisions(json.loads(decisions_bytes(decisions_record(record, steps, (), lambda: frame))))
    lines = document["decisions"]
    gave = next(n for n, line in enumerate(lines) if line["gave_up"])
    assert document["format"] == "jtai-decisions-2"
    assert verify_decisions(record, document, lambda: frame.reverse()) == []
    claimed = {**document, "decisions": [{**line, "gave_up": []} for line in lines]}
    differs = verify_decisions(record, claimed, lambda: frame)[0]
    assert differs.startswith(f"Decision {gave + 1} (replace of T{gave + 1}) gives up the minimum of ")
    assert differs.endswith(", and the file says no minimum.")
    # A file of the first format knows reserves alone.
    first = verify_decisions(record, {**document, "format": "jtai-decisions-1"}, lambda: frame)
    assert first[0].startswith("Decision 1 (replace of T1) was not allowed: No reserve keeps the plan's minimums")
    assert taken_out(record, steps, lambda: frame) == {row.child for row in sample_of(record).chosen("tracked")}


@pytest.mark.parametrize("given", [None, [], {}, {"format": "jtai-decisions-1"}])
def test_what_is_no_file_of_decisions_is_refused(given: object) -> None:
    with pytest.raises(NotDecisionsError):
        checked_decisions(given)


@pytest.mark.parametrize("change", [{"rows": [{"name": "Zo\u00eb"}]}, {"decisions": [{"kind": "guess"}]}])
def test_foreign_rows_are_refused_without_quoting_them(change: dict[str, Any]) -> None:
    with pytest.raises(NotDecisionsError) as caught:
        _found(**change)
    assert "Zo" not in str(caught.value)
