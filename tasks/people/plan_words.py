"""The words of notices about the plan that answers a letter: pure, from stored facts (L13)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from models.words import joined, long, noun, plural

Facts = dict[str, Any]


def _sent(facts: Facts) -> str:
    left = facts["parts"] - facts["answered"]
    parts = noun(facts["parts"], "part")
    missing = (
        f"{left} of {facts['parts']} {parts} of the letter that {noun(left, 'needs', 'need')} an answer "
        f"{noun(left, 'has', 'have')} no action."
        if left
        else "Each part of the letter that needs an answer has an action."
    )
    return (
        f"Version {facts['version']} of the plan that answers the letter has come, with {facts['actions']}. {missing} "
        "Sign in to read it. An inspector reviews it and the lead inspector confirms the review."
    )


def _reviewed(facts: Facts) -> str:
    if facts["adequate"] == "yes":
        return (
            f"The inspectorates have reviewed version {facts['version']} of your plan and find it adequate. We will "
            "ask you how far its actions are."
        )
    lacking = f" in {plural(facts['lacking'], 'action')}" if facts["lacking"] else ""
    return (
        f"The inspectorates have reviewed version {facts['version']} of your plan and miss something{lacking}. Sign in "
        "to read what it is, change the plan and send a new version."
    )


def _again(facts: Facts) -> str:
    lines = [f"{row['code']}: {row['title']}, by {row['due']}." for row in facts["returns"]]
    begins, ends = (long(date.fromisoformat(facts[key])) for key in ("period_from", "period_to"))
    return "\n\n".join(
        [
            f"We ask you again for {plural(len(lines), 'return')} of the inspection, to see what has changed since:",
            *lines,
            f"The period that we ask about is {begins} to {ends}.",
            "Sign in to download the templates and to send your files, as you did before.",
        ]
    )


def _late(facts: Facts) -> str:
    late, undated = facts["late"], facts["undated"]
    sentences = []
    if late:
        were, months = noun(late, "is", "are"), plural(facts["months"], "month")
        sentences.append(f"{plural(late, 'action')} {were} still open {months} after {_their(late)}.")
    if undated:
        sentences.append(f"{plural(undated, 'open action')} {noun(undated, 'has', 'have')} no day.")
    return f"{' '.join(sentences)} See {joined(facts['actions'])} on the page of the plan."


def _their(number: int) -> str:
    return noun(number, "its day", "their days")


PLAN_NOTICES: dict[str, tuple[Callable[[Facts], str], Callable[[Facts], str]]] = {
    "plan_sent": (lambda f: f"version {f['version']} of the plan has come", _sent),
    "plan_reviewed": (lambda f: f"version {f['version']} of your plan is reviewed", _reviewed),
    "plan_progress": (
        lambda _: "tell us how far your plan is",
        lambda f: (
            f"Sign in and tell us by {f['due']} how far {f['actions']} of your plan {_is(f)}: not started, under way, "
            "done or dropped."
        ),
    ),
    "plan_progress_overdue": (
        lambda _: "we do not know how far your plan is",
        lambda f: (
            f"We asked how far {f['actions']} of your plan {_is(f)}, and there is no answer yet. It was due by "
            f"{f['due']}. Sign in to tell us."
        ),
    ),
    "plan_progress_told": (
        lambda _: "the partnership told us how far its plan is",
        lambda f: (
            f"Round {f['round']} of the progress is answered, on {plural(f['actions'], 'action')}. Sign in to read it."
        ),
    ),
    "plan_late": (lambda _: "actions of the plan are late or have no day", _late),
    "requests_again": (lambda _: "we ask you for returns again", _again),
    "plan_closed": (
        lambda _: "the plan is closed",
        lambda f: f"The plan is no longer followed. The reason: {f['why'][0].lower()}{f['why'][1:]}.",
    ),
}
"""Kind -> its subject and its body."""


def _is(facts: Facts) -> str:
    return "is" if facts["actions"].startswith("1 ") else "are"
