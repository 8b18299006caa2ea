"""The children in numbers: a chart, the table that says the same, and what is withheld."""

import json
from collections.abc import Iterable

from models.words import band, count, titled
from tasks.disclosure.tables import WITHHELD, in_words
from tasks.letters.blocks import FONT, Block, Bullets, Figure, RunningText, TableBlock
from tasks.letters.facts import EvidenceFacts, Numbers

_CHART_NOTE = "Groups whose number is withheld are not drawn. Words at the end of a bar say how many it lacks."
# Light and dark alternate, so that neighbours differ in print and for people who are colour-blind.
_COLOURS = (
    "#12436d",
    "#28a197",
    "#801650",
    "#f46a25",
    "#3d3d3d",
    "#a285d1",
    "#2073bc",
    "#6bacae",
    "#bfbfbf",
    "#d4351c",
)


def number_blocks(facts: EvidenceFacts) -> Iterable[Block]:
    """Yield the sample sizes, and the cohort by age, plan status and agency."""
    if not facts.numbers.ages:
        return
    yield RunningText(
        f"The agencies' lists together name {_children(facts.numbers.total)} within the theme. Inspectors looked "
        f"in depth at {count(facts.tracked, 'child', 'children')} and sampled decisions for {facts.sampled} more."
    )
    yield Figure(chart_svg(facts.numbers), "Children by age and plan status", _alternative(facts.numbers))
    if any(_withheld(facts.numbers)):
        yield RunningText(_CHART_NOTE)
    yield _table(facts.numbers)
    yield RunningText("Children known to each agency. A child can be known to several.")
    yield Bullets(tuple(f"{titled(c.group)}: {in_words(c.children)}" for c in facts.numbers.agencies))
    if note := protection(facts.numbers):
        yield RunningText(note)


def protection(numbers: Numbers) -> str:
    """Return in words how the counts are protected; empty where all are shown as they are."""
    if numbers.rounded:
        return (
            "Numbers are rounded up or down to a multiple of 5, so that no child can be recognised. A 0 can stand for "
            "up to 4 children."
            + (" Where even that would say too much, a number is withheld." if numbers.withheld else "")
        )
    if numbers.withheld:
        return (
            "Numbers from 1 to 4 are withheld so that no child can be recognised, and so are the numbers from which "
            "they could be worked out."
        )
    return ""


def age_words(ages: str) -> str:
    """Return an age band as words: `0-1` -> `0 to 1`."""
    return band(ages).capitalize()


def _children(number: int | None) -> str:
    return f"{WITHHELD} children" if number is None else count(number, "child", "children")


def _withheld(numbers: Numbers) -> tuple[int, ...]:
    """Return for each age how many of its groups are withheld, and so not drawn."""
    return tuple(row.count(None) for row in numbers.cells)


def _table(numbers: Numbers) -> TableBlock:
    """Return statuses down and ages across: nine statuses do not fit across a page."""
    rows = []
    for j, status in enumerate(numbers.statuses):
        cells = [in_words(numbers.cells[i][j]) for i in range(len(numbers.ages))]
        rows.append((titled(status), *cells, in_words(numbers.status_totals[j])))
    rows.append(("All", *(in_words(n) for n in numbers.age_totals), in_words(numbers.total)))
    ages = tuple(age_words(age) for age in numbers.ages)
    # Of 100 shares of the page, 40 are for the words of a status.
    share = 60 // (len(ages) + 1)
    return TableBlock(
        caption="Children by plan status and age at the announcement",
        header=("Plan status", *ages, "All"),
        rows=tuple(rows),
        widths=(40, *(share for _ in ages), share),
        numeric=True,
    )


def _alternative(numbers: Numbers) -> str:
    parts = [
        f"{age_words(age)}: {in_words(total)}" for age, total in zip(numbers.ages, numbers.age_totals, strict=True)
    ]
    note = f" {_CHART_NOTE}" if any(_withheld(numbers)) else ""
    return (
        f"Bar chart of children by age band, divided by plan status. {'; '.join(parts)}.{note} "
        "The table gives all numbers that are shown."
    )


def chart_svg(numbers: Numbers) -> str:
    """Return a stacked bar chart of the shown counts as SVG, the same bytes on every machine.

    A bar that lacks withheld groups is shorter than its age; words at its end say so.
    """
    # Imported late: charts cost half a second that checks of facts never need.
    import altair as alt
    import vl_convert

    statuses = [titled(status) for status in numbers.statuses]
    ages = [age_words(age) for age in numbers.ages]
    values = [
        {"age": ages[i], "status": statuses[j], "order": j, "children": cell}
        for i, row in enumerate(numbers.cells)
        for j, cell in enumerate(row)
        if cell
    ]
    colour = alt.Scale(domain=statuses, range=list(_COLOURS[: len(statuses)]))
    drawn = [sum(cell or 0 for cell in row) for row in numbers.cells]
    marks = [
        {"age": age, "end": end, "mark": f"+ {count(groups, 'group', 'groups')} withheld"}
        for age, end, groups in zip(ages, drawn, _withheld(numbers), strict=True)
        if groups
    ]
    # Room for the words after the longest bar; without any, the axis is as long as the bars need.
    longest = alt.Scale(domainMax=max(drawn) * 1.3 or 1) if marks else alt.Undefined
    bars = (
        alt.Chart(alt.InlineData(values=values))
        .mark_bar(stroke="white", strokeWidth=1)
        .encode(
            y=alt.Y("age:N", sort=ages, title=None, scale=alt.Scale(domain=ages)),
            x=alt.X("children:Q", title="Children", scale=longest, axis=alt.Axis(tickMinStep=1, format=",d")),
            color=alt.Color("status:N", scale=colour, title=None),
            order=alt.Order("order:Q"),
        )
    )
    words = (
        alt.Chart(alt.InlineData(values=marks))
        .mark_text(align="left", dx=4, fontSize=12, fontStyle="italic")
        .encode(y=alt.Y("age:N", sort=ages), x=alt.X("end:Q"), text="mark:N")
    )
    chart = (
        (alt.layer(bars, words) if marks else bars)
        .properties(width=470, height=36 * max(len(ages), 1))
        .configure(font=FONT)
        .configure_axis(labelFontSize=12, titleFontSize=12, titleFontWeight="normal", grid=False)
        .configure_axisY(minExtent=60, maxExtent=60, domain=False, ticks=False)
        .configure_legend(orient="bottom", columns=3, labelFontSize=12, labelLimit=180, symbolType="square")
        .configure_view(stroke=None)
    )
    svg: str = vl_convert.vegalite_to_svg(json.loads(chart.to_json()))
    return svg
