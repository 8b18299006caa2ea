"""Manifests of every earlier format, made by the releases of their time, verify with this one (L4, L10)."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from models.themes import SamplingPlan, theme
from tasks.sampling import (
    again,
    checked,
    checked_decisions,
    coverage,
    coverage_bytes,
    draw,
    replayed,
    sample_of,
    verify,
    verify_decisions,
)

_FOLDER = Path(__file__).parent / "golden"
_THEME = theme("domestic-abuse-2024")


def kept(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((_FOLDER / name).read_text())
    return read


def frame() -> pl.DataFrame:
    return pl.DataFrame(kept("frame.json")["rows"])


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_l4_a_manifest_of_each_format_verifies(number: int) -> None:
    record = checked(kept(f"manifest-{number}.json"))
    assert record["format"] == f"jtai-sample-{number}"
    assert verify(record, frame(), _THEME) == []


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_l10_a_manifest_of_each_format_with_another_child_or_plan_does_not(number: int) -> None:
    record = kept(f"manifest-{number}.json")
    record["rows"][0]["child"] = record["rows"][1]["child"]
    assert verify(record, frame(), _THEME)[0].startswith("T1: the manifest has child ")
    record = kept(f"manifest-{number}.json")
    record["plan"]["tracked"] = 6
    assert verify(record, frame(), _THEME)[0].startswith("The sampling plan in the manifest is not the one of theme ")


@pytest.mark.parametrize("number", [3, 4])
def test_l10_decisions_and_coverage_of_the_formats_in_use_are_made_again(number: int) -> None:
    record, steps = kept(f"manifest-{number}.json"), checked_decisions(kept(f"decisions-{number}.json"))
    assert verify_decisions(record, steps, frame) == []
    report = coverage(frame(), SamplingPlan.model_validate(record["plan"]), sample_of(record))
    after = report
    for sample in replayed(record, steps, frame):
        after = again(after, frame(), sample, record)
    assert coverage_bytes(after) == (_FOLDER / f"coverage-{number}.json").read_bytes()


def test_the_plan_before_draws_as_it_did() -> None:
    """A theme that moved to margins still holds the strata by which it drew, sizes and all."""
    record = kept("manifest-3.json")
    (before,) = _THEME.sampling.formerly
    assert before == SamplingPlan.model_validate(record["plan"])
    assert draw(frame(), before, record["seed"]).rows == sample_of(record).rows
