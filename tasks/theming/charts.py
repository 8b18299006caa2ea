"""The charts of a report: dots by area, and a grid of tiles. Shapes and numbers say all that colours say."""

import json
from typing import Any

from models.words import count, joined, noun, plain, titled
from tasks.letters.blocks import FONT, Figure
from tasks.theming.grouping import in_areas
from tasks.theming.report import ThematicReport
from tasks.theming.tiles import region_names, tiles

_STRENGTH, _IMPROVE = "as a strength", "as something to improve"
_DARK, _LIGHT = "#12436d", "#c04b12"


def dots(report: ThematicReport) -> Figure:
    """Return which message stands in which area, and how: a circle for a strength, a triangle for what to improve."""
    return Figure(_dots_svg(report), dots_title(report), _dots_alternative(report))


def dots_title(report: ThematicReport) -> str:
    """Return what the dots show, as a sentence."""
    most = max((len(each.standing) for each in report.messages), default=0)
    if not most:
        return "No message stands in any of the areas."
    widest = [titled(each.message.code) for each in report.messages if len(each.standing) == most]
    verb = noun(len(widest), "stands", "stand")
    return (
        f"{joined(widest)} {verb} in {in_areas(most, len(report.areas))}, more than any other message."
        if len(widest) < len(report.messages)
        else f"Every message stands in {in_areas(most, len(report.areas))}."
    )


def _dots_alternative(report: ThematicReport) -> str:
    lines = (
        f"{titled(each.message.code)}: as a strength in {_names(each.areas_leaning('strength'))}; as something to "
        f"improve in {_names(each.areas_leaning('improve'))}."
        for each in report.messages
    )
    return f"Dots by message and area. {' '.join(lines)}"


def _names(areas: tuple[Any, ...]) -> str:
    return joined([area.area for area in areas]) or "no area"


def _dots_svg(report: ThematicReport) -> str:
    # Imported late: charts cost half a second that counting never needs.
    import altair as alt

    rows, columns = [titled(each.message.code) for each in report.messages], list(report.areas)
    values = [
        {"message": titled(each.message.code), "area": area.area, "how": how}
        for each in report.messages
        for how, leaning in ((_STRENGTH, "strength"), (_IMPROVE, "improve"))
        for area in each.areas_leaning(leaning)
    ]
    ways = [_STRENGTH, _IMPROVE]
    chart = (
        alt.Chart(alt.InlineData(values=values))
        .mark_point(filled=True, size=90, opacity=1)
        .encode(
            # All areas and messages are named: one without a dot keeps its column or its row.
            x=alt.X("area:N", title=None, sort=columns, scale=alt.Scale(domain=columns)),
            xOffset=alt.XOffset("how:N", sort=ways, scale=alt.Scale(domain=ways)),
            y=alt.Y("message:N", title=None, sort=rows, scale=alt.Scale(domain=rows)),
            shape=alt.Shape("how:N", title=None, scale=alt.Scale(domain=ways, range=["circle", "triangle-down"])),
            color=alt.Color("how:N", title=None, scale=alt.Scale(domain=ways, range=[_DARK, _LIGHT])),
        )
        .properties(width=470, height=34 * max(len(rows), 1))
        .configure(font=FONT)
        .configure_axis(labelFontSize=12, grid=True, gridColor="#d8d8d8", domain=False, ticks=False)
        .configure_axisX(labelAngle=-40 if len(columns) > 4 else 0, labelLimit=140)
        .configure_axisY(labelLimit=190)
        .configure_legend(orient="bottom", labelFontSize=12, labelLimit=240, symbolSize=110)
        .configure_view(stroke=None)
    )
    return _svg(chart)


def tile_map(report: ThematicReport) -> Figure:
    """Return the areas of the report among all 153, by region; a number on a tile names its area in the table."""
    return Figure(_tiles_svg(report), tiles_title(report), _tiles_alternative(report))


def placed(report: ThematicReport) -> dict[str, int]:
    """Return the number of each area of the report that has a tile: GSS code -> number, by name of the area."""
    known_areas = {source.area: source.gss for source in report.sources if source.gss}
    return {known_areas[area]: number for number, area in enumerate(report.areas, 1) if area in known_areas}


def tiles_title(report: ThematicReport) -> str:
    """Return what the grid shows, as a sentence."""
    numbers = placed(report)
    regions = {tile.region for tile in tiles() if tile.gss in numbers}
    where = count(len(regions), "region", "regions")
    lost = len(report.areas) - len(numbers)
    rest = f" {count(lost, 'area has', 'areas have')} no tile." if lost else ""
    return f"{count(len(numbers), 'area', 'areas')} of 153, in {where} of 9.{rest}"


def _tiles_alternative(report: ThematicReport) -> str:
    numbers = placed(report)
    rows = [f"{numbers[tile.gss]} {tile.name}, {tile.region}" for tile in tiles() if tile.gss in numbers]
    return f"A grid of one tile for each of the 153 areas, by region. Marked are: {'; '.join(rows) or 'none'}."


def _tiles_svg(report: ThematicReport) -> str:
    import altair as alt

    numbers = placed(report)
    every = [{"x": tile.column, "y": tile.row, "number": str(numbers.get(tile.gss, ""))} for tile in tiles()]
    marked = [value for value in every if value["number"]]
    names = [{"x": each.column - 0.42, "y": each.row + 0.2, "name": each.name} for each in region_names()]
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 20.5], nice=False, zero=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[18.5, -0.5], nice=False, zero=False))
    blank = alt.Chart(alt.InlineData(values=every)).mark_point(
        shape="square", size=330, filled=True, fill="#eef1f4", stroke="#8a9299", strokeWidth=0.8, opacity=1
    )
    full = alt.Chart(alt.InlineData(values=marked)).mark_point(
        shape="square", size=330, filled=True, fill=_DARK, stroke="#0b0c0c", strokeWidth=1.4, opacity=1
    )
    label = alt.Chart(alt.InlineData(values=marked)).mark_text(color="white", fontSize=12, fontWeight="bold")
    region = alt.Chart(alt.InlineData(values=names)).mark_text(align="left", fontSize=12)
    chart = (
        alt.layer(
            blank.encode(x=x, y=y),
            full.encode(x=x, y=y),
            label.encode(x=x, y=y, text="number:N"),
            region.encode(x=x, y=y, text="name:N"),
        )
        .properties(width=470, height=436)
        .configure(font=FONT)
        .configure_view(stroke=None)
    )
    return _svg(chart)


def _svg(chart: Any) -> str:
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(json.loads(chart.to_json()))
    return svg


def standing_words(leaning: str) -> str:
    """Return how a match leans, in words."""
    return {"strength": _STRENGTH, "improve": _IMPROVE}.get(leaning, plain("neither"))
