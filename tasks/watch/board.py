"""Reads and publishes one board an inspection, always true: stage, timetable, who owes what, what to do next."""

from sqlmodel import Session, func, select

from models.decisions import CONFIRM
from models.lifecycle import UNSIGNED, Stage
from models.settings import settings
from models.states import ReadyFor, WorkState
from models.tables import (
    Agency,
    Inspection,
    Letter,
    Request,
    SampleDecision,
    SampleDraw,
    Statement,
    Submission,
    TimetableStep,
    Witness,
    Work,
)
from models.tables.base import utc_now
from models.words import joined, moment, noun, plain, plural, short
from tasks.assuring.readiness import by_level, readiness
from tasks.basis.standing import lacks_of, sentences
from tasks.cohort.overlaps import lists, lists_in_markdown
from tasks.cohort.review_counts import standing
from tasks.cohort.versions import (
    changes_in_words,
    cohort_in_force,
    cohorts_of,
    decision_in_words,
    decisions_in,
    draws_of,
    newest_draw,
    undecided,
)
from tasks.concerns.raising import without_director, without_named_person
from tasks.documents.counts import counts_by_agency
from tasks.findings.findings import findings_of
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ground.prefect_api import PrefectUnreachableError, PutMarkdown
from tasks.jobs.second_person import Waiting, waiting_of
from tasks.ledger.anchors import newest_anchor
from tasks.ledger.commitments import commitment
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.people.notices import undelivered, unsent
from tasks.people.persons import lead_reference
from tasks.people.two_people import open_proposals
from tasks.plans.in_words import plan_sentences
from tasks.returns.closing import may_be_admitted
from tasks.returns.cohort_versions import admitted, unbuilt
from tasks.returns.scanning import is_on
from tasks.watch.board_text import Board, Owing, markdown

_LETTERS = {"draft": "draft", "pre_publication": "pre-publication copy", "published": "published"}


def read(session: Session, ref: str) -> Board:
    """Read what a board shows from the ledger."""
    inspection = inspection_of(session, ref)
    steps = session.exec(select(TimetableStep).where(TimetableStep.inspection == ref)).all()
    return Board(
        inspection=inspection,
        today=inspection.today(),
        # By date: a step that is counted back from another comes after it in the theme.
        steps=tuple(sorted(steps, key=lambda step: (step.day, step.position))),
        owing=tuple(_owing(session, inspection)),
        milestones=tuple(_milestones(session, ref)),
        faults=tuple(faults_of(session, ref)),
        portal=settings().portal_url or "",
        lead=lead_reference(session, ref) or "nobody yet",
        decided=tuple(_decisions(session, ref)),
        waits=tuple(_waits(session, inspection)),
        undelivered=undelivered(session, ref),
        proposals=tuple(map(_proposal, waiting_of(session, open_proposals(session, ref)))),
        scanned=is_on(),
        unnamed=tuple(without_named_person(session, ref)),
        undirected=tuple(without_director(session, ref)),
        unasked=tuple(_unasked(session, ref)),
        documents=tuple(counts_by_agency(session, inspection)),
        has_cohort=bool(cohorts_of(session, ref)),
        bound=commitment(session, ref),
        record=_record(session, ref),
    )


def _unasked(session: Session, ref: str) -> list[tuple[str, str, str]]:
    query = select(Agency).where(Agency.inspection == ref, Agency.lacks != "").order_by(Agency.id)
    return [
        (agency.name, agency.organisation_id or "", " ".join(sentences(lacks_of(agency))))
        for agency in session.exec(query)
    ]


def _record(session: Session, ref: str) -> tuple[int, str, int] | None:
    """Return number and hash of the newest anchor with how many have countersigned it; None before the first."""
    newest = newest_anchor(session, ref)
    if newest is None:
        return None
    query = select(func.count()).where(Witness.inspection == ref, Witness.number == newest.number)
    return newest.number, newest.hash, session.exec(query).one()


def _proposal(proposed: Waiting) -> str:
    """Return what waits for a second person in a sentence, with links to the form and the page that answer."""
    page, form = f"{settings().portal_url or ''}/decisions/{proposed.id}", f"/forms/{CONFIRM}?proposal={proposed.id}"
    reason = f" The reason given: {proposed.reason[0].lower()}{proposed.reason[1:]}." if proposed.reason else ""
    return (
        f"{proposed.asks}. Asked for by {proposed.asked_by}.{reason} It lapses at {moment(proposed.lapses_at)}. "
        f"`{proposed.id}`: [confirm or refuse]({form}), here or [on the portal]({page})."
    )


def _owing(session: Session, inspection: Inspection) -> list[Owing]:
    ref = inspection.ref
    agencies = {agency.id: agency.name for agency in session.exec(select(Agency).where(Agency.inspection == ref))}
    # All versions in one query: a board is made for every inspection each minute.
    submissions = {
        (submission.request_id, submission.version): submission
        for submission in session.exec(select(Submission).where(Submission.inspection == ref))
    }
    lines = []
    requests = session.exec(select(Request).where(Request.inspection == ref)).all()
    for request in sorted(requests, key=lambda request: (request.due_at, request.id)):
        newest = submissions.get((request.id, request.current_version))
        lines.append(
            Owing(
                agency=agencies[request.agency_id],
                return_code=request.return_code,
                request=request.id,
                state=request.state,
                due=request.due_at,
                late_until=request.late_until,
                admissible=may_be_admitted(request, inspection),
                version=request.current_version,
                verdict=newest.result.verdict if newest else None,
                rows=newest.result.rows if newest else None,
                errors=newest.result.errors if newest else None,
                queries=newest.result.queries_in_all if newest else None,
            )
        )
    return lines


_READY_FOR = {
    Stage.FINDINGS_DRAFTING: ReadyFor.DRAFT,
    Stage.FACTUAL_ACCURACY: ReadyFor.PUBLICATION,
    Stage.PRE_PUBLICATION: ReadyFor.PUBLICATION,
}


def _waits(session: Session, inspection: Inspection) -> list[str]:
    """Return in sentences what must happen before the decision on the sample, or before a letter goes out."""
    if inspection.stage in _READY_FOR:
        return [turn.sentence for turn in readiness(session, inspection, _READY_FOR[inspection.stage]).turns]
    if inspection.stage not in UNSIGNED:
        return []
    late = admitted(session, inspection.ref)
    sentences = [f"{request.return_code} may come late and has not arrived." for request in late]
    if unbuilt(session, inspection.ref):
        sentences.append("A new version of the cohort is being built.")
    drawn = newest_draw(session, inspection.ref)
    if inspection.stage == Stage.SAMPLE_PROPOSED and drawn and (newer := undecided(session, drawn)):
        sentences.append(f"Decide on version {newer.version} of the cohort: run **decide-cohort** (keep or redraw).")
    return sentences


def _cohorts(session: Session, ref: str) -> list[str]:
    sentences = []
    for cohort in cohorts_of(session, ref):
        since = f" Since version {cohort.version - 1}: {changes_in_words(cohort)}." if cohort.changes else ""
        hidden = cohort.counts.get("hidden")
        children = plural(cohort.children, "child", "children")
        unknown = f", {hidden:,} of them not known to the council" if hidden else ""
        sentences.append(f"Cohort version {cohort.version}: {children}{unknown}, frozen.{since}")
    # Pairs are reviewed in the newest cohort alone; those of an older one were decided or came up again.
    for counts in [standing(session, cohort) for cohort in cohorts_of(session, ref)[-1:]]:
        if counts.doubtful or counts.unbuilt:
            # Once the sample is approved nobody can decide any more, and no pair waits for anybody.
            waits = (
                f" Of these, {counts.waiting:,} {noun(counts.waiting, 'needs', 'need')} a decision on the portal. "
                f"Decisions that wait for the next version of the cohort: {counts.unbuilt:,}."
            )
            reviewing = inspection_of(session, ref).stage in UNSIGNED
            sentences.append(f"Doubtful pairs of records: {counts.doubtful:,}.{waits if reviewing else ''}")
    decisions = decisions_in(session, ref)
    return sentences + [
        f"Decision {decision.number} on the cohort: {decision_in_words(decision)}" for decision in decisions
    ]


def _draws(session: Session, ref: str) -> list[str]:
    sentences, decisions = [], _decisions(session, ref)
    for draw in draws_of(session, ref):
        of = f" from cohort version {draw.cohort_version}" if draw.cohort_version > 1 else ""
        sizes = f"{draw.tracked} tracked and {draw.sampled} sampled"
        gaps = f" Its coverage has {plural(len(draw.gaps), 'gap')}:" if draw.gaps else ""
        sentences.append(
            f"Draw {draw.version}{of}: {sizes}, {_standing(draw, decisions)}.{' '.join([gaps, *draw.gaps])}".rstrip()
        )
    return sentences


def _milestones(session: Session, ref: str) -> list[str]:
    sentences = [*_cohorts(session, ref), *_draws(session, ref)]
    findings = findings_of(session, ref)
    if findings:
        levels = joined([f"{number} {level}" for level, number in by_level(findings).items()])
        sentences.append(f"Findings: {levels}.")
    for letter in session.exec(select(Letter).where(Letter.inspection == ref)):
        sentences.append(f"Letter: {_LETTERS[letter.status]}, version {letter.version}.")
    statement = session.get(Statement, ref)
    if statement and statement.published_on and statement.needed:
        state = "received" if statement.received_at else f"due {short(statement.due_day)}"
        sentences.append(f"Written statement by {statement.principal_authority}: {state}.")
    sentences += plan_sentences(session, ref)
    # In the order of the alphabet, since the database promises none: the digest of a board must not change by itself.
    return sorted(sentences)


def _standing(draw: SampleDraw, decisions: list[SampleDecision]) -> str:
    kinds = [decision.kind for decision in decisions if decision.draw_version == draw.version]
    if draw.approved_by:
        return f"approved by {draw.approved_by}"
    return "set aside" if "redraw" in kinds else f"waiting for a decision (state {draw.version}.{len(kinds)})"


def _decisions(session: Session, ref: str) -> list[SampleDecision]:
    query = select(SampleDecision).where(SampleDecision.inspection == ref)
    return sorted(session.exec(query), key=lambda decision: decision.number)


def _lists(session: Session, inspection: Inspection) -> str:
    """Return who is in whose list, in counts; empty before the cohort is frozen."""
    if not cohorts_of(session, inspection.ref):
        return ""
    cohort = cohort_in_force(session, inspection.ref)
    known_to_be = theme_of(inspection).lists.children
    return lists_in_markdown(inspection.area_name, cohort.version, lists(cohort.counts, cohort.children), known_to_be)


def faults_of(session: Session, ref: str) -> list[str]:
    """Return in sentences what of an inspection does not go on without an operator."""
    query = select(Work).where(Work.inspection == ref, Work.state == WorkState.DEAD)
    dead = session.exec(query.order_by(Work.kind, Work.subject)).all()
    sentences = [
        f"{work.kind} of {work.subject} was put aside after {plural(work.attempts, 'attempt')} "
        f"because of our fault ({work.fault})."
        for work in dead
    ]
    waiting = unsent(session, ref, utc_now())
    if waiting:
        sentences.append(f"{plural(waiting, 'notice has', 'notices have')} waited for more than 10 minutes to be sent.")
    return sentences


def publish_board(ref: str, put: PutMarkdown) -> bool:
    """Put an inspection's board and its lists into the Prefect UI if they changed; True where they did.

    A Prefect server that does not answer is no reason to fail: the sweep publishes the board later. Boards of one
    inspection are published one after the other, and nobody else waits while Prefect is slow.
    """
    with transaction() as session:
        # Not the inspection's row: a lock on that would make its uploads wait for Prefect's answer as well.
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"board/{ref}"))))
        inspection = inspection_of(session, ref)
        board = read(session, ref)
        texts = {f"board-{ref}": markdown(board), f"lists-{ref}": _lists(session, inspection)}
        digest = sha256("".join(texts.values()).encode())
        if digest == inspection.board_digest:
            return False
        needs = ", needs an operator" if board.faults else ""
        about = f"{inspection.area_name}: {plain(inspection.stage)}{needs}"
        for key, text in texts.items():
            try:
                if text:
                    put(key, text, about)
            except PrefectUnreachableError:
                # The digest stays that of the last board shown: the next sweep sees a difference and tries again.
                return False
        inspection.board_digest = digest
        session.add(inspection)
    return True
