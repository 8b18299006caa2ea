"""Waive a rule: one request is not held to it until a day, for a listed reason, by two people."""

from datetime import date
from typing import Annotated

from flows.form import Order, decision, line, question
from models.decisions import Decided
from tasks.jobs.second_person import take
from tasks.returns.rule_waivers import WaiverReason


@decision("waive-rule", "waive-rule - {request} - {rule}")
def waive_rule(
    request: Annotated[str, line("Request", "Which return of which agency.")],
    rule: Annotated[str, line("Rule", "Its id, as the report gives it.")],
    reason: Annotated[WaiverReason, question("Reason", "From the list, because free words could name a child.")],
    until: Annotated[date, question("Until", "The last day on which the waiver holds, up to the day of publication.")],
    by: Order = "",
) -> Decided:
    """Waive one rule for one return (2 people). Where the rule held up its newest version, that is checked again."""
    values = {"request": request, "rule": rule, "reason": reason.name, "until": until.isoformat()}
    return take("waive-rule", values, by=by)
