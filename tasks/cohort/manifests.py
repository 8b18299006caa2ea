"""The record of a frozen cohort: what went in, under which rules, and digests of what came out (L4)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import polars as pl

from models.themes import Theme
from tasks.cohort.frame import BuiltCohort, InputVersion
from tasks.ground.digests import canonical_document, frame_digest

FORMAT = "jtai-cohort-1"
# Probabilities are digested in millionths, because a fraction has no one spelling.
_MILLION = 1_000_000


def manifest(
    cohort: BuiltCohort,
    inputs: Sequence[InputVersion],
    theme: Theme,
    code_version: str,
    *,
    version: int = 1,
    since: Mapping[str, Any] | None = None,
    absent: Mapping[str, str] | None = None,
    theme_digest: str = "",
    restricted: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the record of a version of a cohort, without times and without identifiers.

    Args:
        cohort: what was built.
        inputs: the returns that it was built from.
        theme: under whose rule set.
        code_version: of this program.
        version: number of the version.
        absent: returns that were asked for and are not among the inputs, each with the state of its request.
        theme_digest: of the theme's file as it was when the inspection began, where there is one.
        restricted: sheet and row of what was left out of each return, because a person has restricted its use.
        since: what differs from the version before (see `changes`), with the digest of its manifest.
    """
    return {
        "format": FORMAT,
        "version": version,
        "since": dict(since) if since else None,
        "theme": theme.rule_set,
        **({"theme_sha256": theme_digest} if theme_digest else {}),
        "announced": cohort.announced.isoformat(),
        "code_version": code_version,
        "inputs": [asdict(version) for version in sorted(inputs, key=lambda v: (v.code, v.version, v.sha256))],
        "absent": dict(absent or {}),
        **({"restricted": dict(restricted)} if restricted else {}),
        "frame_digest": frame_digest(cohort.frame),
        "identifiers_digest": frame_digest(cohort.identifiers),
        "links_digest": frame_digest(_spelled(cohort.links)),
        "adults_digest": frame_digest(_spelled(cohort.adults)),
        "adult_children_digest": frame_digest(cohort.adult_children),
        "doubtful_digest": frame_digest(_spelled(cohort.linkage.doubtful)),
        "linkage": cohort.linkage.facts,
        "adults": cohort.adults["adult"].n_unique(),
        "children": cohort.frame.height,
        "households": cohort.frame["household"].n_unique(),
        "hidden": int(cohort.frame["hidden"].sum()),
        "records": cohort.links.height,
        "exclusions": dict(cohort.exclusions.iter_rows()),
    }


def _spelled(table: pl.DataFrame) -> pl.DataFrame:
    return table.with_columns((pl.col("probability") * _MILLION).round().cast(pl.Int64))


def manifest_bytes(record: dict[str, Any]) -> bytes:
    """Return the manifest as canonical JSON."""
    return canonical_document(record)
