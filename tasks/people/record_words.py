"""The words of notices on records: what is due for destruction, what was destroyed, who reads, what is owed."""

from collections.abc import Callable
from typing import Any

from tasks.people.plan_words import PLAN_NOTICES

Facts = dict[str, Any]

_BREACH = {
    "recorded": "a breach of personal data is recorded",
    "half": "a breach of personal data waits for a decision",
    "day": "24 hours are left to report a breach of personal data",
    "last": "6 hours are left to report a breach of personal data",
    "over": "the time to report a breach of personal data is over",
}
"""Subject of each notice about a breach, by its step."""


def _left(facts: Facts) -> str:
    if facts["step"] == "recorded":
        return "The 72 hours have begun."
    if facts["step"] == "over":
        return "The 72 hours are over, and nothing is decided. Report it now, and say why it is late."
    return "Nothing is decided yet."


RECORD_NOTICES: dict[str, tuple[Callable[[Facts], str], Callable[[Facts], str]]] = {
    "destruction_due": (
        lambda f: f"{f['what'][:1].lower()}{f['what'][1:]} can be destroyed",
        lambda f: (
            f"The period for which we keep this is over, and nothing holds it: {f['what'][:1].lower()}{f['what'][1:]}, "
            f"{f['objects']}. Nothing is destroyed until 2 programme managers have confirmed it. Sign in and open "
            "Retention on the page of the inspection."
        ),
    ),
    "destroyed": (
        lambda f: f"{f['what'][:1].lower()}{f['what'][1:]}: destroyed",
        lambda f: (
            f"Destroyed as 2 people confirmed: {f['what'][:1].lower()}{f['what'][1:]}. Its certificate begins with "
            f"{f['certificate']}. Sign in and open Retention on the page of the inspection to download it."
        ),
    ),
    "unusual_reading": (
        lambda f: f"unusual reading on {f['day']}",
        lambda f: (
            f"On {f['day']}, {f['people']} opened data about children {f['rules']}. That can have a good reason. Sign "
            "in, open Who opened what on the page of the inspection, and ask if you do not know it."
        ),
    ),
    "breach": (
        lambda f: _BREACH[f["step"]],
        lambda f: (
            f"{f['kind']}: {f['people']} at most, recorded as {f['breach']}. The Information Commissioner must be told "
            f"by {f['due']}, unless a risk to people is unlikely. {_left(f)} Sign in and open Oversight to record what "
            "was decided."
        ),
    ),
}
"""Kind -> its subject and its body."""

OTHER_NOTICES = PLAN_NOTICES | RECORD_NOTICES
"""Those on plans and those on records."""
