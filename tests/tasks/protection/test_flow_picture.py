"""The picture of where data goes: every box is tied to another, and the same is said in words."""

import re
from html import unescape

from models.settings import Settings
from models.themes import theme
from tasks.protection.flow_picture import picture, places

THEME = theme("domestic-abuse-2024")


def test_every_place_is_tied_to_another_and_no_two_share_a_spot() -> None:
    boxes, flows = places(THEME, Settings())
    tied = {name for flow in flows for name in (flow.origin, flow.target)}
    assert {box.name for box in boxes} == tied
    assert len({(box.column, box.row) for box in boxes}) == len(boxes)
    at = {box.name: (box.column, box.row) for box in boxes}
    # Arrows go to a neighbour, so that none runs through a box.
    for flow in flows:
        (column, row), (other_column, other_row) = at[flow.origin], at[flow.target]
        assert abs(column - other_column) + abs(row - other_row) == 1, flow


def test_the_words_say_what_the_picture_shows() -> None:
    figure = picture(THEME, Settings(scanner="/run/clamd"))
    drawn = unescape(re.sub(r"<[^>]+>", " ", figure.svg))
    boxes, flows = places(THEME, Settings(scanner="/run/clamd"))
    for text in (*(box.name for box in boxes), *(flow.what for flow in flows)):
        assert text in drawn
        assert text in figure.alternative
    assert "looks for malware" in figure.alternative
