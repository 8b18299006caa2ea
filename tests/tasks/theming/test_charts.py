"""Charts say in a sentence what they show, and nothing by colour alone."""

import re
from dataclasses import replace

from tasks.theming.charts import dots, dots_title, placed, tile_map, tiles_title
from tests.tasks.theming.made_up import AREAS
from tests.tasks.theming.reports import GSS, report


def test_titles_are_computed_sentences() -> None:
    made = report()
    assert dots_title(made) == "Child voice stands in most areas (4 of 6), more than any other message."
    assert tiles_title(made) == "6 areas of 153, in 2 regions of 9."
    assert dots_title(replace(made, messages=made.messages[:1])) == "Every message stands in most areas (4 of 6)."
    assert dots_title(replace(made, messages=())) == "No message stands in any of the areas."


def test_shapes_tell_strengths_from_what_to_improve_and_words_stand_in_for_the_chart() -> None:
    figure = dots(report())
    assert "as a strength" in figure.svg
    drawn = {fill: set(re.findall(rf'd="([^"]+)"[^>]*fill="{fill}"', figure.svg)) for fill in ("#12436d", "#c04b12")}
    assert all(drawn.values())
    assert not drawn["#12436d"] & drawn["#c04b12"]
    assert "Unborn: as a strength in Ashmere and Birchford; as something to improve in Fernley." in figure.alternative


def test_tiles_carry_numbers_that_the_words_name() -> None:
    made = report()
    assert placed(made) == {GSS[area]: number for number, area in enumerate(AREAS, 1)}
    figure = tile_map(made)
    assert all(f">{number}<" in figure.svg for number in range(1, 7))
    assert all(f"{number} " in figure.alternative for number in range(1, 7))


def test_l4_charts_are_the_same_bytes_again() -> None:
    assert dots(report()) == dots(report())
    assert tile_map(report()) == tile_map(report())
