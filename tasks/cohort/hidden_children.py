"""The hidden children: known as living with abuse, in no list of the council; each reading of names is recorded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from models.tables import Cohort
from models.why_addresses import KEPT_BACK, WhyAddresses
from models.words import numeric
from tasks.cohort.frozen import doubtful_of, identifiers_of, restricted_records
from tasks.cohort.reconciliation import perhaps
from tasks.cohort.versions import cohort_in_force, cohorts_of
from tasks.ground.database import transaction
from tasks.ground.tables import table_at
from tasks.ledger import audit
from tasks.ledger.rows import UnknownInspectionError
from validation.files.parts import row_in_words

_GRAVITY = {"high": 0, "medium": 1, "standard": 2, "not_assessed": 3}
_LEAST = 9


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """One record of a child, as its agency sent it: personal data, for those entitled alone (L5)."""

    return_code: str
    row: str
    name: str
    born: str
    postcode: str


@dataclass(frozen=True, slots=True)
class HiddenChild:
    """A child whom other agencies list as living with abuse and the council does not list.

    `perhaps` are records of a child whom the council lists and who may be the same. `restricted` counts records of
    which a person has restricted the use: they are not among the others.
    """

    agencies: tuple[str, ...]
    age_band: str
    police_risk: str
    incidents: int
    perpetrator_on_probation: bool
    records: tuple[HeldRecord, ...]
    perhaps: tuple[HeldRecord, ...] = ()
    restricted: int = 0


def read_hidden(ref: str, *, by: str, why: WhyAddresses | None = None) -> tuple[Cohort, list[HiddenChild]]:
    """Return the hidden children of the version in force, gravest first; the audit records the reading.

    Args:
        ref: the inspection.
        by: who reads, as the audit names them.
        why: why they need to see where families live; None keeps that back.

    Raises:
        UnknownInspectionError: there is no frozen cohort to read.
    """
    with transaction() as session:
        if not cohorts_of(session, ref):
            raise UnknownInspectionError(ref)
        cohort = cohort_in_force(session, ref)
        identifiers = identifiers_of(cohort)
        if why is None:
            # Before a record is made of it, so that no search, order or file can tell what the page does not.
            identifiers = _kept_back(identifiers)
        away = restricted_records(cohort).group_by("child").len()
        children = list(_hidden(table_at(cohort.frame_key), identifiers, doubtful_of(cohort), dict(away.iter_rows())))
        # In the same transaction, so that nobody reads a name without an entry (L6).
        facts: dict[str, object] = {"cohort": cohort.version, "children": len(children)}
        if why:
            facts["addresses"] = why.value
        audit.append(session, ref, actor=by, action="hidden-children.read", subject=ref, facts=facts)
    return cohort, children


def _kept_back(identifiers: pl.DataFrame) -> pl.DataFrame:
    """Return a cohort's identifiers without where families live."""
    filled = pl.col("postcode").is_not_null() & (pl.col("postcode") != "")
    return identifiers.with_columns(postcode=pl.when(filled).then(pl.lit(KEPT_BACK)))


def _hidden(
    frame: pl.DataFrame, identifiers: pl.DataFrame, doubtful: pl.DataFrame, restricted: Mapping[str, int]
) -> Iterator[HiddenChild]:
    gravity = pl.col("police_risk").replace_strict(_GRAVITY, default=_LEAST, return_dtype=pl.Int64)
    children = frame.filter("hidden").sort(gravity, -pl.col("incidents"), "child")
    records = _by_child(identifiers.join(children.select("child"), on="child", how="semi"))
    others = perhaps(frame, doubtful)
    same = _by_child(others.join(identifiers.drop("child"), on=["return", "row"], how="inner"))
    for child in children.iter_rows(named=True):
        yield HiddenChild(
            agencies=tuple(child["agencies"]),
            age_band=child["age_band"],
            police_risk=child["police_risk"],
            incidents=child["incidents"],
            perpetrator_on_probation=child["perpetrator_on_probation"],
            records=records.get(child["child"], ()),
            perhaps=same.get(child["child"], ()),
            restricted=restricted.get(child["child"], 0),
        )


def _by_child(rows: pl.DataFrame) -> dict[str, tuple[HeldRecord, ...]]:
    records: dict[str, list[HeldRecord]] = {}
    for row in rows.sort("return", "row").iter_rows(named=True):
        records.setdefault(row["child"], []).append(record_of(row))
    return {child: tuple(its_records) for child, its_records in records.items()}


def record_of(row: dict[str, Any]) -> HeldRecord:
    """Return a row of a cohort's identifiers as people read it."""
    own = " ".join(str(row[part]) for part in ("forename", "surname") if row[part])
    mother = " ".join(str(row[part]) for part in ("mother_forename", "mother_surname") if row[part])
    born = numeric(row["date_of_birth"]) if row["date_of_birth"] else ""
    due = f"due {numeric(row['expected_date_of_birth'])}" if row["expected_date_of_birth"] else ""
    return HeldRecord(
        return_code=str(row["return"]),
        row=row_in_words(int(str(row["row"]))),
        name=own or (f"child of {mother}" if mother else ""),
        born=born or due,
        postcode=str(row["postcode"] or ""),
    )
