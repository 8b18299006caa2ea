"""Record a recipient: the postal and web address under which the letter names an agency."""

from typing import Annotated

from flows.form import Order, decision, line
from models.decisions import Decided
from tasks.inspection.addresses import record_recipient as record


@decision("record-recipient", "record-recipient - {inspection} - {agency}")
def record_recipient(
    inspection: Annotated[str, line("Inspection", "Which inspection.")],
    agency: Annotated[
        str,
        line("Agency", "Its kind, such as police. The second health body is health_2.", max_length=40),
    ],
    postal_address: Annotated[str, line("Postal address", min_length=5, max_length=200)],
    web_address: Annotated[str, line("Web address", "It begins with https://.", min_length=8, max_length=200)],
    by: Order = "",
) -> Decided:
    """Record the addresses of a body that receives the letter (regulation 3 of SI 2015/1792)."""
    name = record(inspection, agency, postal_address=postal_address, web_address=web_address, by=by)
    return Decided(inspection, f"{inspection} - {name}", "recorded", f"The addresses of {name} are recorded.")
