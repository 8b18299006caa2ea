"""Every area has one tile, in its region, and no two share one."""

import pytest

from models.areas import areas
from tasks.theming.tiles import region_names, tiles

pytestmark = pytest.mark.pure


def test_each_of_the_153_areas_has_a_tile_of_its_own() -> None:
    made = tiles()
    assert {tile.gss for tile in made} == set(areas())
    assert len({(tile.column, tile.row) for tile in made}) == 153


def test_regions_stand_apart_and_their_names_on_no_tile() -> None:
    taken = {(tile.column, tile.row): tile.region for tile in tiles()}
    for (column, row), region in taken.items():
        for beside in ((column + 1, row), (column, row + 1)):
            assert taken.get(beside, region) == region
    assert not {(name.column, name.row) for name in region_names()} & set(taken)
    assert len(region_names()) == 9
