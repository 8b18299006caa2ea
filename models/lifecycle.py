"""The lifecycle: stages of an inspection and states of a request; an illegal transition raises."""

from enum import StrEnum

from models.refusals import Refusal
from models.words import plain


class Stage(StrEnum):
    """Where an inspection stands."""

    ANNOUNCED = "announced"
    RETURNS_OPEN = "returns_open"
    RETURNS_CLOSED = "returns_closed"
    COHORT_FROZEN = "cohort_frozen"
    SAMPLE_PROPOSED = "sample_proposed"
    SAMPLE_APPROVED = "sample_approved"
    EVALUATIONS_OPEN = "evaluations_open"
    FIELDWORK = "fieldwork"
    FINDINGS_DRAFTING = "findings_drafting"
    FACTUAL_ACCURACY = "factual_accuracy"
    PRE_PUBLICATION = "pre_publication"
    PUBLISHED = "published"
    STATEMENT_DUE = "statement_due"
    STATEMENT_RECEIVED = "statement_received"
    CLOSED = "closed"
    DEFERRED = "deferred"
    CANCELLED = "cancelled"


class RequestState(StrEnum):
    """Where one request for a return stands."""

    DRAFTED = "drafted"
    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"
    OVERDUE = "overdue"
    RECEIVED = "received"
    VALIDATING = "validating"
    REJECTED = "rejected"
    QUERIED = "queried"
    ACCEPTED = "accepted"
    NIL_DECLARED = "nil_declared"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"


_PLACES = {stage: place for place, stage in enumerate(Stage)}


def place_of(stage: Stage) -> int:
    """Return where a stage stands among all: a later one is greater, and a pause and a cancellation follow the rest."""
    return _PLACES[stage]


_SAID_OF_AN_INSPECTION = frozenset({"announced", "published", "closed", "deferred", "cancelled"})


def at_stage(stage: str) -> str:
    """Return a stage as what an inspection is: `published`, or `at the stage "statement due"`."""
    return plain(stage) if stage in _SAID_OF_AN_INSPECTION else f'at the stage "{plain(stage)}"'


ENDED = frozenset({Stage.CLOSED, Stage.CANCELLED})
"""Stages in which an inspection is no longer live."""

SETTLED = frozenset(
    {
        *(RequestState.QUERIED, RequestState.ACCEPTED, RequestState.NIL_DECLARED, RequestState.WAIVED),
        RequestState.WITHDRAWN,
    }
)
"""States in which a request holds nothing up; a query may still be explained."""

TAKEN = frozenset({RequestState.ACCEPTED, RequestState.QUERIED})
"""States of a request whose newest version is taken: what it says counts, with questions or without."""

UNSIGNED = frozenset({Stage.COHORT_FROZEN, Stage.SAMPLE_PROPOSED})
"""Stages in which the cohort is frozen and no sample is signed off: a new version of the cohort may still come."""

SAMPLED_CHANGES = frozenset({Stage.EVALUATIONS_OPEN, Stage.FIELDWORK})
"""Stages in which a child can still leave the wider sample: agencies have its list, and inspectors look at it."""

EVALUATIONS_LATE = frozenset({Stage.FIELDWORK, Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY, Stage.PRE_PUBLICATION})
"""Stages after the evaluations closed in which one may still be let in: until the letter is published."""

AFTER_PUBLICATION = frozenset({Stage.PUBLISHED, Stage.STATEMENT_DUE, Stage.STATEMENT_RECEIVED, Stage.CLOSED})
"""Stages of an inspection whose letter is published, whatever became of it since."""

ASKED_AGAIN = frozenset({Stage.STATEMENT_DUE, Stage.STATEMENT_RECEIVED})
"""Stages in which a plan is sent and followed, and the same returns can be asked for again."""

_MAIN_LINE = (
    Stage.ANNOUNCED,
    Stage.RETURNS_OPEN,
    Stage.RETURNS_CLOSED,
    Stage.COHORT_FROZEN,
    Stage.SAMPLE_PROPOSED,
    Stage.SAMPLE_APPROVED,
    Stage.EVALUATIONS_OPEN,
    Stage.FIELDWORK,
    Stage.FINDINGS_DRAFTING,
    Stage.FACTUAL_ACCURACY,
    Stage.PRE_PUBLICATION,
    Stage.PUBLISHED,
    Stage.STATEMENT_DUE,
    Stage.STATEMENT_RECEIVED,
    Stage.CLOSED,
)
_BEFORE_PUBLICATION = _MAIN_LINE[: _MAIN_LINE.index(Stage.PUBLISHED)]

STAGE_MOVES: dict[Stage, frozenset[Stage]] = {
    **{a: frozenset({b}) for a, b in zip(_MAIN_LINE, _MAIN_LINE[1:], strict=False)},
    Stage.CLOSED: frozenset(),
    Stage.CANCELLED: frozenset(),
}
for _stage in _BEFORE_PUBLICATION:
    STAGE_MOVES[_stage] |= {Stage.DEFERRED, Stage.CANCELLED}
# A redraw proposes the sample again; closed returns reopen only for a person's stated reason.
STAGE_MOVES[Stage.SAMPLE_PROPOSED] |= {Stage.COHORT_FROZEN}
STAGE_MOVES[Stage.RETURNS_CLOSED] |= {Stage.RETURNS_OPEN}
# No written statement is needed where the letter says so.
STAGE_MOVES[Stage.PUBLISHED] |= {Stage.CLOSED}
# A pause ends where it began.
STAGE_MOVES[Stage.DEFERRED] = frozenset({*_BEFORE_PUBLICATION, Stage.CANCELLED})

_R = RequestState
_UPLOADABLE = frozenset(
    {
        *(_R.ISSUED, _R.ACKNOWLEDGED, _R.OVERDUE, _R.RECEIVED, _R.VALIDATING, _R.REJECTED, _R.QUERIED, _R.ACCEPTED),
        _R.NIL_DECLARED,
    }
)
REQUEST_MOVES: dict[RequestState, frozenset[RequestState]] = {
    _R.DRAFTED: frozenset({_R.ISSUED}),
    _R.ISSUED: frozenset({_R.ACKNOWLEDGED, _R.OVERDUE, _R.RECEIVED, _R.NIL_DECLARED, _R.WAIVED}),
    _R.ACKNOWLEDGED: frozenset({_R.OVERDUE, _R.RECEIVED, _R.NIL_DECLARED, _R.WAIVED}),
    _R.OVERDUE: frozenset({_R.ACKNOWLEDGED, _R.RECEIVED, _R.NIL_DECLARED, _R.WAIVED}),
    _R.RECEIVED: frozenset({_R.VALIDATING, _R.RECEIVED}),
    _R.VALIDATING: frozenset({_R.RECEIVED, _R.REJECTED, _R.QUERIED, _R.ACCEPTED}),
    # From verdict to verdict: the same file checked again, or its queries explained.
    _R.REJECTED: frozenset({_R.RECEIVED, _R.OVERDUE, _R.NIL_DECLARED, _R.WAIVED, _R.QUERIED, _R.ACCEPTED}),
    _R.QUERIED: frozenset({_R.RECEIVED, _R.ACCEPTED, _R.REJECTED}),
    _R.ACCEPTED: frozenset({_R.RECEIVED, _R.QUERIED, _R.REJECTED}),
    # To be owed as before, where its agency takes the nil return back.
    _R.NIL_DECLARED: frozenset({_R.RECEIVED, _R.ACKNOWLEDGED, _R.REJECTED}),
    _R.WAIVED: frozenset({_R.RECEIVED}),
    _R.WITHDRAWN: frozenset(),
}
# What a file answered that was sent in error is owed again; where no file can come any more, it is owed no longer.
for _state in (_R.RECEIVED, _R.VALIDATING, _R.REJECTED, _R.QUERIED, _R.ACCEPTED):
    REQUEST_MOVES[_state] |= {_R.ACKNOWLEDGED, _R.WAIVED}
# What an inspection that is cancelled asked for is owed no more; what is settled stays on record as it is.
for _state in set(RequestState) - SETTLED:
    REQUEST_MOVES[_state] |= {_R.WITHDRAWN}


class IllegalMoveError(Refusal):
    """The lifecycle has no such transition."""


def check_move(what: str, now: Stage | RequestState, wanted: Stage | RequestState) -> None:
    """Refuse a transition of an inspection or a request that the lifecycle does not have.

    Raises:
        IllegalMoveError: `wanted` does not follow `now`.
    """
    # Here alone: whoever moves anything comes through this check, and a move that is missing above is no move.
    following = STAGE_MOVES[now] if isinstance(now, Stage) else REQUEST_MOVES[now]
    if wanted not in following:
        raise IllegalMoveError(f"{what} is {plain(now)} and cannot become {plain(wanted)}.")


def takes_uploads(state: RequestState) -> bool:
    """Return whether a request in this state may be sent a new file."""
    return state in _UPLOADABLE
