"""The manager's desk: all inspections on one page, with filters, weeks and clashes of fieldwork, and as a file."""

import csv
import io
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlmodel import col, select

from models.roles import Act
from models.tables import Person
from portal.pages.frame import MEDIA, attachment, page
from portal.pages.session import programme_who_may
from tasks.ground.database import transaction
from tasks.ground.prefect_api import for_people
from tasks.people.sessions import SignedIn
from tasks.watch.agency_counts import agency_counts
from tasks.watch.desk import clashes, desk, weeks

router = APIRouter()
_HEAD = (
    *("inspection", "area", "theme", "stage", "next_day", "next_step", "owed", "overdue", "decisions", "concerns"),
    *("documents_owed", "documents_overdue"),
)


Overseer = Annotated[SignedIn, Depends(programme_who_may(Act.SEE_INSPECTION))]
"""Sees every inspection."""


@router.get("/desk")
def show(
    request: Request, _: Overseer, area: str = "", theme: str = "", lead: str = "", stage: str = "", ended: str = ""
) -> Response:
    """Show every inspection, soonest date first; area, theme, lead inspector and stage narrow the list."""
    chosen = {"area": area, "theme": theme, "lead": lead, "stage": stage}
    with transaction() as session:
        rows = desk(session, ended=bool(ended))
        # All names in one query, however many inspections there are.
        query = select(Person.id, Person.name).where(col(Person.id).in_({row.lead for row in rows}))
        leads = dict(session.exec(query).all())
        shown = [row for row in rows if all(value in ("", getattr(row, name)) for name, value in chosen.items())]
        # What is made up says nothing of an agency.
        agencies = agency_counts(session, {row.ref for row in shown if not row.rehearsal})
    facts: dict[str, Any] = {
        "rows": shown,
        "leads": leads,
        "agencies": agencies,
        "number": len(rows),
        "themes": sorted({row.theme for row in rows}),
        "stages": list(dict.fromkeys(row.stage for row in sorted(rows, key=lambda row: row.stage))),
        "areas": sorted({row.area for row in rows}),
        "chosen": {**chosen, "ended": ended},
        "clashes": clashes(rows),
        "weeks": weeks(rows),
        "prefect": for_people(),
    }
    return page(request, "desk", "All inspections", back="/home", **facts)


@router.get("/desk.csv")
def download(_: Overseer) -> Response:
    """Return all inspections as a table, those that have ended as well."""
    with transaction() as session:
        rows = desk(session, ended=True)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_HEAD)
    for row in rows:
        cells = (row.ref, row.area, row.theme, row.stage.value, row.next_day or "", row.next_step)
        writer.writerow(
            (*cells, row.owed, row.overdue, row.decisions, row.concerns, row.documents, row.documents_overdue)
        )
    return attachment(out.getvalue().encode("utf-8-sig"), "inspections.csv", MEDIA["csv"])
