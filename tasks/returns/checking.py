"""Checks a stored return in a child process, and keeps the report, the tables and every place in the evidence store."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
from sqlmodel import Session

from models.england import ENGLAND
from models.keys import by_content, check_folder
from models.settings import settings
from models.tables import Agency, Inspection, Request, Submission
from models.themes import theme
from tasks.ground import progress, store
from tasks.ground.digests import sha256
from tasks.ground.log import log
from tasks.ground.scratch import scratch
from tasks.ground.tables import table_at
from tasks.returns.arrivals import files_of
from tasks.returns.decisions import waivers_for
from tasks.returns.scanning import Scan, ScannerAwayError, is_on, scan
from validation.annotated.copies import Annotated
from validation.contract.context import Context
from validation.contract.errors import NotAnnotatedError
from validation.contract.outcome import Options, Outcome, unreadable
from validation.engine.child import PLACES, annotate_in_child, check_in_child
from validation.files.refusals import MALWARE, TOO_LARGE
from validation.returns import contract

_COPY_SECONDS = 60
_KILLED_CHECKS = 3
"""So many checks in a row that are killed from outside make a file unreadable."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found and where it is kept."""

    outcome: Outcome
    report_key: str
    report_sha256: str
    table_keys: tuple[str, ...]
    places_key: str | None
    scan: Scan | None = None


def context_of(session: Session, inspection: Inspection, request: Request, submission: Submission | None) -> Context:
    """Return the circumstances under which a submission, or one that may come, is checked now."""
    return Context(
        theme=theme(inspection.theme_id),
        announced=inspection.announced,
        gss=inspection.area_gss,
        extract=submission.received_at.date() if submission else None,
        sample_refs=tuple(request.cases),
        agency=session.get_one(Agency, request.agency_id).kind,
        due=request.due_at.astimezone(ENGLAND).date(),
        waived=tuple(sorted({one.rule for one in waivers_for(session, request.id, inspection.now().date())})),
    )


def check(submission: Submission, request: Request, context: Context, failures: int) -> Checked:
    """Have the pinned version of a submission scanned, check it, and keep what came of it; safe to repeat.

    Args:
        submission: what is checked.
        request: what it answers.
        context: the circumstances.
        failures: how often this failed before. A check that is killed from outside is made again before the file is
            held to be the reason.

    Raises:
        ScannerAwayError: files are scanned, and the scanner gave no clear answer about one of them.
        OurFaultError: the checking itself failed; the sender is not told that their file is wrong (L9).
    """
    progress.at(0.05, "scanning the file")
    scans = _scans(submission)
    with scratch() as folder:
        progress.at(0.2, "checking the file")
        again = failures < _KILLED_CHECKS - 1
        outcome = _infected(submission, request, context, scans) or _outcome(
            submission, request, context, folder, again=again
        )
        progress.at(0.9, "keeping report and tables")
        return replace(_kept(submission, outcome, folder), scan=_worst(scans))


def _scans(submission: Submission) -> list[Scan]:
    """Return what the scanner says of each file; nothing where none is scanned."""
    if not is_on() or _size(submission) > settings().max_upload_bytes:
        return []
    try:
        return [scan(store.chunks(one["key"], one["version_id"])) for one in files_of(submission)]
    except ScannerAwayError as away:
        log().warning("scanner.away", why=away.why, submission=submission.id)
        raise


def _worst(scans: Sequence[Scan]) -> Scan | None:
    return max(scans, key=lambda one: bool(one.found), default=None)


def _infected(submission: Submission, request: Request, context: Context, scans: Sequence[Scan]) -> Outcome | None:
    """Return the outcome of a submission in which malware was found, now or, where none is scanned now, before."""
    found: list[tuple[int | None, str]] = [(number, one.found) for number, one in enumerate(scans, 1) if one.found]
    if not scans and submission.result.malware:
        found = [(None, submission.result.malware)]
    if not found:
        return None
    number, name = found[0]
    file = number if len(scans) > 1 else None
    return unreadable(
        request.return_code, MALWARE.about(name=name), context.rule_set, contract(request.return_code).version, file
    )


def _size(submission: Submission) -> int:
    return sum(one["size"] for one in files_of(submission))


def _outcome(submission: Submission, request: Request, context: Context, folder: Path, *, again: bool) -> Outcome:
    most, files = settings().max_upload_bytes, files_of(submission)
    if _size(submission) > most:
        why = TOO_LARGE.about(megabytes=most // 2**20)
        return unreadable(request.return_code, why, context.rule_set, contract(request.return_code).version)
    paths = [_fetched(one, folder / f"return-{n}{one['extension']}") for n, one in enumerate(files, 1)]
    return check_in_child(
        paths,
        request.return_code,
        context,
        folder,
        memory_bytes=settings().validation_memory_bytes,
        seconds=settings().validation_seconds,
        options=Options(places=True),
        again=again,
    )


def marked_copy(submission: Submission, number: int) -> Annotated:
    """Mark the places of a verdict in a copy of a file of the submission, from 1; nothing of it is kept.

    Raises:
        NotAnnotatedError: the copy takes more memory or time than it may, or the verdict says that the file is
            unreadable.
        OurFaultError: the making itself failed.
        IndexError: the submission has no such file.
    """
    files = files_of(submission)
    file = files[number - 1]
    if submission.result.report_key is None or submission.result.verdict == "unreadable" or submission.result.malware:
        raise NotAnnotatedError
    outcome = Outcome.from_json(store.get(submission.result.report_key))
    with scratch() as folder:
        return annotate_in_child(
            _fetched(file, folder / f"return{file['extension']}"),
            [outcome],
            folder,
            memory_bytes=settings().validation_memory_bytes,
            seconds=min(settings().validation_seconds, _COPY_SECONDS),
            part=number if len(files) > 1 else None,
        )


def _fetched(file: dict[str, Any], path: Path) -> Path:
    with path.open("wb") as out:
        out.writelines(store.chunks(file["key"], file["version_id"]))
    return path


def _kept(submission: Submission, outcome: Outcome, out: Path) -> Checked:
    folder = check_folder(submission.request_id, submission.version, outcome.rule_set)
    report = outcome.to_json()
    digest = sha256(report)
    key = by_content(folder, "report", digest, "json")
    keys = {path.name: _put(folder, path) for path in sorted(out.glob("*.parquet"))}
    return Checked(
        outcome,
        store.put_once(key, report, content_type="application/json").key,
        digest,
        tuple(key for name, key in keys.items() if name != PLACES),
        keys.get(PLACES),
    )


def _put(folder: str, table: Path) -> str:
    data = table.read_bytes()
    return store.put_once(by_content(folder, table.stem, sha256(data), "parquet"), data).key


def places_at(key: str) -> pl.DataFrame:
    """Read every place of a check's findings; see `validation.engine.places`."""
    return table_at(key)
