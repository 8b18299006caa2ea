"""The forms that people fill in in Prefect: what a role must allow for each, and the outcome of a decision."""

from dataclasses import dataclass

from models.events import Owed
from models.lifecycle import AFTER_PUBLICATION, ASKED_AGAIN, ENDED, EVALUATIONS_LATE, SAMPLED_CHANGES, UNSIGNED, Stage
from models.roles import Act, Role, may

CONFIRM = "confirm-decision"
"""The form by which a second person answers; what it needs is what the act that waits needs."""

EXTEND = "extend-request"
CLOSE_RETURNS = "close-returns"
MOVE_CLOCK = "move-clock"
ASK_AGAIN = "ask-again"
WITHDRAW = "withdraw-letter"
REPLACE = "replace-letter"
PROMISE = "promise-return"
"""An agency promises a return for a day that the inspection team must accept; it is asked for on the portal."""

BEGIN_REPORT = "begin-thematic-report"
"""A person begins a thematic report on any number of inspections, before it begins by itself."""

PUBLISH_REPORT = "publish-thematic-report"
"""A thematic report is published: asked for on its page, and confirmed by another programme manager."""

DETERMINE = "determine-statement"
"""Whether the area must make a written statement: the lead asks for it on the portal, a programme manager confirms."""

COMPLAINT = "decide-complaint"
"""What is decided on a complaint about an inspection: a programme manager asks for it, and another confirms."""

WITHDRAW_REPORT = "withdraw-thematic-report"
"""A published thematic report is withdrawn: asked for on its page, and confirmed by another programme manager."""

REVIEW_PLAN = "review-plan"
"""What the inspectorates say of an area's plan: an inspector says it on the portal, the lead inspector confirms."""

DESTROY = "destroy"
"""A class of record whose period is over is destroyed: a programme manager asks for it, and another confirms."""

PLACE_HOLD = "place-hold"
"""A legal hold is set: a programme manager asks for it, and another confirms."""

LIFT_HOLD = "lift-hold"
"""All holds of a matter are lifted: a programme manager asks for it, and another confirms."""

DESTROY_FILE = "destroy-file"
"""A file that was sent in error is destroyed: one of those who may put files aside asks, and another confirms."""

RELEASE_FILE = "release-file"
"""A file that was put aside by mistake is released, in the same way."""

RELEASE_COPY = "release-persons-copy"
"""A copy for a person who asked for access is released: the data protection officer asks, a manager confirms."""

RESTRICT = "restrict-persons-rows"
"""The use of a person's rows is restricted: the data protection officer asks, a programme manager confirms."""

LIFT_RESTRICTION = "lift-restriction"
"""A restriction is lifted, of which the person was told before, in the same way."""

FORMS: dict[str, Act] = {
    "announce-inspection": Act.ANNOUNCE,
    EXTEND: Act.DECIDE_RETURNS,
    "waive-request": Act.DECIDE_RETURNS,
    CLOSE_RETURNS: Act.DECIDE_RETURNS,
    "waive-rule": Act.DECIDE_RETURNS,
    "recheck-returns": Act.DECIDE_RETURNS,
    "admit-return": Act.DECIDE_RETURNS,
    ASK_AGAIN: Act.DECIDE_RETURNS,
    "decide-cohort": Act.DECIDE_COHORT,
    "decide-sample": Act.DECIDE_SAMPLE,
    "factual-accuracy": Act.DECIDE_LETTER,
    "record-recipient": Act.DECIDE_LETTER,
    "publish": Act.DECIDE_LETTER,
    WITHDRAW: Act.DECIDE_LETTER,
    REPLACE: Act.DECIDE_LETTER,
    "end-inspection": Act.END_INSPECTION,
    BEGIN_REPORT: Act.KEEP_REPORTS,
    # Whoever may start by hand what the clock starts may move the clock of a rehearsal.
    MOVE_CLOCK: Act.START_WORK,
}
"""Each form in which a person decides, by its deployment, with the act that the person's role must include."""

# A determination is the lead's to propose, and a programme manager's alone to confirm, who may end an inspection.
ON_THE_PORTAL: dict[str, Act] = {
    PROMISE: Act.DECIDE_RETURNS,
    DETERMINE: Act.END_INSPECTION,
    COMPLAINT: Act.DECIDE_COMPLAINTS,
    REVIEW_PLAN: Act.CONFIRM_PLAN,
    PUBLISH_REPORT: Act.KEEP_REPORTS,
    WITHDRAW_REPORT: Act.KEEP_REPORTS,
    DESTROY: Act.KEEP_RECORDS,
    PLACE_HOLD: Act.KEEP_RECORDS,
    LIFT_HOLD: Act.KEEP_RECORDS,
    DESTROY_FILE: Act.PUT_ASIDE,
    RELEASE_FILE: Act.PUT_ASIDE,
    RELEASE_COPY: Act.KEEP_RECORDS,
    RESTRICT: Act.KEEP_RECORDS,
    LIFT_RESTRICTION: Act.KEEP_RECORDS,
}
"""What is asked for on a page of the portal, with what a second person's role must include to confirm it."""

WORK = frozenset(
    {
        *("receive-returns", "chase-returns", "build-cohort", "propose-sample", "open-evaluations"),
        *("compile-findings", "compile-thematic-report", "track-statement", "sweep", "report-failures", "send-notices"),
        "retain",
        "anchor",
    }
)
"""Deployments that the clock and events start; a person who may start work can start them too."""

FRESH = frozenset({"decide-sample", "publish", WITHDRAW, REPLACE, "end-inspection", CONFIRM})
"""Forms that ask for a sign-in of the last 15 minutes: they approve, publish or end."""


_RETURNS = frozenset({Stage.RETURNS_OPEN})
_GOES_ON = frozenset(Stage) - ENDED
_AT: dict[str, tuple[str, frozenset[Stage]]] = {
    EXTEND: ("Give an agency more time", _RETURNS),
    "waive-request": ("Go on without a return", _RETURNS),
    "waive-rule": ("Do not hold a return to a rule", _RETURNS),
    CLOSE_RETURNS: ("Close the returns with what has come", _RETURNS),
    "recheck-returns": ("Check the returns again", _RETURNS | UNSIGNED),
    "admit-return": ("Let a return or an evaluation come late", UNSIGNED | EVALUATIONS_LATE),
    "decide-cohort": ("Decide on the cohort", UNSIGNED),
    "decide-sample": ("Decide on the sample", frozenset({Stage.SAMPLE_PROPOSED}) | SAMPLED_CHANGES),
    "record-recipient": ("Record an address for the letter", _GOES_ON - {Stage.DEFERRED}),
    "factual-accuracy": ("Close the check of facts", frozenset({Stage.FACTUAL_ACCURACY})),
    "publish": ("Publish the letter", frozenset({Stage.PRE_PUBLICATION})),
    ASK_AGAIN: ("Ask for returns again, to see what has changed", ASKED_AGAIN),
    WITHDRAW: ("Withdraw the published letter", AFTER_PUBLICATION),
    REPLACE: ("Replace the published letter", AFTER_PUBLICATION),
    MOVE_CLOCK: ("Move the clock of this rehearsal", _GOES_ON),
    "end-inspection": ("Close, defer, reopen or cancel", _GOES_ON),
}
"""Each form about an inspection that exists: what it does, and the stages in which that can be done."""


ABOUT_REQUESTS = frozenset({EXTEND, "waive-request", "waive-rule", "admit-return"})
"""Forms that are about one request and not about a whole inspection."""

OF_REHEARSALS = frozenset({MOVE_CLOCK})
"""Forms that are about rehearsals alone."""


def stages_of(form: str) -> frozenset[Stage]:
    """Return the stages in which a form can do something; all for a form that is about no inspection yet."""
    return _AT[form][1] if form in _AT else frozenset(Stage)


def forms_at(stage: Stage, role: Role, *, rehearsal: bool) -> dict[str, str]:
    """Return the forms that can be filled in now, by their deployment, with what each does.

    Args:
        stage: of the inspection.
        role: of whoever asks; only what it includes is offered.
        rehearsal: whether the inspection is a rehearsal.
    """
    return {
        form: does
        for form, (does, stages) in _AT.items()
        if stage in stages and may(role, FORMS[form]) and (rehearsal or form not in OF_REHEARSALS)
    }


def right_for(act: str) -> Act:
    """Return what a second person's role must include to confirm or refuse an act."""
    # What this release does not know is for those who may end an inspection: the fewest.
    return (FORMS | ON_THE_PORTAL).get(act, Act.END_INSPECTION)


def is_decision(deployment: str) -> bool:
    """Return whether a run of a deployment decides something, so that a person must have ordered it."""
    return deployment in FORMS or deployment == CONFIRM


@dataclass(frozen=True, slots=True)
class Decided:
    """The outcome of a person's decision.

    Attributes:
        inspection: the inspection that it is about.
        what: its subject, for the run's name.
        outcome: its effect, for the run's message.
        message: the sentence with which the run ends.
        after: a second sentence on the work that followed, with the number of its pieces in braces.
        then: kinds of work that follow from it; the run does them at once.
        report: whether the sample's report is shown anew.
        proposal: the id under which it waits for a second person; empty where it is done.
    """

    inspection: str
    what: str
    outcome: str
    message: str
    after: str = ""
    then: tuple[Owed, ...] = ()
    report: bool = False
    proposal: str = ""
