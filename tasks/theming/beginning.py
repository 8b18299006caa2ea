"""Begins thematic reports: unasked once enough areas' letters of a theme are published, or as a person asks."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.events import Event, Owed
from models.ids import ReportSubject, once_key, theme_report_ref
from models.refusals import NothingThereError, Refusal
from models.states import LetterStatus, ReportStatus
from models.tables import CompiledReport, Inspection, Letter, LetterEnd, ThemeReport
from models.themes import theme, theme_ids
from models.words import plural
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.outbox import tell
from tasks.ledger.themes import theme_of
from tasks.ledger.work import is_underway, owe
from tasks.people.notices import write_notice

SYSTEM = "system: compile-thematic-report"
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('thematic reports'))")


class ReportRefusedError(Refusal):
    """Something about a thematic report cannot be done as asked; the message says why and what to do."""


class UnknownReportError(NothingThereError):
    """There is no such thematic report."""

    def __init__(self) -> None:
        super().__init__("There is no such thematic report. Choose one from the list.")


def report_of(session: Session, ref: str, *, lock: bool = False) -> ThemeReport:
    """Return a report, its row locked until the transaction's end where asked.

    Raises:
        UnknownReportError: there is none of this name.
    """
    query = select(ThemeReport).where(ThemeReport.ref == ref)
    if lock:
        # The session may hold the row from before the lock, and would give it back as it was.
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.exec(query).one_or_none()
    if row is None:
        raise UnknownReportError
    return row


def reports(session: Session) -> list[ThemeReport]:
    """Return all reports, the newest first."""
    return list(session.exec(select(ThemeReport).order_by(col(ThemeReport.begun_at).desc(), ThemeReport.ref)))


def published_inspections(session: Session, theme_id: str, *, rehearsal: bool) -> list[Inspection]:
    """Return the inspections of a theme whose published letter counts, the earliest published first."""
    newest: dict[str, Letter] = {}
    query = select(Letter, Inspection).where(
        Letter.inspection == Inspection.ref,
        Letter.status == LetterStatus.PUBLISHED,
        Inspection.theme_id == theme_id,
        Inspection.rehearsal == rehearsal,
    )
    rows: dict[str, Inspection] = {}
    for letter, inspection in session.exec(query.order_by(col(Letter.version))):
        # Rows come by version, so that the last of an inspection is its letter in force.
        newest[inspection.ref], rows[inspection.ref] = letter, inspection
    ended = {(end.inspection, end.version) for end in session.exec(select(LetterEnd))}
    counting = [letter for letter in newest.values() if (letter.inspection, letter.version) not in ended]
    return [
        rows[letter.inspection] for letter in sorted(counting, key=lambda each: (each.compiled_at, each.inspection))
    ]


def begin_due() -> list[str]:
    """Begin the report of every theme of which enough areas are published that no report is about; return which.

    Whoever asks, and however often, begins each once: the ledger says what is due (L3).
    """
    with transaction() as session:
        session.execute(_ONE_AT_A_TIME)
        return [row.ref for row in _due(session)]


def _due(session: Session) -> list[ThemeReport]:
    begun = []
    reported: dict[tuple[str, bool], set[str]] = defaultdict(set)
    for row in reports(session):
        reported[row.theme_id, row.rehearsal] |= set(row.inspections)
    shipped_or_own = set(theme_ids())
    for theme_id, rehearsal in _with_letters(session):
        # Without its file a theme has no messages to look for, so nothing of it is begun.
        published = published_inspections(session, theme_id, rehearsal=rehearsal) if theme_id in shipped_or_own else []
        waiting = [each for each in published if each.ref not in reported[theme_id, rehearsal]]
        # Areas and not inspections: an area that was inspected twice counts once.
        if waiting and len({each.area_gss for each in waiting}) >= _areas_wanted(waiting[-1]):
            begun.append(_begin(session, theme_id, waiting, by=SYSTEM))
    return begun


def _with_letters(session: Session) -> list[tuple[str, bool]]:
    """Return the themes that have a published letter, and whether a rehearsal's; few have, and each costs queries."""
    query = (
        select(Inspection.theme_id, Inspection.rehearsal)
        .join(Letter, col(Letter.inspection) == Inspection.ref)
        .where(Letter.status == LetterStatus.PUBLISHED)
        .distinct()
    )
    return sorted(session.exec(query))


def _areas_wanted(newest: Inspection) -> int:
    """Return how many areas a report wants; by the theme that an inspection keeps where its file cannot be used now."""
    try:
        return theme(newest.theme_id).report.areas
    except Refusal:
        return theme_of(newest).report.areas


def begin(theme_id: str, refs: Sequence[str], *, by: str) -> str:
    """Begin a report on some inspections as a person asks, and return its reference.

    Args:
        theme_id: the theme.
        refs: references of inspections; all of the theme that are published and in no report yet, where empty.
        by: who begins it, as the audit names them.

    Raises:
        ReportRefusedError: an inspection is of another theme, a rehearsal among others, or not published, or there are
            fewer than 2.
        UnknownThemeError: there is no such theme.
    """
    # Only to refuse a theme that there is not: what follows would speak of missing letters.
    theme(theme_id)
    with transaction() as session:
        session.execute(_ONE_AT_A_TIME)
        chosen = _chosen(session, theme_id, [ref.strip() for ref in refs if ref.strip()])
        return _begin(session, theme_id, chosen, by=by).ref


def _chosen(session: Session, theme_id: str, refs: Sequence[str]) -> list[Inspection]:
    every = [each for made_up in (False, True) for each in published_inspections(session, theme_id, rehearsal=made_up)]
    if refs:
        there = {each.ref for each in every}
        if lacking := [ref for ref in refs if ref not in there]:
            raise ReportRefusedError(
                f"No letter of {lacking[0]} on {theme_id} is published that counts. "
                "Name inspections of this theme whose letters are published."
            )
        chosen = [each for each in every if each.ref in set(refs)]
    else:
        before = {ref for row in reports(session) if row.theme_id == theme_id for ref in row.inspections}
        # A report that nobody names inspections for is on real ones that no report counted yet.
        chosen = [each for each in every if each.ref not in before and not each.rehearsal]
    if len({each.rehearsal for each in chosen}) > 1:
        raise ReportRefusedError("A report is on inspections or on rehearsals, and never on both. Name only one kind.")
    if len({each.area_gss for each in chosen}) < 2:
        raise ReportRefusedError("A thematic report is on at least 2 areas. Name more inspections that are published.")
    return chosen


def _begin(session: Session, theme_id: str, inspections: Sequence[Inspection], *, by: str) -> ThemeReport:
    newest = inspections[-1]
    kind = newest.rehearsal
    number = 1 + sum(row.theme_id == theme_id and row.rehearsal == kind for row in reports(session))
    row = ThemeReport(
        ref=theme_report_ref(theme_id, number, rehearsal=kind),
        theme_id=theme_id,
        number=number,
        inspection=newest.ref,
        inspections=sorted(each.ref for each in inspections),
        rehearsal=kind,
        begun_by=by,
        begun_at=newest.now(),
    )
    session.add(row)
    session.flush()
    facts = {"inspections": len(row.inspections), "theme": theme_id}
    audit.append(session, row.inspection, actor=by, action="report.begun", subject=row.ref, facts=facts)
    owe_draft(session, row)
    areas = plural(len({each.area_gss for each in inspections}), "area")
    about = {"report": row.ref, "areas": areas}
    write_notice(
        session, "report_begun", "manager", once=once_key(row.ref, "begun"), inspection=newest.ref, facts=about
    )
    return row


def ask_for_draft(ref: str, *, by: str) -> None:
    """Record that a new draft of a report is owed, because a person asks for one.

    Raises:
        UnknownReportError: there is no such report.
        ReportRefusedError: its publication is decided.
    """
    with transaction() as session:
        row = report_of(session, ref, lock=True)
        if row.decided_by:
            raise ReportRefusedError("The publication of this report is decided, so no other draft is made.")
        owe_draft(session, row)
        audit.append(session, row.inspection, actor=by, action="report.draft-asked", subject=row.ref)


def owe_draft(session: Session, row: ThemeReport) -> None:
    """Record that a new draft of a report is owed; one that is owed already is enough."""
    made = session.exec(
        select(CompiledReport).where(CompiledReport.report == row.ref, CompiledReport.status == ReportStatus.DRAFT)
    ).all()
    subject = str(ReportSubject(row.ref, ReportStatus.DRAFT, len(made) + 1))
    if not is_underway(session, Owed.COMPILE_REPORT, subject):
        owe(session, Owed.COMPILE_REPORT, subject, row.inspection)
        tell(session, Event.REPORT_OWED, row.inspection, row.ref)
