"""The words of notices about the basis on which data is asked for: pure, from stored facts (L13)."""

from collections.abc import Callable
from typing import Any

from models.legal_bases import LACK_CLAUSES
from models.states import Lack
from models.words import joined

Facts = dict[str, Any]


def on_which_basis(facts: Facts) -> list[str]:
    """Return on what basis an agency is asked, in paragraphs; nothing in a notice that an earlier release wrote."""
    if not facts.get("bases"):
        return []
    paragraphs = [f"We ask on this legal basis: {joined(facts['bases'])}."]
    if "sharing" in facts:
        paragraphs.append(
            f"What is in force between us: {facts['sharing']}. The controller of your records is {facts['controller']}."
        )
    return paragraphs


def _waits(facts: Facts) -> str:
    why = joined([LACK_CLAUSES[Lack(lack)] for lack in facts["lacks"]])
    page = f"{facts['portal']}/people/organisations/{facts['organisation']}"
    turn = (
        "The list of legal bases is kept with the service. Tell the operator."
        if facts["lacks"] == ["no_basis"]
        else f"It is the programme manager's turn. Enter what is missing, and the requests go out: {page}"
    )
    return f"Our requests to {facts['agency']} wait: {why}. {turn}"


BASIS_NOTICES: dict[str, tuple[Callable[[Facts], str], Callable[[Facts], str]]] = {
    "request_held": (lambda f: f"our requests to {f['agency']} wait", _waits),
}
"""Kind -> subject and body."""
