"""Freezes the cohort: accepted returns are linked, and frame, identifiers and manifest are locked in the store."""

import io
from datetime import timedelta
from pathlib import PurePosixPath

import polars as pl
from sqlmodel import Session, select

from models.events import Event, Owed
from models.lifecycle import RequestState, Stage
from models.tables import Cohort, Inspection, Request, Submission
from models.tables.base import utc_now
from models.themes import theme
from models.version import CODE_VERSION
from tasks import audit, store
from tasks.announce import pseudonym_key
from tasks.canonical import sha256
from tasks.cohort import InputVersion, build, frame_digest, manifest, manifest_bytes
from tasks.database import transaction
from tasks.ledger import Claim, finish, inspection_of, move_stage, owe, tell
from tasks.returns import EVALUATION
from validation.identity import records

_ACTOR = "system: build-cohort"
KEEP_DAYS = 365
"""Frozen manifests stay under object lock for so long; retention destroys them afterwards."""


def cohort_name(claimed: Claim) -> str:
    """Return what people call the work: the area and the cohort's version."""
    with transaction() as session:
        return f"{inspection_of(session, claimed.inspection).area_name} - cohort {claimed.subject.rsplit('/', 1)[-1]}"


def parquet(frame: pl.DataFrame) -> bytes:
    """Return a frame as Parquet."""
    out = io.BytesIO()
    frame.write_parquet(out, compression="zstd")
    return out.getvalue()


def accepted(session: Session, ref: str) -> list[tuple[Request, Submission]]:
    """Return the newest accepted version of each return of an inspection, by return code."""
    found = []
    for request in session.exec(select(Request).where(Request.inspection == ref).order_by(Request.return_code)):
        if request.return_code == EVALUATION or request.state not in {RequestState.ACCEPTED, RequestState.QUERIED}:
            continue
        submission = session.get_one(Submission, f"{request.id}-v{request.current_version}")
        found.append((request, submission))
    return found


def tables_of(submission: Submission) -> dict[str, pl.DataFrame]:
    """Read the canonical tables of an accepted submission by sheet."""
    return {
        PurePosixPath(key).stem.rsplit("-", 1)[0]: pl.read_parquet(io.BytesIO(store.get(key)))
        for key in submission.table_keys
    }


def freeze_cohort(claimed: Claim) -> str:
    """Link the accepted returns, store the frozen frame with its manifest, and hand on to the draw."""
    version = int(claimed.subject.rsplit("/", 1)[-1])
    with transaction() as session:
        inspection = inspection_of(session, claimed.inspection)
        inputs = accepted(session, claimed.inspection)
    asked = theme(inspection.theme_id)
    frames = {request.return_code: tables_of(submission) for request, submission in inputs}
    identities = {code: records(code, sheets) for code, sheets in frames.items()}
    cohort = build(frames, identities, asked, inspection.announced, pseudonym_key(inspection))
    made_of = [InputVersion(r.return_code, str(s.version), s.sha256, s.rows or 0) for r, s in inputs]
    record = manifest_bytes(manifest(cohort, made_of, asked, CODE_VERSION))
    folder = f"cohorts/{inspection.ref}/{version}"
    keep = utc_now() + timedelta(days=KEEP_DAYS)
    frame, identifiers, links = parquet(cohort.frame), parquet(cohort.identifiers), parquet(cohort.links)
    row = Cohort(
        inspection=inspection.ref,
        version=version,
        frame_key=store.put_once(f"{folder}/frame-{sha256(frame)[:16]}.parquet", frame, keep_until=keep).key,
        identifiers_key=store.put_once(f"{folder}/identifiers-{sha256(identifiers)[:16]}.parquet", identifiers).key,
        links_key=store.put_once(f"{folder}/links-{sha256(links)[:16]}.parquet", links, keep_until=keep).key,
        manifest_key=store.put_once(f"{folder}/manifest.json", record, keep_until=keep).key,
        manifest_sha256=sha256(record),
        frame_digest=frame_digest(cohort.frame),
        children=cohort.frame.height,
        counts={
            "exclusions": dict(cohort.exclusions.iter_rows()),
            "hidden": int(cohort.frame["hidden"].sum()),
            "reconciliation": cohort.reconciliation.to_dicts(),
        },
    )
    with transaction() as session:
        finish(session, claimed)
        _record(session, inspection, row)
    return f"{row.children} children"


def _record(session: Session, inspection: Inspection, row: Cohort) -> None:
    inspection = inspection_of(session, inspection.ref, lock=True)
    session.add(row)
    facts = {
        "version": row.version,
        "children": row.children,
        "frame_digest": row.frame_digest,
        "manifest_sha256": row.manifest_sha256,
    }
    audit.append(session, inspection.ref, actor=_ACTOR, action="cohort.frozen", subject=inspection.ref, facts=facts)
    move_stage(session, inspection, Stage.COHORT_FROZEN, actor=_ACTOR, facts={"version": row.version})
    owe(session, Owed.PROPOSE_SAMPLE, f"{inspection.ref}/{row.version}", inspection.ref)
    tell(session, Event.COHORT_FROZEN, inspection.ref, inspection.ref, facts)
