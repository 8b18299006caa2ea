"""People's decisions: replayed from the record, two people to take a child out, nothing after approval (L10)."""

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.themes import theme
from tasks.ground.digests import frame_digest
from tasks.sampling import (
    REASON_LABELS,
    AlreadyApprovedError,
    BelowMinimumError,
    CohortNeededError,
    Decision,
    DecisionError,
    DecisionKind,
    NobodyError,
    NobodyLeftError,
    NoReserveError,
    NothingToRedrawError,
    Reason,
    ReserveReplacedError,
    Sample,
    SecondApproverError,
    UnknownLabelError,
    apply,
    draw,
    manifest,
    sample_of,
    states,
)
from tests.examples import examples
from tests.tasks.sampling.decision_file_reference import Ledger, LedgerByMargins, Line, Refused
from tests.tasks.sampling.frames import area, by_margins, cohort, margin, plan
from tests.tasks.sampling.reference import reference_draw
from tests.tasks.sampling.themes_of import theme_with

_SHIPPED = theme("domestic-abuse-2024")
# By strata; decisions on a sample by margins follow below.
_THEME = _SHIPPED.model_copy(update={"sampling": _SHIPPED.sampling.formerly[0]})
_FRAME = cohort(400).with_columns(pl.lit("high").alias("police_risk"))


def _record() -> dict[str, Any]:
    return manifest(draw(_FRAME, _THEME.sampling, "s"), frame_digest(_FRAME), _THEME, "s", "1")


def _out(kind: DecisionKind, label: str, second: str = "b") -> Decision:
    return Decision(kind, Reason.LEFT_AREA, by="a", child=label, second_approver=second)


_APPROVE = Decision(DecisionKind.APPROVE, Reason.SATISFIED, by="a")


def test_l10_every_reason_is_a_listed_code_with_words() -> None:
    assert set(REASON_LABELS) == set(Reason)


def test_l10_taking_a_child_out_needs_two_different_people() -> None:
    for second in ("", "a", "A ", "-", "a@example.org"):
        for kind in (DecisionKind.ELIMINATE, DecisionKind.REPLACE):
            with pytest.raises(SecondApproverError, match="T1"):
                apply(_record(), [_out(kind, "T1", second)])


def test_l10_a_decision_by_nobody_is_refused() -> None:
    with pytest.raises(NobodyError):
        apply(_record(), [Decision(DecisionKind.APPROVE, Reason.SATISFIED, by=" . ")])


def test_l10_nothing_can_be_decided_of_tracked_children_after_approval() -> None:
    approved = apply(_record(), [_APPROVE])
    assert approved.approved_by == "a"
    with pytest.raises(AlreadyApprovedError):
        apply(_record(), [_APPROVE, _out(DecisionKind.ELIMINATE, "T1")])


def test_l10_a_child_of_the_wider_sample_may_leave_after_the_approval_by_two_people() -> None:
    after = apply(_record(), [_APPROVE, _out(DecisionKind.REPLACE, "S1")])
    assert after.approved_by == "a"
    assert after.row("S1") is None
    assert len(after.chosen("sampled")) == len(sample_of(_record()).chosen("sampled"))
    assert after.chosen("tracked") == sample_of(_record()).chosen("tracked")
    with pytest.raises(SecondApproverError):
        apply(_record(), [_APPROVE, _out(DecisionKind.ELIMINATE, "S1", "")])
    with pytest.raises(AlreadyApprovedError):
        apply(_record(), [_APPROVE, _out(DecisionKind.ELIMINATE, "S1"), _APPROVE])


def test_l10_fewer_tracked_children_than_the_theme_wants_need_two_people_to_approve() -> None:
    out = [_out(DecisionKind.ELIMINATE, label) for label in ("T1", "T2", "T3")]
    assert apply(_record(), [*out[:2], _APPROVE]).approved_by == "a"
    with pytest.raises(BelowMinimumError, match="Only 4 children would be tracked, and the theme needs at least 5"):
        apply(_record(), [*out, _APPROVE])
    assert apply(_record(), [*out, replace(_APPROVE, second_approver="b")]).approved_by == "a"


def test_an_eliminated_child_leaves_an_empty_place() -> None:
    before = sample_of(_record())
    after = apply(_record(), [_out(DecisionKind.ELIMINATE, "T2")])
    assert after.row("T2") is None
    assert len(after.chosen("tracked")) == len(before.chosen("tracked")) - 1
    assert "T2 was eliminated" in after.shortfalls[-1]


def test_a_replacement_is_the_next_reserve_of_the_same_stratum_under_a_new_label() -> None:
    before = sample_of(_record())
    leaving = before.row("T1")
    assert leaving is not None
    expected = next(r for r in before.reserves("tracked") if r.stratum == leaving.stratum)
    for decisions in (
        [_out(DecisionKind.REPLACE, "T1")],
        [_out(DecisionKind.ELIMINATE, "T1"), _out(DecisionKind.REPLACE, "T1", "")],
    ):
        after = apply(_record(), decisions)
        taken = after.row("T8")
        assert taken is not None
        assert (taken.child, taken.stratum, taken.role) == (expected.child, leaving.stratum, "chosen")
        assert after.row(expected.label) is None
        assert after.shortfalls == before.shortfalls


def test_a_stratum_without_reserves_says_what_can_be_done() -> None:
    decisions = [_out(DecisionKind.REPLACE, "S1"), _out(DecisionKind.REPLACE, "S2"), _out(DecisionKind.REPLACE, "S3")]
    with pytest.raises(NoReserveError, match="Eliminate the child or redraw"):
        apply(_record(), decisions)


def test_decisions_that_make_no_sense_are_refused() -> None:
    with pytest.raises(UnknownLabelError):
        apply(_record(), [_out(DecisionKind.ELIMINATE, "T99")])
    with pytest.raises(ReserveReplacedError):
        apply(_record(), [_out(DecisionKind.REPLACE, "R1")])
    with pytest.raises(UnknownLabelError):
        apply(_record(), [_out(DecisionKind.REPLACE, "T1"), _out(DecisionKind.REPLACE, "T1")])
    with pytest.raises(NothingToRedrawError):
        apply(_record(), [Decision(DecisionKind.REDRAW, Reason.COVERAGE_GAP, by="a", new_seed="n")])


def test_a_redraw_is_a_new_draw_without_the_eliminated() -> None:
    gone = sample_of(_record()).rows[0].child
    redraw = Decision(DecisionKind.REDRAW, Reason.COVERAGE_GAP, by="a", new_seed="n")
    after = apply(_record(), [_out(DecisionKind.ELIMINATE, "T1"), redraw], _FRAME)
    assert after == draw(_FRAME, _THEME.sampling, "n", [gone])
    again = apply(_record(), [_out(DecisionKind.ELIMINATE, "T1"), redraw, redraw], _FRAME)
    assert gone not in {row.child for row in again.rows}


def test_all_children_may_be_eliminated() -> None:
    labels = [row.label for row in sample_of(_record()).rows]
    assert apply(_record(), [_out(DecisionKind.ELIMINATE, label) for label in labels]).rows == ()


_SMALL = cohort(70, households=45)
_PLAN = plan()
_OF_PLAN = _THEME.model_copy(update={"sampling": _PLAN})
_DRAWN = manifest(draw(_SMALL, _PLAN, "s"), frame_digest(_SMALL), _OF_PLAN, "s", "1")
_LABELS = [f"{letter}{number}" for letter, most in (("T", 9), ("S", 14), ("R", 8)) for number in range(1, most)]
_ANY = st.builds(
    Decision,
    st.sampled_from(
        [
            DecisionKind.ELIMINATE,
            DecisionKind.REPLACE,
            DecisionKind.REPLACE,
            DecisionKind.REPLACE,
            DecisionKind.REDRAW,
            DecisionKind.APPROVE,
        ]
    ),
    st.just(Reason.LEFT_AREA),
    st.sampled_from(["Ann", "Bo"]),
    st.sampled_from(_LABELS),
    st.sampled_from(["Ann", "ann", "Bo", "Cy", "Cy", ""]),
    st.sampled_from(["n", "m"]),
)


@examples(80)
@given(steps=st.lists(_ANY, max_size=14))
def test_l4_a_second_ledger_from_the_page_comes_to_the_same_after_any_decisions(steps: list[Decision]) -> None:
    ledger = Ledger(_SMALL.to_dicts(), _PLAN, reference_draw(_SMALL.to_dicts(), _PLAN, "s"))
    kept: list[Decision] = []
    for one in steps:
        try:
            ledger.decide(one)
        except Refused:
            with pytest.raises(DecisionError):
                apply(_DRAWN, [*kept, one], _SMALL)
        else:
            kept.append(one)
    after = apply(_DRAWN, kept, _SMALL)
    assert after == apply(_DRAWN, kept, _SMALL.reverse())
    got = sorted((r.label, r.child, r.set, r.role, r.stratum, r.rank) for r in after.rows)
    assert got == sorted(ledger.lines)
    assert (after.approved_by or "") == ledger.approved
    assert len({row.household for row in after.chosen()}) == len(after.chosen())
    assert not {row.child for row in after.rows} & {line[1] for line in ledger.gone.values()}


_AREA = area(200, 3)
_BY_MARGINS = theme_with(by_margins(open_places=0))


def _by_margins(seed: str = "s") -> dict[str, Any]:
    return manifest(draw(_AREA, _BY_MARGINS.sampling, seed), frame_digest(_AREA), _BY_MARGINS, seed, "1")


def _least(sample: Sample) -> dict[str, tuple[int, int]]:
    return {share.stratum: (share.places, share.chosen) for share in sample.shares if " / " in share.stratum}


@examples(40)
@given(seed=st.text("abc", min_size=1, max_size=4), label=st.sampled_from([f"T{n}" for n in range(1, 8)]))
def test_by_margins_the_first_reserve_who_keeps_the_minimums_takes_the_place(seed: str, label: str) -> None:
    record = _by_margins(seed)
    before = sample_of(record)
    least = {share.stratum: share.places for share in before.shares if " / " in share.stratum}
    others = [row for row in before.chosen("tracked") if row.label != label]
    fit = [
        reserve
        for reserve in before.reserves("tracked")
        if all(sum(group in row.groups for row in (*others, reserve)) >= number for group, number in least.items())
    ]
    if not fit:
        with pytest.raises(CohortNeededError, match=label):
            apply(record, [_out(DecisionKind.REPLACE, label)])
        assert apply(record, [_out(DecisionKind.REPLACE, label)], _AREA).row("T8")
        return
    after = apply(record, [_out(DecisionKind.REPLACE, label)])
    taken = after.row("T8")
    assert taken is not None
    assert taken.child == fit[0].child
    assert all(places <= chosen for places, chosen in _least(after).values())
    assert after.shortfalls == before.shortfalls


def test_l13_by_margins_an_elimination_counts_its_groups_again() -> None:
    record = _by_margins()
    gone = sample_of(record).row("T2")
    assert gone is not None
    before, after = sample_of(record), apply(record, [_out(DecisionKind.ELIMINATE, "T2")])
    assert "T2 was eliminated and its place is empty." in after.shortfalls
    for group, (_, chosen) in _least(after).items():
        assert chosen == _least(before)[group][1] - (group in gone.groups)


def test_l13_by_margins_nobody_is_counted_once_all_are_eliminated() -> None:
    record = _by_margins()
    labels = [row.label for row in sample_of(record).rows if row.set == "tracked"]
    after = apply(record, [_out(DecisionKind.ELIMINATE, label) for label in labels])
    assert {share.chosen for share in after.shares if share.set == "tracked"} == {0}


def _lines(record: dict[str, Any]) -> list[Line]:
    return [(r["label"], r["child"], r["set"], r["role"], r["stratum"], r["rank"]) for r in record["rows"]]


_LEAVING = st.builds(
    _out,
    st.sampled_from([DecisionKind.ELIMINATE, DecisionKind.REPLACE, DecisionKind.REPLACE, DecisionKind.REPLACE]),
    st.sampled_from([f"{letter}{n}" for letter, most in (("T", 15), ("S", 4), ("R", 8)) for n in range(1, most)]),
)


@examples(60)
@given(
    steps=st.lists(_LEAVING, max_size=14),
    children=st.integers(8, 90),
    made=st.integers(0, 9),
    alone=st.booleans(),
    reserves=st.integers(0, 2),
)
def test_l4_by_margins_a_second_ledger_from_the_page_finds_the_same_children_and_what_gave_way(
    steps: list[Decision], children: int, made: int, alone: bool, reserves: int
) -> None:
    frame = area(children, made)
    theme_ = theme_with(by_margins(open_places=0, one_per_household=alone, tracked_reserves=reserves))
    record = manifest(draw(frame, theme_.sampling, "s"), frame_digest(frame), theme_, "s", "1")
    ledger = LedgerByMargins(frame.to_dicts(), theme_.sampling, _lines(record), seed="s")
    kept: list[Decision] = []
    for step in steps:
        try:
            ledger.decide(step)
        except Refused:
            with pytest.raises(DecisionError):
                apply(record, [*kept, step], frame)
            continue
        kept.append(step)
        *_, (after, given_up) = states(record, kept, lambda: frame)
        assert list(given_up) == (ledger.given_up if step.kind is DecisionKind.REPLACE else [])
    after = apply(record, kept, frame.reverse())
    got = sorted((r.label, r.child, r.set, r.role, r.stratum, r.rank) for r in after.rows)
    assert got == sorted(ledger.lines)
    if alone:
        assert len({row.household for row in after.chosen()}) == len(after.chosen())


def _of(*kinds: tuple[str, str]) -> pl.DataFrame:
    ages, risks = zip(*kinds, strict=True)
    frame = area(len(kinds), 1, known=1)
    return frame.with_columns(
        pl.Series("age_band", ages), pl.Series("police_risk", risks), pl.col("child").alias("household")
    )


def _two(frame: pl.DataFrame, seed: str) -> dict[str, Any]:
    """Return the manifest of a draw of two: somebody unborn and somebody of high risk are wanted, in this order."""
    return manifest(draw(frame, _TWO.sampling, seed), frame_digest(frame), _TWO, seed, "1")


_TWO = theme_with(
    by_margins(
        tracked=2,
        tracked_minimum=1,
        tracked_reserves=1,
        agencies_minimum=1,
        open_places=1,
        decision_points=(),
        margins=(margin("age_band", unborn=1), margin("police_risk", high=1)),
    )
)
_BOTH, _UNBORN, _HIGH, _NEITHER = ("unborn", "high"), ("unborn", "none"), ("0-1", "high"), ("0-1", "none")


def _label_of(record: dict[str, Any], child: str) -> str:
    return next((row.label for row in sample_of(record).chosen() if row.child == child), "")


def test_l10_by_margins_the_earlier_minimum_is_kept_and_the_later_gives_way_and_it_is_said() -> None:
    frame = _of(_BOTH, _HIGH, _HIGH, _UNBORN, _NEITHER)
    record = next(made for n in range(99) if _label_of(made := _two(frame, str(n)), "c00004"))
    both, neither = _label_of(record, "c00000"), _label_of(record, "c00004")
    steps = [_out(DecisionKind.REPLACE, both), _out(DecisionKind.REPLACE, neither)]
    (first, given_up), (second, restored) = states(record, steps, lambda: frame)
    assert [row.child for row in first.chosen() if row.label == "T3"] == ["c00003"]
    assert given_up == ("police_risk / high",)
    assert first.shortfalls[-1] == (
        f"T3, who took the place of {both}, is not of police risk 'high': none of at least 1 are tracked. Those who "
        "are could not keep the minimums before it."
    )
    # Whoever comes in next brings it back, and nothing more is said of it.
    assert restored == ()
    assert not any("took the place" in text for text in second.shortfalls)
    assert all(share.chosen >= share.places for share in second.shares if " / " in share.stratum)


def test_by_margins_nobody_of_the_group_is_left_and_it_is_said() -> None:
    frame = _of(_BOTH, _NEITHER, _NEITHER, _NEITHER, _NEITHER)
    record = _two(frame, "s")
    after = apply(record, [_out(DecisionKind.REPLACE, _label_of(record, "c00000"))], frame)
    assert [text.partition(": ")[2] for text in after.shortfalls[-2:]] == [
        "none of at least 1 are tracked. No such child was left who could take the place."
    ] * 2
    few = _of(_BOTH, _NEITHER)
    with pytest.raises(NobodyLeftError, match="Eliminate the child or redraw"):
        apply(_two(few, "s"), [_out(DecisionKind.REPLACE, "T1")], few)


def test_by_margins_an_empty_place_leaves_its_minimums_to_whoever_takes_it() -> None:
    record = _by_margins()
    girls = [row.label for row in sample_of(record).chosen("tracked") if "sex / F" in row.groups]
    out = [_out(DecisionKind.ELIMINATE, label) for label in girls]
    assert _least(apply(record, out))["sex / F"][1] == 0
    after = apply(record, [*out, *(_out(DecisionKind.REPLACE, label, "") for label in girls)], _AREA)
    assert _least(after)["sex / F"][1] >= _least(after)["sex / F"][0]
