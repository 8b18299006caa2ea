"""Linkage: how right, how fast, and the same in any order of rows."""

from pathlib import Path

import polars as pl

from benchmarks.figures import Figure, cost
from benchmarks.returns import ANNOUNCED, AREA, THEME
from models.themes import theme
from tasks.linkage import link
from validation.contract.context import Context
from validation.contract.identity import records
from validation.engine.checking import check_file
from validation.returns import contract
from validation.synthetic import synthesise
from validation.synthetic.writing import write


def figures(folder: Path, *, quick: bool) -> list[Figure]:
    """Measure linkage on made-up truth."""
    theme_, children = theme(THEME), 3_000 if quick else 30_000
    out = folder / f"area-{children}"
    if not (out / "truth.parquet").exists():
        out.mkdir(parents=True, exist_ok=True)
        write(synthesise(theme_, AREA, children, 5, 0.0, ANNOUNCED), out, "csv")
    frames = {}
    for code in ("LA-DA", "POL-1", "HEA-1"):
        frames[code] = dict(check_file(out / f"{code}.csv", contract(code), Context(theme_, ANNOUNCED, AREA)).frames)
    identities = {code: records(code, sheets) for code, sheets in frames.items()}
    truth = pl.read_parquet(out / "truth.parquet").filter(pl.col("return").is_in(list(frames)))
    taken = cost(lambda: link(identities), rounds=1)
    links = link(identities)
    rows = sum(frame.height for frame in identities.values())
    note = f"{rows:,} records of {len(frames)} agencies"
    return [
        Figure("linkage, pairwise F1", _f1(links, truth), "", 0.98, "more", note),
        Figure("linkage, time", taken.wall, "s", 20, note=note),
        Figure("linkage, clusters that change with row order", float(_moved(identities, links)), "", 0),
    ]


def _pairs(clusters: pl.DataFrame) -> int:
    sizes = clusters.group_by("cluster").len()["len"]
    return int((sizes * (sizes - 1) // 2).sum())


def _f1(links: pl.DataFrame, truth: pl.DataFrame) -> float:
    both = links.join(truth.rename({"child": "true"}), on=["return", "row"])
    ours = _pairs(both.select(pl.col("child").alias("cluster")))
    theirs = _pairs(both.select(pl.col("true").alias("cluster")))
    right = _pairs(both.select(pl.struct("child", "true").alias("cluster")))
    precision, recall = right / ours, right / theirs
    return 2 * precision * recall / (precision + recall)


def _moved(identities: dict[str, pl.DataFrame], links: pl.DataFrame) -> int:
    shuffled = {code: frame.sample(fraction=1, shuffle=True, seed=3) for code, frame in identities.items()}
    again = link(shuffled).sort("return", "row")
    return int((again["child"] != links.sort("return", "row")["child"]).sum())
