"""Recheck returns: the stored returns of an inspection are checked again under the rules of today."""

from typing import Annotated

from prefect import flow
from prefect.states import Completed, Failed

from flows.form import question
from flows.run import Done, running
from models.actors import inspectorate
from tasks.returns.rechecks import ask_all


@flow(name="recheck-returns", flow_run_name="recheck-returns - {inspection}", persist_result=False)
def recheck_returns(
    inspection: Annotated[str, question("Inspection", "Its reference, as the board shows it.")],
    by: Annotated[str, question("Asked by", "Your name.", min_length=2, max_length=80)],
    counts: Annotated[
        bool,
        question(
            "Let new verdicts count",
            "Off: only the ledger says what would change. On: while a return can still be sent, its new verdict holds.",
        ),
    ] = False,
) -> object:
    """Check the newest version of every return again. What changed stands on the portal, under Checked again."""
    with running("recheck-returns") as run:
        try:
            asked = ask_all(inspection, counts=counts, by=inspectorate(by))
        except ValueError as refusal:
            return Failed(message=str(refusal))
        run.did(Done(inspection, inspection, f"{asked} returns are checked again"))
        return Completed(message=f"{asked} returns of {inspection} are checked again.")
