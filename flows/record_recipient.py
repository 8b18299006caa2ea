"""Record a recipient: the postal and web address under which the letter names an agency."""

from typing import Annotated, Literal

from prefect import flow
from prefect.states import Completed, Failed

from flows.form import question
from flows.run import Done, running
from tasks.inspection.addresses import record_recipient as record


@flow(name="record-recipient", flow_run_name="record-recipient - {inspection} - {agency}", persist_result=False)
def record_recipient(
    inspection: Annotated[str, question("Inspection", "Its reference, as on the board.")],
    agency: Annotated[
        Literal["local_authority", "police", "health", "probation"],
        question("Agency", "Which of the bodies that receive the letter."),
    ],
    postal_address: Annotated[str, question("Postal address", min_length=5, max_length=200)],
    web_address: Annotated[str, question("Web address", "It begins with https://.", min_length=8, max_length=200)],
    by: Annotated[str, question("Recorded by", "Your name.", min_length=2, max_length=80)],
) -> object:
    """Record the addresses of a body that receives the letter (regulation 3 of SI 2015/1792)."""
    with running("record-recipient") as run:
        try:
            name = record(inspection, agency, postal_address=postal_address, web_address=web_address, by=by)
        except ValueError as refusal:
            return Failed(message=str(refusal))
        run.did(Done(inspection, f"{inspection} - {name}", "recorded"))
        return Completed(message=f"The addresses of {name} are recorded.")
