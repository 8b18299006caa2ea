"""Is it fair? The sample against the cohort by group, with inclusion probabilities, weights and plain sentences."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import polars as pl

from models.themes import SamplingPlan
from models.words import plural
from tasks.ground.digests import canonical_document, frame_digest
from tasks.sampling.drawing import field_of
from tasks.sampling.groups import DIMENSIONS, groups, tuples
from tasks.sampling.inclusion import Inclusion, inclusion
from tasks.sampling.sample import SAMPLED, TRACKED, Row, Sample

FORMAT = "jtai-coverage-1"
# A group is missed only where the draw could be expected to reach it.
_EXPECTED = 1.0
# What at most so few fair draws bring is said; among thirty groups, the commoner is chance.
_RARE = 0.01
# Each end of the range of 95 in 100 fair draws.
_TAIL = 0.025
# Fewer children than these are not told in sentences, which go where no child may be recognised (L5).
_FEW = 5
_SELDOM = 0.001
# A plan that expects less than this part of a group's share leaves the group thin by design.
_THIN = 0.5
_DIGITS = 4


def coverage(frame: pl.DataFrame, plan: SamplingPlan, sample: Sample, without: Iterable[str] = ()) -> dict[str, Any]:
    """Report how the chosen children compare with the cohort.

    Args:
        frame: the frozen cohort, as it was drawn from.
        plan: the theme's plan.
        sample: as drawn.
        without: children who could not be drawn, as in the draw.

    Returns:
        `design`: what frame and plan give, whichever seed: probabilities of the children of the sample by pseudonym,
        and of each group its children, the number expected in a sample, and how many came in the simulated draws.
        `sample`: what `compared` makes of the sample. Pseudonyms: it belongs in the evidence store (L5).
    """
    without = sorted(without)
    field = field_of(frame, plan, without)
    of = _groups(frame)
    key = canonical_document({"frame": frame_digest(frame), "plan": plan.model_dump(mode="json"), "without": without})
    found = inclusion(field, key.decode(), of)
    design = _design(found, of, [row.child for row in sample.rows])
    return {"format": FORMAT, "design": design, "sample": compared(design, frame, sample)}


def again(report: Mapping[str, Any], frame: pl.DataFrame, sample: Sample) -> dict[str, Any]:
    """Return the report for the sample that decisions have left; the design of the draw stays what it was."""
    return {**report, "sample": compared(report["design"], frame, sample)}


def coverage_bytes(report: Mapping[str, Any]) -> bytes:
    """Return a report as canonical JSON."""
    return canonical_document(report)


def public(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a report says of groups and of the sample as a whole, without any child (L5)."""
    shown = {key: value for key, value in report["sample"].items() if key != "weights"}
    design = report["design"]
    return {**shown, **{key: design[key] for key in ("method", "draws", "children", "unreachable")}}


def compared(design: Mapping[str, Any], frame: pl.DataFrame, sample: Sample) -> dict[str, Any]:
    """Compare a sample with what its design expects.

    Returns:
        `sets`: of each set the number chosen and the effective sample size (Kish: squared sum of weights over sum of
        squared weights). `weights`: label, child, set, probability of being chosen for that set, and its inverse.
        `groups`: of each group its children and share of the cohort, the number expected, the range of 95 in 100
        simulated draws, the number and share in the sample, and a sentence where there is a gap. `gaps`: these
        sentences.
    """
    chosen = sample.chosen()
    of = _groups(frame.filter(pl.col("child").cast(pl.String).is_in([row.child for row in chosen])))
    counts = Counter(one for row in chosen for one in of[row.child])
    lines = [_line(one, design, len(chosen), counts[one["dimension"], one["group"]]) for one in design["groups"]]
    weights = [_weight(row, design) for row in chosen]
    return {
        "sets": [_set(part, [one["weight"] for one in weights if one["set"] == part]) for part in (TRACKED, SAMPLED)],
        "weights": weights,
        "groups": lines,
        "gaps": [*_unreachable(design), *(one["gap"] for one in lines if one["gap"])],
    }


def _groups(frame: pl.DataFrame) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the groups of each child: child -> (words of the dimension, group)."""
    columns = [name for name in DIMENSIONS if name in frame.columns]
    read = frame.select(pl.col("child").cast(pl.String), *(groups(name, frame.schema[name]) for name in columns))
    held = zip(*(tuples(read[name]) for name in columns), strict=True) if columns else repeat(())
    known: dict[tuple[tuple[str, ...], ...], tuple[tuple[str, str], ...]] = {}
    of = {}
    for child, one in zip(read["child"].to_list(), held, strict=False):
        if one not in known:
            known[one] = tuple((DIMENSIONS[n], group) for n, part in zip(columns, one, strict=True) for group in part)
        of[child] = known[one]
    return of


def _place(group: str) -> tuple[int, str]:
    """Return where a group stands among those of its column: unborn children, then ages upwards, then by name."""
    years = group.split("-")[0]
    return (-1 if group == "unborn" else int(years) if years.isdecimal() else 0), group


def _design(found: Inclusion, of: Mapping[str, Sequence[tuple[str, str]]], children: Sequence[str]) -> dict[str, Any]:
    words = list(DIMENSIONS.values())
    tracked, sampled = found.probabilities[TRACKED], found.probabilities[SAMPLED]
    cohort = Counter(one for held in of.values() for one in held)
    return {
        "method": dict(found.method),
        "draws": found.draws,
        "children": len(of),
        "unreachable": sum(not tracked.get(child) and not sampled.get(child) for child in of),
        "expected": round(found.size, _DIGITS),
        "probabilities": {child: {TRACKED: tracked[child], SAMPLED: sampled[child]} for child in sorted(children)},
        "groups": [
            {
                "dimension": dimension,
                "group": group,
                "cohort": cohort[dimension, group],
                "histogram": {str(n): times for n, times in sorted(found.histograms[dimension, group].items())},
            }
            for dimension, group in sorted(cohort, key=lambda one: (words.index(one[0]), _place(one[1])))
        ],
    }


def _weight(row: Row, design: Mapping[str, Any]) -> dict[str, Any]:
    probability = design["probabilities"][row.child][row.set]
    told = {"label": row.label, "child": row.child, "set": row.set, "probability": probability}
    return {**told, "weight": round(1 / probability, _DIGITS)}


def _set(part: str, weights: Sequence[float]) -> dict[str, Any]:
    squares = sum(weight**2 for weight in weights)
    effective = round(sum(weights) ** 2 / squares, 2) if squares else 0.0
    return {"set": part, "chosen": len(weights), "effective": effective}


def _line(one: Mapping[str, Any], design: Mapping[str, Any], chosen: int, taken: int) -> dict[str, Any]:
    drawn = {int(number): times for number, times in one["histogram"].items()}
    expected = sum(number * times for number, times in drawn.items()) / design["draws"]
    line = {
        **{key: one[key] for key in ("dimension", "group", "cohort")},
        "expected": round(expected, _DIGITS),
        "cohort_share": round(one["cohort"] / max(design["children"], 1), _DIGITS),
        "expected_share": round(expected / (design["expected"] or 1), _DIGITS),
        "low": _quantile(drawn, _TAIL),
        "high": _quantile(drawn, 1 - _TAIL),
        "sample": taken,
        "sample_share": round(taken / max(chosen, 1), _DIGITS),
        "as_few": round(sum(times for n, times in drawn.items() if n <= taken) / design["draws"], _DIGITS),
        "as_many": round(sum(times for n, times in drawn.items() if n >= taken) / design["draws"], _DIGITS),
    }
    return {**line, "gap": _gap(line, chosen) if chosen else None}


def _quantile(drawn: Mapping[int, int], share: float) -> int:
    """Return the least number that at least this share of draws does not exceed."""
    wanted, met = share * sum(drawn.values()), 0
    for number in sorted(drawn):
        met += drawn[number]
        if met >= wanted:
            return number
    return 0


def _gap(line: Mapping[str, Any], chosen: int) -> str | None:
    who = f"{line['dimension']} '{line['group']}'"
    few = line["cohort"] < _FEW
    size = (
        f"fewer than {_FEW} children"
        if few
        else f"{line['cohort_share']:.0%} of the cohort ({plural(line['cohort'], 'child', 'children')})"
    )
    about = f"about {line['expected']:.1f} would be expected"
    if not line["sample"] and line["expected"] >= _EXPECTED:
        return f"Nobody in the sample for {who}, {size}: {about}; {_often(line['as_few'])} fair draws has nobody."
    if line["as_few"] <= _RARE and line["sample"] < line["expected"]:
        return (
            f"Few in the sample for {who}, {size}: {line['sample']} where {about}; {_often(line['as_few'])} fair "
            "draws has so few."
        )
    if line["as_many"] <= _RARE and line["sample"] > max(line["expected"], 1):
        return (
            f"Many in the sample for {who}, {size}: {line['sample']} where {about}; {_often(line['as_many'])} "
            "fair draws has so many."
        )
    share = line["cohort_share"] * chosen
    if share - line["expected"] >= _EXPECTED and line["expected"] < _THIN * share:
        return (
            f"The plan itself leaves {who} thin, {size}: {about}, where the cohort's share would be {share:.1f}. "
            "No redraw changes that."
        )
    return None


def _often(share: float) -> str:
    if share < _SELDOM:
        return f"fewer than one in {round(1 / _SELDOM):,}"
    return f"one in {round(1 / share):,}"


def _unreachable(design: Mapping[str, Any]) -> list[str]:
    if not (count := design["unreachable"]):
        return []
    who = plural(count, "child", "children") if count >= _FEW else f"Fewer than {_FEW} children"
    return [
        f"{who} of {design['children']:,} could not be drawn at all: known to too few agencies to be "
        "tracked, and at no decision point."
    ]
