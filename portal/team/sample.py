"""The sample as its team sees it: is it fair, what was decided on it, and the files with which anybody checks it."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.tables import SampleDraw
from portal.pages.frame import MEDIA, attachment, page
from portal.pages.session import Inspector, Member
from tasks.cohort import versions
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.wrong_files.standing import resting_on

# The rooms of the sample are imported where they are used: they bring frames and charts that other pages do not need.
router = APIRouter(prefix="/inspections/{ref}/sample")


@router.get("")
def show(request: Request, ref: str, _member: Member) -> Response:
    """Show how the sample compares with the cohort, and every decision on it."""
    with transaction() as session:
        inspection, drawn = inspection_of(session, ref), versions.newest_draw(session, ref)
        facts = _facts(session, drawn) if drawn else {}
        facts["wrong"] = resting_on(session, inspection, drawn.cohort_version) if drawn else []
    return page(request, "sample", "The sample", inspection=inspection, drawn=drawn, **facts)


@router.get("/chart.svg")
def chart(ref: str, _member: Member) -> Response:
    """Return the chart of the newest draw's report: counts of groups."""
    from tasks.sampling import public
    from tasks.sampling.picture import chart_svg

    return Response(chart_svg(public(_report(_newest(ref)))), media_type="image/svg+xml")


@router.get("/files/{name}")
def file(ref: str, name: str, member: Inspector) -> Response:
    """Return one of the files with which the newest draw is checked, and note in the audit who took it."""
    from tasks.sampling.export import draw_files

    with transaction() as session:
        drawn = versions.newest_draw(session, ref)
        files = draw_files(session, drawn) if drawn else {}
        if drawn is None or name not in files:
            raise HTTPException(404)
        # The files have pseudonyms, so whoever takes one is recorded before it leaves (L6).
        subject = f"{ref}/draw {drawn.version}"
        audit.append(session, ref, actor=member.by, action="sample.read", subject=subject, facts={"file": name})
    return attachment(files[name], f"{ref}-draw-{drawn.version}-{name}", MEDIA[name.rpartition(".")[2]])


def _newest(ref: str) -> SampleDraw:
    with transaction() as session:
        drawn = versions.newest_draw(session, ref)
    if drawn is None:
        raise HTTPException(404)
    return drawn


def _report(drawn: SampleDraw) -> dict[str, Any]:
    from tasks.sampling.report import report_of

    report = report_of(drawn)
    if report is None:
        raise HTTPException(404)
    return report


def _facts(session: Session, drawn: SampleDraw) -> dict[str, Any]:
    from tasks.sampling import REASON_LABELS, public
    from tasks.sampling.draws import rows_on, state_of
    from tasks.sampling.picture import alternative, by_dimension, group_words, methods
    from tasks.sampling.report import report_of

    facts: dict[str, Any] = {
        "state": state_of(session, drawn),
        "decisions": [row for draw in versions.draws_of(session, drawn.inspection) for row in rows_on(session, draw)],
        "why": {reason.value: label for reason, label in REASON_LABELS.items()},
        "told": None,
    }
    if (report := report_of(drawn)) is None:
        return facts
    published = public(report)
    shown = {
        "alternative": alternative(published),
        "dimensions": by_dimension(published["groups"]),
        "methods": methods(published),
    }
    return {**facts, **shown, "told": published, "weights": report["sample"]["weights"], "group_words": group_words}
