"""The words of notices on records: what is due for destruction, what was destroyed, who reads, what is owed."""

from collections.abc import Callable
from typing import Any

from models.words import noun, plural
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


_REQUEST = {
    "recorded": "a person's request is recorded",
    "week": "7 days are left, or less, to answer a person's request",
    "last": "2 days are left, or less, to answer a person's request",
    "over": "the time to answer a person's request is over",
}
"""Subject of each notice about a person's request, by its step."""


_RESTRICTION = {
    "week": "7 days are left, or fewer, until a person's restriction is looked at again",
    "day": "a person's restriction is to be looked at again",
}


_CORRECTION = {
    "asked": "a person asks for a correction of data that you sent",
    "soon": "3 working days are left, or fewer, to answer a correction",
    "over": "the time to answer a correction is over",
}
"""Subject of each notice about a correction, by its step."""


def _listed(facts: Facts) -> str:
    return f"{plural(facts['children'], 'child', 'children')} on the lists that we gave you"


def _owed(facts: Facts) -> str:
    if facts["step"] == "over":
        return f"Your answer was due by {facts['due']}, and has not come."
    return f"Answer by {facts['due']}."


def _answered(facts: Facts) -> str:
    unknown = "" if facts["identity"] else " It is not confirmed yet who asks."
    if facts["step"] == "over":
        return f"It is late and not closed.{unknown} Answer it now, and tell the person why it is late."
    return f"It is not closed yet.{unknown}"


def _left(facts: Facts) -> str:
    if facts["step"] == "recorded":
        return "The 72 hours have begun."
    if facts["step"] == "over":
        return "The 72 hours are over, and nothing is decided. Report it now, and say why it is late."
    return "Nothing is decided yet."


def _put_aside(facts: Facts) -> str:
    owed = f" {facts['agency']} owes it again and can send the right file." if facts["owed"] else ""
    cohorts = (
        f" It is in {facts['cohorts']}, which stays as it was frozen: the page says what follows from that."
        if facts["cohorts"]
        else ""
    )
    breach = f" The breach is recorded as {facts['breach']}." if facts["breach"] else ""
    return (
        f"{facts['what']} of {facts['agency']} was sent in error. {facts['why']}. Nobody can open it now, its rows or "
        f"its report.{owed}{cohorts}{breach} It is recorded as {facts['file']}, and is destroyed when 2 people have "
        "confirmed that."
    )


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
    "file_put_aside": (
        lambda f: f"{f['what']}: sent in error and put aside",
        _put_aside,
    ),
    "file_destroyed": (
        lambda f: f"{f['what']}: sent in error and destroyed",
        lambda f: (
            f"{f['what']} of {f['agency']} was sent in error and is destroyed with its rows and report, as 2 people "
            f"confirmed ({f['file']}). Its certificate begins with {f['certificate']}. The receipt of the file stays."
        ),
    ),
    "file_released": (
        lambda f: f"{f['what']}: can be opened again",
        lambda f: (
            f"{f['what']} of {f['agency']} was put aside by mistake. 2 people have released it ({f['file']}), and it "
            "can be opened again."
        ),
    ),
    "unusual_reading": (
        lambda f: f"unusual reading on {f['day']}",
        lambda f: (
            f"On {f['day']}, {f['people']} opened data about children {f['rules']}. That can have a good reason. Sign "
            "in, open Who opened what on the page of the inspection, and ask if you do not know it."
        ),
    ),
    "persons_request": (
        lambda f: _REQUEST[f["step"]],
        lambda f: (
            f"A person asks for {f['asks']}, recorded as {f['request']}. It must be answered by "
            f"{f['due']}. {_answered(f)} The data protection officer keeps it under Oversight, at Persons' requests."
        ),
    ),
    "restriction_due": (
        lambda f: _RESTRICTION[f["step"]],
        lambda f: (
            f"The restriction {f['restriction']}, of the request {f['request']}, is to be looked at again by "
            f"{f['until']}. It is in force until 2 people lift it. Sign in and open the request under Oversight: see "
            "whether its ground still holds. Before it is lifted, tell the person."
        ),
    ),
    "list_restricted": (
        lambda f: f"{_listed(f)} {noun(f['children'], 'is', 'are')} restricted",
        lambda f: (
            f"A person has restricted the use of what the inspection holds about {_listed(f)} ({f['restriction']}). "
            "Sign in and open your lists: they say by label which, without a name. Do not use what an earlier copy "
            f"says about {noun(f['children'], 'this child', 'these children')} for the inspection. It does not "
            "change what you do for a child who may be in danger."
        ),
    ),
    "list_open_again": (
        lambda f: f"a restriction of {_listed(f)} is lifted",
        lambda f: (
            f"2 people have lifted the restriction {f['restriction']}, which covered {_listed(f)}. Sign in to see your "
            "lists as they are now: another restriction may be in force."
        ),
    ),
    "persons_correction": (
        lambda f: _CORRECTION[f["step"]],
        lambda f: (
            f"A person says that data about them in {f['what']} is wrong, which your organisation sent. It is "
            f"recorded as {f['correction']}. {_owed(f)} Sign in and open it among your tasks: it says what is "
            "wrong, and where. Correct it in a new version, or say why not."
        ),
    ),
    "persons_correction_late": (
        lambda f: f"{f['agency']} has not answered a correction",
        lambda f: (
            f"{f['agency']} has not answered {f['correction']}, of the request {f['request']}, and its day is over. "
            "Ask it by telephone. If it answers in writing, record its answer on the page of the request, at Oversight."
        ),
    ),
    "persons_correction_answered": (
        lambda f: f"{f['agency']} has answered a correction",
        lambda f: (
            f"{f['agency']} has answered {f['correction']}, of the request {f['request']}: {f['outcome']}. Sign in and "
            "open the request under Oversight, then tell the person."
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
