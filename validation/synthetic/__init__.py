"""Synthetic returns of one area, derived from the contracts, with the truth of who is who kept apart."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from random import Random

import polars as pl

from models.frames import Frame, FrameColumn
from models.themes import Theme
from validation.contract.context import Context
from validation.contract.model import Sheet
from validation.returns import CONTRACTS, contract
from validation.synthetic import annex_a, partners
from validation.synthetic import rows as typing
from validation.synthetic.agreement import agree
from validation.synthetic.area import FIRST_LINE, SyntheticArea, households
from validation.synthetic.asked import as_asked
from validation.synthetic.dirt import plant
from validation.synthetic.evaluations import evaluations
from validation.synthetic.hard import with_twins
from validation.synthetic.noise import Cells
from validation.synthetic.people import People
from validation.synthetic.services import adult_mental_health

__all__ = ["ALL", "ANNOUNCED", "Synthetic", "synthesise"]

# The day on which Reading's inspection of 2025 was announced; any working day would do.
ANNOUNCED = date(2025, 2, 24)

_PROBATION = 0.12
_INCIDENTS = (1, 1, 1, 2, 2, 3)
_TOGETHER = 0.25


class Truth(Frame):
    """Whom each child-level row of the synthetic returns is about."""

    return_ = FrameColumn(pl.String())
    row = FrameColumn(pl.Int64(), "The line in the file, headers on line 1.", least=2)
    child = FrameColumn(pl.Int64(), "The number of the child.")


class Planted(Frame):
    """Every cell of the synthetic returns that was spoiled on purpose."""

    return_ = FrameColumn(pl.String())
    sheet = FrameColumn(pl.String())
    row = FrameColumn(pl.Int64(), "The line in the file, headers on line 1.", least=2)
    column = FrameColumn(pl.String())


@dataclass(frozen=True)
class Synthetic:
    """The returns of every agency of one area.

    Attributes:
        returns: return -> sheet -> String frame, as the agency typed it.
        truth: `return`, `row` (the line in the file, headers on line 1), `child`: whom each child-level row is about.
        planted: `return`, `sheet`, `row`, `column` of every cell spoiled on purpose.
        context: the circumstances under which the returns are good, with the sample where evaluations were made.
    """

    returns: Mapping[str, Mapping[str, pl.DataFrame]]
    truth: pl.DataFrame
    planted: pl.DataFrame
    context: Context


def synthesise(
    theme: Theme,
    gss: str,
    children: int,
    seed: int,
    dirty: float = 0.0,
    announced: date = ANNOUNCED,
    returns: Collection[str] | None = None,
    hidden: int | None = None,
    *,
    hard: bool = False,
) -> Synthetic:
    """Make the returns of an area; the same arguments make the same bytes, whatever other returns are made beside.

    Some children are known to police or health but not to the council: the ones an inspection most wants to see.

    Args:
        theme: whose ages and window apply, and whose returns where none are named.
        gss: the area.
        children: how many children there are in all.
        seed: any whole number.
        dirty: share of cells spoiled on purpose, 0 to 1.
        announced: the day of the announcement.
        returns: which returns to make, such as `ALL`; the theme's own by default.
        hidden: how many children are known to police or health and not to the council; about 8 in 100 where it is not
            given.
        hard: whether the records are harder to link than those of the tests and the demo: twins of like names, blanks,
            forenames and births replaced. An option, so that areas made before stay as they are, byte for byte.

    Raises:
        ValueError: a return is named that cannot be made, or more children are to be hidden than there are.
    """
    of_agencies = tuple(dict.fromkeys(owed.code for owed in theme.returns))
    of_theme = tuple(code for code in of_agencies if code in _MAKERS)
    requested = of_agencies if returns is None else tuple(code for code in ALL if code in returns)
    if returns is not None and (unknown := set(returns) - set(ALL)):
        raise ValueError(f"There is no synthetic {', '.join(sorted(unknown))}. There are {', '.join(ALL)}.")
    # A later version of a theme has the people of the first, so that areas made before stay as they are.
    name = f"{theme.id}@1/{gss}/{children}/{seed}"
    rng = Random(name)  # noqa: S311 - repeatable, not secret
    context = Context(theme, announced, gss)
    people = People(theme, gss, announced, rng)
    born = people.children(children)
    if hard:
        born = list(with_twins(born, Random(f"{name}/twins")))  # noqa: S311 - repeatable, not secret
    made = SyntheticArea(typing.Clerk(context, people, rng, name), born, hidden, hard=hard)
    # The first lists come from one source of chance, so all are made even where only some are wanted.
    first = (*of_theme, *(code for code in _MAKERS if code not in of_theme))
    sheets = {code: _MAKERS[code](made) for code in first}
    if "mental_health" in theme.kinds_asked("HEA-1"):
        adult_mental_health(made, _clerk(made, f"{name}/mental_health"), sheets["HEA-1"]["HEA-1"])
    agree(made, sheets)
    further = {code: _further(made, code, f"{name}/{code}") for code in requested if code not in sheets}
    fitting = {code: _fitting(context, code, parts, name) for code, parts in {**sheets, **further}.items()}
    frames, planted = _typed(theme, fitting, first, dirty, f"{seed}/dirt")
    truth = pl.DataFrame(made.truth, schema=Truth.schema, orient="row").filter(pl.col("return").is_in(requested))
    spoiled = pl.DataFrame(planted, schema=Planted.schema, orient="row").filter(pl.col("return").is_in(requested))
    chosen = replace(context, sample_refs=tuple(made.chosen))
    frames_of = {code: frames[code] for code in requested}
    return Synthetic(frames_of, Truth.crossing(truth), Planted.crossing(spoiled), chosen)


def _clerk(area: SyntheticArea, name: str) -> typing.Clerk:
    """Return a clerk with chance of their own, so that what they type changes nothing of what others do."""
    context, rng = area.clerk.context, Random(name)  # noqa: S311 - repeatable, not secret
    people = People(context.theme, context.gss or "", context.announced, rng)
    return typing.Clerk(context, people, rng, area.clerk.area)


def _further(area: SyntheticArea, code: str, name: str) -> dict[str, list[Cells]]:
    clerk = _clerk(area, name)
    if code == "EVAL":
        return evaluations(area, clerk)
    if code in partners.MAKERS:
        return partners.MAKERS[code](area, clerk)
    return {code: annex_a.lists(area, clerk, CONTRACTS[code].main)}


def _fitting(context: Context, code: str, parts: Mapping[str, list[Cells]], name: str) -> Mapping[str, list[Cells]]:
    """Return the rows of each sheet of a return as the theme asks for them."""
    own = contract(code, context.theme)
    if own is CONTRACTS[code]:
        return parts
    rng = Random(f"{name}/{code}/asked")  # noqa: S311 - repeatable, not secret
    return {sheet.name: as_asked(parts[sheet.name], code, sheet, context, rng) for sheet in own.sheets}


def _typed(
    theme: Theme, sheets: Mapping[str, Mapping[str, list[Cells]]], first: Collection[str], dirty: float, name: str
) -> tuple[dict[str, dict[str, pl.DataFrame]], list[tuple[str, str, int, str]]]:
    """Return the frames, spoiled on purpose, and where; the first lists share one source of chance."""
    shared = Random(name)  # noqa: S311 - repeatable, not secret
    planted: list[tuple[str, str, int, str]] = []
    frames: dict[str, dict[str, pl.DataFrame]] = {}
    for code, parts in sheets.items():
        frames[code] = {}
        spoiler = shared if code in first else Random(f"{name}/{code}")  # noqa: S311 - repeatable, not secret
        for sheet in contract(code, theme).sheets:
            spoiled = plant(sheet, parts[sheet.name], dirty, spoiler) if dirty else []
            planted += [(code, sheet.name, n + FIRST_LINE, column) for n, column in spoiled]
            frames[code][sheet.name] = pl.DataFrame(parts[sheet.name], schema=dict.fromkeys(sheet.names, pl.String))
    return frames, planted


def _sheet(code: str, number: int = 0) -> Sheet:
    return CONTRACTS[code].sheets[number]


def _council(area: SyntheticArea) -> dict[str, list[Cells]]:
    rows: list[Cells] = []
    for child in area.council:
        row = typing.council(area.clerk, _sheet("LA-DA"), child)
        area.typed("LA-DA", rows, row, child)
        # A copy: what is spoiled on purpose in this list is not spoiled in those that tell of the same child.
        area.cohort.append((child, dict(row)))
    return {"LA-DA": rows}


def _police(area: SyntheticArea) -> dict[str, list[Cells]]:
    """Type the incidents: each of a child's own, at some of which siblings known to the police were there too."""
    rows: list[Cells] = []
    rng, number = area.clerk.rng, 0
    siblings = households(area.police)
    for child in area.police:
        for _ in range(rng.choice(_INCIDENTS)):
            number += 1
            others = [s for s in siblings[child.household] if s.number > child.number and rng.random() < _TOGETHER]
            for row, involved in typing.incident(area.clerk, _sheet("POL-1"), [child, *others], number):
                area.typed("POL-1", rows, row, involved)
    return {"POL-1": rows}


def _probation(area: SyntheticArea) -> dict[str, list[Cells]]:
    families = households(area.children)
    rng, people, rows = area.clerk.rng, list[Cells](), list[Cells]()
    for members in families.values():
        if rng.random() >= _PROBATION and people:
            continue
        number = 100_000 + len(people)
        people.append(typing.offender(area.clerk, _sheet("PRO-1"), number, members))
        area.offenders[members[0].household] = dict(people[-1])
        for child in members:
            area.typed("PRO-1", rows, typing.linked(area.clerk, _sheet("PRO-1", 1), number, child), child)
    return {"PRO-1": people, "Children": rows}


def _health(area: SyntheticArea) -> dict[str, list[Cells]]:
    rows: list[Cells] = []
    for child in area.health:
        for service in typing.services(area.clerk, child):
            area.typed("HEA-1", rows, typing.health(area.clerk, _sheet("HEA-1"), child, service), child)
    return {"HEA-1": rows}


_MAKERS = {"LA-DA": _council, "POL-1": _police, "PRO-1": _probation, "HEA-1": _health}

# Every return can be made; evaluations are about children of a made-up sample.
ALL = tuple(CONTRACTS)
