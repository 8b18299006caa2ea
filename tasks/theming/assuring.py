"""Somebody from outside reads a thematic report before it is published, and two people decide that it is (L11)."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.england import ENGLAND
from models.events import Event, Owed
from models.ids import ReportSubject
from models.roles import TEAM_ROLES
from models.states import ReportStatus
from models.tables import Inspection, Membership, ThemeReport
from models.themes import theme
from models.words import joined
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.outbox import tell
from tasks.ledger.work import owe
from tasks.people.two_people import person_in
from tasks.theming.beginning import ReportRefusedError, published_inspections, report_of
from tasks.theming.gathering import content_digest, gathered
from tasks.theming.report import INTRODUCTION, ThematicReport, part_of_message
from tasks.theming.writing import open_report, part_labels, writers


@dataclass(frozen=True, slots=True)
class ReportReadiness:
    """What a report still needs before it can be published.

    Attributes:
        unwritten: labels of parts that must be written and are not.
        assured: whether somebody from outside has said that it is ready, as it stands now.
        gone: inspections of it whose letter no longer counts.
    """

    unwritten: tuple[str, ...]
    assured: bool
    gone: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Return what is lacking and what to do; an empty text where nothing is."""
        if self.gone:
            return (
                f"The letter of {joined(self.gone)} was withdrawn. Begin another report without it: this one cannot be "
                "published."
            )
        if self.unwritten:
            return f"Nobody has written: {joined(self.unwritten)}. Write it first."
        if not self.assured:
            return (
                "Nobody from outside has assured the report as it stands now. Ask a programme manager who wrote none "
                "of it, and who was in no team of its inspections, to read it."
            )
        return ""


def readiness(session: Session, row: ThemeReport, report: ThematicReport) -> ReportReadiness:
    """Return what a report needs: an introduction, prose on each message that stands somewhere, a recommendation."""
    labels = part_labels(theme(row.theme_id))
    needed = [INTRODUCTION]
    needed += [part_of_message(each.message.code) for each in report.messages if each.standing]
    lacking = [labels[name] for name in needed if not report.prose.get(name)]
    lacking += [] if report.recommendations else ["a recommendation"]
    counting = {each.ref for each in published_inspections(session, row.theme_id, rehearsal=row.rehearsal)}
    gone = tuple(ref for ref in row.inspections if ref not in counting)
    assured = bool(row.assured_sha256) and row.assured_sha256 == content_digest(session, row)
    return ReportReadiness(tuple(lacking), assured, gone)


def outside_refusal(session: Session, row: ThemeReport, person: str) -> str:
    """Return why somebody is not from outside a report; an empty text where they are.

    Args:
        session: a transaction.
        row: the report.
        person: their reference.
    """
    if person in {person_in(each) for each in writers(session, row)}:
        return "You wrote a part of this report. Somebody who wrote none of it assures it."
    query = select(Membership.inspection).where(
        Membership.person_id == person,
        col(Membership.role).in_(TEAM_ROLES),
        col(Membership.inspection).in_(row.inspections),
    )
    if session.exec(query).first():
        return "You were in the team of one of its inspections. Somebody from outside assures the report."
    return ""


def assure(ref: str, *, digest: str, by: str) -> None:
    """Record that somebody from outside has read a report as it stands, and says that it is ready.

    Args:
        ref: the report.
        digest: of what they have read.
        by: who says so, as the audit names them.

    Raises:
        UnknownReportError: there is no such report.
        ReportRefusedError: its publication is decided, they are not from outside, a part is not written, or it has
            changed since they read it.
    """
    with transaction() as session:
        row = open_report(session, ref)
        if refusal := outside_refusal(session, row, person_in(by)):
            raise ReportRefusedError(refusal)
        now = gathered(session, row)
        if now.digest != digest:
            raise ReportRefusedError("The report has changed since you opened this page. Read it again, then say so.")
        state = readiness(session, row, now.report)
        # That nobody has assured it yet is no reason against it here: this is what assures it.
        if state.unwritten or state.gone:
            raise ReportRefusedError(state.sentence)
        row.assured_by, row.assured_sha256 = by, digest
        row.assured_at = session.get_one(Inspection, row.inspection).now()
        session.add(row)
        facts = {"content_sha256": digest}
        audit.append(session, row.inspection, actor=by, action="report.assured", subject=ref, facts=facts)


def publish_report(ref: str, *, by: str, second: str) -> str:
    """Decide that a report is published, and return its anchor inspection; the published report is owed from then on.

    Raises:
        UnknownReportError: there is no such report.
        ReportRefusedError: something that it needs is lacking, or publication is decided already.
    """
    with transaction() as session:
        row = report_of(session, ref, lock=True)
        if row.decided_by:
            raise ReportRefusedError("The publication of this report is decided already.")
        # Asked again under the lock: the second person came later, and somebody may have written since.
        if sentence := readiness(session, row, gathered(session, row).report).sentence:
            raise ReportRefusedError(sentence)
        inspection = session.get_one(Inspection, row.inspection)
        row.decided_by, row.confirmed_by = by, second
        row.published_on = inspection.now().astimezone(ENGLAND).date()
        session.add(row)
        facts = {"confirmed_by": second, "content_sha256": row.assured_sha256, "published": str(row.published_on)}
        audit.append(session, row.inspection, actor=by, action="report.publish", subject=ref, facts=facts)
        owe(
            session,
            Owed.COMPILE_REPORT,
            str(ReportSubject(ref, ReportStatus.PUBLISHED, 1)),
            row.inspection,
        )
        tell(session, Event.REPORT_OWED, row.inspection, ref)
        return row.inspection
