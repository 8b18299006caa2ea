"""Each theme inspected once, for real, from an empty register to a closed inspection, by people's own notices alone."""

from pathlib import Path

import pytest

from tests.journeys.house import House
from tests.journeys.inspecting import TO_THE_RETURNS, TO_THE_STATEMENT, Inspecting, it_is_closed, returns_come

pytestmark = [pytest.mark.whole, pytest.mark.timeout(900)]

THEMES = {
    "domestic-abuse-2024": ("E06000038", frozenset[str]()),
    "domestic-abuse-2016": ("E06000039", frozenset[str]()),
    "child-sexual-exploitation-2016": ("E06000040", frozenset({"YJS-1"})),
}


@pytest.mark.parametrize("theme_id", THEMES)
def test_l12_everybody_does_their_part_with_nothing_but_their_own_notices(
    house: House, theme_id: str, tmp_path: Path
) -> None:
    gss, nil = THEMES[theme_id]
    on = Inspecting(house, theme_id, gss, tmp_path)
    for step in TO_THE_RETURNS:
        step(on)
    returns_come(on, nil=nil)
    for step in (*TO_THE_STATEMENT, it_is_closed):
        step(on)
