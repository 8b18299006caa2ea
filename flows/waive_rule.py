"""Waive a rule: one request is not held to it until a day, for a listed reason."""

from datetime import date
from typing import Annotated

from flows.form import Decided, decision, line, question
from models.words import long
from tasks.returns.rule_waivers import WaiverReason
from tasks.returns.rule_waivers import waive_rule as waive


@decision("waive-rule", "waive-rule - {request} - {rule}")
def waive_rule(
    request: Annotated[str, line("Request", "Its id, from the last column of the board.")],
    rule: Annotated[str, line("Rule", "Its id, as the report gives it.")],
    reason: Annotated[WaiverReason, question("Reason")],
    until: Annotated[date, question("Until", "The last day on which the waiver holds, up to the day of publication.")],
    by: Annotated[str, line("Approved by", "Your name.", min_length=2, max_length=80)],
) -> Decided:
    """Waive one rule for one return. Where the rule held up its newest version, that is checked again."""
    ref, rechecked = waive(request, rule, reason, until, by=by)
    waiver = f"not held to {rule} until {long(until)}"
    tail = " Its newest version is checked again." if rechecked else ""
    return Decided(ref, request, waiver, f"{request} is {waiver}.{tail}")
