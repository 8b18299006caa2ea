"""Freezes the cohort: accepted returns are linked, and frame, identifiers and manifest are locked in the store."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.events import Event, Owed
from models.ids import VersionSubject, once_key, source
from models.keys import PUT_ASIDE, by_content, cohort_folder
from models.lifecycle import SETTLED, UNSIGNED, Stage, at_stage
from models.returns import EVALUATION
from models.tables import Cohort, Inspection, Request, SampleDraw, Submission
from models.tables.base import utc_now
from models.themes import Theme
from models.version import CODE_VERSION
from models.words import plural
from tasks.cohort.building import build
from tasks.cohort.changes import changed_returns, changes, fates
from tasks.cohort.counting import counts
from tasks.cohort.frame import InputVersion
from tasks.cohort.frozen import identifiers_of
from tasks.cohort.manifests import manifest, manifest_bytes
from tasks.cohort.review import decisions_of, pair_counts
from tasks.cohort.versions import KEEP_DAYS, newest_draw
from tasks.ground import progress, store
from tasks.ground.database import transaction
from tasks.ground.digests import frame_digest, sha256
from tasks.ground.keys import pseudonym_key
from tasks.ground.tables import parquet, table_at
from tasks.ledger import audit
from tasks.ledger.moves import move_stage
from tasks.ledger.outbox import tell
from tasks.ledger.restricted import CoveredRows, covered_rows
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import digest_of, theme_of
from tasks.ledger.work import Claim, HeldError, finish, owe
from tasks.linkage import read_model
from tasks.people.notices import write_notice
from tasks.returns.accepted import accepted, sent
from tasks.sampling.draws import sample_now
from validation.contract.identity import records
from validation.files.senders import together

_ACTOR = "system: build-cohort"


def cohort_name(claimed: Claim) -> str:
    """Return what people call the work: the area and the cohort's version."""
    with transaction() as session:
        number = VersionSubject.parse(claimed.subject).number
        return f"{inspection_of(session, claimed.inspection).area_name} - cohort {number}"


def inputs_of(session: Session, ref: str, earlier: Cohort | None) -> list[tuple[Request, Submission]]:
    """Return the versions that a cohort is made of: what is accepted, by return code.

    Where a return that was admitted late is not settled yet, the version of it that the earlier cohort used stays,
    unless it was sent in error.
    """
    pairs = accepted(session, ref)
    for used in earlier.inputs if earlier else ():
        request = session.get_one(Request, used["request"])
        submission = session.get_one(Submission, used["submission"])
        if request.state not in SETTLED and not submission.put_aside:
            pairs.append((request, submission))
    return sorted(pairs, key=lambda pair: (pair[0].return_code, pair[0].id))


def _before(session: Session, ref: str, version: int) -> Cohort | None:
    """Return the version before one that is owed.

    Raises:
        HeldError: it is owed as well and not frozen yet.
    """
    earlier = session.get(Cohort, (ref, version - 1))
    if earlier is None and version > 1:
        raise HeldError(f"Version {version - 1} of the cohort comes first.")
    return earlier


def freeze_cohort(claimed: Claim) -> str:
    """Link the accepted returns, store the frozen frame with its manifest, and owe the draw.

    A version that follows another is compared with it; the earlier frame stays as it is, and so does any sample.

    Raises:
        HeldError: the version before is not frozen yet.
        LeaseLostError: another worker has taken over.
    """
    version = VersionSubject.parse(claimed.subject).number
    with transaction() as session:
        inspection = inspection_of(session, claimed.inspection)
        earlier = _before(session, inspection.ref, version)
        inputs = inputs_of(session, inspection.ref, earlier)
        drawn = newest_draw(session, inspection.ref)
        labels = _labels(session, drawn) if earlier and drawn else {}
        decisions = decisions_of(session, inspection.ref)
        theme_ = theme_of(inspection)
        absent = _absent(session, inspection.ref, {request.id for request, _ in inputs}, theme_)
        theme_digest = digest_of(session, inspection.ref)
        covered = covered_rows(session, inspection.ref)
    if any(covered.is_closed(submission.id) for _, submission in inputs):
        raise HeldError("A person has restricted the use of rows, which are still looked for in these returns.")
    progress.at(0.05, "reading the accepted returns")
    returns = sent(inputs, theme_, covered)
    frames = together(returns)
    # Each agency's by themselves: what two of them say alike is no child twice in one list.
    own = [(code, {code: records(code, sheets)}) for code, sheets in returns]
    identities = {code: by_code[code] for code, by_code in together(own).items()}
    # One more return moves no other child: later versions are scored by the model of the first.
    model = read_model(store.get(earlier.model_key)) if earlier and earlier.model_key else None
    key = pseudonym_key(inspection)
    progress.at(0.2, "linking the children")
    linked_before = identifiers_of(earlier) if earlier else None
    cohort = build(frames, identities, theme_, inspection.announced, key, decisions, model, linked_before)
    made_of = [InputVersion(_source(r, theme_), str(s.version), s.sha256, s.result.rows or 0) for r, s in inputs]
    since = _since(earlier, cohort.frame, made_of) if earlier else None
    record = manifest_bytes(
        manifest(
            cohort,
            made_of,
            theme_,
            CODE_VERSION,
            version=version,
            since=since,
            absent=absent,
            theme_digest=theme_digest,
            restricted=_left_out(inputs, theme_, covered),
        )
    )
    folder = cohort_folder(inspection.ref, version)
    keep = utc_now() + timedelta(days=KEEP_DAYS)
    progress.at(0.8, "storing the frozen frame")
    frame, identifiers, links = parquet(cohort.frame), parquet(cohort.identifiers), parquet(cohort.links)
    doubtful, weighed = parquet(cohort.linkage.doubtful), cohort.linkage.model.data
    adults, concerned = parquet(cohort.adults), parquet(cohort.adult_children)
    row = Cohort(
        inspection=inspection.ref,
        version=version,
        frame_key=_stored(folder, "frame.parquet", frame, keep),
        identifiers_key=_stored(folder, "identifiers.parquet", identifiers, None),
        links_key=_stored(folder, "links.parquet", links, keep),
        doubtful_key=_stored(folder, "doubtful.parquet", doubtful, keep),
        adults_key=_stored(folder, "adults.parquet", adults, keep),
        adult_children_key=_stored(folder, "adult-children.parquet", concerned, keep),
        model_key=_stored(folder, "model.json", weighed, keep),
        manifest_key=_stored(folder, "manifest.json", record, keep),
        manifest_sha256=sha256(record),
        frame_digest=frame_digest(cohort.frame),
        children=cohort.frame.height,
        frozen_at=inspection.now(),
        counts={
            **counts(cohort, frames, theme_),
            "linkage": cohort.linkage.facts,
            "pairs": pair_counts(cohort.linkage.doubtful, decisions),
        },
        inputs=[_input(request, submission, theme_) for request, submission in inputs],
        changes=_changes(since, earlier, cohort.frame, labels, drawn) if earlier and since else {},
    )
    with transaction() as session:
        finish(session, claimed)
        # Whoever puts a file aside has locked the inspection: it is seen here, or comes after the cohort is frozen.
        inspection_of(session, inspection.ref, lock=True)
        if session.exec(_wrong_now([submission.id for _, submission in inputs])).first():
            raise HeldError("A file was put aside meanwhile, because it was sent in error. It is linked again without.")
        if covered_rows(session, inspection.ref) != covered:
            raise HeldError("A restriction was set or lifted meanwhile. It is linked again by what is in force now.")
        return _record(session, inspection, row)


def _wrong_now(submissions: list[str]) -> SelectOfScalar[str]:
    return select(Submission.id).where(col(Submission.id).in_(submissions), col(Submission.key).startswith(PUT_ASIDE))


def _stored(folder: str, name: str, data: bytes, keep_until: datetime | None) -> str:
    """Store one file of a version of the cohort, locked until a moment where one is given; return its key."""
    stem, _, extension = name.partition(".")
    return store.put_once(by_content(folder, stem, sha256(data), extension), data, keep_until=keep_until).key


def _absent(session: Session, ref: str, used: set[str], theme_: Theme) -> dict[str, str]:
    """Return the returns that were requested and are not used, with the state of their requests, such as waived."""
    requests = session.exec(select(Request).where(Request.inspection == ref, Request.return_code != EVALUATION))
    return {_source(request, theme_): request.state for request in requests if request.id not in used}


def _source(request: Request, theme_: Theme) -> str:
    return source(request.return_code, theme_.sender_of(request.return_code, request.agency_id))


def _left_out(
    inputs: list[tuple[Request, Submission]], theme_: Theme, covered: CoveredRows
) -> dict[str, list[list[object]]]:
    """Return sheet and row of what is left out of each return, because a person has restricted its use."""
    places = {
        _source(request, theme_): sorted([sheet, row] for version, sheet, row in covered.rows if version == sent_in.id)
        for request, sent_in in inputs
    }
    return {name: rows for name, rows in places.items() if rows}


def _input(request: Request, submission: Submission, theme_: Theme) -> dict[str, Any]:
    return {
        "request": request.id,
        "code": _source(request, theme_),
        "submission": submission.id,
        "version": submission.version,
        "sha256": submission.sha256,
        "rows": submission.result.rows or 0,
    }


def _since(earlier: Cohort, frame: pl.DataFrame, made_of: list[InputVersion]) -> dict[str, Any]:
    """Return how a version differs from the one before, as the manifest states it."""
    used = [
        InputVersion(entry["code"], str(entry["version"]), entry["sha256"], entry["rows"]) for entry in earlier.inputs
    ]
    differences = changes(table_at(earlier.frame_key), frame, changed_returns(used, made_of), earlier.version)
    return {**differences, "manifest_sha256": earlier.manifest_sha256}


def _labels(session: Session, drawn: SampleDraw) -> dict[str, str]:
    """Return child -> label of the sample as it stands."""
    return {row.child: row.label for row in sample_now(session, drawn).chosen()}


def _changes(
    since: dict[str, Any], earlier: Cohort, frame: pl.DataFrame, labels: dict[str, str], drawn: SampleDraw | None
) -> dict[str, Any]:
    """Return what the ledger records of a version's differences: the manifest's, and the chosen children they concern.

    Those are in the ledger by their labels alone, which say nothing of a child (L5).
    """
    children = fates(table_at(earlier.frame_key), frame)
    sample = {
        # T2 comes before T10: by letter, then by number.
        fate: sorted(
            (label for child, label in labels.items() if child in children[fate]),
            key=lambda label: (label[0], int(label[1:])),
        )
        for fate in ("removed", "changed")
    }
    return {**since, "draw": drawn.version if drawn else None, "sample": sample}


def _record(session: Session, inspection: Inspection, row: Cohort) -> str:
    """Record a frozen version; an inspection that has come too far or has ended meanwhile takes none."""
    # Linking took a while, so the stage is read again, under the lock under which it is moved.
    inspection = inspection_of(session, inspection.ref, lock=True)
    if inspection.stage != Stage.RETURNS_CLOSED and inspection.stage not in UNSIGNED:
        return f"not needed: the inspection is {at_stage(inspection.stage)}"
    session.add(row)
    facts = {
        "version": row.version,
        "children": row.children,
        "frame_digest": row.frame_digest,
        "manifest_sha256": row.manifest_sha256,
    }
    audit.append(session, inspection.ref, actor=_ACTOR, action="cohort.frozen", subject=inspection.ref, facts=facts)
    if inspection.stage == Stage.RETURNS_CLOSED:
        drawn = newest_draw(session, inspection.ref)
        move_stage(session, inspection, Stage.COHORT_FROZEN, actor=_ACTOR, facts={"version": row.version})
        subject = VersionSubject(inspection.ref, drawn.version + 1 if drawn else 1)
        owe(session, Owed.PROPOSE_SAMPLE, str(subject), inspection.ref)
        pairs = {"children": row.children, "pairs": row.counts["pairs"]["waiting"]}
        once = once_key(inspection.ref, "cohort", row.version)
        write_notice(session, "cohort_frozen", "inspector", once=once, inspection=inspection.ref, facts=pairs)
        tell(session, Event.COHORT_FROZEN, inspection.ref, inspection.ref, facts)
    elif inspection.stage == Stage.SAMPLE_PROPOSED:
        notice_facts = {"version": row.version, **row.changes["children"]}
        once = once_key(inspection.ref, "cohort", row.version)
        for role in ("manager", "lead"):
            own = once_key(once, role)
            write_notice(session, "cohort_changed", role, once=own, inspection=inspection.ref, facts=notice_facts)
        tell(session, Event.CHANGED, inspection.ref, inspection.ref, {"cohort": row.version})
    return plural(row.children, "child", "children")
