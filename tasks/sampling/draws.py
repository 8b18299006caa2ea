"""Decisions on a draw: people approve, eliminate, replace or redraw, and every decision is replayed (L10)."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlmodel import Session, select

from models.actors import inspectorate
from models.events import Event, Owed
from models.ids import VersionSubject
from models.lifecycle import SAMPLED_CHANGES, Stage, at_stage
from models.refusals import Refusal
from models.tables import Inspection, SampleDecision, SampleDraw
from models.words import joined
from tasks.cohort.frozen import restricted_children
from tasks.cohort.versions import cohort_of, draws_of, newest_draw, undecided
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.keys import SEEDS_COMMITTED
from tasks.ground.tables import table_at
from tasks.ledger import audit
from tasks.ledger.moves import move_stage
from tasks.ledger.outbox import tell
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import owe
from tasks.returns.cohort_versions import admitted, unbuilt
from tasks.sampling import (
    LEAVING,
    REASON_LABELS,
    Cohort,
    Decision,
    DecisionKind,
    Reason,
    Row,
    Sample,
    in_force,
    is_sampled,
    new_label,
    sample_of,
    states,
    taken_out,
)
from tasks.sampling.report import report_again
from tasks.sampling.shortfalls import in_words


class DecisionRefusedError(Refusal):
    """The decision cannot be taken now; the message says why."""


def rows_on(session: Session, drawn: SampleDraw) -> list[SampleDecision]:
    """Return the rows of the decisions on a draw in the order in which they were taken."""
    query = select(SampleDecision).where(
        SampleDecision.inspection == drawn.inspection, SampleDecision.draw_version == drawn.version
    )
    return sorted(session.exec(query), key=lambda row: row.number)


def decisions_on(session: Session, drawn: SampleDraw) -> list[Decision]:
    """Return the decisions on a draw in the order in which they were taken."""
    return [
        Decision(DecisionKind(row.kind), Reason(str(row.reason)), row.by, row.label or "", row.second_approver or "")
        for row in rows_on(session, drawn)
    ]


def record_of(drawn: SampleDraw) -> dict[str, Any]:
    """Read the manifest of a draw."""
    record: dict[str, Any] = json.loads(store.get(drawn.manifest_key))
    return record


def sample_now(session: Session, drawn: SampleDraw, more: tuple[Decision, ...] = ()) -> Sample:
    """Recompute the sample from its manifest and every decision on it, and those in `more`.

    Raises:
        DecisionError: a decision that the rules of the sample do not allow.
    """
    return in_force(record_of(drawn), [*decisions_on(session, drawn), *more], cohort_read(session, drawn))


def cohort_read(session: Session, drawn: SampleDraw) -> Cohort:
    """Return what reads the frame that a sample was drawn from; few samples ask for it."""
    return cache(lambda: table_at(cohort_of(session, drawn).frame_key))


def ever_chosen(session: Session, drawn: SampleDraw) -> list[Row]:
    """Return the chosen children of a draw, and those whom decisions took out of it: each under its own label."""
    record = record_of(drawn)
    later = states(record, decisions_on(session, drawn), cohort_read(session, drawn))
    samples = [sample_of(record), *(sample for sample, _ in later)]
    return list({row.label: row for sample in samples for row in sample.chosen()}.values())


def eliminated_before(session: Session, ref: str, number: int) -> list[str]:
    """Return the children whom people took out of the draws before this one, sorted; they are not drawn again."""
    earlier = [draw for draw in draws_of(session, ref) if draw.version < number]
    out = (taken_out(record_of(draw), decisions_on(session, draw), cohort_read(session, draw)) for draw in earlier)
    return sorted({child for children in out for child in children})


def state_of(session: Session, drawn: SampleDraw) -> str:
    """Return the name of a sample's state, such as 1.2: draw 1 after two decisions."""
    return f"{drawn.version}.{len(decisions_on(session, drawn))}"


def decide(ref: str, decision: Decision, seen: str = "") -> str:
    """Take one decision on the proposed sample; of two people at the same time, the second sees the first decision.

    Args:
        ref: the inspection.
        decision: what is decided, by whom and why.
        seen: the state of the sample (`state_of`) on the person's screen; empty where the door does not send it.

    Returns:
        The effect of the decision, in words with labels only.

    Raises:
        UnknownInspectionError: no such inspection.
        DecisionRefusedError: no sample waits for a decision, or it is no longer as the person saw it.
        DecisionError: the rules of the sample do not allow it.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        drawn = newest_draw(session, ref)
        proposed = inspection.stage == Stage.SAMPLE_PROPOSED
        if drawn is None or not (proposed or _leaves_later(inspection, decision)):
            raise DecisionRefusedError(
                f"No sample of {ref} waits for a decision. The inspection is {at_stage(inspection.stage)}."
            )
        if seen and seen != (now := state_of(session, drawn)):
            raise DecisionRefusedError(
                f"The sample of {ref} is no longer as you saw it: you saw {seen}, and it is {now}. "
                "Look again, then decide."
            )
        if proposed:
            _check_decided(session, drawn, decision)
        # Replayed before anything is written: a decision that the rules forbid leaves no row and no entry.
        record, read = record_of(drawn), cohort_read(session, drawn)
        *_, (before, _), (after, given_up) = [
            (sample_of(record), ()),
            *states(record, [*decisions_on(session, drawn), decision], read),
        ]
        if decision.kind is DecisionKind.REDRAW:
            return set_aside(session, inspection, drawn, decision)
        added = new_label(before, after)
        if before.chosen() != after.chosen():
            report_again(session, drawn, read(), after, record)
        _keep(session, drawn, decision, added, given_up)
        if decision.kind is DecisionKind.APPROVE:
            _check_restricted(session, drawn, after)
            _approve(session, inspection, drawn, decision, after)
            return "approved"
        if not proposed:
            _release_again(session, inspection)
        return _in_words(decision, added, given_up)


def _in_words(decision: Decision, added: str, given_up: Sequence[str]) -> str:
    if not added:
        return f"{decision.child} eliminated"
    gave_way = f". Nobody could keep every minimum: {joined([*map(in_words, given_up)])} gave way" if given_up else ""
    return f"{decision.child} replaced by {added}{gave_way}"


def _leaves_later(inspection: Inspection, decision: Decision) -> bool:
    """Return whether a decision takes a child out of the wider sample while inspectors look at it."""
    return inspection.stage in SAMPLED_CHANGES and decision.kind in LEAVING and is_sampled(decision.child)


def _release_again(session: Session, inspection: Inspection) -> None:
    """Owe each agency a new version of its list of the wider sample, where that changed for it."""
    number = len(session.exec(select(SampleDecision).where(SampleDecision.inspection == inspection.ref)).all())
    owe(session, Owed.RELEASE_SAMPLED, str(VersionSubject(inspection.ref, number)), inspection.ref)
    tell(session, Event.SAMPLE_CHANGED, inspection.ref, inspection.ref, {"decision": number})


def _check_decided(session: Session, drawn: SampleDraw, decision: Decision) -> None:
    """Check that no newer cohort waits for a decision on whether it replaces that of the sample.

    Raises:
        DecisionRefusedError: a newer version waits for a decision or, before an approval, is still to come.
    """
    newer = undecided(session, drawn)
    if newer:
        raise DecisionRefusedError(
            f"Version {newer.version} of the cohort was frozen after this sample was drawn from version "
            f"{drawn.cohort_version}. First decide on it with decide-cohort: keep this sample, or draw again."
        )
    # Only an approval is final; the others may go on while a newer version is on its way.
    if decision.kind is not DecisionKind.APPROVE:
        return
    if unbuilt(session, drawn.inspection):
        raise DecisionRefusedError("A new version of the cohort is being built. Wait until the board shows it.")
    if late := admitted(session, drawn.inspection):
        codes = ", ".join(request.return_code for request in late)
        raise DecisionRefusedError(
            f"{codes} may come late and has not arrived. Wait for it, or withdraw that with decide-cohort."
        )


def _check_restricted(session: Session, drawn: SampleDraw, sample: Sample) -> None:
    """Check that nobody is asked about a child whose own records a person has restricted.

    Raises:
        DecisionRefusedError: a chosen child is restricted, or it is still looked for who is.
    """
    restricted = restricted_children(session, cohort_of(session, drawn))
    if restricted is None:
        raise DecisionRefusedError(
            "A person has restricted the use of rows, which are still looked for in the returns. Try again in a minute."
        )
    labels = [row.label for row in sample.chosen() if row.child in restricted]
    if labels:
        raise DecisionRefusedError(
            f"The use of the records of {joined(labels)} is restricted. Replace each, with the reason "
            f"“{REASON_LABELS[Reason.RESTRICTED]}”, or wait until 2 people lift the restriction."
        )


def _keep(
    session: Session, drawn: SampleDraw, decision: Decision, added: str = "", given_up: Sequence[str] = ()
) -> None:
    number = len(session.exec(select(SampleDecision).where(SampleDecision.inspection == drawn.inspection)).all()) + 1
    row = SampleDecision(
        inspection=drawn.inspection,
        number=number,
        draw_version=drawn.version,
        kind=decision.kind.value,
        label=decision.child or None,
        reason=decision.reason.value,
        by=decision.by,
        second_approver=decision.second_approver or None,
        new_label=added or None,
        decided_at=inspection_of(session, drawn.inspection).now(),
    )
    session.add(row)
    facts = {
        "draw": drawn.version,
        "label": row.label,
        "reason": row.reason,
        "second_approver": row.second_approver,
        "new_label": row.new_label,
        "coverage_sha256": drawn.coverage_sha256,
        "decided_at": audit.in_utc(row.decided_at),
        **({"gave_up": list(given_up)} if given_up else {}),
    }
    audit.append(
        session,
        drawn.inspection,
        actor=inspectorate(decision.by),
        action=f"sample.{decision.kind.value}",
        subject=drawn.inspection,
        facts=facts,
    )


def set_aside(session: Session, inspection: Inspection, drawn: SampleDraw, decision: Decision) -> str:
    """Record the decision to draw anew; the next draw is owed from then on. The caller has locked the inspection.

    Raises:
        DecisionRefusedError: no seed is left that the announcement committed to.
    """
    # A seed that was not committed to before the draw could have been picked for its children.
    if drawn.version >= SEEDS_COMMITTED:
        raise DecisionRefusedError(
            f"All {SEEDS_COMMITTED} seeds that the announcement committed to are used. Approve, eliminate or replace."
        )
    _keep(session, drawn, decision)
    actor = inspectorate(decision.by)
    move_stage(session, inspection, Stage.COHORT_FROZEN, actor=actor, facts={"reason": decision.reason.value})
    owe(session, Owed.PROPOSE_SAMPLE, str(VersionSubject(inspection.ref, drawn.version + 1)), inspection.ref)
    tell(session, Event.COHORT_FROZEN, inspection.ref, inspection.ref, {"redraw": drawn.version + 1})
    return f"draw {drawn.version} set aside, and draw {drawn.version + 1} follows"


def _approve(session: Session, inspection: Inspection, drawn: SampleDraw, decision: Decision, sample: Sample) -> None:
    drawn.approved_by, drawn.approved_at = decision.by, inspection.now()
    session.add(drawn)
    chosen = sample.chosen()
    counts = {
        "tracked": sum(1 for row in chosen if row.set == "tracked"),
        "sampled": sum(1 for row in chosen if row.set == "sampled"),
    }
    actor = inspectorate(decision.by)
    move_stage(session, inspection, Stage.SAMPLE_APPROVED, actor=actor, facts={"draw": drawn.version, **counts})
    owe(session, Owed.OPEN_EVALUATIONS, str(VersionSubject(inspection.ref, drawn.version)), inspection.ref)
    tell(session, Event.SAMPLE_APPROVED, inspection.ref, inspection.ref, counts)
