"""One markdown board an inspection, always true: stage, timetable, who owes what, verdicts, what to do next."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, func, select

from models.england import ENGLAND
from models.lifecycle import SETTLED, UNSIGNED, RequestState, Stage
from models.settings import settings
from models.states import WorkState
from models.tables import (
    Agency,
    Finding,
    Inspection,
    Letter,
    Request,
    SampleDecision,
    SampleDraw,
    Statement,
    Submission,
    TimetableStep,
    Work,
)
from models.themes import theme
from models.words import day_and_month, long, plain, short, short_moment, short_weekday
from tasks.cohort.overlaps import lists, lists_in_markdown
from tasks.cohort.review_counts import standing
from tasks.cohort.versions import (
    changes_in_words,
    cohort_in_force,
    cohorts_of,
    decisions_in,
    draws_of,
    newest_draw,
    said,
    undecided,
)
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ground.prefect_api import PrefectUnreachableError, PutMarkdown
from tasks.ledger.rows import inspection_of
from tasks.returns.cohort_versions import admitted, unbuilt

_NEXT = {
    Stage.ANNOUNCED: "Requests and templates are being made; nothing to do.",
    Stage.RETURNS_OPEN: "Wait for the returns below. Those overdue are chased; call the agency if one stays overdue.",
    Stage.RETURNS_CLOSED: "Children are being linked into the cohort; nothing to do.",
    Stage.COHORT_FROZEN: "A sample is being drawn; nothing to do.",
    Stage.SAMPLE_PROPOSED: "Decide on the sample: run **decide-sample** (approve, eliminate, replace or redraw).",
    Stage.SAMPLE_APPROVED: "Lists and templates for the evaluations are being made; nothing to do.",
    Stage.EVALUATIONS_OPEN: "Wait for the agencies' evaluations. Fieldwork begins on its day.",
    Stage.FIELDWORK: "Inspectors record findings on the portal or by workbook.",
    Stage.FINDINGS_DRAFTING: "Record what is missing, then run **compile-findings** for the draft letter.",
    Stage.FACTUAL_ACCURACY: "Agencies comment; decide each correction on the portal, then run **factual-accuracy**.",
    Stage.PRE_PUBLICATION: "Read it again, then run **publish** on its day. **record-recipient** mends addresses.",
    Stage.PUBLISHED: "The letter is published and no written statement is needed: run **end-inspection** to close.",
    Stage.STATEMENT_DUE: "Wait for the written statement of the area; it is chased before and after its day.",
    Stage.STATEMENT_RECEIVED: "Read the written statement, then run **end-inspection** to close.",
    Stage.CLOSED: "Nothing; the inspection is closed.",
    Stage.DEFERRED: "Paused. Run **end-inspection** to reopen or cancel it.",
    Stage.CANCELLED: "Nothing; the inspection was cancelled.",
}

_LETTERS = {"draft": "draft", "pre_publication": "pre-publication copy", "published": "published"}

_SIGNS = {
    RequestState.ACCEPTED: "✓",
    RequestState.NIL_DECLARED: "✓",
    RequestState.WAIVED: "✓",
    RequestState.QUERIED: "✓",
    RequestState.REJECTED: "✗",
    RequestState.OVERDUE: "✗",
    RequestState.RECEIVED: "…",
    RequestState.VALIDATING: "…",
}


@dataclass(frozen=True, slots=True)
class Owing:
    """One line of the board: who owes what, and the newest verdict."""

    agency: str
    return_code: str
    state: RequestState
    due: datetime
    late_until: date | None
    version: int
    verdict: str | None
    rows: int | None
    errors: int | None
    queries: int | None


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that a board shows, as values."""

    inspection: Inspection
    today: date
    steps: tuple[TimetableStep, ...]
    owing: tuple[Owing, ...]
    milestones: tuple[str, ...]
    faults: tuple[str, ...]
    portal: str
    decided: tuple[SampleDecision, ...] = ()
    waits: tuple[str, ...] = ()


def markdown(board: Board) -> str:
    """Render a board; the same values give the same text."""
    inspection, stage = board.inspection, board.inspection.stage
    lines = [
        f"# {inspection.area_name}: {plain(stage)}",
        "",
        f"{theme(inspection.theme_id).title}. Lead inspector: {inspection.lead_inspector}. "
        f"[Portal]({board.portal}/inspections/{inspection.ref})",
        "",
        f"Reference, for the forms: `{inspection.ref}`",
        "",
        *_rehearsal(board),
        f"**What to do next.** {' '.join(board.waits) or _NEXT[stage]}",
        "",
        *_faults(board),
        "## Who owes what",
        "",
        "| | Agency | Return | State | Due | Version | Rows | To mend | Queries |",
        "|---|---|---|---|---|---|---|---|---|",
        *(_line(one) for one in board.owing),
        "",
        "## What exists",
        "",
        *(f"- {text}" for text in board.milestones or ("Nothing yet beyond the requests.",)),
        "",
        *_decided(board),
        "## Timetable",
        "",
        "| | Step | Date | Working day | Why |",
        "|---|---|---|---|---|",
        *(
            f"| {'✓' if step.day < board.today else ''} | {step.label} | {short_weekday(step.day)} "
            f"| {step.working_day} | {_why(step)} |"
            for step in sorted(board.steps, key=lambda one: (one.day, one.position))
        ),
        "",
    ]
    return "\n".join(lines)


def _rehearsal(board: Board) -> list[str]:
    if not board.inspection.rehearsal:
        return []
    return [f"*A rehearsal with made-up data. Its own clock shows {long(board.today)}.*", ""]


def _decided(board: Board) -> list[str]:
    if not board.decided:
        return []
    return [
        "## Decisions on the sample",
        "",
        "| | Draw | Decision | Child | Came in | Reason | By | Second approver | When |",
        "|---|---|---|---|---|---|---|---|---|",
        *(
            f"| {one.number} | {one.draw_version} | {one.kind} | {one.label or ''} | {one.new_label or ''} "
            f"| {plain(one.reason or '')} | {_cell(one.by)} | {_cell(one.second_approver or '')} "
            f"| {short_moment(one.decided_at)} |"
            for one in board.decided
        ),
        "",
    ]


def _cell(name: str) -> str:
    return name.replace("|", "\\|")


def _why(step: TimetableStep) -> str:
    """Return an explanation without the date that stands beside it."""
    return step.explain.partition(": ")[2]


def _faults(board: Board) -> list[str]:
    if not board.faults:
        return []
    return ["**Needs an operator.**", "", *(f"- {fault}" for fault in board.faults), ""]


def _line(one: Owing) -> str:
    state = plain(one.state)
    if one.late_until and one.state not in SETTLED:
        state += f", promised for {day_and_month(one.late_until)}"
    cells = [one.version or "", _count(one.rows), _count(one.errors), _count(one.queries)]
    return (
        f"| {_SIGNS.get(one.state, '')} | {one.agency} | {one.return_code} | {state} "
        f"| {short_moment(one.due)} | {' | '.join(str(cell) for cell in cells)} |"
    )


def _count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def read(session: Session, ref: str) -> Board:
    """Read what a board shows from the ledger."""
    inspection = inspection_of(session, ref)
    steps = session.exec(select(TimetableStep).where(TimetableStep.inspection == ref)).all()
    return Board(
        inspection=inspection,
        today=inspection.now().astimezone(ENGLAND).date(),
        steps=tuple(sorted(steps, key=lambda step: step.position)),
        owing=tuple(_owing(session, ref)),
        milestones=tuple(_milestones(session, ref)),
        faults=tuple(_dead(session, ref)),
        portal=settings().portal_url or "",
        decided=tuple(_decisions(session, ref)),
        waits=tuple(_waits(session, inspection)),
    )


def _owing(session: Session, ref: str) -> list[Owing]:
    agencies = {one.id: one.name for one in session.exec(select(Agency).where(Agency.inspection == ref))}
    submissions = {
        (one.request_id, one.version): one
        for one in session.exec(select(Submission).where(Submission.inspection == ref))
    }
    lines = []
    requests = session.exec(select(Request).where(Request.inspection == ref)).all()
    for request in sorted(requests, key=lambda one: (one.due_at, one.id)):
        newest = submissions.get((request.id, request.current_version))
        lines.append(
            Owing(
                agency=agencies[request.agency_id],
                return_code=request.return_code,
                state=request.state,
                due=request.due_at,
                late_until=request.late_until,
                version=request.current_version,
                verdict=newest.result.verdict if newest else None,
                rows=newest.result.rows if newest else None,
                errors=newest.result.errors if newest else None,
                queries=newest.result.queries if newest else None,
            )
        )
    return lines


def _waits(session: Session, inspection: Inspection) -> list[str]:
    """Return what about a frozen cohort comes before the decision on the sample."""
    if inspection.stage not in UNSIGNED:
        return []
    found = [f"{one.return_code} was let in late and has not come." for one in admitted(session, inspection.ref)]
    if unbuilt(session, inspection.ref):
        found.append("A new version of the cohort is being built.")
    drawn = newest_draw(session, inspection.ref)
    if inspection.stage == Stage.SAMPLE_PROPOSED and drawn and (newer := undecided(session, drawn)):
        found.append(f"Decide on version {newer.version} of the cohort: run **decide-cohort** (keep or redraw).")
    return found


def _cohorts(session: Session, ref: str) -> list[str]:
    found = []
    for cohort in cohorts_of(session, ref):
        since = f" Since version {cohort.version - 1}: {changes_in_words(cohort)}." if cohort.changes else ""
        hidden = cohort.counts.get("hidden")
        unknown = f", {hidden:,} of them not known to the council" if hidden else ""
        found.append(f"Cohort version {cohort.version}: {cohort.children:,} children{unknown}, frozen.{since}")
    found += _pairs(session, ref)
    return found + [f"Decision {one.number} on the cohort: {said(one)}" for one in decisions_in(session, ref)]


def _pairs(session: Session, ref: str) -> list[str]:
    """Return how many doubtful pairs of records the newest cohort has, and what they wait for."""
    stands = [standing(session, cohort) for cohort in cohorts_of(session, ref)[-1:]]
    return [
        f"Doubtful pairs of records: {one.doubtful:,}, of which {one.waiting:,} wait for a person on the portal; "
        f"{one.unbuilt:,} decided since wait for the next version of the cohort."
        for one in stands
        if one.doubtful or one.unbuilt
    ]


def _draws(session: Session, ref: str) -> list[str]:
    found, taken = [], _decisions(session, ref)
    for draw in draws_of(session, ref):
        of = f" from cohort version {draw.cohort_version}" if draw.cohort_version > 1 else ""
        sizes = f"{draw.tracked} tracked and {draw.sampled} sampled"
        gaps = f" Its coverage has {len(draw.gaps)} gaps:" if draw.gaps else ""
        found.append(
            f"Draw {draw.version}{of}: {sizes}, {_standing(draw, taken)}.{' '.join([gaps, *draw.gaps])}".rstrip()
        )
    return found


def _milestones(session: Session, ref: str) -> list[str]:
    found = [*_cohorts(session, ref), *_draws(session, ref)]
    findings = len(session.exec(select(Finding).where(Finding.inspection == ref)).all())
    if findings:
        found.append(f"Findings recorded: {findings}.")
    for letter in session.exec(select(Letter).where(Letter.inspection == ref)):
        found.append(f"Letter: {_LETTERS[letter.status]}, version {letter.version}.")
    statement = session.get(Statement, ref)
    if statement and statement.needed:
        state = "received" if statement.received_at else f"due {short(statement.due_at.astimezone(ENGLAND))}"
        found.append(f"Written statement by {statement.principal_authority}: {state}.")
    return sorted(found)


def _standing(draw: SampleDraw, decided: list[SampleDecision]) -> str:
    kinds = [one.kind for one in decided if one.draw_version == draw.version]
    if draw.approved_by:
        return f"approved by {draw.approved_by}"
    return "set aside" if "redraw" in kinds else f"waiting for a decision (state {draw.version}.{len(kinds)})"


def _decisions(session: Session, ref: str) -> list[SampleDecision]:
    query = select(SampleDecision).where(SampleDecision.inspection == ref)
    return sorted(session.exec(query), key=lambda one: one.number)


def _lists(session: Session, inspection: Inspection) -> str:
    """Return who is in whose list, in counts; empty before the cohort is frozen."""
    if not cohorts_of(session, inspection.ref):
        return ""
    cohort = cohort_in_force(session, inspection.ref)
    return lists_in_markdown(inspection.area_name, cohort.version, lists(cohort.counts, cohort.children))


def _dead(session: Session, ref: str) -> list[str]:
    dead = session.exec(select(Work).where(Work.inspection == ref, Work.state == WorkState.DEAD)).all()
    return [f"{one.kind} of {one.subject} failed {one.attempts} times by our fault ({one.fault})." for one in dead]


def publish_board(ref: str, put: PutMarkdown) -> bool:
    """Put an inspection's board and its lists into the Prefect UI if they changed; True where they did.

    A Prefect server that does not answer is no reason to fail: the sweep publishes the board later. Boards of one
    inspection are published one after the other, and nobody else waits while Prefect is slow.
    """
    with transaction() as session:
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"board/{ref}"))))
        inspection = inspection_of(session, ref)
        texts = {f"board-{ref}": markdown(read(session, ref)), f"lists-{ref}": _lists(session, inspection)}
        digest = sha256("".join(texts.values()).encode())
        if digest == inspection.board_digest:
            return False
        about = f"{inspection.area_name}: {plain(inspection.stage)}"
        for key, text in texts.items():
            try:
                if text:
                    put(key, text, about)
            except PrefectUnreachableError:
                return False
        inspection.board_digest = digest
        session.add(inspection)
    return True
