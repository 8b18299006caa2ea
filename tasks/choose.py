"""Chooses children: the draw is proposed, people decide on it, and every decision is replayed from its record (L10)."""

import io
import json
from datetime import timedelta
from typing import Any

import polars as pl
from sqlmodel import Session, select

from models.events import Event, Owed
from models.lifecycle import Stage
from models.tables import Cohort, Inspection, SampleDecision, SampleDraw
from models.tables.base import utc_now
from models.themes import theme
from models.version import CODE_VERSION
from tasks import audit, store
from tasks.announce import seed_for
from tasks.canonical import sha256
from tasks.database import transaction
from tasks.freeze import KEEP_DAYS
from tasks.ledger import Claim, finish, inspection_of, move_stage, owe, tell
from tasks.notices import write_notice
from tasks.sampling import Decision, Kind, Reason, Sample, apply, draw, manifest, manifest_bytes

_ACTOR = "system: propose-sample"


class DecisionRefusedError(ValueError):
    """The decision cannot be taken now; the message says why."""


def draw_name(claimed: Claim) -> str:
    """Return what people call the work: the area and the draw's number."""
    with transaction() as session:
        return f"{inspection_of(session, claimed.inspection).area_name} - draw {claimed.subject.rsplit('/', 1)[-1]}"


def newest_cohort(session: Session, ref: str) -> Cohort:
    """Return the newest frozen cohort of an inspection."""
    rows = session.exec(select(Cohort).where(Cohort.inspection == ref)).all()
    return max(rows, key=lambda row: row.version)


def newest_draw(session: Session, ref: str) -> SampleDraw | None:
    """Return the newest draw of an inspection, or None."""
    rows = session.exec(select(SampleDraw).where(SampleDraw.inspection == ref)).all()
    return max(rows, key=lambda row: row.version, default=None)


def frame_of(cohort: Cohort) -> pl.DataFrame:
    """Read a frozen frame: pseudonyms and strata, no identifiers."""
    return pl.read_parquet(io.BytesIO(store.get(cohort.frame_key)))


def propose(claimed: Claim) -> str:
    """Draw from the frozen frame with the seed that was committed at the announcement, and ask for a decision."""
    number = int(claimed.subject.rsplit("/", 1)[-1])
    with transaction() as session:
        inspection = inspection_of(session, claimed.inspection)
        cohort = newest_cohort(session, claimed.inspection)
    asked, seed = theme(inspection.theme_id), seed_for(inspection, number)
    sample = draw(frame_of(cohort), asked.sampling, seed)
    record = manifest_bytes(manifest(sample, cohort.frame_digest, asked, seed, CODE_VERSION))
    key = f"samples/{inspection.ref}/{number}/manifest.json"
    stored = store.put_once(key, record, keep_until=utc_now() + timedelta(days=KEEP_DAYS))
    row = SampleDraw(
        inspection=inspection.ref,
        version=number,
        cohort_version=cohort.version,
        manifest_key=stored.key,
        manifest_sha256=sha256(record),
        seed=seed,
        tracked=sum(1 for one in sample.chosen() if one.set == "tracked"),
        sampled=sum(1 for one in sample.chosen() if one.set == "sampled"),
        notes=list(sample.shortfalls),
    )
    with transaction() as session:
        finish(session, claimed)
        _record(session, inspection, row)
    return f"{row.tracked} tracked, {row.sampled} sampled"


def _record(session: Session, inspection: Inspection, row: SampleDraw) -> None:
    inspection = inspection_of(session, inspection.ref, lock=True)
    session.add(row)
    counts = {"tracked": row.tracked, "sampled": row.sampled}
    facts = {"draw": row.version, "seed": row.seed, "manifest_sha256": row.manifest_sha256, **counts}
    audit.append(session, inspection.ref, actor=_ACTOR, action="sample.drawn", subject=inspection.ref, facts=facts)
    move_stage(session, inspection, Stage.SAMPLE_PROPOSED, actor=_ACTOR, facts={"draw": row.version})
    tell(session, Event.SAMPLE_PROPOSED, inspection.ref, inspection.ref, {"draw": row.version, **counts})
    once = f"{inspection.ref}/sample/{row.version}"
    write_notice(session, "sample_proposed", "manager", once=once, inspection=inspection.ref, facts=counts)


def decisions_on(session: Session, drawn: SampleDraw) -> list[Decision]:
    """Return the decisions on a draw in the order in which they were taken."""
    query = select(SampleDecision).where(
        SampleDecision.inspection == drawn.inspection, SampleDecision.draw_version == drawn.version
    )
    rows = sorted(session.exec(query), key=lambda row: row.number)
    return [
        Decision(Kind(row.kind), Reason(str(row.reason)), row.by, row.label or "", row.second_approver or "")
        for row in rows
    ]


def sample_now(session: Session, drawn: SampleDraw, more: tuple[Decision, ...] = ()) -> Sample:
    """Recompute the sample from its manifest and every decision on it, and those in `more`.

    Raises:
        DecisionError: a decision that the rules of the sample do not allow.
    """
    record: dict[str, Any] = json.loads(store.get(drawn.manifest_key))
    return apply(record, [*decisions_on(session, drawn), *more])


def decide(ref: str, decision: Decision) -> str:
    """Take one decision on the proposed sample; of two people at once, the second sees what the first decided.

    Returns:
        What the decision did, in words with labels only.

    Raises:
        UnknownInspectionError: no such inspection.
        DecisionRefusedError: no sample waits for a decision.
        DecisionError: the rules of the sample do not allow it.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        drawn = newest_draw(session, ref)
        if drawn is None or inspection.stage != Stage.SAMPLE_PROPOSED:
            raise DecisionRefusedError(
                f"No sample of {ref} waits for a decision; the inspection is {inspection.stage.replace('_', ' ')}."
            )
        if decision.kind is Kind.REDRAW:
            return _redraw(session, inspection, drawn, decision)
        before = {row.label for row in sample_now(session, drawn).chosen()}
        after = sample_now(session, drawn, (decision,))
        added = sorted({row.label for row in after.chosen()} - before)
        _keep(session, drawn, decision, added)
        if decision.kind is Kind.APPROVE:
            _approve(session, inspection, drawn, decision, after)
            return "approved"
        return f"{decision.child} {'replaced by ' + added[0] if added else 'eliminated'}"


def _keep(session: Session, drawn: SampleDraw, decision: Decision, added: list[str]) -> None:
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
        new_label=added[0] if added else None,
    )
    session.add(row)
    facts = {
        "draw": drawn.version,
        "label": row.label,
        "reason": row.reason,
        "second_approver": row.second_approver,
        "new_label": row.new_label,
    }
    audit.append(
        session,
        drawn.inspection,
        actor=f"inspectorate: {decision.by}",
        action=f"sample.{decision.kind.value}",
        subject=drawn.inspection,
        facts=facts,
    )


def _redraw(session: Session, inspection: Inspection, drawn: SampleDraw, decision: Decision) -> str:
    _keep(session, drawn, decision, [])
    actor = f"inspectorate: {decision.by}"
    move_stage(session, inspection, Stage.COHORT_FROZEN, actor=actor, facts={"reason": decision.reason.value})
    owe(session, Owed.PROPOSE_SAMPLE, f"{inspection.ref}/{drawn.version + 1}", inspection.ref)
    tell(session, Event.COHORT_FROZEN, inspection.ref, inspection.ref, {"redraw": drawn.version + 1})
    return f"draw {drawn.version} set aside; draw {drawn.version + 1} follows"


def _approve(session: Session, inspection: Inspection, drawn: SampleDraw, decision: Decision, sample: Sample) -> None:
    drawn.approved_by, drawn.approved_at = decision.by, inspection.now()
    session.add(drawn)
    chosen = sample.chosen()
    counts = {
        "tracked": sum(1 for row in chosen if row.set == "tracked"),
        "sampled": sum(1 for row in chosen if row.set == "sampled"),
    }
    actor = f"inspectorate: {decision.by}"
    move_stage(session, inspection, Stage.SAMPLE_APPROVED, actor=actor, facts={"draw": drawn.version, **counts})
    owe(session, Owed.OPEN_EVALUATIONS, f"{inspection.ref}/{drawn.version}", inspection.ref)
    tell(session, Event.SAMPLE_APPROVED, inspection.ref, inspection.ref, counts)
