"""Tables made up for tests: grids with their totals, small and skewed."""

from collections.abc import Sequence

from hypothesis import strategies as st

from tasks.disclosure.tables import Cell, Relation, Table

Rows = Sequence[Sequence[int]]

SMALL = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=1, max_size=4)
)
"""Rows of small counts, as in a small area."""


def grid(rows: Rows, prefix: str = "c1:") -> Table:
    """Return rows of counts with the totals of rows, columns and all."""
    height, width = range(len(rows)), range(len(rows[0]))

    def name(*places: str) -> str:
        return prefix + "&".join(places)

    inner = [Cell(name(f"r{i}", f"c{j}"), rows[i][j]) for i in height for j in width]
    down = [Cell(name(f"r{i}"), sum(rows[i]), weight=3) for i in height]
    across = [Cell(name(f"c{j}"), sum(row[j] for row in rows), weight=3) for j in width]
    whole = Cell(name("all"), sum(map(sum, rows)), weight=10)
    relations = (
        *(Relation(name(f"r{i}"), tuple(name(f"r{i}", f"c{j}") for j in width)) for i in height),
        *(Relation(name(f"c{j}"), tuple(name(f"r{i}", f"c{j}") for i in height)) for j in width),
        Relation(whole.id, tuple(cell.id for cell in down)),
        Relation(whole.id, tuple(cell.id for cell in across)),
    )
    return Table("grid", (*inner, *down, *across, whole), relations)
