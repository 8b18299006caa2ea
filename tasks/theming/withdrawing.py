"""Withdraws a published thematic report, as two people decide; its addresses then say why."""

from enum import StrEnum

from sqlmodel import Session

from models.events import Event, Owed
from models.ids import PagesSubject
from models.states import ReportStatus
from models.tables import CompiledReport, Inspection, ThemeReport
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.outbox import tell
from tasks.ledger.work import owe
from tasks.theming.beginning import ReportRefusedError, report_of


class ReportReason(StrEnum):
    """Why a published report no longer counts: public words from a list, because free words could name a child."""

    FACT_WRONG = "A fact in the report was wrong"
    NOT_PUBLIC = "The report held something that should not be public"
    WRONG_VERSION = "The wrong version was published"
    LETTER_WITHDRAWN = "A letter that the report rests on was withdrawn"
    COURT = "A court or another authority asked for it"


def withdraw_refusal(session: Session, row: ThemeReport) -> str:
    """Return why a report cannot be withdrawn; an empty text where it can."""
    if row.withdrawn_at is not None:
        return "This report was withdrawn already."
    if session.get(CompiledReport, (row.ref, ReportStatus.PUBLISHED, 1)) is None:
        return "This report is not published, so it cannot be withdrawn."
    return ""


def withdraw_report(ref: str, reason: ReportReason, *, by: str, second: str) -> str:
    """Withdraw a published report, and return its anchor inspection; the public pages are owed anew from then on.

    Raises:
        UnknownReportError: there is no such report.
        ReportRefusedError: it is not published, or was withdrawn already.
    """
    with transaction() as session:
        row = report_of(session, ref, lock=True)
        if refusal := withdraw_refusal(session, row):
            raise ReportRefusedError(refusal)
        row.withdrawn_at = session.get_one(Inspection, row.inspection).now()
        row.withdrawn_reason = reason.name
        session.add(row)
        facts = {"confirmed_by": second, "reason": reason.name.lower()}
        audit.append(session, row.inspection, actor=by, action="report.withdrawn", subject=ref, facts=facts)
        subject = str(PagesSubject(row.inspection, "report-withdrawn", row.number))
        owe(session, Owed.PUBLISH_PAGES, subject, row.inspection)
        tell(session, Event.LETTER_ENDED, row.inspection, row.inspection)
        return row.inspection
