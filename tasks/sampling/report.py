"""The coverage report of a draw: stored beside its manifest, made again after decisions, shown in the Prefect UI."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import polars as pl
from sqlmodel import Session

from models.keys import by_content, sample_folder
from models.settings import settings
from models.tables import SampleDraw
from models.tables.base import utc_now
from tasks.cohort.versions import KEEP_DAYS, newest_draw
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ground.prefect_api import PrefectUnreachableError, PutMarkdown
from tasks.ledger.rows import inspection_of
from tasks.sampling import Sample, again, coverage_bytes, public
from tasks.sampling.picture import markdown


def keep_report(drawn: SampleDraw, report: dict[str, Any]) -> None:
    """Store a report under lock, with a key from its content, and record the key in the draw."""
    data = coverage_bytes(report)
    digest = sha256(data)
    key = by_content(sample_folder(drawn.inspection, drawn.version), "coverage", digest, "json")
    drawn.coverage_key = store.put_once(key, data, keep_until=utc_now() + timedelta(days=KEEP_DAYS)).key
    drawn.coverage_sha256, drawn.gaps = digest, list(report["sample"]["gaps"])


def report_of(drawn: SampleDraw) -> dict[str, Any] | None:
    """Return the report on the sample in force; None for a draw from before there were reports."""
    if drawn.coverage_key is None:
        return None
    report: dict[str, Any] = json.loads(store.get(drawn.coverage_key))
    return report


def report_again(
    session: Session, drawn: SampleDraw, frame: pl.DataFrame, sample: Sample, record: Mapping[str, Any]
) -> None:
    """Make the report anew for the sample after a decision; `record` is the manifest of the draw."""
    report = report_of(drawn)
    if report is not None:
        keep_report(drawn, again(report, frame, sample, record))
        session.add(drawn)


def publish_report(ref: str, put: PutMarkdown) -> bool:
    """Show the groups of the newest draw's report in the Prefect UI; return whether that succeeded.

    A Prefect server that does not answer is no reason to fail: board and portal show the gaps as well.
    """
    with transaction() as session:
        inspection, drawn = inspection_of(session, ref), newest_draw(session, ref)
    report = report_of(drawn) if drawn else None
    if drawn is None or report is None:
        return False
    title = f"{inspection.area_name}: is the sample of draw {drawn.version} fair?"
    text = markdown(public(report), title, f"{settings().portal_url or ''}/inspections/{ref}/sample")
    try:
        put(f"sample-{ref}", text, title)
    except PrefectUnreachableError:
        return False
    return True
