"""Renders a board as markdown: the same values give the same text."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from models.decisions import FORMS, WORK
from models.lifecycle import ENDED, SETTLED, RequestState, Stage
from models.tables import Inspection, SampleDecision, TimetableStep
from models.timetable import became_holiday
from models.words import joined, long, plain, plural, short, short_moment, short_weekday
from tasks.documents.counts import DocumentCounts
from tasks.ledger.commitments import Commitment
from tasks.ledger.themes import theme_of

_NEXT = {
    Stage.ANNOUNCED: "Nothing. Requests and templates are being made.",
    Stage.RETURNS_OPEN: "Wait for the returns below. We chase overdue returns. Call the agency if one stays "
    "overdue, or run **close-returns** to go on without what is missing (2 people).",
    Stage.RETURNS_CLOSED: "Nothing. Children are being linked into the cohort.",
    Stage.COHORT_FROZEN: "Nothing. A sample is being drawn.",
    Stage.SAMPLE_PROPOSED: "Decide on the sample: run **decide-sample** (approve, eliminate, replace or redraw).",
    Stage.SAMPLE_APPROVED: "Nothing. Lists and templates for the evaluations are being made.",
    Stage.EVALUATIONS_OPEN: "Wait for the agencies' evaluations. Fieldwork begins on the date in the timetable.",
    Stage.FIELDWORK: "Inspectors record findings on the portal or in a workbook.",
    Stage.FINDINGS_DRAFTING: "Record missing findings, then run **compile-findings** for the draft letter.",
    Stage.FACTUAL_ACCURACY: "Reply to each comment of the agencies on the portal, then run **factual-accuracy**.",
    Stage.PRE_PUBLICATION: (
        "Read the letter again, then run **publish** on its date. Run **record-recipient** to correct an address."
    ),
    Stage.PUBLISHED: "The letter is published and no written statement is needed. Run **end-inspection** to close.",
    Stage.STATEMENT_DUE: "Wait for the written statement. We chase it before and after its date.",
    Stage.STATEMENT_RECEIVED: (
        "Read the written statement and follow the plan, if one was sent as data. Then run **end-inspection** to close."
    ),
    Stage.CLOSED: "Nothing. The inspection is closed.",
    Stage.DEFERRED: "The inspection is paused. Run **end-inspection** to reopen or cancel it.",
    Stage.CANCELLED: "Nothing. The inspection was cancelled.",
}

_LINKED = frozenset(FORMS) | WORK

_SIGNS = {
    RequestState.ACCEPTED: "✓",
    RequestState.NIL_DECLARED: "✓",
    RequestState.WAIVED: "✓",
    RequestState.WITHDRAWN: "–",
    # A query holds nothing up, whether or not it is explained.
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
    request: str
    state: RequestState
    due: datetime
    late_until: date | None
    version: int
    verdict: str | None
    rows: int | None
    errors: int | None
    queries: int | None
    admissible: bool = False


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
    lead: str
    decided: tuple[SampleDecision, ...] = ()
    waits: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    scanned: bool = True
    undelivered: int = 0
    unnamed: tuple[str, ...] = ()
    undirected: tuple[str, ...] = ()
    unasked: tuple[tuple[str, str, str], ...] = ()
    documents: tuple[DocumentCounts, ...] = ()
    has_cohort: bool = False
    bound: Commitment | None = None
    record: tuple[int, str, int] | None = None
    """Number and hash of the newest anchor, and how many have countersigned it."""


def markdown(board: Board) -> str:
    """Return a board as markdown."""
    inspection, stage = board.inspection, board.inspection.stage
    lines = [
        f"# {inspection.area_name}: {plain(stage)}",
        "",
        f"{theme_of(inspection).title}. Lead inspector: {board.lead}. "
        f"[Portal]({board.portal}/inspections/{inspection.ref})",
        "",
        f"Reference, for the forms: `{inspection.ref}`",
        "",
        *_rehearsal(board),
        *_proof(board),
        "*This is how it stood when this version was made. The list of artifacts has the newest one under "
        f"`board-{inspection.ref}`.*",
        "",
        f"**What to do next.** {_linked(' '.join(board.waits) or _next(board, stage), inspection.ref)}",
        "",
        *_proposed(board),
        *_faults(board),
        *_undelivered(board),
        *_unnamed(board),
        *_unasked(board),
        *([] if board.scanned else ["**Files are not scanned for malware.** The operator has set no scanner.", ""]),
        "## Who owes what",
        "",
        "| | Agency | Return | State | Due | Version | Rows | Errors | Queries | Forms |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(_line(owing) for owing in board.owing),
        "",
        *_documents(board),
        "## What exists",
        "",
        *(f"- {text}" for text in (*board.milestones, *_unlisted(board)) or ("Nothing yet beyond the requests.",)),
        "",
        *_decided(board),
        "## Timetable",
        "",
        "| | Step | Date | Working day | Why |",
        "|---|---|---|---|---|",
        *(
            f"| {'✓' if step.day < board.today else ''} | {step.label} | {short_weekday(step.day)}{_before(step)} "
            f"| {step.working_day} | {_why(step)} |"
            for step in board.steps
        ),
        "",
    ]
    return "\n".join(lines)


def _unlisted(board: Board) -> list[str]:
    """Return where the estimate of children in no list is read; its number stands nowhere but there (0052)."""
    if not board.has_cohort:
        return []
    page = f"{board.portal}/inspections/{board.inspection.ref}/lists/unlisted"
    return [
        "Children in no list: the portal estimates how many there may be, or says why it cannot. "
        f"[Read it there]({page}). Each reading is recorded."
    ]


def _documents(board: Board) -> list[str]:
    """Return how many documents each agency was asked for, sent and owes; nothing where none is asked for."""
    if not board.documents:
        return []
    return [
        "## Documents",
        "",
        "| | Agency | Asked for | Received | Being scanned | None held | Owed | Overdue |",
        "|---|---|---|---|---|---|---|---|",
        *(
            f"| {'✗' if row.overdue else '' if row.owed else '✓'} | {row.agency} | {row.requested} | {row.received} "
            f"| {row.scanning} | {row.none_held} | {row.owed} | {row.overdue} |"
            for row in board.documents
        ),
        "",
    ]


def _rehearsal(board: Board) -> list[str]:
    if not board.inspection.rehearsal:
        return []
    clock = f"*A rehearsal with made-up data. Its own clock shows {long(board.today)}.*"
    if board.inspection.stage in ENDED:
        return [clock, ""]
    return [clock, _linked("Move it with **move-clock**.", board.inspection.ref), ""]


def _proof(board: Board) -> list[str]:
    """Return what the announcement bound itself to, and how far the record has come, for whoever checks it later."""
    lines = []
    if board.bound and board.bound.theme:
        lines.append(f"Fingerprint of the theme: `{board.bound.theme}`.")
    if board.bound:
        lines.append(f"Fingerprint of the seeds of the draw: `{board.bound.seeds}`.")
    if board.bound and board.inspection.rehearsal:
        lines.append("It is a rehearsal, so anybody can work out its seeds.")
    if board.record:
        number, digest, witnesses = board.record
        seen = plural(witnesses, "countersignature") if witnesses else "nobody has countersigned it yet"
        lines.append(f"Record: entry {number}, digest `{digest}`; {seen}.")
    return [" ".join(lines), ""] if lines else []


def _decided(board: Board) -> list[str]:
    if not board.decided:
        return []
    return [
        "## Decisions on the sample",
        "",
        "| | Draw | Decision | Child | Came in | Reason | By | Second approver | When |",
        "|---|---|---|---|---|---|---|---|---|",
        *(
            f"| {decision.number} | {decision.draw_version} | {decision.kind} | {decision.label or ''} "
            f"| {decision.new_label or ''} | {plain(decision.reason or '')} | {_cell(decision.by)} "
            f"| {_cell(decision.second_approver or '')} | {short_moment(decision.decided_at)} |"
            for decision in board.decided
        ),
        "",
    ]


def _cell(name: str) -> str:
    # A person typed the name; a bar in it would begin another cell of the table.
    return name.replace("|", "\\|")


def _before(step: TimetableStep) -> str:
    """Return where a date stood before a pause moved it."""
    return f" (before the pause {short_weekday(step.day_before)})" if step.day_before else ""


def _why(step: TimetableStep) -> str:
    """Return an explanation without the date that stands beside it."""
    return " ".join(filter(None, (step.explain.partition(": ")[2], became_holiday(step.day))))


def _undelivered(board: Board) -> list[str]:
    if not board.undelivered:
        return []
    number = plural(board.undelivered, "notice")
    page = f"{board.portal}/people/areas/{board.inspection.area_gss}"
    return [f"**{number} could not be delivered.** Correct [the contacts]({page}), and we send them again.", ""]


def _unnamed(board: Board) -> list[str]:
    """Return where a concern about a child reaches every contact, and perhaps nobody, or where no director hears."""
    page = f"{board.portal}/people/areas/{board.inspection.area_gss}"
    lines = []
    if board.unnamed:
        lines += [
            f"**Nobody is named for immediate concerns at {joined(board.unnamed)}.** "
            f"Choose a person [under People]({page}) and give them that role.",
            "",
        ]
    if board.undirected:
        lines += [
            f"**No director is on record at {joined(board.undirected)}, to be told of a concern that nobody answers.** "
            f"It is a programme manager's turn: enter one [under People]({page}).",
            "",
        ]
    return lines


def _next(board: Board, stage: Stage) -> str:
    """Return whose turn it is: no return is waited for that was not asked for."""
    if stage is not Stage.RETURNS_OPEN or not board.unasked:
        return _NEXT[stage]
    agencies = plural(len(board.unasked), "agency", "agencies")
    ours = f"Enter what is missing below. Our requests to {agencies} wait for it."
    asked_for = any(owing.state != RequestState.DRAFTED for owing in board.owing)
    return f"{ours} {_NEXT[stage]}" if asked_for else ours


def _unasked(board: Board) -> list[str]:
    """Return for which agencies requests wait, what is missing, and where a manager enters it."""
    return [
        line
        for agency, organisation, why in board.unasked
        for line in (
            f"**Our requests to {agency} wait.** {why} It is the programme manager's turn: "
            f"[enter what is missing]({board.portal}/people/organisations/{organisation}).",
            "",
        )
    ]


def _faults(board: Board) -> list[str]:
    if not board.faults:
        return []
    return ["**Needs an operator.**", "", *(f"- {fault}" for fault in board.faults), ""]


def _line(owing: Owing) -> str:
    state = plain(owing.state)
    if owing.late_until and owing.state not in SETTLED:
        state += f", promised for {short(owing.late_until)}"
    # A number that is not there yet leaves its cell empty: 0 would say that something was counted.
    counts = ["" if number is None else f"{number:,}" for number in (owing.rows, owing.errors, owing.queries)]
    return (
        f"| {_SIGNS.get(owing.state, '')} | {owing.agency} | {owing.return_code} | {state} "
        f"| {short_moment(owing.due)} | {owing.version or ''} | {' | '.join(counts)} "
        f"| {_forms(owing)} |"
    )


def _forms(owing: Owing) -> str:
    """Return links to the forms for one return, filled in: more time, a waiver, or a way in after its time."""
    late = (("let in late", "admit-return"),) if owing.admissible else ()
    owed = () if owing.state in SETTLED else (("extend", "extend-request"), ("waive", "waive-request"))
    forms = (*owed, *late)
    return ", ".join(f"[{word}](/forms/{form}?request={owing.request})" for word, form in forms)


def _linked(text: str, ref: str) -> str:
    """Return a text in which each form that it names in bold is a link to that form, filled in."""
    return re.sub(
        r"\*\*([a-z]+(?:-[a-z]+)*)\*\*",
        lambda form: f"[**{form[1]}**](/forms/{form[1]}?inspection={ref})" if form[1] in _LINKED else form[0],
        text,
    )


def _proposed(board: Board) -> list[str]:
    """Return what waits for a second person, one line each."""
    if not board.proposals:
        return []
    return ["**Waits for a second person.**", "", *(f"- {sentence}" for sentence in board.proposals), ""]
