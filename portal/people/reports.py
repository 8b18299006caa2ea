"""Thematic reports as programme managers keep them: written in parts, read from outside, published by two people."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlmodel import Session, select
from starlette.exceptions import HTTPException

from models.decisions import PUBLISH_REPORT, WITHDRAW_REPORT
from models.events import Owed
from models.ids import ReportSubject
from models.refusals import Mistake, Refusal
from models.roles import Act
from models.states import ReportStatus
from models.tables import CompiledReport, Inspection, ThemeReport
from models.themes import theme
from portal.pages.forms import Form, text_of
from portal.pages.frame import attachment, page, to
from portal.pages.fresh import check_fresh
from portal.pages.listing import EVERYTHING, ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import NotTheirsError, acting, programme_who_may
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.jobs.second_person import take
from tasks.ledger import audit
from tasks.ledger.outbox import send_soon
from tasks.ledger.work import is_underway
from tasks.people.sessions import SignedIn
from tasks.people.two_people import open_proposals
from tasks.publishing.pages import type_of
from tasks.theming.assuring import assure, outside_refusal, readiness
from tasks.theming.beginning import UnknownReportError, ask_for_draft, report_of, reports
from tasks.theming.charts import dots_title
from tasks.theming.gathering import file_name, gathered
from tasks.theming.grouping import in_areas
from tasks.theming.withdrawing import ReportReason, withdraw_refusal
from tasks.theming.words import in_words, word_drift
from tasks.theming.writing import NewerPartError, WrittenPart, part_labels, parts, write_part

router = APIRouter(prefix="/reports")

Keeper = Annotated[SignedIn, Depends(programme_who_may(Act.KEEP_REPORTS))]
"""Writes, reads and publishes thematic reports."""


def _row(session: Session, report: str) -> ThemeReport:
    """Return a report.

    Raises:
        NotTheirsError: there is none of this name.
    """
    try:
        return report_of(session, report)
    except UnknownReportError:
        raise NotTheirsError from None


@router.get("")
def listed(request: Request, _: Keeper) -> Response:
    """Show all reports, the newest first."""
    return _listed(request, EVERYTHING)


@router.post("")
def some(request: Request, _: Keeper, form: Form) -> Response:
    """Show or download the reports that are wanted."""
    return _listed(request, wanted_in(form))


def _state(row: ThemeReport) -> str:
    return "Published" if row.published_on else "Read from outside" if row.assured_by else "Being written"


_COLUMNS: tuple[ListingColumn[ThemeReport], ...] = (
    ListingColumn("report", "Report", lambda row: row.ref),
    ListingColumn("theme", "Theme", lambda row: row.theme_id, chosen=True),
    ListingColumn("rehearsal", "Rehearsal", lambda row: row.rehearsal, chosen=True),
    ListingColumn("inspections", "Inspections", lambda row: len(row.inspections)),
    ListingColumn("begun", "Begun", lambda row: row.begun_at),
    ListingColumn("state", "State", _state, chosen=True),
    ListingColumn("published", "Published", lambda row: row.published_on),
)


def _listed(request: Request, wanted: Wanted) -> Response:
    with transaction() as session:
        listing = arrange(reports(session), _COLUMNS, wanted)
    return answer(request, "reports", "Thematic reports", listing, _COLUMNS, back="/home")


@router.get("/{report}")
def show(request: Request, report: str, visitor: Keeper) -> Response:
    """Show where a report stands: its messages, parts, files, and what it needs; the audit records who read it."""
    return _show(request, report, visitor)


def _show(request: Request, report: str, visitor: SignedIn, mistakes: tuple[Mistake, ...] = ()) -> Response:
    with transaction() as session:
        row = _row(session, report)
        now = gathered(session, row)
        state = readiness(session, row, now.report)
        facts: dict[str, Any] = {
            "row": row,
            "report": now.report,
            "counts": [(each, in_areas(len(each.standing), each.of)) for each in now.report.messages],
            "glance": dots_title(now.report),
            "parts": parts(session, row),
            "state": state,
            "seen": now.digest,
            "words_used": [in_words(each) for each in word_drift(session, row)],
            "outside": outside_refusal(session, row, visitor.person),
            "compiled": _compiled(session, row),
            "compiling": _is_compiling(session, row),
            "inspections": [session.get_one(Inspection, ref) for ref in row.inspections],
            "reasons": {each.name: each.value for each in ReportReason},
            "may_withdraw": not withdraw_refusal(session, row),
            "waiting": [each for each in open_proposals(session, row.inspection) if each.subject == row.ref],
        }
        _record(session, row, visitor, "page")
    status = 422 if mistakes else 200
    return page(request, "report", now.report.title, status=status, mistakes=mistakes, back="/reports", **facts)


def _compiled(session: Session, row: ThemeReport) -> tuple[CompiledReport, list[str]] | None:
    """Return the newest compiled form of a report with the names of its files; the published one, if there is one."""
    rows = list(session.exec(select(CompiledReport).where(CompiledReport.report == row.ref)))
    if not rows:
        return None
    newest = max(rows, key=lambda each: (each.status == ReportStatus.PUBLISHED, each.version))
    return newest, [file_name(key) for key in newest.keys]


def _is_compiling(session: Session, row: ThemeReport) -> bool:
    made = _compiled(session, row)
    draft = made[0].version if made and made[0].status == ReportStatus.DRAFT else 0
    subjects = (
        ReportSubject(row.ref, ReportStatus.DRAFT, draft + 1),
        ReportSubject(row.ref, ReportStatus.PUBLISHED, 1),
    )
    return any(is_underway(session, Owed.COMPILE_REPORT, str(subject)) for subject in subjects) and not (
        made and made[0].status == ReportStatus.PUBLISHED
    )


def _record(session: Session, row: ThemeReport, visitor: SignedIn, form: str) -> None:
    facts, by = {"as": form}, acting(visitor, Act.KEEP_REPORTS)
    audit.append(session, row.inspection, actor=by, action="report.read", subject=row.ref, facts=facts)


@router.get("/{report}/parts/{part}")
def edit(request: Request, report: str, part: str, visitor: Keeper) -> Response:
    """Show a part to be written; the audit records who read it."""
    with transaction() as session:
        row = _row(session, report)
        now = _part(session, row, part)
        _record(session, row, visitor, "part")
    return _form(request, row, now, now.text, now.version)


def _part(session: Session, row: ThemeReport, name: str) -> WrittenPart:
    """Return a part of a report.

    Raises:
        NotTheirsError: it has no such part.
    """
    if name not in part_labels(theme(row.theme_id)):
        raise NotTheirsError
    return next(part for part in parts(session, row) if part.name == name)


def _form(
    request: Request, row: ThemeReport, part: WrittenPart, text: str, seen: int, mistakes: tuple[Mistake, ...] = ()
) -> Response:
    codes = [message.code for message in theme(row.theme_id).messages]
    facts: dict[str, Any] = {"row": row, "part": part, "text": text, "seen": seen, "codes": codes}
    status, back = 422 if mistakes else 200, f"/reports/{row.ref}"
    return page(request, "report_part", part.label, status=status, mistakes=mistakes, back=back, **facts)


@router.post("/{report}/parts/{part}")
def write(request: Request, report: str, part: str, visitor: Keeper, form: Form) -> Response:
    """Save a version of a part, unless somebody else's newer one has not been seen."""
    text, seen = text_of(form, "text"), text_of(form, "seen")
    follows = int(seen) if seen.isdecimal() and len(seen) < 6 else 0
    with transaction() as session:
        row = _row(session, report)
        _part(session, row, part)
    try:
        write_part(report, part, text, follows=follows, by=acting(visitor, Act.KEEP_REPORTS))
    except Refusal as refused:
        with transaction() as session:
            now = _part(session, row, part)
        # Whoever was overtaken has now seen the newer text, which stands beside theirs.
        follows = now.version if isinstance(refused, NewerPartError) else follows
        mistakes = tuple(Mistake("text", each.text) for each in refused.mistakes)
        return _form(request, row, now, text, follows, mistakes)
    return to(f"/reports/{report}", "part_written")


@router.post("/{report}/compile")
def compile_again(request: Request, report: str, visitor: Keeper, _: Form) -> Response:
    """Have a new draft made with what is written now."""
    with transaction() as session:
        _row(session, report)
    try:
        ask_for_draft(report, by=acting(visitor, Act.KEEP_REPORTS))
    except Refusal as refused:
        return _show(request, report, visitor, (Mistake("compile", refused.sentence),))
    send_soon()
    return to(f"/reports/{report}", "report_owed")


@router.post("/{report}/assure")
def assured(request: Request, report: str, visitor: Keeper, form: Form) -> Response:
    """Say, as somebody from outside, that the report is ready as it stands."""
    with transaction() as session:
        _row(session, report)
    try:
        check_fresh(request)
        assure(report, digest=text_of(form, "seen"), by=acting(visitor, Act.KEEP_REPORTS))
    except Refusal as refused:
        return _show(request, report, visitor, (Mistake("assure", refused.sentence),))
    return to(f"/reports/{report}", "report_assured")


@router.post("/{report}/publish")
def publish(request: Request, report: str, visitor: Keeper, _: Form) -> Response:
    """Ask a second programme manager to confirm that the report is published."""
    with transaction() as session:
        _row(session, report)
    try:
        visitor.check_fresh()
        take(PUBLISH_REPORT, {"report": report}, by=acting(visitor, Act.KEEP_REPORTS))
    except Refusal as refused:
        return _show(request, report, visitor, (Mistake("publish", refused.sentence),))
    return to(f"/reports/{report}", "report_asked")


@router.post("/{report}/withdraw")
def withdraw(request: Request, report: str, visitor: Keeper, form: Form) -> Response:
    """Ask a second programme manager to confirm that the published report is withdrawn, for a listed reason."""
    with transaction() as session:
        _row(session, report)
    reason = text_of(form, "reason")
    if reason not in ReportReason.__members__:
        return _show(request, report, visitor, (Mistake("reason", "Choose why the report is withdrawn."),))
    try:
        visitor.check_fresh()
        take(WITHDRAW_REPORT, {"report": report, "reason": reason}, by=acting(visitor, Act.KEEP_REPORTS))
    except Refusal as refused:
        return _show(request, report, visitor, (Mistake("reason", refused.sentence),))
    return to(f"/reports/{report}", "withdrawal_asked")


@router.get("/{report}/files/{name}")
def download(report: str, name: str, visitor: Keeper) -> Response:
    """Download one file of the newest compiled form; the audit records who took it."""
    with transaction() as session:
        row = _row(session, report)
        made = _compiled(session, row)
        keys = {file_name(key): key for key in made[0].keys} if made else {}
        if made is None or name not in keys:
            raise HTTPException(404)
        _record(session, row, visitor, name)
    return attachment(store.get(keys[name]), f"{report}-{made[0].status}-{made[0].version}-{name}", type_of(name))
