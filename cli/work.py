"""`jtai work`: what is owed, what failed too often, and starting it again."""

import click

from cli.options import answer, as_json
from models.ids import work_name
from models.words import count


@click.command(epilog="Example: jtai work --dead")
@click.option("--dead", is_flag=True, help="Only what failed too often and was put aside.")
@click.option("--again", nargs=2, metavar="KIND SUBJECT", help="Start one piece of dead work again.")
@click.option("--all-again", is_flag=True, help="Start everything again that was put aside.")
@as_json
def command(dead: bool, again: tuple[str, str] | None, all_again: bool, as_json: bool) -> None:
    """List work that is not done, oldest first, or start again what was put aside."""
    from models.events import Owed
    from models.states import WorkState
    from tasks.ledger.work import start_again, unfinished

    by = "operator: command line"
    if again or all_again:
        restarted = (
            [again] if again else [(work.kind, work.subject) for work in unfinished() if work.state == WorkState.DEAD]
        )
        for kind, subject in restarted:
            if kind not in set(Owed):
                raise click.UsageError(f"There is no work called {kind!r}. It is work of {', '.join(Owed)}.")
            start_again(Owed(kind), subject, by=by)
        text = f"{len(restarted)} started again. A worker takes it within a minute."
        answer({"again": [work_name(kind, subject) for kind, subject in restarted]}, as_json=as_json, text=text)
        return
    rows = [work for work in unfinished() if work.state == WorkState.DEAD or not dead]
    value = [
        {
            "kind": work.kind,
            "subject": work.subject,
            "inspection": work.inspection,
            "state": work.state,
            "attempts": work.attempts,
            "fault": work.fault,
            "owed": work.owed_at.isoformat(),
        }
        for work in rows
    ]
    lines = [
        f"{work.state:8} {work.kind:16} {work.subject}  {_tries(work.attempts)} {work.fault or ''}".rstrip()
        for work in rows
    ]
    answer({"work": value}, as_json=as_json, text="\n".join(lines) or "Nothing is waiting.")


def _tries(number: int) -> str:
    return count(number, "try", "tries")
