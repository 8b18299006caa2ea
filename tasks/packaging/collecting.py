"""Gathers the files of an evidence package from ledger and store; what speaks of children, by label too, is apart."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from models.keys import commitment_key, extension_of
from models.retention import RecordClass
from models.states import DestructionState, LetterStatus
from models.tables import (
    Agency,
    CheckResult,
    Cohort,
    Destruction,
    Inspection,
    KeptTheme,
    Letter,
    Request,
    SampleDraw,
    Submission,
    TimetableStep,
)
from tasks.ground import store
from tasks.ground.database import snapshot
from tasks.ground.digests import canonical_document
from tasks.ledger.anchored import anchor_lines
from tasks.ledger.anchors import exported, kept_in_store
from tasks.ledger.exports import written
from tasks.ledger.restricted import RestrictedError, in_force
from tasks.retention.gone import refusing_classes
from tasks.returns.reduced_files import receipts_of
from tasks.sampling.export import draw_files

_PROOF = "letter/proof.json"
_ORDER = (LetterStatus.PUBLISHED, LetterStatus.PRE_PUBLICATION, LetterStatus.DRAFT)


@dataclass(frozen=True, slots=True)
class PackageFile:
    """One file of the package.

    Attributes:
        path: within the package, with forward slashes.
        data: its bytes.
        what: what it is, in a sentence's part.
        media: its media type.
        of_children: whether it speaks of children, be it by pseudonyms and labels alone.
        made_of: paths of the files that it was made of.
        made_by: the action of the audit that tells of its making; empty where there is none.
    """

    path: str
    data: bytes
    what: str
    media: str
    of_children: bool = False
    made_of: tuple[str, ...] = field(default=())
    made_by: str = ""


MEDIA = {
    "json": "application/json",
    "jsonl": "application/jsonl",
    "toml": "application/toml",
    "parquet": "application/vnd.apache.parquet",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "html": "text/html",
}


def pieces(session: Session, ref: str, *, children: bool = True) -> list[PackageFile]:
    """Return every file of the package of an inspection, by path; of what is destroyed, the certificate.

    Raises:
        RestrictedError: it is to have what speaks of children, and a person has restricted the use of that.
    """
    if children and in_force(session, ref):
        raise RestrictedError(
            "A person has restricted the use of rows of this inspection, so what speaks of children does not leave. "
            "Make the package with --without-children, or wait until 2 people lift the restriction."
        )
    inspection, gone = session.get_one(Inspection, ref), refusing_classes(session, ref)
    gathered = [
        *_record(ref),
        *_bound(session, inspection),
        *_requests(session, ref, gone),
        *(() if RecordClass.CHILDREN in gone else (*_cohorts(session, ref), *_samples(session, ref))),
        *_letter(session, inspection, gone),
        *_destroyed(session, ref),
    ]
    return sorted(gathered, key=lambda piece: piece.path)


def _record(ref: str) -> Iterator[PackageFile]:
    # Before the chain: of an anchor that is made meanwhile the chain has the entry, too, and was not cut.
    anchors, _ = kept_in_store(ref)
    with snapshot() as session:
        chain = written(ref, exported(session, ref))
    yield _piece("audit/audit.jsonl", chain, "the audit of the inspection with its head")
    yield _piece("audit/anchors.jsonl", anchor_lines(anchors), "the anchors of the audit, as the store has locked them")


def _bound(session: Session, inspection: Inspection) -> Iterator[PackageFile]:
    kept = session.get(KeptTheme, inspection.ref)
    if kept:
        yield _piece("theme.toml", kept.written.encode(), "the theme as it was at the announcement")
    key = commitment_key(inspection.ref)
    if store.exists(key):
        what = "what the announcement bound itself to: digests of theme and seeds"
        yield _piece("commitment.json", store.get(key), what, made_by="inspection.announced")
    query = (
        select(TimetableStep).where(TimetableStep.inspection == inspection.ref).order_by(col(TimetableStep.position))
    )
    steps = [
        {"step": row.step, "label": row.label, "day": row.day.isoformat(), "explain": row.explain}
        for row in session.exec(query)
    ]
    yield _json(
        "timetable.json", {"announced": inspection.announced.isoformat(), "steps": steps}, "the stored timetable"
    )


def _requests(session: Session, ref: str, gone: Collection[RecordClass]) -> Iterator[PackageFile]:
    """Yield what was asked of whom, what came of it, and the receipt of each version; senders' files stay."""
    names = {row.id: row.name for row in session.exec(select(Agency).where(Agency.inspection == ref))}
    query = select(Request).where(Request.inspection == ref).order_by(col(Request.id))
    requests: list[dict[str, Any]] = [
        {
            "id": row.id,
            "agency": names[row.agency_id],
            "return": row.return_code,
            "due": row.due_at.isoformat(),
            "state": row.state.value,
            "versions": row.current_version,
        }
        for row in session.exec(query)
    ]
    yield _json("requests.json", {"requests": requests}, "what was asked of whom, by when, and its state")
    own = select(Submission.id).where(Submission.inspection == ref)
    checked = session.exec(select(CheckResult).where(col(CheckResult.submission_id).in_(own)))
    results = {row.submission_id: row for row in checked}
    rows = session.exec(select(Submission).where(Submission.inspection == ref).order_by(col(Submission.id))).all()
    receipts = [_receipt(row, results.get(row.id), receipts_of(session, row)) for row in rows]
    yield _json(
        "receipts.json", {"receipts": receipts}, "a receipt of each version that was received, with its verdict"
    )
    for row in rows:
        result = results.get(row.id)
        if result and result.report_key and not row.put_aside and RecordClass.CHILDREN not in gone:
            path = f"reports/{row.id}.{extension_of(result.report_key)}"
            data = store.get(result.report_key)
            yield _piece(path, data, f"the report on {row.id}", children=True, made_of=("theme.toml",))


def _receipt(row: Submission, result: CheckResult | None, reduced: list[dict[str, Any]]) -> dict[str, Any]:
    receipt: dict[str, Any] = {
        "id": row.id,
        "request": row.request_id,
        "version": row.version,
        "sha256": row.sha256,
        "size": row.size,
    }
    receipt |= {"received": row.received_at.isoformat(), "object_version": row.version_id}
    if row.put_aside:
        receipt["sent_in_error"] = True
    receipt |= {"reduced": reduced} if reduced else {}
    if result is None:
        return receipt
    counts = {name: getattr(result, name) for name in ("rows", "errors", "queries", "rule_set", "report_sha256")}
    return receipt | {"verdict": result.verdict.value if result.verdict else None, **counts}


def _cohorts(session: Session, ref: str) -> Iterator[PackageFile]:
    query = select(Cohort).where(Cohort.inspection == ref).order_by(col(Cohort.version))
    for row in session.exec(query):
        made_of = ("receipts.json", "theme.toml")
        what = f"the manifest of version {row.version} of the cohort"
        data = store.get(row.manifest_key)
        path = f"cohort/{row.version}/manifest.json"
        yield _piece(path, data, what, children=True, made_of=made_of, made_by="cohort.frozen")


def _samples(session: Session, ref: str) -> Iterator[PackageFile]:
    query = select(SampleDraw).where(SampleDraw.inspection == ref).order_by(col(SampleDraw.version))
    for drawn in session.exec(query):
        folder, cohort = f"sample/{drawn.version}", f"cohort/{drawn.cohort_version}/manifest.json"
        for name, data in draw_files(session, drawn).items():
            own = () if name == "manifest.json" else (f"{folder}/manifest.json",)
            made_of = (cohort, "commitment.json", "theme.toml", *own)
            what = f"draw {drawn.version}: {name.partition('.')[0]}"
            yield _piece(f"{folder}/{name}", data, what, children=True, made_of=made_of, made_by="sample.drawn")


def _destroyed(session: Session, ref: str) -> Iterator[PackageFile]:
    """Yield the certificate of each destruction: what is not in the package any more, and by whose decision."""
    query = select(Destruction).where(Destruction.inspection == ref, Destruction.state == DestructionState.DONE)
    for row in session.exec(query.order_by(col(Destruction.id))):
        data, what = store.get(row.certificate_key), f"the certificate of a destruction: {row.record_class.value}"
        yield _piece(f"destroyed/{row.id}-certificate.json", data, what, made_by="data.destroyed")


def _letter(session: Session, inspection: Inspection, gone: Collection[RecordClass]) -> Iterator[PackageFile]:
    """Yield the newest letter of the furthest status in all its formats, its evidence, and the proof of both."""
    query = select(Letter).where(Letter.inspection == inspection.ref)
    letters = sorted(session.exec(query), key=lambda row: (_ORDER.index(row.status), -row.version))
    if not letters:
        return
    letter = letters[0]
    own = RecordClass.RECORD if letter.status is LetterStatus.PUBLISHED else RecordClass.EVIDENCE
    # Of what is destroyed its certificate alone tells.
    if own in gone:
        return
    files = {extension_of(key): store.get(key) for key in letter.keys}
    for kind, data in files.items():
        path = f"letter/letter.{kind}"
        yield _piece(
            path, data, f"the {letter.status.value} letter", made_of=("theme.toml",), made_by="letter.compiled"
        )
    behind = {extension_of(key): store.get(key) for key in letter.evidence_keys}
    for kind, data in behind.items():
        yield _piece(f"letter/evidence.{kind}", data, "the evidence behind the letter", children=True)
    made_of = tuple(f"letter/letter.{kind}" for kind in sorted(files))
    if letter.proof_key:
        what = "a proof for each sentence of the letter"
        yield _piece(_PROOF, store.get(letter.proof_key), what, made_of=made_of)
    # What it opens are pieces of evidence, so it goes with them; the proof holds digests alone and stays.
    if letter.openings_key and RecordClass.EVIDENCE not in gone:
        what = "what each digest of evidence in the proof is of"
        yield _piece("letter/openings.json", store.get(letter.openings_key), what, children=True, made_of=(_PROOF,))


def _piece(
    path: str,
    data: bytes,
    what: str,
    *,
    children: bool = False,
    made_of: tuple[str, ...] = (),
    made_by: str = "",
) -> PackageFile:
    media = MEDIA.get(path.rpartition(".")[2], "application/octet-stream")
    return PackageFile(path, data, what, media, children, made_of, made_by)


def _json(
    path: str, value: dict[str, Any], what: str, *, children: bool = False, made_of: tuple[str, ...] = ()
) -> PackageFile:
    return _piece(path, canonical_document(value), what, children=children, made_of=made_of)
