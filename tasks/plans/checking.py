"""Checks a plan by its contract: one that was typed here in this process, a file of somebody's in a child process."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from models.ids import action_number
from models.refusals import FormRefusedError, Mistake
from models.settings import settings
from models.tables import Inspection
from tasks.ledger.themes import theme_of
from tasks.plans.standing import PlanRefusedError, answered_letter, origins_of, owners_of
from tasks.plans.values import Action, Plan, Query
from validation.contract.context import Context
from validation.contract.outcome import Options, Outcome
from validation.returns.plan import CODE

FIELD_OF = {
    "action_ref": "action",
    "origin": "origin",
    "action": "text",
    "owner": "owner",
    "measure": "measure",
    "due_date": "due-day",
}
"""Column of the contract -> the field of the portal's form that holds it."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What came of checking a workbook: its report, and the plan that it holds unless it was rejected."""

    report: dict[str, Any]
    plan: Plan | None


def context_of(session: Session, inspection: Inspection) -> Context:
    """Return the circumstances under which the plan of an inspection is checked today.

    Raises:
        PlanRefusedError: no letter counts.
    """
    letter = answered_letter(session, inspection.ref)
    if letter is None:
        raise PlanRefusedError("No letter is published that a plan could answer.")
    return Context(
        theme_of(inspection),
        inspection.announced,
        inspection.area_gss,
        extract=inspection.today(),
        origins=tuple((origin.id, origin.words) for origin in origins_of(letter)),
        owners=tuple(owners_of(session, inspection.ref)),
    )


def check_plan(plan: Plan, context: Context, changed: str = "") -> Plan:
    """Return a plan of typed actions with what is odd about each.

    Args:
        plan: its actions.
        context: the circumstances.
        changed: id of the action that somebody just typed, whose mistakes go to the fields of its form.

    Raises:
        FormRefusedError: an action cannot stand.
    """
    # Imported here, because frames take a moment that pages without a plan do not need.
    from validation.engine.checking import check_file
    from validation.returns import contract_in
    from validation.telling.pages import to_csv

    if not plan.actions:
        return replace(plan, queries=())
    contract = contract_in(CODE, context)
    # As the file that they would be, so that typed actions and a workbook's are held to one contract (L8).
    rows = [list(contract.main.names), *(list(_in_one_line(action).values()) for action in plan.actions)]
    outcome = check_file(to_csv(rows), contract, context, Options(everything=True))
    errors = [finding for finding in outcome.findings if finding.severity == "error"]
    ids = [action.id for action in plan.actions]
    if errors:
        raise FormRefusedError(
            Mistake(
                FIELD_OF.get(finding.column or "", "text"), _about(ids, finding.row, finding.message, changed=changed)
            )
            for finding in errors
        )
    return replace(plan, queries=_queries(outcome, ids))


def _in_one_line(action: Action) -> dict[str, str]:
    # A line of the file is a row: what is said of row 3 is about the second action.
    return {name: " ".join(cell.split()) for name, cell in action.cells().items()}


def _about(ids: Sequence[str], row: int | None, message: str, *, changed: str) -> str:
    """Return a message with the action that it is about, unless that is the one on the form."""
    identity = ids[row - 2] if row and 2 <= row < len(ids) + 2 else ""
    return message if identity in ("", changed) else f"{identity}: {message}"


def _queries(outcome: Outcome, ids: Sequence[str]) -> tuple[Query, ...]:
    return tuple(
        Query(ids[finding.row - 2] if finding.row else "", finding.column or "", finding.message)
        for finding in outcome.findings
        if finding.severity == "query"
    )


def check_workbook(data: bytes, context: Context, letter: int) -> CheckedFile:
    """Check a file in a child process, and return its report and its plan.

    Args:
        data: the file.
        context: the circumstances.
        letter: the version of the letter that the plan answers.

    Raises:
        OurFaultError: the checking itself failed.
    """
    from validation.engine.child import check_in_child

    outcome = check_in_child(
        data,
        CODE,
        context,
        memory_bytes=settings().validation_memory_bytes,
        seconds=settings().validation_seconds,
        options=Options(everything=True),
    )
    if CODE not in outcome.frames:
        return CheckedFile(outcome.to_dict(), None)
    rows = outcome.frames[CODE].to_dicts()
    # Queries name a line of the sender's file; the action that stands there is what people know.
    at = {row["row"]: _action(row) for row in rows}
    queries = tuple(
        Query(at[finding.row].id, finding.column or "", finding.message)
        for finding in outcome.findings
        if finding.severity == "query" and finding.row in at
    )
    actions = sorted(at.values(), key=lambda action: action_number(action.id))
    return CheckedFile(outcome.to_dict(), Plan(letter, tuple(actions), queries))


def _action(row: dict[str, Any]) -> Action:
    def text(name: str) -> str:
        return " ".join(str(row[name] or "").split())

    return Action(
        text("action_ref").upper(), text("origin"), text("action"), text("owner"), text("measure"), row["due_date"]
    )
