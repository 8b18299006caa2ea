"""What a case system says of children, whatever its form: rows of the council's lists, factors and births."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import polars as pl

from validation.contract.context import Context
from validation.files.parsing import day_of
from validation.returns.annex_a import ID


@dataclass(frozen=True)
class CaseSource:
    """Where cases are from.

    Attributes:
        kind: its name, as the account of a filling has it.
        of: the source within a sentence.
        note: what a person should know of every list that is filled from it.
    """

    kind: str
    of: str
    note: str


@dataclass(frozen=True)
class Cases:
    """What a source says.

    Attributes:
        source: where it is from.
        lists: code -> String frame with the columns of the list that the source holds.
        outside: code -> the children's numbers of rows that were over before the window, or began after it.
        factors: `child`, and `factors`, the list of codes of all their assessments; empty where none is recorded. None
            where the source has no factors of anybody.
        births: `child`, `upn` and `expected` (as typed), null where the source has none.
        notes: what concerns the source as a whole.
    """

    source: CaseSource
    lists: Mapping[str, pl.DataFrame]
    outside: Mapping[str, tuple[str, ...]]
    factors: pl.DataFrame | None
    births: pl.DataFrame
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CaseRow:
    """A row that a child makes in a list.

    Attributes:
        code: of the list.
        child: the council's number.
        cells: by column; what is not there is blank.
        first: the day on which it began, as typed.
        last: the day on which it was over, as typed.
    """

    code: str
    child: str
    cells: Mapping[str, str | None]
    first: str | None
    last: str | None


@dataclass
class Episode:
    """One referral of a child and what followed from it, in the words of the census."""

    facts: dict[str, str] = field(default_factory=dict)
    parts: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    factors: list[str] = field(default_factory=list)


def gathered(rows: Iterable[CaseRow], context: Context) -> tuple[dict[str, pl.DataFrame], dict[str, tuple[str, ...]]]:
    """Return the rows of each list that were open in the window, and the children's numbers of the others."""
    kept: dict[str, list[dict[str, str | None]]] = {}
    outside: dict[str, list[str]] = {}
    for row in rows:
        if is_in_window(row.first, row.last, context):
            kept.setdefault(row.code, []).append({ID: row.child or None, **row.cells})
        else:
            outside.setdefault(row.code, []).append(row.child)
    frames = {code: pl.DataFrame(some, infer_schema_length=None).cast(pl.String) for code, some in sorted(kept.items())}
    return frames, {code: tuple(ids) for code, ids in outside.items()}


def is_in_window(first: str | None, last: str | None, context: Context) -> bool:
    """Return whether something began by the announcement and was not over before the window; so is what has no day."""
    begun = _day(first) if first else None
    over = _day(last) if last else None
    return (begun or date.min) <= context.announced and (over or date.max) >= context.window_start


# The same few hundred days stand in thousands of rows.
_day = lru_cache(maxsize=8192)(day_of)


def with_factors(numbers: list[str], factors: list[list[str]]) -> pl.DataFrame:
    """Return the factors of children, each child once."""
    schema = pl.Schema({"child": pl.String(), "factors": pl.List(pl.String)})
    return _once(pl.DataFrame({"child": numbers, "factors": factors}, schema=schema))


def with_births(numbers: list[str], upns: list[str | None], expected: list[str | None]) -> pl.DataFrame:
    """Return the pupil numbers and expected births of children, each child once."""
    schema = {"child": pl.String, "upn": pl.String, "expected": pl.String}
    return _once(pl.DataFrame({"child": numbers, "upn": upns, "expected": expected}, schema=schema))


def _once(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.unique("child", keep="first", maintain_order=True)


def need(episode: Episode) -> dict[str, str | None]:
    """Return the cells of the list of children in need that an episode gives."""
    facts, plans = episode.facts, episode.parts.get("CINPlanDates", [])
    status = None
    if facts.get("CINclosureDate"):
        status = "closed"
    elif any(not plan.get("CPPendDate") for plan in episode.parts.get("ChildProtectionPlans", [])):
        status = "child_protection_plan"
    elif any(not plan.get("CINPlanEndDate") for plan in plans):
        status = "child_in_need_plan"
    elif any(not part.get("AssessmentAuthorisationDate") for part in episode.parts.get("Assessments", [])):
        status = "open_assessment"
    return {
        "CIN Start Date": plans[-1].get("CINPlanStartDate") if plans else None,
        "Primary Need Code": facts.get("PrimaryNeedCode"),
        "CIN Closure Date": facts.get("CINclosureDate"),
        "Reason for Closure": facts.get("ReasonForClosure"),
        "Case Status": status,
    }
