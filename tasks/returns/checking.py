"""Checks a stored return in a child process, and keeps the report, the tables and every place in the evidence store."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session, select

from models.england import ENGLAND
from models.keys import by_content, check_folder, return_folder
from models.settings import settings
from models.tables import Agency, Inspection, Request, Submission
from models.themes import Theme
from tasks.ground import progress, store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ground.log import log
from tasks.ledger.themes import theme_of
from tasks.returns.arrivals import files_of
from tasks.returns.decisions import waivers_for
from tasks.returns.reduced_files import StoredCopy, kept_files, kept_now
from tasks.returns.scanning import Scan, ScannerAwayError, is_on, scan
from validation.annotated.copies import Annotated
from validation.contract.context import Context
from validation.contract.errors import NotAnnotatedError
from validation.contract.outcome import Options, Outcome, unreadable
from validation.engine.child import PLACES, annotate_in_child, check_in_child, reduced_in
from validation.files.copies import EXTENSION
from validation.files.refusals import MALWARE, TOO_LARGE
from validation.returns import contract

_COPY_SECONDS = 60
_KILLED_CHECKS = 3
"""So many checks in a row that are killed from outside make a file unreadable."""


@dataclass(frozen=True, slots=True)
class CheckedReturn:
    """The outcome of a check, and the keys under which it is stored."""

    outcome: Outcome
    report_key: str
    report_sha256: str
    table_keys: tuple[str, ...]
    places_key: str | None
    scan: Scan | None = None
    copies: tuple[StoredCopy, ...] = ()


def asked_of(session: Session, request: Request) -> tuple[str, ...]:
    """Return the codes of the returns that the agency of a request is asked for in its inspection."""
    query = select(Request.return_code).where(
        Request.inspection == request.inspection, Request.agency_id == request.agency_id
    )
    return tuple(sorted({request.return_code, *session.exec(query)}))


def context_of(session: Session, inspection: Inspection, request: Request, submission: Submission | None) -> Context:
    """Return the circumstances under which a submission, or one that may come, is checked now."""
    return Context(
        theme=theme_of(inspection),
        # In a later round the window is counted from the day on which the return was asked for again.
        announced=request.asked_on or inspection.announced,
        gss=inspection.area_gss,
        extract=submission.received_at.astimezone(ENGLAND).date() if submission else None,
        sample_refs=tuple(request.cases),
        agency=session.get_one(Agency, request.agency_id).kind,
        due=request.due_at.astimezone(ENGLAND).date(),
        waived=tuple(sorted({waiver.rule for waiver in waivers_for(session, request.id, inspection.today())})),
    )


def check(submission: Submission, request: Request, context: Context, failures: int) -> CheckedReturn:
    """Scan and check the pinned version of a submission, and store the report and the tables; safe to repeat.

    Args:
        submission: what is checked.
        request: what it answers.
        context: the circumstances.
        failures: how often this failed before. A check that is killed from outside is made again, since the machine may
            be the reason; only after several is the file.

    Raises:
        ScannerAwayError: files are scanned, and the scanner gave no clear answer about one of them.
        OurFaultError: the checking itself failed; the sender is not told that their file is wrong (L9).
    """
    progress.at(0.05, "scanning the file")
    with transaction() as session:
        files, expected = kept_files(session, submission), asked_of(session, request)
    scans = _scans(submission, files)
    progress.at(0.2, "checking the file")
    left: dict[str, bytes] = {}
    again = failures < _KILLED_CHECKS - 1
    outcome = _infected(submission, request, context, scans) or _outcome(
        submission, files, request, context, left, expected, again=again
    )
    progress.at(0.9, "keeping report and tables")
    copies = _copies(submission, files, outcome, left)
    return replace(_kept(submission, outcome, left), scan=_worst(scans), copies=copies)


def _scans(submission: Submission, files: Sequence[dict[str, Any]]) -> list[Scan]:
    """Return what the scanner reports of each file; nothing where none is scanned."""
    # A file over the limit gets its verdict without being opened; a scanner might refuse it and hold up that verdict.
    if not is_on() or _size(submission) > settings().max_upload_bytes:
        return []
    try:
        return [scan(store.chunks(file["key"], file["version_id"])) for file in files]
    except ScannerAwayError as away:
        log().warning("scanner.away", why=away.why, submission=submission.id)
        raise


def _worst(scans: Sequence[Scan]) -> Scan | None:
    return max(scans, key=lambda each: bool(each.malware), default=None)


def _infected(submission: Submission, request: Request, context: Context, scans: Sequence[Scan]) -> Outcome | None:
    """Return the outcome of a submission in which malware was found, now or, where none is scanned now, before."""
    infected: list[tuple[int | None, str]] = [
        (number, result.malware) for number, result in enumerate(scans, 1) if result.malware
    ]
    if not scans and submission.result.malware:
        infected = [(None, submission.result.malware)]
    if not infected:
        return None
    number, name = infected[0]
    # A return in one file needs no number by which its sender knows which file is meant.
    file = number if len(scans) > 1 else None
    return unreadable(
        request.return_code, MALWARE.about(name=name), context.rule_set, contract(request.return_code).version, file
    )


def _size(submission: Submission) -> int:
    return sum(file["size"] for file in files_of(submission))


def _outcome(
    submission: Submission,
    files: Sequence[dict[str, Any]],
    request: Request,
    context: Context,
    left: dict[str, bytes],
    expected: Sequence[str],
    *,
    again: bool,
) -> Outcome:
    most = settings().max_upload_bytes
    if _size(submission) > most:
        why = TOO_LARGE.about(megabytes=most // 2**20)
        return unreadable(request.return_code, why, context.rule_set, contract(request.return_code).version)
    outcome = check_in_child(
        [_pieces(file) for file in files],
        request.return_code,
        context,
        memory_bytes=settings().validation_memory_bytes,
        seconds=settings().validation_seconds,
        options=Options(places=True),
        again=again,
        expected=expected,
        copies=[n for n, file in enumerate(files, 1) if file["copy"]],
        left=left,
    )
    if outcome.fault:
        # The sender has an answer and goes on; whoever runs the service has a reader to look into.
        log().error("reader.stopped", fault=outcome.fault, submission=submission.id)
    return outcome


def marked_copy(submission: Submission, number: int, theme: Theme) -> Annotated:
    """Return a copy of a submission's file, counted from 1, with the verdict's places marked; it is not stored.

    The theme is that of the inspection.

    Raises:
        NotAnnotatedError: the copy takes more memory or time than it may, or the verdict says that the file is
            unreadable.
        OurFaultError: the making itself failed.
        IndexError: the submission has no such file.
    """
    files = kept_now(submission)
    file = files[number - 1]
    if submission.result.report_key is None or submission.result.verdict == "unreadable" or submission.result.malware:
        # Malware is never opened again, not even to mark it.
        raise NotAnnotatedError
    outcome = Outcome.from_json(store.get(submission.result.report_key))
    return annotate_in_child(
        _pieces(file),
        [outcome],
        memory_bytes=settings().validation_memory_bytes,
        seconds=min(settings().validation_seconds, _COPY_SECONDS),
        part=number if len(files) > 1 else None,
        theme=theme,
        copy=file["copy"],
    )


def _pieces(file: dict[str, Any]) -> Iterator[bytes]:
    """Return a file piece by piece: opened, it is in memory alone."""
    return store.chunks(file["key"], file["version_id"])


def _copies(
    submission: Submission, files: Sequence[dict[str, Any]], outcome: Outcome, left: Mapping[str, bytes]
) -> tuple[StoredCopy, ...]:
    """Store what the check left of each file with something that was not asked for; nothing where none was read."""
    if outcome.verdict == "unreadable":
        # What could not be read is kept as it came, for nobody knows what in it was asked for.
        return ()
    folder = return_folder(submission.request_id, submission.version)
    copies = []
    for number, copy in sorted(reduced_in(left).items()):
        file = files[number - 1]
        # The key names the content, so that a repeat after a death finds what it wrote.
        key = by_content(folder, f"kept-{number}", sha256(copy.data), EXTENSION.removeprefix("."))
        stored = store.put_once(key, copy.data, filename=store.filename_of(file["key"]))
        copies.append(StoredCopy(file, stored, copy.columns, copy.sheets))
    return tuple(copies)


def _kept(submission: Submission, outcome: Outcome, left: Mapping[str, bytes]) -> CheckedReturn:
    folder = check_folder(submission.request_id, submission.version, outcome.rule_set)
    report = outcome.to_json()
    digest = sha256(report)
    key = by_content(folder, "report", digest, "json")
    # Keys name the content, so that a repeat after a death stores nothing twice and overwrites nothing.
    keys: dict[str, str] = {}
    for name in sorted(name for name in left if name.endswith(".parquet")):
        stem, data = name.removesuffix(".parquet"), left[name]
        keys[name] = store.put_once(by_content(folder, stem, sha256(data), "parquet"), data).key
    return CheckedReturn(
        outcome,
        store.put_once(key, report, content_type="application/json").key,
        digest,
        tuple(key for name, key in keys.items() if name != PLACES),
        keys.get(PLACES),
    )
