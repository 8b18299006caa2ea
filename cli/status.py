"""`jtai status`: where inspections stand, and who owes what."""

from typing import Any

import click

from cli.options import answer, as_json, table


@click.command(epilog="Example: jtai status reading-domestic-abuse-2024-20270118 --json")
@click.argument("inspection", required=False)
@as_json
def command(inspection: str | None, as_json: bool) -> None:
    """Show all inspections, or one with its requests."""
    from tasks.ground.database import transaction

    with transaction() as session:
        value = _one(session, inspection) if inspection else _all(session)
    if inspection:
        rows = [["Request", "Agency", "Return", "State", "Due", "Version", "Verdict"]]
        shown = ("id", "agency", "return", "state", "due", "version", "verdict")
        rows += [[str(one[key] or "") for key in shown] for one in value["requests"]]
        answer(value, as_json=as_json, text=f"{value['inspection']}: {value['stage']}\n\n{table(rows)}")
        return
    rows = [["Inspection", "Area", "Theme", "Stage"]]
    rows += [[one[key] for key in ("inspection", "area", "theme", "stage")] for one in value["inspections"]]
    answer(value, as_json=as_json, text=table(rows) if len(rows) > 1 else "There are no inspections yet.")


def _all(session: Any) -> dict[str, Any]:
    from sqlmodel import select

    from models.tables import Inspection

    found = session.exec(select(Inspection).order_by(Inspection.ref)).all()
    return {
        "inspections": [
            {"inspection": one.ref, "area": one.area_name, "theme": one.theme_id, "stage": one.stage} for one in found
        ]
    }


def _one(session: Any, ref: str) -> dict[str, Any]:
    from sqlmodel import col, select

    from models.england import ENGLAND
    from models.tables import Agency, Request
    from tasks.watch.board import read

    board = read(session, ref)
    agencies = {one.id: one.name for one in session.exec(select(Agency).where(Agency.inspection == ref))}
    verdicts = {(one.agency, one.return_code): one for one in board.owing}
    requests = session.exec(select(Request).where(Request.inspection == ref).order_by(col(Request.due_at), Request.id))
    return {
        "inspection": ref,
        "area": board.inspection.area_gss,
        "theme": board.inspection.theme_id,
        "stage": board.inspection.stage,
        "requests": [
            {
                "id": one.id,
                "agency": agencies[one.agency_id],
                "return": one.return_code,
                "state": one.state,
                "due": one.due_at.astimezone(ENGLAND).isoformat(),
                "version": one.current_version,
                "verdict": verdicts[(agencies[one.agency_id], one.return_code)].verdict,
            }
            for one in requests
        ],
        "timetable": [{"step": one.step, "date": one.day.isoformat()} for one in board.steps],
    }
