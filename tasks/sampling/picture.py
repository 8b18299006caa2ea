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
    words = plain(_WORDS.get(group, group))
    return words[:1].upper() + words[1:]


def by_dimension(lines: Lines) -> dict[str, list[Mapping[str, Any]]]:
    """Return the groups of a report by dimension, in the report's order."""
    return {name: list(part) for name, part in groupby(lines, key=lambda line: str(line["dimension"]))}


def alternative(report: Mapping[str, Any]) -> str:
    """Return the content of the chart in words; the table has all numbers."""
    lines = report["groups"]
    out = [line for line in lines if not line["low"] <= line["sample"] <= line["high"]]
    named = "; ".join(
        f"{line['dimension']} {group_words(line['group'])}: {line['sample']}, usually {line['low']} to {line['high']}"
        for line in out
    )
    return (
        f"Chart of {len(lines)} groups: how many children of each are in the sample, next to the number expected and "
        f"the range of 95 in 100 fair draws. {len(lines) - len(out)} groups lie within their range"
        f"{f', and {len(out)} outside: {named}' if out else ''}. The table gives all numbers."
    )


def chart(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return the chart as a Vega-Lite specification: one row a group, one panel a dimension, one scale for all."""
    # Imported late: charts cost half a second that most callers never need.
    import altair as alt

    most = max((max(line["high"], line["sample"]) for line in report["groups"]), default=1)
    scale = alt.Scale(domain=[0, most + 0.5], nice=False)
    panels = []
    for name, lines in by_dimension(report["groups"]).items():
        values = [
            {
                "group": _label(line),
                **{key: line[key] for key in ("low", "high", "expected", "sample")},
                "colour": _INK if line["low"] <= line["sample"] <= line["high"] else _GAP,
            }
            for line in lines
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
    panelled = (
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
    specification: dict[str, Any] = json.loads(panelled.to_json())
    return specification


def _label(line: Mapping[str, Any]) -> str:
    # A share of few children is a count of them (L5).
    share = f" ({line['cohort_share']:.0%})" if line["cohort"] >= _FEW else ""
    return group_words(line["group"]) + share


def chart_svg(report: Mapping[str, Any]) -> str:
    """Return the chart as SVG, the same bytes on every machine."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(chart(report))
    return svg


def methods(report: Mapping[str, Any]) -> str:
    """Return in words how the chances were worked out, and the effective size of the weighted sets."""
    how = {"exact": "worked out exactly", "simulated": f"found by drawing {report['draws']:,} times over"}
    ways = [(part["set"], how[report["method"][part["set"]]]) for part in report["sets"]]
    if len({way for _, way in ways}) == 1:
        chances = f"Each child's chance was {ways[0][1]}."
    else:
        chances = " ".join(f"The chances of the {name} children were {way}." for name, way in ways)
    first, second = (f"the {part['chosen']} {part['set']} children" for part in report["sets"])
    tracked, sampled = (f"{part['effective']:g}" for part in report["sets"])
    return (
        f"{chances} Weighted by their chances, {first} tell as much as {tracked} drawn with equal chances would, and "
        f"{second} as much as {sampled}."
    )


def markdown(report: Mapping[str, Any], title: str, link: str) -> str:
    """Return the report as markdown: sentences, chart and tables; small groups of the cohort are not counted."""
    picture = b64encode(chart_svg(report).encode()).decode()
    lines = [
        f"# {title}",
        "",
        *(f"- {gap}" for gap in report["gaps"] or ("No group is missed or out of the ordinary.",)),
    ]
    lines += ["", methods(report), "", f"![{alternative(report)}](data:image/svg+xml;base64,{picture})", ""]
    lines += [f"[Chances, weights and files on the portal]({link})", ""]
    for name, part in by_dimension(report["groups"]).items():
        lines += [f"## By {name}", "", "| Group | Cohort | Share | Expected | Usual range | Sample | |"]
        lines += ["|---|---:|---:|---:|---:|---:|---|", *map(_row, part), ""]
    return "\n".join(lines)


def _row(line: Mapping[str, Any]) -> str:
    few = 0 < line["cohort"] < _FEW
    cohort, share = (f"fewer than {_FEW}", "") if few else (f"{line['cohort']:,}", f"{line['cohort_share']:.0%}")
    inside = line["low"] <= line["sample"] <= line["high"]
    return (
        f"| {group_words(line['group'])} | {cohort} | {share} | {line['expected']:.1f} "
        f"| {line['low']} to {line['high']} | {line['sample']} | {'' if inside else '◀'} |"
    )
