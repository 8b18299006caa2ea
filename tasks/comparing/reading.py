"""Finds the earlier inspection of an area and what is kept of it, and records who read the comparison."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from models.ids import code_of
from models.lifecycle import AFTER_PUBLICATION, TAKEN
from models.returns import EVALUATION
from models.tables import CheckResult, Cohort, Inspection, Request, Submission
from models.themes import Theme
from tasks.cohort.counting import by_group, by_return
from tasks.cohort.versions import cohort_in_force, cohorts_of
from tasks.comparing.last_time import LastTime
from tasks.comparing.periods import ComparedRow, PeriodCounts, compared, publication_of, unlike
from tasks.disclosure.leaving import leave
from tasks.disclosure.tables import Shown
from tasks.ground.database import transaction
from tasks.ground.store import NotStoredError
from tasks.ground.tables import table_at
from tasks.ledger import audit
from tasks.ledger.rows import UnknownInspectionError, inspection_of
from tasks.ledger.themes import theme_of
from tasks.letters.gathering import letters_unrecorded
from tasks.sampling.groups import ethnicity_group


@dataclass(frozen=True, slots=True)
class Comparison:
    """An inspection beside an earlier one of its area.

    Attributes:
        now: what is known of this one.
        before: what is kept of the earlier one; None where there is none.
        rows: both side by side.
        notes: what makes them unlike.
    """

    now: PeriodCounts
    before: PeriodCounts | None = None
    rows: tuple[ComparedRow, ...] = ()
    notes: tuple[str, ...] = ()


def earlier_inspections(session: Session, inspection: Inspection) -> list[Inspection]:
    """Return the earlier inspections of an area whose letter is published, the newest first.

    A rehearsal is compared with rehearsals alone, for its children are made up.
    """
    query = select(Inspection).where(
        Inspection.area_gss == inspection.area_gss,
        Inspection.rehearsal == inspection.rehearsal,
        Inspection.announced < inspection.announced,
        col(Inspection.stage).in_(AFTER_PUBLICATION),
    )
    return list(session.exec(query.order_by(col(Inspection.announced).desc(), col(Inspection.ref))))


def read_comparison(ref: str, *, by: str) -> Comparison:
    """Return an inspection's cohort beside that of the last one that asked for one of its returns; audited.

    Raises:
        UnknownInspectionError: there is no frozen cohort to compare.
        DisclosureRefusedError: the counts cannot leave.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref)
        if not cohorts_of(session, ref):
            raise UnknownInspectionError(ref)
        now = _period(session, inspection)
        asked_for = _codes(theme_of(inspection))
        before = next(
            (
                _period(session, earlier)
                for earlier in earlier_inspections(session, inspection)
                if asked_for & _codes(theme_of(earlier))
            ),
            None,
        )
        # In the same transaction, so that nobody reads it without an entry (L6).
        facts = {"before": before.ref if before else None}
        audit.append(session, ref, actor=by, action="comparison.read", subject=ref, facts=facts)
        if before is None:
            return Comparison(now)
        if before.children is None or now.children is None:
            return Comparison(now, before, (), unlike(before, now))
        # Of both inspections counts leave, and each is checked against all that left of it.
        then, today = _leave(session, before, by), _leave(session, now, by)
    return Comparison(now, before, compared(before, now, then, today), unlike(before, now))


def _leave(session: Session, period: PeriodCounts, by: str) -> Mapping[str, Shown]:
    unrecorded = letters_unrecorded(session, period.ref)
    return leave(session, period.ref, publication_of(period), by=by, unrecorded=unrecorded).shown


def _codes(theme: Theme) -> set[str]:
    return {return_.code for return_ in theme.returns}


def _period(session: Session, inspection: Inspection) -> PeriodCounts:
    """Return what is kept of an inspection: of its cohort the counts, and its tables only where there are no counts."""
    theme = theme_of(inspection)
    cohort = cohort_in_force(session, inspection.ref) if cohorts_of(session, inspection.ref) else None
    groups, returns = _counts(cohort) if cohort else ({}, {})
    return PeriodCounts(
        ref=inspection.ref,
        announced=inspection.announced,
        theme=theme.title,
        ages=(theme.age_band.youngest, theme.age_band.oldest, theme.age_band.unborn),
        window_months=theme.window_months,
        children=cohort.children if cohort else None,
        by_return=returns,
        by_group=groups,
        cohort=cohort.version if cohort else 1,
    )


def _counts(cohort: Cohort) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """Return the children of a cohort by group and by return, from its counts, else from its tables if they exist."""
    groups, returns = cohort.counts.get("by_group"), cohort.counts.get("by_return")
    if groups is None or returns is None:
        try:
            frame = table_at(cohort.frame_key)
            groups, returns = by_group(frame), by_return(frame, table_at(cohort.links_key))
        except NotStoredError:
            # A cohort from before such counts were kept, whose tables have been destroyed.
            return {}, {}
    return {**groups, "ethnicity": _broad(groups.get("ethnicity", {}))}, _whole_returns(returns)


def _broad(codes: dict[str, int]) -> dict[str, int]:
    """Return children by broad ethnic group, from those by code."""
    counts: dict[str, int] = {}
    for code, children in codes.items():
        group = ethnicity_group(code)
        counts[group] = counts.get(group, 0) + children
    return counts


def _whole_returns(returns: Any) -> dict[str, int]:
    """Return children by return, of those that a single agency sent: of several, a child may be in each."""
    codes = [code_of(name) for name in returns]
    return {name: children for name, children in returns.items() if codes.count(code_of(name)) == 1}


def rows_last_time(session: Session, inspection: Inspection, codes: Iterable[str]) -> dict[str, LastTime]:
    """Return for each return how many rows its area sent in the last earlier inspection that asked for it."""
    wanted, last = set(codes), dict[str, LastTime]()
    for earlier in earlier_inspections(session, inspection):
        for code, rows in _rows(session, earlier):
            if code in wanted:
                before = last.get(code, LastTime(0, earlier.announced))
                if before.announced == earlier.announced:
                    last[code] = LastTime(before.rows + rows, earlier.announced)
        # The newest inspection that asked for a return is the one that counts for it.
        wanted -= {*last}
    return last


def _rows(session: Session, earlier: Inspection) -> Iterator[tuple[str, int]]:
    """Yield the rows of the accepted versions of an inspection that are still in the ledger."""
    query = (
        select(Request.return_code, CheckResult.rows)
        .join(Submission, col(Submission.request_id) == Request.id)
        .join(CheckResult, col(CheckResult.submission_id) == Submission.id)
        .where(
            Request.inspection == earlier.ref,
            Request.return_code != EVALUATION,
            col(Request.state).in_(TAKEN),
            Submission.version == Request.current_version,
        )
    )
    return ((code, rows or 0) for code, rows in session.exec(query).all())
