"""Anchor: sign how far each audit chain has come, and lock that in the store where nobody can change it."""

from datetime import timedelta

from prefect import flow

from flows.run import Done, Failure, Run, State, ended
from flows.work import drain
from models.events import Owed
from models.tables.base import utc_now
from tasks.ground.faults import in_words
from tasks.ground.log import log
from tasks.jobs.anchor import anchor_due, chains_due
from tasks.people.persons import PROGRAMME

_AGAIN = timedelta(days=1)
"""After which a run of the schedule comes to what is left; each stage of any inspection does so earlier."""


@flow(name="anchor", flow_run_name="anchor", persist_result=False)
def anchor() -> State:
    """Sign the head of each audit chain. Woken at each stage of an inspection, and once a day for all that moved on."""

    def body(run: Run) -> str:
        drain(run, Owed.ANCHOR)
        for ref in chains_due():
            _anchor(run, ref)
        return ""

    return ended("anchor", body)


def _anchor(run: Run, ref: str) -> None:
    """Anchor one chain that is due; its failure stops no other (L9)."""
    try:
        outcome = anchor_due(ref)
    except Exception as fault:
        run.failures[ref] = Failure(ref, in_words(fault), utc_now() + _AGAIN)
        log().error("anchor.failed", chain=ref, fault=type(fault).__name__)
    else:
        # The chain of the programme is of no inspection, and has no board.
        run.did(Done("" if ref == PROGRAMME else ref, ref, outcome))
