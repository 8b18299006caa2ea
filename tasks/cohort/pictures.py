"""Pictures of how the lists fit together: an UpSet chart of the groups, and a matrix of what two agencies share."""

import json
from typing import Any

from models.words import titled
from tasks.cohort.overlaps import Group, ListOverlaps

MOST_GROUPS = 24
"""More groups than this cannot be told apart in one picture; the table has them all."""

_FONT = "Helvetica, Arial, sans-serif"
_KNOWN, _HIDDEN, _NOBODY = "#1d70b8", "#ca3535", "#d8dde1"
_STEP = 30


def upset_svg(lists: ListOverlaps) -> str:
    """Return the groups as an UpSet chart in SVG: a bar for each, and below it which agencies know its children."""
    # Imported late: charts cost half a second that other pages never need.
    import altair as alt

    groups = lists.groups[:MOST_GROUPS]
    order = [str(place) for place in range(len(groups))]
    agencies = [f"{titled(line.agency)} ({line.children:,})" for line in lists.matrix]
    bars = [
        {"group": place, "children": group.children, "hidden": group.hidden, **_ends(agencies, lists, group)}
        for place, group in zip(order, groups, strict=True)
    ]
    dots = [
        {"group": place, "agency": name, "in": line.agency in group.agencies, "hidden": group.hidden}
        for place, group in zip(order, groups, strict=True)
        for name, line in zip(agencies, lists.matrix, strict=True)
    ]
    place = alt.X("group:N", sort=order, axis=None)
    # Red means hidden from the council in every picture; nothing else may take that colour.
    red = alt.condition("datum.hidden", alt.value(_HIDDEN), alt.value(_KNOWN))
    width = _STEP * max(len(groups), 1)
    top = alt.Chart(alt.InlineData(values=bars)).encode(x=place)
    height = alt.Y("children:Q", title="Children", axis=alt.Axis(tickMinStep=1, format=",d", grid=True))
    numbers = top.mark_text(dy=-7, fontSize=12).encode(y=height, text=alt.Text("children:Q", format=",d"))
    upper = (top.mark_bar(size=20).encode(y=height, color=red) + numbers).properties(width=width, height=220)
    axis, rows = alt.Axis(domain=False, ticks=False, labelPadding=12), alt.Scale(domain=agencies)
    row = alt.Y("agency:N", scale=rows, title=None, axis=axis)
    below = alt.Chart(alt.InlineData(values=dots)).encode(x=place)
    faint = below.mark_circle(size=150, opacity=1, color=_NOBODY).encode(y=row)
    first, last = alt.Y("first:N", scale=rows, title=None, axis=axis), alt.Y2("last:N")
    lines = top.mark_rule(strokeWidth=3).encode(y=first, y2=last, color=red)
    filled = below.transform_filter("datum.in").mark_circle(size=150, opacity=1).encode(y=row, color=red)
    lower = (faint + lines + filled).properties(width=width, height=_STEP * max(len(agencies), 1))
    return _svg(alt.vconcat(upper, lower, spacing=6))


def _ends(agencies: list[str], lists: ListOverlaps, group: Group) -> dict[str, str]:
    """Return the highest and the lowest row of a group's line."""
    rows = [name for name, line in zip(agencies, lists.matrix, strict=True) if line.agency in group.agencies]
    return {"first": rows[0], "last": rows[-1]} if rows else {}


def matrix_svg(lists: ListOverlaps) -> str:
    """Return as SVG, for each agency down, the share of its children whom each agency across knows too."""
    import altair as alt

    names = {line.agency: titled(line.agency) for line in lists.matrix}
    cells = [
        {"agency": names[line.agency], "other": names[other], "share": line.shared.get(other, 0) / line.children}
        for line in lists.matrix
        for other in names
        if other != line.agency and line.children
    ]
    base = alt.Chart(alt.InlineData(values=cells)).encode(
        x=alt.X("other:N", sort=list(names.values()), title="are known to", axis=alt.Axis(orient="top", labelAngle=0)),
        y=alt.Y("agency:N", sort=list(names.values()), title="Children known to"),
    )
    shade = alt.Scale(domain=[0, 1], range=["#f4f8fb", "#12436d"])
    squares = base.mark_rect(stroke="white", strokeWidth=2).encode(color=alt.Color("share:Q", scale=shade, legend=None))
    # Beyond this share the square is too dark for black figures to be read.
    ink = alt.condition("datum.share > 0.55", alt.value("white"), alt.value("#0b0c0c"))
    figures = base.mark_text(fontSize=14).encode(text=alt.Text("share:Q", format=".0%"), color=ink)
    return _svg((squares + figures).properties(width=130 * len(names), height=44 * len(names)))


def _svg(chart: Any) -> str:
    import vl_convert

    plain = (
        chart.configure(font=_FONT)
        .configure_axis(
            labelFontSize=14, titleFontSize=14, titleFontWeight="normal", labelLimit=260, gridColor="#eeefef"
        )
        .configure_view(stroke=None)
        .configure_concat(spacing=6)
    )
    svg: str = vl_convert.vegalite_to_svg(json.loads(plain.to_json()))
    return svg
