"""Gathers what is public from the ledger and the store: published letters, what became of each, and reports."""

import json
from collections.abc import Iterator
from datetime import date

from sqlmodel import Session, col, select

from models.england import ENGLAND
from models.keys import extension_of
from models.states import LetterOutcome, LetterStatus, ReportStatus
from models.tables import CompiledReport, Inspection, Letter, ThemeReport
from tasks.ground import store
from tasks.ledger.themes import theme_of
from tasks.publishing.ending import LetterReason, end_of
from tasks.publishing.values import FORMATS, Ended, PublicInspection, PublicReport, PublicVersion
from tasks.theming.gathering import CERTIFICATE, file_name
from tasks.theming.withdrawing import ReportReason


def public_inspections(session: Session, *, rehearsals: bool = False) -> list[PublicInspection]:
    """Return the inspections whose letter was published, with every version; or the rehearsals alone."""
    query = (
        select(Inspection)
        .join(Letter, col(Letter.inspection) == Inspection.ref)
        .where(Letter.status == LetterStatus.PUBLISHED, Inspection.rehearsal == rehearsals)
        .distinct()
    )
    return [_public(session, row) for row in sorted(session.exec(query), key=lambda row: row.ref)]


def public_reports(session: Session, *, rehearsals: bool = False) -> list[PublicReport]:
    """Return the thematic reports that were published; or those on rehearsals alone."""
    query = (
        select(ThemeReport, CompiledReport)
        .where(
            CompiledReport.report == ThemeReport.ref,
            CompiledReport.status == ReportStatus.PUBLISHED,
            ThemeReport.rehearsal == rehearsals,
        )
        .order_by(ThemeReport.ref)
    )
    return [_report(row, compiled) for row, compiled in session.exec(query)]


def _report(row: ThemeReport, compiled: CompiledReport) -> PublicReport:
    # A certificate says how counts were protected, and which of them are hidden: it stays inside.
    keys = {file_name(key): key for key in compiled.keys}
    keys = {name: key for name, key in sorted(keys.items()) if name != f"{CERTIFICATE}.json"}
    record = json.loads(store.get(keys["report.json"]))
    day, areas = date.fromisoformat(record["published"]), len(record["areas"])
    ended = None
    if row.withdrawn_at:
        reason = ReportReason[row.withdrawn_reason].value
        ended = Ended(replaced=False, reason=reason, on=row.withdrawn_at.astimezone(ENGLAND).date())
    # Of a report that no longer counts nothing but its title is read: its files say why.
    files = {name: b"" if ended else store.get(key) for name, key in keys.items()}
    return PublicReport(row.ref, row.theme_id, record["title"], areas, day, files, row.rehearsal, ended)


def _public(session: Session, inspection: Inspection) -> PublicInspection:
    theme_ = theme_of(inspection)
    return PublicInspection(
        ref=inspection.ref,
        area=inspection.area_name,
        gss=inspection.area_gss,
        theme_id=theme_.id,
        theme=theme_.title,
        versions=tuple(_versions(session, inspection.ref)),
        rehearsal=inspection.rehearsal,
    )


def _versions(session: Session, ref: str) -> Iterator[PublicVersion]:
    query = select(Letter).where(Letter.inspection == ref, Letter.status == LetterStatus.PUBLISHED)
    for letter in session.exec(query.order_by(col(Letter.version))):
        keys = {extension_of(key): key for key in letter.keys}
        keys |= {"proof.json": letter.proof_key} if letter.proof_key else {}
        ended = _ended(session, ref, letter.version)
        # Of a letter that no longer counts nothing is read: its files say why.
        files = {form: b"" if ended else store.get(key) for form, key in sorted(keys.items()) if form in FORMATS}
        yield PublicVersion(letter.version, letter.compiled_at.astimezone(ENGLAND).date(), files, ended)


def _ended(session: Session, ref: str, version: int) -> Ended | None:
    row = end_of(session, ref, version)
    if row is None:
        return None
    reason = LetterReason[row.reason].value
    return Ended(row.outcome == LetterOutcome.REPLACED, reason, row.ended_at.astimezone(ENGLAND).date())
