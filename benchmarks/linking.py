"""Linkage against an exact join, the ladder alone, rapidfuzz on blocks and Splink by itself, each in a process."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks import encoding, febrl, graph_attack
from benchmarks.figures import Figure
from benchmarks.linkage_data import Records, area, kept, load
from benchmarks.linkage_model import OUT, trained

# Children of a made-up area for about so many records of its four agencies.
_SIZES = {"1e4": 3_000, "1e5": 30_000, "1e6": 300_000}
_QUICK = ("1e4", "1e5")
_SEED = 5
_HOUR = 3600


def figures(folder: Path, *, quick: bool) -> list[Figure]:
    """Measure every way of linking at every size; ours are figures to reach, the others are there to compare."""
    measured = febrl.figures()
    for size in _QUICK if quick else _SIZES:
        made = kept(folder, _SIZES[size], _SEED)
        by_method = {name: _apart(name, made) for name in METHODS}
        measured += [_figure(size, name, cost) for name, cost in by_method.items()]
        others = {name: cost["f1"] for name, cost in by_method.items() if cost and name != "ours"}
        if by_method["ours"] and others:
            best = max(others, key=others.__getitem__)
            lead = by_method["ours"]["f1"] - others[best]
            measured.append(
                Figure(f"linkage {size}, F1 ahead of {best}", lead, "", 0, "more", "the best of the others")
            )
    hard = kept(folder, _SIZES["1e4"], _SEED, hard=True)
    measured += [_figure("1e4, hard", name, _apart(name, hard)) for name in ("Splink alone", "ours")]
    records, truth = area(1_500, 3)
    measured += encoding.figures(records, truth.rename({"child": "person"}), "POL-1", "1,500 children")
    plain = pl.concat([records[code] for code in sorted(records) if code != "POL-1"], how="diagonal")
    measured += graph_attack.figures(records["POL-1"], plain, "1,500 children")
    same = trained().data == OUT.read_bytes()
    return [*measured, Figure("linkage, shipped model differs when trained anew", float(not same), "", 0)]


def _apart(name: str, made: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.linking", name, str(made)]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=_HOUR, check=False)
    return dict(json.loads(done.stdout)) if done.returncode == 0 else {}


def _figure(size: str, name: str, quality: dict[str, Any]) -> Figure:
    if not quality:
        return Figure(f"linkage {size}, F1 of {name}", 0.0, "", 0, "more", "failed")
    cost = f"{quality['wall']:.1f} s, {quality['peak']:,.0f} MiB"
    note = (
        f"precision {quality['precision']:.4f}, recall {quality['recall']:.4f}, {quality['records']:,} records, {cost}"
    )
    # Rows of one return whose forenames differ by a slip are left to a person, which costs a hundredth and a half.
    reach = {"1e4": 0.98, "1e5": 0.98, "1e4, hard": 0.96}.get(size, 0.0) if name == "ours" else 0.0
    return Figure(f"linkage {size}, F1 of {name}", quality["f1"], "", reach, "more", note)


# From here on: what runs in a process of its own.


def _exact(records: Records) -> pl.DataFrame:
    from tasks.linkage.profiles import profiles

    people, members = profiles(records)
    keys = ["given", "surname", "dob", "postcode"]
    complete = people.filter(pl.all_horizontal(pl.col(*keys).is_not_null()))
    return _named(members, people, complete.select("id", pl.col("id").min().over(keys).alias("low")).rows())


def _ladder(records: Records) -> pl.DataFrame:
    from tasks.linkage.linking import climbed
    from tasks.linkage.profiles import profiles

    people, members = profiles(records)
    roots = climbed(people)[0].roots()
    return members.select("return", "row", pl.Series("child", roots).gather(members["id"]))


_BLOCKS = (
    ("nhs",),
    ("upn",),
    ("forename", "dob"),
    ("surname", "dob"),
    ("surname", "postcode"),
    ("forename", "postcode"),
    ("dob", "postcode"),
)
_COMMON = 60
_ENOUGH = 0.8


def _fuzzy(records: Records) -> pl.DataFrame:
    """Compare what shares a block by weights set by hand, as a careful script would."""
    from rapidfuzz.distance import JaroWinkler

    from tasks.linkage.profiles import profiles

    people, members = profiles(records)
    pairs = pl.concat([_blocked(people, block) for block in _BLOCKS]).unique().sort("id", "id_right")
    rows = people.select("forename", "surname", "dob", "postcode", "nhs").rows()
    alike = JaroWinkler.similarity

    def likely(left: tuple[Any, ...], right: tuple[Any, ...]) -> bool:
        if left[4] and left[4] == right[4]:
            return True
        names = alike(left[0] or "", right[0] or "") * 0.3 + alike(left[1] or "", right[1] or "") * 0.3
        same = (left[2] == right[2]) * 0.3 + (left[3] is not None and left[3] == right[3]) * 0.1
        return bool(names + same >= _ENOUGH)

    return _named(members, people, ((a, b) for a, b in pairs.iter_rows() if likely(rows[a], rows[b])))


def _blocked(people: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    complete = people.filter(pl.all_horizontal(pl.col(*keys).is_not_null())).filter(pl.len().over(keys) <= _COMMON)
    complete = complete.select("id", *keys)
    return complete.join(complete, on=list(keys)).filter(pl.col("id") < pl.col("id_right")).select("id", "id_right")


def _splink(records: Records) -> pl.DataFrame:
    """Train and score as ours does, but all pairs, and cluster as Splink does by itself."""
    from tasks.linkage import splinking
    from tasks.linkage.linking import chosen, climbed
    from tasks.linkage.profiles import profiles

    people, members = profiles(records)
    model = chosen(people, climbed(people)[0])
    alone = splinking._compared(people, list(range(people.height)))
    with splinking._linker(alone, model, 2) as linker:
        scored = linker.inference.predict(threshold_match_probability=0.9)
        made = linker.clustering.cluster_pairwise_predictions_at_threshold(scored, threshold_match_probability=0.95)
        rows = made.as_duckdbpyrelation().select("id", "cluster_id").fetchall()
    return _named(members, people, ((record, int(str(cluster).split("-__-")[-1])) for record, cluster in rows))


def _ours(records: Records) -> pl.DataFrame:
    from tasks.linkage import link

    return link(records)


def _named(members: pl.DataFrame, people: pl.DataFrame, pairs: Iterable[tuple[int, int]]) -> pl.DataFrame:
    """Return the links of whatever hangs together by pairs."""
    parent = list(range(people.height))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for left, right in pairs:
        a, b = root(left), root(right)
        parent[max(a, b)] = min(a, b)
    roots = pl.Series("child", [root(n) for n in range(len(parent))])
    return members.select("return", "row", roots.gather(members["id"]))


METHODS: dict[str, Callable[[Records], pl.DataFrame]] = {
    "an exact join": _exact,
    "the ladder alone": _ladder,
    "rapidfuzz on blocks": _fuzzy,
    "Splink alone": _splink,
    "ours": _ours,
}


def _pairs(rows: pl.DataFrame, *by: str) -> int:
    sizes = rows.group_by(by).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


def main() -> None:
    """Link one area by one method, and print how right, how fast and how large that was."""
    name, folder = sys.argv[1:]
    records, truth = load(Path(folder))
    began = time.perf_counter()
    links = METHODS[name](records)
    wall = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    both = truth.join(links, on=["return", "row"], suffix="_linked")
    right, ours, theirs = (_pairs(both, *by) for by in (("child", "child_linked"), ("child_linked",), ("child",)))
    shares = {"precision": right / ours, "recall": right / theirs, "f1": 2 * right / (ours + theirs)}
    print(json.dumps({**shares, "wall": wall, "peak": peak, "records": links.height}))


if __name__ == "__main__":
    main()
