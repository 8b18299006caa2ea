"""Is it fair? The sample against the cohort by group, with inclusion probabilities, weights and plain sentences."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import polars as pl

from models.themes import MARGINS, SamplingPlan
from models.words import joined, plural
from tasks.ground.digests import canonical_document, frame_digest
from tasks.sampling.candidates import margin_columns
from tasks.sampling.drawing import field_of
from tasks.sampling.field import Field
from tasks.sampling.groups import DIMENSIONS, MARGIN_WORDS, groups, tuples
from tasks.sampling.inclusion import Inclusion, inclusion
from tasks.sampling.sample import SAMPLED, TRACKED, Row, Sample
from tasks.sampling.shortfalls import in_words

FORMAT = "jtai-coverage-1"
# By margins: with the margins' columns among the groups, and the children whom the minimums leave no place.
_BY_MARGINS = "jtai-coverage-2"
# A group is missed only where the draw could be expected to reach it.
_EXPECTED = 1.0
# A gap is reported where at most this share of fair draws has one so wide; in thirty groups, commoner ones are chance.
_RARE = 0.01
# Each end of the range of 95 in 100 fair draws.
_TAIL = 0.025
# Sentences leave out counts below this, because they go where no child may be recognised (L5).
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
        `design`: what follows from frame and plan, whichever seed: the probabilities of the children of the sample by
        pseudonym, and for each group its children, the number expected in a sample, and its numbers in the simulated
        draws. `sample`: the result of `compared`. It has pseudonyms, so it belongs in the evidence store (L5).
    """
    form = FORMAT if plan.plan != MARGINS else _BY_MARGINS
    design = _designed(frame, plan, [row.child for row in sample.rows], without)
    return {"format": form, "design": design, "sample": compared(design, frame, sample)}


def _designed(
    frame: pl.DataFrame, plan: SamplingPlan, children: Sequence[str], without: Iterable[str]
) -> dict[str, Any]:
    """Return what follows from frame and plan, with the probabilities of some children."""
    without = sorted(without)
    field = field_of(frame, plan, without)
    groups_of = _groups(frame, _columns(plan))
    # The chance numbers go by frame, plan and exclusions, so that anybody who has these gets the same report (L4),
    # and not by the seed: the chances of children do not depend on the one that was used.
    key = canonical_document({"frame": frame_digest(frame), "plan": _key(plan), "without": without})
    design = _design(inclusion(field, key.decode(), groups_of), groups_of, children)
    return design | ({} if field.margins is None else {"shut_out": _shut_out(field)})


def _key(plan: SamplingPlan) -> dict[str, Any]:
    """Return the plan as the key of the chance numbers has it; one by strata as it was before there were others."""
    record = plan.record()
    return record if plan.plan == MARGINS else {name: value for name, value in record.items() if name != "plan"}


def _columns(plan: SamplingPlan) -> list[str]:
    return [*DIMENSIONS, *(name for name in margin_columns(plan) if name not in DIMENSIONS)]


def _shut_out(field: Field) -> list[dict[str, Any]]:
    """Return the classes of children whom the minimums leave no place: their groups, and how many they are."""
    out = field.margins.shut_out() if field.margins else ()
    classes = Counter(field.people[child].margins for child in out)
    return [{"groups": list(groups_), "children": number} for groups_, number in sorted(classes.items())]


def again(
    report: Mapping[str, Any], frame: pl.DataFrame, sample: Sample, record: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the report for the sample after a decision; the design of the draw does not change.

    Args:
        report: as it was before the decision.
        frame: the frozen cohort.
        sample: after the decision.
        record: the manifest of the draw. The chances are worked out once more by it where a child came in from
            outside the sample and its reserves, whose chance the report has not.
    """
    design = report["design"]
    probabilities = design["probabilities"]
    if record and any(row.child not in probabilities for row in sample.chosen()):
        children = [*probabilities, *(row.child for row in sample.chosen() if row.child not in probabilities)]
        plan = SamplingPlan.model_validate(record["plan"])
        design = _designed(frame, plan, children, record.get("without", ()))
    return {**report, "design": design, "sample": compared(design, frame, sample)}


def coverage_bytes(report: Mapping[str, Any]) -> bytes:
    """Return a report as canonical JSON."""
    return canonical_document(report)


def public(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a report on groups and on the sample as a whole, without any child (L5)."""
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
    words = {group["dimension"] for group in design["groups"]}
    columns = [name for name, dimension in MARGIN_WORDS.items() if dimension in words]
    # The groups are looked up for the chosen alone: the frame may have 100,000 children.
    inside = pl.col("child").cast(pl.String).is_in([row.child for row in chosen])
    groups_of = _groups(frame.filter(inside), columns)
    counts = Counter(group for row in chosen for group in groups_of[row.child])
    lines = [
        _line(group, design, len(chosen), counts[group["dimension"], group["group"]]) for group in design["groups"]
    ]
    weights = [_weight(row, design) for row in chosen]
    return {
        "sets": [
            _set(part, [line["weight"] for line in weights if line["set"] == part]) for part in (TRACKED, SAMPLED)
        ],
        "weights": weights,
        "groups": lines,
        "gaps": [*_unreachable(design), *_left_out(design), *(line["gap"] for line in lines if line["gap"])],
    }


def _groups(frame: pl.DataFrame, columns: Sequence[str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the groups of each child by some columns of the frame: child -> (words of the dimension, group)."""
    columns = [name for name in columns if name in frame.columns]
    read = frame.select(
        pl.col("child").cast(pl.String), *(groups(name, frame.schema[name]).alias(name) for name in columns)
    )
    rows = zip(*(tuples(read[name]) for name in columns), strict=True) if columns else repeat(())
    # Few rows differ among thousands of children: equal rows share one tuple, which saves most of the time.
    groups_of_row: dict[tuple[tuple[str, ...], ...], tuple[tuple[str, str], ...]] = {}
    groups_of = {}
    for child, row in zip(read["child"].to_list(), rows, strict=False):
        if row not in groups_of_row:
            parts = zip(columns, row, strict=True)
            groups_of_row[row] = tuple((MARGIN_WORDS[name], group) for name, part in parts for group in part)
        groups_of[child] = groups_of_row[row]
    return groups_of


def _place(group: str) -> tuple[int, str]:
    """Return the order of a group among those of its column: unborn children, then ages upwards, then by name."""
    years = group.split("-")[0]
    return (-1 if group == "unborn" else int(years) if years.isdecimal() else 0), group


def _design(
    chances: Inclusion, groups_of: Mapping[str, Sequence[tuple[str, str]]], children: Sequence[str]
) -> dict[str, Any]:
    words = list(MARGIN_WORDS.values())
    tracked, sampled = chances.probabilities[TRACKED], chances.probabilities[SAMPLED]
    cohort = Counter(group for own in groups_of.values() for group in own)
    return {
        "method": dict(chances.method),
        "draws": chances.draws,
        "children": len(groups_of),
        "unreachable": sum(not tracked.get(child) and not sampled.get(child) for child in groups_of),
        "expected": round(chances.size, _DIGITS),
        "probabilities": {child: {TRACKED: tracked[child], SAMPLED: sampled[child]} for child in sorted(children)},
        "groups": [
            {
                "dimension": dimension,
                "group": group,
                "cohort": cohort[dimension, group],
                "histogram": {str(n): times for n, times in sorted(chances.histograms[dimension, group].items())},
            }
            for dimension, group in sorted(cohort, key=lambda pair: (words.index(pair[0]), _place(pair[1])))
        ],
    }


def _weight(row: Row, design: Mapping[str, Any]) -> dict[str, Any]:
    probability = design["probabilities"][row.child][row.set]
    line = {"label": row.label, "child": row.child, "set": row.set, "probability": probability}
    return {**line, "weight": round(1 / probability, _DIGITS)}


def _set(part: str, weights: Sequence[float]) -> dict[str, Any]:
    squares = sum(weight**2 for weight in weights)
    effective = round(sum(weights) ** 2 / squares, 2) if squares else 0.0
    return {"set": part, "chosen": len(weights), "effective": effective}


def _line(group: Mapping[str, Any], design: Mapping[str, Any], chosen: int, taken: int) -> dict[str, Any]:
    drawn = {int(number): times for number, times in group["histogram"].items()}
    expected = sum(number * times for number, times in drawn.items()) / design["draws"]
    line = {
        **{key: group[key] for key in ("dimension", "group", "cohort")},
        "expected": round(expected, _DIGITS),
        "cohort_share": round(group["cohort"] / max(design["children"], 1), _DIGITS),
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
    least, met = share * sum(drawn.values()), 0
    for number in sorted(drawn):
        met += drawn[number]
        if met >= least:
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
    # Last, because it is no fault of this draw: the plan's quotas leave the group thin in every draw.
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


def _left_out(design: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each class of children whom the minimums leave no place; a small one is not counted."""
    sentences = []
    for class_ in design.get("shut_out", ()):
        number = class_["children"]
        who = plural(number, "child", "children") if number >= _FEW else f"Fewer than {_FEW} children"
        groups_ = joined([in_words(group) for group in class_["groups"]])
        why = "the minimums leave no place for them. Only another plan changes that."
        sentences.append(f"{who} with {groups_} could not be tracked: {why}")
    return sentences


def _unreachable(design: Mapping[str, Any]) -> list[str]:
    if not (count := design["unreachable"]):
        return []
    who = plural(count, "child", "children") if count >= _FEW else f"Fewer than {_FEW} children"
    return [
        f"{who} of {design['children']:,} could not be drawn at all: known to too few agencies to be "
        "tracked, and at no decision point."
    ]
