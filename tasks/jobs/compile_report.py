"""Compiles an owed thematic report in all its files; a published one is owed to the public pages from then on."""

from datetime import datetime, timedelta

from sqlmodel import Session

from models.events import Owed
from models.ids import PagesSubject, ReportSubject
from models.keys import by_content, report_folder
from models.states import ReportStatus
from models.tables import CompiledReport, Inspection, ThemeReport
from models.tables.base import utc_now
from models.words import plain, plural
from tasks.cohort.versions import KEEP_DAYS
from tasks.ground import progress, store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ledger import audit
from tasks.ledger.work import Claim, finish, owe
from tasks.theming.beginning import SYSTEM, owe_draft, report_of
from tasks.theming.formats import formats
from tasks.theming.gathering import CERTIFICATE, gathered


def report_name(claimed: Claim) -> str:
    """Return what people call the work: the report and in which form it is compiled."""
    owed = ReportSubject.parse(claimed.subject)
    return f"{owed.ref} - {plain(owed.status)} v{owed.number}"


def compile_report(claimed: Claim) -> str:
    """Compile one owed report, store its files and record them; safe to repeat."""
    owed = ReportSubject.parse(claimed.subject)
    with transaction() as session:
        row = report_of(session, owed.ref, lock=True)
        now = gathered(session, row)
        if owed.status == ReportStatus.PUBLISHED and now.digest != row.assured_sha256:
            return _taken_back(session, claimed, row)
    progress.at(0.2, "making the report in its formats")
    files = formats(now.report)
    if now.certificate:
        files = {**files, f"{CERTIFICATE}.json": now.certificate}
    # As with letters: only what is published is under object lock.
    keep = utc_now() + timedelta(days=KEEP_DAYS) if owed.status == ReportStatus.PUBLISHED else None
    folder = report_folder(owed.ref, owed.status, owed.number)
    keys = [_stored(folder, name, content, keep) for name, content in sorted(files.items())]
    with transaction() as session:
        finish(session, claimed)
        row = report_of(session, owed.ref, lock=True)
        inspection = session.get_one(Inspection, row.inspection)
        compiled = CompiledReport(
            report=row.ref,
            status=owed.status,
            version=owed.number,
            keys=keys,
            sha256=sha256(files["report.pdf"]),
            content_sha256=now.digest,
            compiled_at=inspection.now(),
        )
        session.add(compiled)
        facts = {"status": owed.status, "version": owed.number, "pdf_sha256": compiled.sha256}
        audit.append(session, row.inspection, actor=SYSTEM, action="report.compiled", subject=row.ref, facts=facts)
        if owed.status == ReportStatus.PUBLISHED:
            owe(session, Owed.PUBLISH_PAGES, str(PagesSubject(row.inspection, "report", row.number)), row.inspection)
    return plural(len(now.report.areas), "area")


def _taken_back(session: Session, claimed: Claim, row: ThemeReport) -> str:
    """Take the decision back where something has changed since it: nothing is published that nobody assured."""
    finish(session, claimed)
    row.decided_by, row.confirmed_by, row.published_on = "", "", None
    session.add(row)
    audit.append(session, row.inspection, actor=SYSTEM, action="report.publication-taken-back", subject=row.ref)
    owe_draft(session, row)
    return "it has changed since it was assured, so it is not published"


def _stored(folder: str, name: str, content: bytes, keep: datetime | None) -> str:
    stem, _, extension = name.rpartition(".")
    key = by_content(folder, stem, sha256(content), extension)
    return store.put_once(key, content, keep_until=keep).key
