"""Places the 153 areas on a grid of tiles: regions about where they lie, areas in them by name. Pure.

The grid is a design of our own: a tile says which region an area is in, and no more of where it is.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from models.areas import areas

# Region -> column and row of its first tile, and how many tiles a row has.
_REGIONS = {
    "North East": (7, 1, 4),
    "North West": (1, 4, 5),
    "Yorkshire and The Humber": (7, 5, 5),
    "East Midlands": (7, 10, 5),
    "West Midlands": (1, 10, 5),
    "East of England": (13, 9, 4),
    "London": (13, 14, 7),
    "South East": (7, 14, 5),
    "South West": (1, 14, 5),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """The tile of one area."""

    gss: str
    name: str
    region: str
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class RegionName:
    """Where the name of a region stands: above its first tile."""

    name: str
    column: int
    row: int


@lru_cache
def tiles() -> tuple[Tile, ...]:
    """Return the tiles of all areas, by region and name."""
    by_region: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for gss, area in areas().items():
        by_region[area.region].append((area.name, gss))
    return tuple(
        Tile(gss, name, region, column + number % width, row + number // width)
        for region, (column, row, width) in _REGIONS.items()
        for number, (name, gss) in enumerate(sorted(by_region[region]))
    )


def region_names() -> tuple[RegionName, ...]:
    """Return the names of the regions with their places."""
    return tuple(RegionName(name, column, row - 1) for name, (column, row, _) in _REGIONS.items())
