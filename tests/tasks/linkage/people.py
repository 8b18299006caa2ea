"""Identity records for tests, and how well links agree with the truth."""

from datetime import date
from itertools import combinations
from typing import Any

import polars as pl

from models.themes import Theme, theme
from tasks.linkage import Linkage, link
from validation.contract.identity import Record, records
from validation.contract.model import value
from validation.files.parsing import parse
from validation.returns import contract
from validation.synthetic import synthesise

BORN = date(2020, 3, 4)


def record(row: int, **given: Any) -> dict[str, Any]:
    """Return one identity record: Zoë O'Brien of RG1 1AA, with changes."""
    usual = {"forename": "Zoë", "surname": "O'Brien", "date_of_birth": BORN, "unborn": False, "sex": "F"}
    return {"row": row, "sheet": "", **usual, "postcode": "RG1 1AA", **given}


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    """Return records as `validation.contract.identity.records` gives them."""
    return pl.DataFrame([{name: row.get(name) for name in Record.schema} for row in rows], schema=Record.schema)


def same(one: dict[str, Any], other: dict[str, Any], codes: tuple[str, str] = ("LA-DA", "POL-1")) -> bool:
    """Tell whether two records are linked: of two returns, or of one where both codes are the same."""
    if codes[0] == codes[1]:
        linked = link({codes[0]: frame({**one, "row": 2}, {**other, "row": 3})})
    else:
        linked = link({codes[0]: frame({**one, "row": 2}), codes[1]: frame({**other, "row": 2})})
    return linked["child"].n_unique() == 1


def synthetic(children: int, seed: int, dirty: float = 0.0) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Return the records of every return of a synthetic area, and the truth."""
    made = synthesise(theme("domestic-abuse-2024"), "E06000038", children, seed, dirty)
    held = {code: records(code, canonical(code, sheets)) for code, sheets in made.returns.items()}  # type: ignore[arg-type]
    return held, made.truth


def canonical(code: str, sheets: dict[str, pl.DataFrame], theme: Theme | None = None) -> dict[str, pl.DataFrame]:
    """Return typed frames of a return with the line as `row`."""
    found = {}
    for sheet in contract(code, theme).sheets:
        parsed = parse(sheets[sheet.name], sheet)
        line = pl.int_range(2, pl.len() + 2, dtype=pl.Int64).alias("row")
        found[sheet.name] = parsed.select(line, *(pl.col(value(name)).alias(name) for name in sheet.names))
    return found


def f1(links: pl.DataFrame, truth: pl.DataFrame) -> float:
    """Return the pairwise F1 of links against the truth."""
    joined = truth.join(links, on=["return", "row"], suffix="_linked")

    def pairs(*by: str) -> int:
        return sum(n * (n - 1) // 2 for n in joined.group_by(by).len()["len"].to_list())

    return 2 * pairs("child", "child_linked") / (pairs("child") + pairs("child_linked"))


def reached(made: Linkage, truth: pl.DataFrame) -> float:
    """Return the share of the truth's pairs that are joined, or of whose two groups a person is asked."""
    asked = {frozenset(pair) for pair in made.doubtful.select("child", "other_child").iter_rows()}
    groups = truth.join(made.links, on=["return", "row"], suffix="_linked").group_by("child", "child_linked").len()
    sizes = [dict(rows.select("child_linked", "len").iter_rows()) for _, rows in groups.group_by("child")]
    every = sum(sum(of.values()) * (sum(of.values()) - 1) // 2 for of in sizes)
    joined = sum(n * (n - 1) // 2 for of in sizes for n in of.values())
    doubted = sum(of[a] * of[b] for of in sizes for a, b in combinations(of, 2) if frozenset((a, b)) in asked)
    return float(joined + doubted) / every
