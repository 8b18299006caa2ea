"""What a person may give a run, and what they see of it: its form's answers alone, and never an order."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from models.refusals import Refusal, check_text, has_persons_number
from portal.gate.narrowing import tag_of

ORDER = "by"
"""The parameter that carries a person's order; the gate fills it in, and no form shows it."""

LONGEST = 300
"""Characters in one answer of a form: references, dates, listed reasons and addresses, and no stories."""

# As parameters of flows are named: the name is kept like the answer, and no form has another.
_FIELD = re.compile(r"[a-z][a-z_]{0,39}")
_REFUSED = ("job_variables", "infrastructure_document_id", "parent_task_run_id")
# The form's *Now* is this moment by the clock of a browser, which may be a little fast.
_SOON = timedelta(minutes=2)


class RunRefusedError(Refusal):
    """A run cannot be started as asked; the sentence says what to change."""


def answers_of(body: object, now: datetime | None = None) -> dict[str, Any]:
    """Return the answers of a form that a person sends, without any order.

    Args:
        body: what the browser sent.
        now: the moment; the real one by default.

    Raises:
        RunRefusedError: it asks for more than the form or for another time, or an answer has a shape that no form of
            ours has.
        ControlCharacterError: an answer holds characters that no keyboard makes.
    """
    if not isinstance(body, dict) or not isinstance(body.get("parameters") or {}, dict):
        raise RunRefusedError("Fill in the form of the deployment and submit it.")
    if any(body.get(field) for field in _REFUSED):
        raise RunRefusedError("Nobody may set job variables or infrastructure for a run. Leave them as they are.")
    # What a person decides they decide now, in the session and the role that they have now.
    if _is_later(body, now or datetime.now(UTC)):
        raise RunRefusedError("A form is done when you submit it. Choose Now under Start.")
    answers = {name: answer for name, answer in (body.get("parameters") or {}).items() if name != ORDER}
    for name, answer in answers.items():
        if not _FIELD.fullmatch(name):
            raise RunRefusedError("Fill in the fields of the form, and no others.")
        # A form may ask for several of one kind, such as the inspectors of a team.
        for each in answer if isinstance(answer, list) else (answer,):
            _check_answer(name, each)
    return answers


def _check_answer(name: str, answer: object) -> None:
    if answer is None or isinstance(answer, bool):
        return
    if isinstance(answer, int | float):
        # A person's number is one, whether it comes as text or not; what is no number at all no form sends.
        if not math.isfinite(answer) or has_persons_number(str(answer)):
            raise RunRefusedError(f"Give {name} as a number that a form of ours asks for.")
        return
    # A template or a reference to a stored value would be filled in by the server, after every check of ours.
    if not isinstance(answer, str):
        raise RunRefusedError(f"Give {name} as plain text, a number, a date or a choice from its list.")
    if len(answer) > LONGEST:
        raise RunRefusedError(f"{name} is too long. Give at most {LONGEST} characters.")
    if has_persons_number(answer):
        raise RunRefusedError(f"Remove the long number from {name}. It could be a person's, and Prefect keeps none.")
    check_text(name, answer)


def run_of(answers: Mapping[str, Any], order: str, ref: str = "") -> dict[str, Any]:
    """Return the run that Prefect is asked for: the answers and the order, to begin at once, and nothing else.

    A name that a person typed could name a child, and the run is named after what it does anyway.

    Args:
        answers: those of the form.
        order: of the person; empty for work, which decides nothing.
        ref: the inspection that the run is about; a lead inspector sees the runs with its tag, and so their own from
            the first moment, also one that waits or is refused before it touches anything.
    """
    run = {"parameters": {**answers, ORDER: order} if order else {**answers}, "state": {"type": "SCHEDULED"}}
    return {**run, "tags": [tag_of(ref)]} if ref else run


def _is_later(body: Mapping[str, Any], now: datetime) -> bool:
    """Return whether a run is to begin at another time than now."""
    for part in ("state", "state_details"):
        inner = body.get(part)
        body = inner if isinstance(inner, dict) else {}
    try:
        return datetime.fromisoformat(str(body["scheduled_time"])) > now + _SOON
    except KeyError:
        return False
    except (ValueError, TypeError):
        # A time that cannot be read, or one without a zone, is none that the form sends for *Now*.
        return body["scheduled_time"] is not None


def carries_order(run: object) -> bool:
    """Return whether a run that a program asks for has an order of a person; the flow checks whether it is a good one.

    Args:
        run: the body with which it is asked for.
    """
    given = run.get("parameters") if isinstance(run, dict) else None
    return isinstance(given, dict) and isinstance(given.get(ORDER), str) and given[ORDER].startswith("W-")


def without_orders(value: Any) -> Any:
    """Return an answer of Prefect without orders: not as a field of a form, and not among a run's parameters."""
    if isinstance(value, list):
        return [without_orders(each) for each in value]
    if not isinstance(value, dict):
        return value
    shown = {name: without_orders(each) for name, each in value.items()}
    for name in ("parameters", "properties"):
        if isinstance(shown.get(name), dict):
            shown[name].pop(ORDER, None)
    if isinstance(shown.get("required"), list):
        shown["required"] = [name for name in shown["required"] if name != ORDER]
    return shown
