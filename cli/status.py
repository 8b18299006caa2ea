"""`jtai status`: where inspections stand, and who owes what."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from cli.options import answer, as_json, table
from models.words import joined, moment, plain

if TYPE_CHECKING:
    from tasks.watch.desk import DeskRow


@click.command(epilog="Example: jtai status reading-domestic-abuse-2024-20270118 --json")
@click.argument("inspection", required=False)
@as_json
def command(inspection: str | None, as_json: bool) -> None:
    """Show all inspections, or one with its requests."""
    from tasks.documents.counts import in_words
    from tasks.ground.database import transaction
    from tasks.watch.guards import lacking

    with transaction() as session:
        value = _with_requests(session, inspection) if inspection else _every(session)
    # Beside the answer, which programs read.
    for sentence in lacking():
        click.echo(sentence, err=True)
    if inspection:
        rows = [["Request", "Agency", "Return", "State", "Due", "Version", "Verdict"]]
        shown = ("id", "agency", "return", "state", "due", "version", "verdict")
        # As people write it here; the JSON has the moment for programs.
        due = {request["id"]: moment(datetime.fromisoformat(request["due"])) for request in value["requests"]}
        for request in value["requests"]:
            cells = request | {"due": due[request["id"]], "state": plain(request["state"])}
            rows.append([str(cells[key] or "") for key in shown])
        head = f"{value['inspection']}: {plain(value['stage'])}"
        levels = [f"{number} {level}" for level, number in value["findings"].items()]
        findings = [f"Findings: {joined(levels)}."] if levels else []
        documents = [
            f"Documents of {each['agency']}: {words}."
            for each in value["documents"]
            if (words := in_words(each["owed"], each["overdue"], each["scanning"]))
        ]
        lines = [head, *findings, *value["faults"], "", table(rows), *([""] if documents else []), *documents]
        answer(value, as_json=as_json, text="\n".join(lines))
        return
    rows = [["Inspection", "Area", "Stage", "Next", "Lead inspector", "Owed", "Overdue", "Documents"]]
    rows[0] += ["Decisions", "Samples", "Concerns", "Not delivered", "Needs an operator"]
    for row in value["inspections"]:
        coming = f"{row['next_step']}, {row['next_day']}" if row["next_day"] else ""
        area = f"{row['area']} (rehearsal)" if row["rehearsal"] else row["area"]
        cells = [row["inspection"], area, plain(row["stage"]), coming, row["lead"] or "nobody yet"]
        standing = in_words(*(row[f"documents_{key}"] for key in ("owed", "overdue", "scanning")))
        waiting = ("decisions", "samples", "concerns", "undelivered", "faults")
        counts = [str(row[key] or "") for key in ("owed", "overdue", *waiting)]
        rows.append([*cells, *counts[:2], standing, *counts[2:]])
    answer(value, as_json=as_json, text=table(rows) if len(rows) > 1 else "There are no inspections yet.")


def _every(session: Any) -> dict[str, Any]:
    from tasks.watch.desk import desk

    return {"inspections": [facts_of(row) for row in desk(session, ended=True)]}


def facts_of(row: "DeskRow") -> dict[str, Any]:
    """Return the facts of an inspection as programs read them."""
    return {
        "inspection": row.ref,
        "area": row.area,
        "theme": row.theme,
        "stage": row.stage.value,
        "rehearsal": row.rehearsal,
        "lead": row.lead,
        "next_day": row.next_day.isoformat() if row.next_day else None,
        "next_step": row.next_step,
        "owed": row.owed,
        "overdue": row.overdue,
        "documents_owed": row.documents,
        "documents_overdue": row.documents_overdue,
        "documents_scanning": row.scanning,
        "decisions": row.decisions,
        "samples": row.samples,
        "concerns": row.concerns,
        "undelivered": row.undelivered,
        "faults": row.faults,
    }


def _with_requests(session: Any, ref: str) -> dict[str, Any]:
    from sqlmodel import col, select

    from models.england import ENGLAND
    from models.tables import Agency, Request
    from tasks.assuring.readiness import by_level
    from tasks.findings.findings import findings_of
    from tasks.watch.board import read
    from tasks.watch.burden import burdens

    board = read(session, ref)
    agencies = {agency.id: agency.name for agency in session.exec(select(Agency).where(Agency.inspection == ref))}
    verdicts = {owed.request: owed.verdict for owed in board.owing}
    requests = session.exec(select(Request).where(Request.inspection == ref).order_by(col(Request.due_at), Request.id))
    return {
        "inspection": ref,
        "area": board.inspection.area_gss,
        "theme": board.inspection.theme_id,
        "stage": board.inspection.stage,
        "faults": list(board.faults),
        "requests": [
            {
                "id": request.id,
                "agency": agencies[request.agency_id],
                "return": request.return_code,
                "state": request.state,
                "due": request.due_at.astimezone(ENGLAND).isoformat(),
                "version": request.current_version,
                "verdict": verdicts[request.id],
            }
            for request in requests
        ],
        "documents": [asdict(each) for each in board.documents],
        "burden": [asdict(each) for each in burdens(session, ref)],
        "findings": {level.value: number for level, number in by_level(findings_of(session, ref)).items()},
        "timetable": [{"step": step.step, "date": step.day.isoformat()} for step in board.steps],
    }
