"""The coverage report for people: a chart, the words that say the same, and a table without any child (L5)."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from models.words import band, plain

_FEW = 5
_INK, _GAP, _RANGE = "#12436d", "#d4351c", "#bfbfbf"
_WIDTH, _STEP = 520, 24
_WORDS = {"F": "Female", "M": "Male", "U": "Unknown or unborn"}

Lines = Sequence[Mapping[str, Any]]


def group_words(group: str) -> str:
    """Return a group as words: `child_protection_plan` -> `Child protection plan`, `0-1` -> `0 to 1`."""
    if group[:1].isdigit():
        return band(group)
    told = plain(_WORDS.get(group, group))
    return told[:1].upper() + told[1:]


def by_dimension(lines: Lines) -> dict[str, list[Mapping[str, Any]]]:
    """Return the groups of a report by dimension, in the report's order."""
    return {name: list(part) for name, part in groupby(lines, key=lambda one: str(one["dimension"]))}


def alternative(told: Mapping[str, Any]) -> str:
    """Return in words what the chart shows; the table has all numbers."""
    lines = told["groups"]
    out = [one for one in lines if not one["low"] <= one["sample"] <= one["high"]]
    named = "; ".join(
        f"{one['dimension']} {group_words(one['group'])}: {one['sample']}, usually {one['low']} to {one['high']}"
        for one in out
    )
    return (
        f"Chart of {len(lines)} groups: how many children of each are in the sample, beside the number expected and "
        f"the range of 95 in 100 fair draws. {len(lines) - len(out)} groups lie within their range"
        f"{f', and {len(out)} outside: {named}' if out else ''}. The table gives all numbers."
    )


def chart(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the chart as a Vega-Lite specification: one row a group, one panel a dimension, one scale for all."""
    # Imported late: charts cost half a second that most callers never need.
    import altair as alt

    most = max((max(one["high"], one["sample"]) for one in told["groups"]), default=1)
    scale = alt.Scale(domain=[0, most + 0.5], nice=False)
    panels = []
    for name, lines in by_dimension(told["groups"]).items():
        values = [
            {
                "group": group_words(one["group"]) + (f" ({one['cohort_share']:.0%})" if one["cohort"] >= _FEW else ""),
                **{key: one[key] for key in ("low", "high", "expected", "sample")},
                "colour": _INK if one["low"] <= one["sample"] <= one["high"] else _GAP,
            }
            for one in lines
        ]
        base = alt.Chart(alt.InlineData(values=values)).encode(
            y=alt.Y("group:N", sort=None, title=None, axis=alt.Axis(minExtent=200, maxExtent=200, labelLimit=195))
        )
        axis = alt.Axis(format="d", tickMinStep=1, title=None)
        panels.append(
            (
                base.mark_bar(color=_RANGE, height=10, cornerRadius=5).encode(
                    x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q"
                )
                + base.mark_tick(color="#0b0c0c", thickness=2, size=16).encode(x=alt.X("expected:Q", scale=scale))
                + base.mark_circle(size=90, opacity=1).encode(
                    x=alt.X("sample:Q", scale=scale), color=alt.Color("colour:N", scale=None)
                )
            ).properties(
                width=_WIDTH,
                height=_STEP * len(values),
                title=alt.TitleParams(name.capitalize(), anchor="start", fontSize=14, offset=4),
            )
        )
    made = (
        alt.vconcat(*panels, spacing=12)
        .properties(
            title=alt.TitleParams(
                "Children in the sample",
                subtitle="Dot: in the sample. Line: expected. Bar: 95 in 100 fair draws. Brackets: share of cohort.",
                anchor="start",
                fontSize=16,
                subtitleFontSize=12,
                offset=12,
            )
        )
        .configure(font="sans-serif")
        .configure_axis(labelFontSize=12, grid=False, ticks=False, domain=False)
        .configure_axisX(grid=True, gridColor="#eeeeee")
        .configure_view(stroke=None)
    )
    found: dict[str, Any] = json.loads(made.to_json())
    return found


def chart_svg(told: Mapping[str, Any]) -> str:
    """Return the chart as SVG, the same bytes on every machine."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(chart(told))
    return svg


def methods(told: Mapping[str, Any]) -> str:
    """Return in words how the chances were found, and what the weighted sets are worth."""
    how = {"exact": "worked out exactly", "simulated": f"found by drawing {told['draws']:,} times over"}
    found = [(one["set"], how[told["method"][one["set"]]]) for one in told["sets"]]
    if len({one for _, one in found}) == 1:
        chances = f"Each child's chance was {found[0][1]}."
    else:
        chances = " ".join(f"The chances of the {name} children were {one}." for name, one in found)
    one, other = (f"the {part['chosen']} {part['set']} children" for part in told["sets"])
    tracked, sampled = (f"{part['effective']:g}" for part in told["sets"])
    return (
        f"{chances} Weighted by their chances, {one} tell as much as {tracked} drawn with equal chances would, and "
        f"{other} as much as {sampled}."
    )


def markdown(told: Mapping[str, Any], title: str, link: str) -> str:
    """Return the report as markdown: sentences, chart and tables; small groups of the cohort are not counted."""
    picture = b64encode(chart_svg(told).encode()).decode()
    lines = [f"# {title}", "", *(f"- {gap}" for gap in told["gaps"] or ("No group is missed or out of the ordinary.",))]
    lines += ["", methods(told), "", f"![{alternative(told)}](data:image/svg+xml;base64,{picture})", ""]
    lines += [f"[Chances, weights and files on the portal]({link})", ""]
    for name, part in by_dimension(told["groups"]).items():
        lines += [f"## By {name}", "", "| Group | Cohort | Share | Expected | Usual range | Sample | |"]
        lines += ["|---|---:|---:|---:|---:|---:|---|", *map(_row, part), ""]
    return "\n".join(lines)


def _row(one: Mapping[str, Any]) -> str:
    few = 0 < one["cohort"] < _FEW
    cohort, share = (f"fewer than {_FEW}", "") if few else (f"{one['cohort']:,}", f"{one['cohort_share']:.0%}")
    inside = one["low"] <= one["sample"] <= one["high"]
    return (
        f"| {group_words(one['group'])} | {cohort} | {share} | {one['expected']:.1f} | {one['low']} to {one['high']} "
        f"| {one['sample']} | {'' if inside else '◀'} |"
    )
