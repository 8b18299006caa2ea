"""Waive a rule: one request is not held to it until a day, for a listed reason."""

from datetime import date
from typing import Annotated

from prefect import flow
from prefect.states import Completed, Failed

from flows.form import question
from flows.run import Done, running
from models.words import long
from tasks.returns.rule_waivers import WaiverReason
from tasks.returns.rule_waivers import waive_rule as waive


@flow(name="waive-rule", flow_run_name="waive-rule - {request} - {rule}", persist_result=False)
def waive_rule(
    request: Annotated[str, question("Request", "Its id, as `jtai status` shows it: the inspection and the return.")],
    rule: Annotated[str, question("Rule", "Its id, as the report and the page of rules give it.")],
    reason: Annotated[WaiverReason, question("Reason")],
    until: Annotated[date, question("Until", "The last day on which the waiver holds.")],
    by: Annotated[str, question("Approved by", "Your name.", min_length=2, max_length=80)],
) -> object:
    """Let an agency off one rule of one return. Where the rule held up its newest version, that is checked again."""
    with running("waive-rule") as run:
        try:
            ref, again = waive(request, rule, reason, until, by=by)
        except ValueError as refusal:
            return Failed(message=str(refusal))
        told = f"let off {rule} until {long(until)}"
        run.did(Done(ref, request, told))
        return Completed(message=f"{request} is {told}.{' Its newest version is checked again.' if again else ''}")
