"""The words of notices on records: what is due for destruction, what was destroyed, who reads, what is owed."""

from collections.abc import Callable
from typing import Any

from tasks.people.plan_words import PLAN_NOTICES

Facts = dict[str, Any]

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
}
"""Kind -> its subject and its body."""

OTHER_NOTICES = PLAN_NOTICES | RECORD_NOTICES
"""Those on plans and those on records."""
