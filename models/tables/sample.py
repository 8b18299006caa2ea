"""Frozen cohorts, drawn samples and the decisions on them; children only as pseudonyms."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from models.states import CohortStep
from models.tables.base import Base, dated, json_list, json_object, moment, state


class Cohort(Base, table=True):
    """One version of the frozen frame: where it lies, what it hashes to, its counts, and what it was made of.

    `inputs` are the returns that went in: request, code, submission, version, sha256, rows. `changes` says what
    differs from the version before, and which children of the draw at that time are concerned, by their labels.
    `doubtful_key` is the list of pairs for people to look at, `model_key` the frozen model that found them,
    `adults_key` the victims and perpetrators, `adult_children_key` which child each of them concerns.
    """

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    version: int = Field(primary_key=True)
    frame_key: str
    identifiers_key: str
    links_key: str
    doubtful_key: str | None = None
    model_key: str | None = None
    adults_key: str | None = None
    adult_children_key: str | None = None
    manifest_key: str
    manifest_sha256: str
    frame_digest: str
    children: int
    counts: dict[str, Any] = json_object()
    inputs: list[dict[str, Any]] = json_list()
    changes: dict[str, Any] = json_object()
    frozen_at: datetime = dated()


class CohortDecision(Base, table=True):
    """One decision about the cohort after it was frozen: who, what, why and when (L10).

    `cohort_version` is the newest version at that time, `draw_version` the draw that was kept or set aside.
    """

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    number: int = Field(primary_key=True)
    kind: CohortStep = state(CohortStep)
    cohort_version: int
    draw_version: int | None = None
    request_id: str | None = None
    reason: str
    by: str
    decided_at: datetime = dated()


class SampleDraw(Base, table=True):
    """One draw from one cohort and, after sign-off, who approved it.

    `coverage_key` names the coverage report of the sample in force, `gaps` are its sentences about groups.
    """

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    version: int = Field(primary_key=True)
    cohort_version: int
    manifest_key: str
    manifest_sha256: str
    seed: str
    tracked: int
    sampled: int
    notes: list[str] = json_list()
    coverage_key: str | None = None
    coverage_sha256: str | None = None
    gaps: list[str] = json_list()
    drawn_at: datetime = dated()
    approved_by: str | None = None
    approved_at: datetime | None = moment()


class SampleDecision(Base, table=True):
    """One decision on a draw: who, what, why and when (L10)."""

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    number: int = Field(primary_key=True)
    draw_version: int
    kind: str
    label: str | None = None
    reason: str | None = None
    by: str
    second_approver: str | None = None
    new_label: str | None = None
    decided_at: datetime = dated()
