"""Retain: what is due is proposed, what two people confirmed is destroyed, and what came back is destroyed again."""

from prefect import flow

from flows.run import Run, State, ended
from flows.work import drain
from models.events import Owed
from models.words import plural
from tasks.ground.log import log


@flow(name="retain", flow_run_name="retain", persist_result=False)
def retain() -> State:
    """Run once a day, and as soon as 2 people confirmed a destruction."""

    def body(run: Run) -> str:
        from tasks.oversight.reading import tell_unusual
        from tasks.retention.proposing import propose_due
        from tasks.retention.returned import find_returned

        unusual = tell_unusual()
        returned = find_returned()
        proposed = propose_due()
        run.touches(*(row.inspection for row in proposed))
        drain(run, Owed.DESTROY)
        if not proposed and not returned and not unusual:
            return ""
        log().info("retention.proposed", count=len(proposed), came=len(returned))
        parts = [f"{plural(len(proposed), 'destruction')} proposed"] if proposed else []
        parts += [f"{plural(len(returned), 'destruction')} to be done again: data came back"] if returned else []
        parts += [f"unusual reading in {plural(len(unusual), 'inspection')} told"] if unusual else []
        return f"{'; '.join(parts)}. {run.summary()}".strip()

    return ended("retain", body)
