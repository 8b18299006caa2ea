"""Synthetic returns of one area, derived from the contracts, with the truth of who is who kept apart."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

import polars as pl

from models.themes import Theme
from validation.context import Context
from validation.model import Sheet
from validation.returns import CONTRACTS
from validation.synthetic import rows as typing
from validation.synthetic.dirt import plant
from validation.synthetic.noise import Cells
from validation.synthetic.people import Child, People

__all__ = ["ANNOUNCED", "Synthetic", "synthesise"]

# The day on which Reading's inspection of 2025 was announced; any working day would do.
ANNOUNCED = date(2025, 2, 24)

_COUNCIL = 0.92
_POLICE = 0.45
_HEALTH = 0.8
_PROBATION = 0.12
_INCIDENTS = (1, 1, 1, 2, 2, 3)
_TOGETHER = 0.25
_FIRST_LINE = 2
_TRUTH = {"return": pl.String, "row": pl.Int64, "child": pl.Int64}
_PLANTED = {"return": pl.String, "sheet": pl.String, "row": pl.Int64, "column": pl.String}


@dataclass(frozen=True)
class Synthetic:
    """The returns of every agency of one area.

    Attributes:
        returns: return -> sheet -> String frame, as the agency typed it.
        truth: `return`, `row` (the line in the file, headers on line 1), `child`: whom each child-level row is about.
        planted: `return`, `sheet`, `row`, `column` of every cell spoiled on purpose.
        context: the circumstances under which the returns are good.
    """

    returns: Mapping[str, Mapping[str, pl.DataFrame]]
    truth: pl.DataFrame
    planted: pl.DataFrame
    context: Context


def synthesise(
    theme: Theme, gss: str, children: int, seed: int, dirty: float = 0.0, announced: date = ANNOUNCED
) -> Synthetic:
    """Make the returns that a theme asks for; the same arguments make the same bytes.

    Some children are known to police or health but not to the council: the ones an inspection most wants to see.

    Args:
        theme: whose returns, ages and window apply.
        gss: the area.
        children: how many children there are in all.
        seed: any whole number.
        dirty: share of cells spoiled on purpose, 0 to 1.
        announced: the day of the announcement.
    """
    rng = Random(f"{theme.rule_set}/{gss}/{children}/{seed}")  # noqa: S311 - repeatable, not secret
    context = Context(theme, announced, gss)
    people = People(theme, gss, announced, rng)
    made = _Area(typing.Clerk(context, people, rng), people.children(children))
    asked = [r.code for r in theme.returns if r.code in _MAKERS]
    sheets = {code: _MAKERS[code](made) for code in asked}
    spoiler = Random(f"{seed}/dirt")  # noqa: S311 - repeatable, not secret
    planted: list[tuple[str, str, int, str]] = []
    returns: dict[str, dict[str, pl.DataFrame]] = {}
    for code, parts in sheets.items():
        returns[code] = {}
        for sheet in CONTRACTS[code].sheets:
            spoiled = plant(sheet, parts[sheet.name], dirty, spoiler) if dirty else []
            planted += [(code, sheet.name, n + _FIRST_LINE, column) for n, column in spoiled]
            returns[code][sheet.name] = pl.DataFrame(parts[sheet.name], schema=dict.fromkeys(sheet.names, pl.String))
    truth = pl.DataFrame(made.truth, schema=_TRUTH, orient="row")
    return Synthetic(returns, truth, pl.DataFrame(planted, schema=_PLANTED, orient="row"), context)


class _Area:
    """Who is known to whom, and the truth that builds up as rows are typed."""

    def __init__(self, clerk: typing.Clerk, children: list[Child]) -> None:
        self.clerk = clerk
        self.children = children
        self.truth: list[tuple[str, int, int]] = []
        rng = clerk.rng
        self.council = [c for c in children if rng.random() < _COUNCIL]
        known = {c.number for c in self.council}
        self.police = [c for c in children if rng.random() < _POLICE or c.number not in known]
        self.health = [c for c in children if rng.random() < _HEALTH]

    def typed(self, code: str, rows: list[Cells], row: Cells, child: Child) -> None:
        """Add a row and remember whom it is about."""
        rows.append(row)
        self.truth.append((code, len(rows) + _FIRST_LINE - 1, child.number))


def _sheet(code: str, number: int = 0) -> Sheet:
    return CONTRACTS[code].sheets[number]


def _council(area: _Area) -> dict[str, list[Cells]]:
    rows: list[Cells] = []
    for child in area.council:
        area.typed("LA-DA", rows, typing.council(area.clerk, _sheet("LA-DA"), child), child)
    return {"LA-DA": rows}


def _police(area: _Area) -> dict[str, list[Cells]]:
    """Type the incidents: each of a child's own, at some of which siblings known to the police were there too."""
    rows: list[Cells] = []
    rng, number = area.clerk.rng, 0
    siblings = _households(area.police)
    for child in area.police:
        for _ in range(rng.choice(_INCIDENTS)):
            number += 1
            others = [s for s in siblings[child.household] if s.number > child.number and rng.random() < _TOGETHER]
            for row, one in typing.incident(area.clerk, _sheet("POL-1"), [child, *others], number):
                area.typed("POL-1", rows, row, one)
    return {"POL-1": rows}


def _households(children: list[Child]) -> dict[int, list[Child]]:
    found: dict[int, list[Child]] = defaultdict(list)
    for child in children:
        found[child.household].append(child)
    return found


def _probation(area: _Area) -> dict[str, list[Cells]]:
    households = _households(area.children)
    rng, people, rows = area.clerk.rng, list[Cells](), list[Cells]()
    for members in households.values():
        if rng.random() >= _PROBATION and people:
            continue
        number = 100_000 + len(people)
        people.append(typing.offender(area.clerk, _sheet("PRO-1"), number, members))
        for child in members:
            area.typed("PRO-1", rows, typing.linked(area.clerk, _sheet("PRO-1", 1), number, child), child)
    return {"PRO-1": people, "Children": rows}


def _health(area: _Area) -> dict[str, list[Cells]]:
    rows: list[Cells] = []
    for child in area.health:
        for service in typing.services(area.clerk, child):
            area.typed("HEA-1", rows, typing.health(area.clerk, _sheet("HEA-1"), child, service), child)
    return {"HEA-1": rows}


_MAKERS = {"LA-DA": _council, "POL-1": _police, "PRO-1": _probation, "HEA-1": _health}
