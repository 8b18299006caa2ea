"""`jtai clock`: show what day it is in a rehearsal, or move its clock forward by the same form as in the Prefect UI."""

import click

from cli.options import answer, as_json, table


@click.command(epilog="Example: jtai clock reading-domestic-abuse-2024-20250224 --to 2025-03-10T09:00")
@click.argument("inspection")
@click.option("--to", help="A day, such as 2025-03-10 or 2025-03-10T17:30, or the name of a step of its timetable.")
@as_json
def command(inspection: str, to: str | None, as_json: bool) -> None:
    """Show the clock of a rehearsal and its next steps, or move it forward.

    What is due by then happens at once. A real inspection has no such clock.
    """
    if to is not None:
        _move(inspection, to, as_json=as_json)
        return
    from models.words import moment
    from tasks.ground.database import transaction
    from tasks.inspection.rehearsal_clock import check_has_clock, steps_ahead
    from tasks.ledger.rows import inspection_of

    with transaction() as session:
        row = inspection_of(session, inspection)
        check_has_clock(row)
        now, ahead = row.now(), steps_ahead(session, row)
    value = {
        "inspection": inspection,
        "clock": now.isoformat(timespec="minutes"),
        "steps": [{"step": each.step, "label": each.label, "moment": each.moment.isoformat()} for each in ahead],
    }
    rows = table([[each.step, each.label, moment(each.moment)] for each in ahead])
    head = f"In {inspection} it is {moment(now)}. Move it with --to and one of these steps, or a day."
    answer(value, as_json=as_json, text=f"{head}\n\n{rows}" if rows else head)


def _move(inspection: str, to: str, *, as_json: bool) -> None:
    from cli.signed_in import secret
    from models.decisions import MOVE_CLOCK
    from tasks.ground.database import transaction
    from tasks.ground.prefect_api import PrefectRefusedError, start_as, wait_for
    from tasks.inspection.rehearsal_clock import check_can_move
    from tasks.ledger.rows import inspection_of

    with transaction() as session:
        # Refused here with the form's own sentence, before anybody has to sign in.
        row = inspection_of(session, inspection)
        moment = check_can_move(session, row, to)
    run = start_as(secret(), MOVE_CLOCK, {"inspection": inspection, "day": f"{moment:%Y-%m-%dT%H:%M}"})
    ended = wait_for(run)
    if ended["state_type"] != "COMPLETED":
        raise PrefectRefusedError(ended["state"].get("message") or "The clock did not move. The Prefect UI says why.")
    message = str(ended["state"]["message"])
    answer(
        {"inspection": inspection, "clock": moment.isoformat(), "run": run, "message": message},
        as_json=as_json,
        text=message,
    )
