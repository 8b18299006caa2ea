"""Retain: what is due is proposed, what two people confirmed is destroyed, and what came back is destroyed again."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from prefect import flow

from flows.artifacts import put_markdown
from flows.run import Run, State, ended
from flows.work import drain
from models.events import Owed
from models.words import plural
from tasks.ground.log import log

Some = TypeVar("Some")


@flow(name="retain", flow_run_name="retain", persist_result=False)
def retain() -> State:
    """Run once a day, and as soon as 2 people confirmed a destruction."""

    def body(run: Run) -> str:
        from tasks.backup.forgetting import forget_everywhere
        from tasks.oversight.reading import forget_origins, tell_unusual
        from tasks.persons_requests.forgetting import forget_due
        from tasks.retention.proposing import propose_due
        from tasks.retention.returned import find_returned
        from tasks.retention.sent_files import find_sent_again
        from tasks.watch.renewing import renew_boards
        from tasks.wrong_files.returned import find_returned_files

        faults: list[Exception] = []
        returned = _tried(find_returned, faults)
        files = _tried(find_returned_files, faults)
        again = _tried(find_sent_again, faults)
        proposed = _tried(propose_due, faults)
        run.touches(*(row.inspection for row in proposed))
        drain(run, Owed.DESTROY, Owed.DESTROY_FILE)
        # Also of files sent in error and of requests, and in backups that could not be reached on the day.
        backups = _tried(forget_everywhere, faults)
        unusual = _tried(tell_unusual, faults)
        _tried(forget_origins, faults)
        forgotten = _tried(forget_due, faults)
        # Prefect deletes the run that made a board, and the board with it.
        renewed = _tried(lambda: renew_boards(put_markdown), faults)
        # Each part is done whatever becomes of the others (L9).
        if faults:
            raise faults[0]
        log().info("retention.looked", count=len(proposed), came=len(returned) + len(files))
        parts = [f"{plural(len(proposed), 'destruction')} proposed"] if proposed else []
        parts += [f"{plural(len(returned), 'destruction')} to be done again: data came back"] if returned else []
        parts += [f"{plural(len(files), 'file')} sent in error to be destroyed again: data came back"] if files else []
        parts += [f"{plural(len(again), 'file')} with what was not asked for to be destroyed"] if again else []
        taken, missed = sum(each.keys for each in backups), sum(bool(each.why) for each in backups)
        parts += [f"{plural(taken, 'key')} of what was destroyed taken out of backups"] if taken else []
        parts += [f"{plural(missed, 'backup')} not reached"] if missed else []
        parts += [f"who asked in {plural(len(forgotten), 'closed request')} destroyed"] if forgotten else []
        parts += [f"{plural(len(renewed), 'board')} made again"] if renewed else []
        parts += [f"unusual reading in {plural(len(unusual), 'inspection')} told"] if unusual else []
        return f"{'; '.join(parts)}. {run.summary()}".strip() if parts else ""

    return ended("retain", body)


def _tried(part: Callable[[], Sequence[Some]], faults: list[Exception]) -> Sequence[Some]:
    """Return what a part of the run found; nothing where it failed, of which only the kind is logged (L5)."""
    try:
        return part()
    except Exception as fault:
        log().error("retention.failed", fault=type(fault).__name__)
        faults.append(fault)
        return ()
