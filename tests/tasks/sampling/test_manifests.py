"""The record of a draw: canonical bytes, verified elsewhere, the first difference in words (L4, L5)."""

import hashlib
import json
from typing import Any

import polars as pl
import pytest

from models.themes import Theme, theme
from tasks.ground.digests import frame_digest
from tasks.ground.keys import commit
from tasks.sampling import (
    NotAManifestError,
    checked,
    complete,
    draw,
    manifest,
    manifest_bytes,
    new_seed,
    sample_of,
    verify,
)
from tests.tasks.sampling.frames import cohort

_SEED = "00ff"


def _theme() -> Theme:
    """Return a theme with a plan by strata; `test_margins.py` has the other kind."""
    shipped = theme("domestic-abuse-2024")
    return shipped.model_copy(update={"sampling": shipped.sampling.formerly[0]})


def _frame(children: int = 300) -> pl.DataFrame:
    return cohort(children).with_columns(pl.lit("high").alias("police_risk"))


def _record(frame: pl.DataFrame) -> dict[str, Any]:
    drawn = draw(frame, _theme().sampling, _SEED)
    return manifest(drawn, frame_digest(frame), _theme(), _SEED, "1.0")


def test_l4_the_manifest_is_the_same_bytes_in_any_row_order() -> None:
    frame = _frame()
    shuffled = frame.sample(fraction=1, shuffle=True, seed=4)
    assert manifest_bytes(_record(shuffled)) == manifest_bytes(_record(frame))
    assert verify(_record(frame), shuffled, _theme()) == []


def test_l4_the_manifest_survives_json() -> None:
    record = _record(_frame())
    again = checked(json.loads(manifest_bytes(record)))
    assert sample_of(again) == sample_of(record)
    assert manifest_bytes(again) == manifest_bytes(record)


def test_l5_the_manifest_holds_pseudonyms_and_no_time() -> None:
    assert set(_record(_frame())) == {
        "format", "draw", "without", "theme", "plan", "frame_digest", "seed", "seed_digest", "code_version", "rows",
        "shares", "shortfalls",
    }  # fmt: skip


def test_l10_the_committed_seed_is_the_revealed_one() -> None:
    seed = new_seed()
    assert len(seed) == 64
    assert commit(seed) == hashlib.sha256(seed.encode()).hexdigest()
    record = {**_record(_frame()), "seed_digest": commit("another")}
    assert "not the one that was committed to" in verify(record, _frame(), _theme())[0]


def test_l10_the_announced_seed_is_the_one_drawn_with() -> None:
    assert verify(_record(_frame()), _frame(), _theme(), commit(_SEED)) == []
    assert "not the one that was announced" in verify(_record(_frame()), _frame(), _theme(), commit("another"))[0]


def test_l4_a_manifest_of_the_earlier_format_still_verifies() -> None:
    record = _record(_frame())
    earlier = {key: value for key, value in record.items() if key not in {"draw", "without"}}
    earlier["format"] = "jtai-sample-1"
    assert verify(checked(earlier), _frame(), _theme()) == []


def test_l10_a_redraw_records_whom_it_left_out_and_verifies() -> None:
    out = [row.child for row in sample_of(_record(_frame())).rows[:3]]
    drawn = draw(_frame(), _theme().sampling, _SEED, out)
    record = manifest(drawn, frame_digest(_frame()), _theme(), _SEED, "1.0", number=2, without=out)
    assert verify(record, _frame(), _theme()) == []
    assert "draw gives" in verify({**record, "without": []}, _frame(), _theme())[0]


def test_l10_a_child_put_in_by_hand_is_named_by_its_label() -> None:
    record = _record(_frame())
    record["rows"][2] = {**record["rows"][2], "child": "c00000"}
    assert verify(record, _frame(), _theme())[0].startswith("T3: the manifest has child c00000, the draw gives")


def test_l10_another_cohort_theme_or_plan_is_said_first() -> None:
    record = _record(_frame())
    assert verify(record, _frame(299), _theme())[0].startswith("The cohort differs")
    assert "was drawn under theme x@1" in verify({**record, "theme": "x@1"}, _frame(), _theme())[0]
    other = {**record, "plan": {**record["plan"], "tracked": 6}}
    said = verify(other, _frame(), _theme())
    assert said[0].startswith("The sampling plan")
    assert any("rows" in text or "draw gives" in text for text in said[1:])


def test_l10_stated_shares_and_shortfalls_are_compared_too() -> None:
    record = _record(_frame())
    shorter = {**record, "shares": record["shares"][1:], "shortfalls": [], "rows": record["rows"][:-1]}
    said = verify(shorter, _frame(), _theme())
    assert [text.split()[1] for text in said] == ["manifest", "sizes", "shortfalls"]


def test_an_earlier_manifest_verifies_though_it_states_shortfalls_in_other_words() -> None:
    record = {**_record(_frame()), "format": "jtai-sample-2", "shortfalls": ["In the words of the release before."]}
    assert verify(checked(record), _frame(), _theme()) == []
    assert verify({**record, "shares": record["shares"][1:]}, _frame(), _theme())


@pytest.mark.parametrize("given", [None, [], {}, {"format": "jtai-sample-1"}])
def test_what_is_no_manifest_is_refused(given: object) -> None:
    with pytest.raises(NotAManifestError):
        checked(given)


def test_a_manifest_with_foreign_rows_is_refused_without_quoting_them() -> None:
    record = {**_record(_frame()), "rows": [{"name": "Zo\u00eb"}]}
    with pytest.raises(NotAManifestError) as caught:
        checked(record)
    assert "Zo" not in str(caught.value)


def test_a_frame_without_the_plans_columns_is_completed_with_notes() -> None:
    frame, notes = complete(pl.DataFrame({"child": ["a", "b"]}), _theme().sampling)
    assert len(notes) == 6
    assert len(draw(frame, _theme().sampling, "s").rows) == 2
