"""Returns of a made-up area in which the police hold a few children under other forenames: doubtful pairs."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from models.events import Owed
from models.themes import theme
from tasks.jobs.build_cohort import freeze_cohort
from tests.tasks.snapshots import empty, keep
from tests.tasks.steps import all_sent, announced, taken
from validation.synthetic import synthesise
from validation.synthetic.writing import write

NAMES = ("Zebedee", "Quillon", "Xanthe")
_WHO = ("surname", "born", "postcode", "sex")


def doubtful_returns(folder: Path, area: str) -> Path:
    """Write the returns; each of NAMES is the forename of one child of the council's in the rows of the police."""
    made = synthesise(theme("domestic-abuse-2024"), area, 120, 4)
    write(made, folder)
    police = _keyed(made.returns["POL-1"]["POL-1"], "child_date_of_birth")
    council = _keyed(made.returns["LA-DA"]["LA-DA"], "date_of_birth")
    once = [frame.filter(pl.len().over(_WHO) == 1).drop_nulls(_WHO) for frame in (police, council)]
    known = once[0].join(once[1], on=["forename", *_WHO], how="semi").sort("incident_ref").head(len(NAMES))
    names = dict(zip(known["incident_ref"], NAMES, strict=True))
    theirs = pl.col("incident_ref").is_in(list(names)) & (pl.col("child_seq") == "1")
    named = pl.when(theirs).then(pl.col("incident_ref").replace(names)).otherwise("forename").alias("forename")
    blank = [pl.when(~theirs).then(name).alias(name) for name in ("child_la_id", "child_nhs_number")]
    changed = made.returns["POL-1"]["POL-1"].with_columns(named, *blank)
    changed.write_csv(folder / "POL-1.csv")
    return folder


@cache
def keep_doubtful(area: str = "E06000046") -> str:
    """Take a rehearsal to a frozen cohort with doubtful pairs once, and keep it as `doubtful`; return its reference."""
    empty()
    ref = announced(area)
    with TemporaryDirectory() as folder:
        all_sent(ref, doubtful_returns(Path(folder), area))
    freeze_cohort(taken(Owed.BUILD_COHORT, ref))
    keep("doubtful")
    return ref


def _keyed(frame: pl.DataFrame, born: str) -> pl.DataFrame:
    return frame.with_columns(pl.col("surname").str.to_lowercase(), pl.col(born).alias("born"))
