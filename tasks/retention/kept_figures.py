"""Figures that stay when the data goes: counts by agency and rule, times and linkage, protected before they stay."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.ids import counted_return
from models.keys import by_content, figures_folder, is_put_aside
from models.retention import RecordClass
from models.tables import Agency, Cohort, Inspection, Request, Submission
from tasks.disclosure.leaving import leave
from tasks.disclosure.protecting import DisclosureRefusedError
from tasks.disclosure.tables import Cell, Method, Publication, Table
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_document, sha256

FORMAT = "jtai-kept-figures-1"
_NAME = "figures that stay"


def keep_figures(ref: str, record_class: RecordClass, *, by: str) -> str:
    """Store the figures of an inspection that may outlive its data, and return where; empty where there are none.

    Every count is rounded by the same way out as any that leaves, against all that left before. Where they cannot
    leave beside those, times alone are kept. Made once: a second time returns what is there.
    """
    if record_class is not RecordClass.CHILDREN:
        return ""
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        cells = tuple(Cell(name, number) for name, number in sorted(_counts(session, ref).items()))
        shown = _protected(session, ref, cells, by=by) if cells else {}
        times = dict(_days(session, inspection))
    if not shown and not times:
        return ""
    about = {"theme": f"{inspection.theme_id}@{inspection.theme_version}", "rehearsal": inspection.rehearsal}
    document = {"format": FORMAT, "inspection": ref, **about, "counts_rounded_to_5": shown, "days": times}
    data = canonical_document(document)
    return store.put_once(by_content(figures_folder(ref), "kept", sha256(data), "json"), data).key


def _protected(session: Session, ref: str, cells: tuple[Cell, ...], *, by: str) -> dict[str, int | None]:
    publication = Publication(_NAME, Method.ROUND, (Table("kept", cells),))
    try:
        return dict(leave(session, ref, publication, by=by).shown)
    except DisclosureRefusedError:
        return {}


def _counts(session: Session, ref: str) -> dict[str, int]:
    """Return counts by agency and rule, and of the linkage; none names a child."""
    counts: dict[str, int] = {}
    for agency, submission in _newest(session, ref):
        name = counted_return(ref, agency.kind, submission.request_id)
        result = submission.result
        counts |= {f"kept/{name}/rows": result.rows or 0, f"kept/{name}/errors": result.errors or 0}
        counts |= {f"kept/{name}/rule/{rule}": number for rule, number in _by_rule(result.report_key)}
    newest = session.exec(select(Cohort).where(Cohort.inspection == ref).order_by(col(Cohort.version).desc())).first()
    if newest is not None:
        counts["kept/cohort/children"] = newest.children
        counts |= {f"kept/cohort/{name}": number for name, number in _numbers(newest.counts)}
    return counts


def _numbers(counts: dict[str, Any]) -> Iterator[tuple[str, int]]:
    for name, number in counts.items():
        # A flag is an `int` in Python, and no count.
        if isinstance(number, int) and not isinstance(number, bool):
            yield name, number


def _newest(session: Session, ref: str) -> Iterator[tuple[Agency, Submission]]:
    query = (
        select(Agency, Submission)
        .join(Request, col(Request.agency_id) == Agency.id)
        .join(Submission, col(Submission.request_id) == Request.id)
        .where(Request.inspection == ref, Submission.version == Request.current_version)
    )
    yield from session.exec(query.order_by(Submission.id)).all()


def _by_rule(report_key: str | None) -> Iterator[tuple[str, int]]:
    if report_key is None or is_put_aside(report_key):
        return
    try:
        counts: dict[str, int] = json.loads(store.get(report_key)).get("by_rule", {})
    except store.NotStoredError:
        # A second attempt, after objects have gone: the figures were made by the first.
        return
    yield from sorted(counts.items())


def _days(session: Session, inspection: Inspection) -> Iterator[tuple[str, int]]:
    """Return how many days after the announcement each newest version arrived."""
    for agency, submission in _newest(session, inspection.ref):
        arrived: datetime = submission.received_at
        name = counted_return(inspection.ref, agency.kind, submission.request_id)
        yield name, (arrived.date() - inspection.announced).days
