"""How the rehearsal goes on once the returns are in: sample, evaluations, fieldwork, letter and publication."""

from collections.abc import Iterable

import fastexcel
from sqlmodel import select

from deployments.demo.people import Decider
from deployments.demo.rehearsal import RECORDER, Rehearsal
from deployments.demo.returns import evaluations
from deployments.demo.watch import StoryError, nudge_sweep, until
from deployments.demo.words import findings_of_theme
from models.decisions import DETERMINE
from models.ids import agency_kind
from models.keys import extension_of
from models.lifecycle import Stage
from models.returns import EVALUATION
from models.states import LetterStatus
from models.tables import Inspection, Letter, Request, SampleDecision, Statement
from models.timetable import add_working_days
from models.words import joined, long
from tasks.cohort.versions import newest_cohort, newest_draw
from tasks.findings.findings import FindingWords, findings_of
from tasks.ground.database import transaction
from tasks.letters.determination import proposed, usual_due
from tasks.people.two_people import open_proposals
from validation.contract.context import Context

_REPLACED = ("T3", "T1", "T2", "T4", "T5")
"""Children who may be replaced, in the order in which it is tried: not every child has a reserve."""


def cohort_freezes(rehearsal: Rehearsal) -> str:
    """The returns close, the children are linked and the cohort is frozen."""
    until("the cohort is frozen", lambda: rehearsal.past(Stage.COHORT_FROZEN), nudge_sweep)
    with transaction() as session:
        cohort = newest_cohort(session, rehearsal.ref)
    return f"{cohort.children:,} children, {cohort.counts['hidden']:,} not known to the council"


def sample_is_drawn(rehearsal: Rehearsal) -> str:
    """The sample is drawn with the seed committed at the announcement."""
    until("the sample is proposed", lambda: rehearsal.past(Stage.SAMPLE_PROPOSED), nudge_sweep)
    with transaction() as session:
        drawn = newest_draw(session, rehearsal.ref)
    if drawn is None:
        raise StoryError("No draw is recorded.")
    return f"{drawn.tracked} tracked, {drawn.sampled} sampled"


def child_is_replaced(rehearsal: Rehearsal) -> str:
    """The lead inspector has one child replaced, with a listed reason; the programme manager confirms it."""
    if rehearsal.stage() == Stage.SAMPLE_PROPOSED and not _decided(rehearsal.ref):
        _replace_one(rehearsal, _REPLACED)
    return _decided(rehearsal.ref) or "nobody: no reserve could take a place"


def _replace_one(rehearsal: Rehearsal, labels: Iterable[str]) -> None:
    reason = "The child no longer lives in the area"
    for child in labels:
        values = {"inspection": rehearsal.ref, "decision": "replace", "reason": reason, "child": child}
        try:
            rehearsal.submit_by_two(Decider.LEAD, Decider.MANAGER, "decide-sample", **values)
        except StoryError as refused:
            if "cannot be replaced" not in str(refused):
                raise
        else:
            return


def _decided(ref: str) -> str:
    with transaction() as session:
        rows = session.exec(select(SampleDecision).where(SampleDecision.inspection == ref)).all()
        replaced = [row for row in rows if row.kind == "replace"]
    return f"{replaced[0].label} replaced by {replaced[0].new_label}: left the area" if replaced else ""


def sample_is_approved(rehearsal: Rehearsal) -> str:
    """The programme manager approves the sample, and the evaluations open."""
    if rehearsal.stage() == Stage.SAMPLE_PROPOSED:
        reason = "The draw follows the plan and its coverage is acceptable"
        rehearsal.submit(Decider.MANAGER, "decide-sample", inspection=rehearsal.ref, decision="approve", reason=reason)
    until("the evaluations are open", lambda: rehearsal.past(Stage.EVALUATIONS_OPEN), nudge_sweep)
    return f"evaluations asked of {len(_evaluation_requests(rehearsal.ref))} agencies"


def _evaluation_requests(ref: str) -> list[Request]:
    with transaction() as session:
        query = select(Request).where(Request.inspection == ref, Request.return_code == EVALUATION).order_by(Request.id)
        return list(session.exec(query))


def evaluations_come(rehearsal: Rehearsal) -> str:
    """Each agency downloads its list of children and its template, and sends its evaluations."""
    setting = rehearsal.setting
    due = rehearsal.day(setting.theme.evaluation_due)
    rehearsal.clock(add_working_days(due, -1), 10)
    period = Context(setting.theme, setting.announced, setting.area.gss).window_start, setting.announced
    for request_ in _evaluation_requests(rehearsal.ref):
        if request_.current_version == 0:
            who = agency_kind(request_.agency_id)
            person = rehearsal.person(who)
            listed = person.get(f"/requests/{request_.id}/children.xlsx").content
            rows = fastexcel.read_excel(listed).load_sheet(0, dtypes="string").to_polars()
            refs = rows["sample_ref"].to_list()
            file = rehearsal.folder / f"EVAL-{who}.csv"
            evaluations(file, refs, who, period, add_working_days(due, -2), setting.theme.id)
            person.upload(request_.id, file)
    for request_ in _evaluation_requests(rehearsal.ref):
        until(f"{request_.id} has its verdict", lambda each=request_.id: rehearsal.is_settled(each))  # type: ignore[misc]
    requests = _evaluation_requests(rehearsal.ref)
    return f"{len(requests)} evaluations, {', '.join(sorted({each.state for each in requests}))}"


def fieldwork_begins(rehearsal: Rehearsal) -> str:
    """Fieldwork begins on its day, by the sweep."""
    rehearsal.clock(rehearsal.day("fieldwork_start"), 9)
    nudge_sweep()
    until("fieldwork begins", lambda: rehearsal.past(Stage.FIELDWORK), nudge_sweep)
    return "by the stored timetable"


def findings_are_recorded(rehearsal: Rehearsal) -> str:
    """An inspector records findings on the portal."""
    rehearsal.clock(add_working_days(rehearsal.day("fieldwork_end"), -1), 16)
    with transaction() as session:
        recorded = len(findings_of(session, rehearsal.ref))
    made = findings_of_theme(rehearsal.setting.theme, rehearsal.chosen())
    findings = [each for place, each in enumerate(made) if place not in rehearsal.setting.without]
    for words in findings[recorded:]:
        page = f"/inspections/{rehearsal.ref}/findings/new"
        record(rehearsal, words, page)
    return f"{len(findings)} findings with their evidence"


def record(rehearsal: Rehearsal, words: FindingWords, page: str) -> None:
    """Record a finding by its page, or another version of it."""
    values = {
        "category": words.category,
        "area": words.area,
        "heading": words.heading,
        "text": words.text,
        "tags": list(words.tags),
        "agencies": list(words.agencies),
        "evidence_kinds": list(words.evidence_kinds),
        "cases": list(words.cases),
    }
    # Not the lead inspector, who moderates: nobody passes what they wrote.
    rehearsal.person(RECORDER).submit(page, page, values)


def draft_is_compiled(rehearsal: Rehearsal) -> str:
    """Fieldwork ends on its day and the draft letter is compiled and sent to the agencies."""
    rehearsal.clock(add_working_days(rehearsal.day("fieldwork_end"), 1), 9)
    nudge_sweep()
    until("the draft letter is out", lambda: rehearsal.past(Stage.FACTUAL_ACCURACY), nudge_sweep)
    with transaction() as session:
        letter = session.get_one(Letter, (rehearsal.ref, LetterStatus.DRAFT, 1))
    return f"{joined([extension_of(key).upper() for key in letter.keys])}, sent to the agencies"


def statement_is_determined(rehearsal: Rehearsal) -> str:
    """The lead inspector determines on the portal that the council makes a written statement; a manager confirms it."""
    with transaction() as session:
        inspection = session.get_one(Inspection, rehearsal.ref)
        statement, offer = session.get(Statement, rehearsal.ref), proposed(session, inspection)
        usual = usual_due(session, inspection)
    if statement is None or not statement.decided_by:
        page = f"/inspections/{rehearsal.ref}/determination"
        day = {"due-day": f"{usual.day}", "due-month": f"{usual.month}", "due-year": f"{usual.year}"}
        values = {"needed": "yes", "authority": offer.authority, "send_to": offer.send_to, **day, "reason": ""}
        rehearsal.person("inspector").submit(page, page, values)
        with transaction() as session:
            asked_for = [row.id for row in open_proposals(session, rehearsal.ref) if row.act == DETERMINE]
        rehearsal.submit(Decider.MANAGER, "confirm-decision", proposal=asked_for[0], answer="confirm")
    return f"proposed by the lead inspector, confirmed by a manager, due {long(usual)}"


def letter_is_published(rehearsal: Rehearsal) -> str:
    """The programme manager publishes the letter on its day, and another confirms it."""
    rehearsal.clock(rehearsal.day("publication"), 9, 30)
    if rehearsal.stage() == Stage.PRE_PUBLICATION:
        rehearsal.submit_by_two(Decider.MANAGER, Decider.SECOND, "publish", inspection=rehearsal.ref)
    until("the letter is published", lambda: rehearsal.past(Stage.PUBLISHED), nudge_sweep)
    with transaction() as session:
        statement = session.get(Statement, rehearsal.ref)
        if statement is None or not statement.needed or statement.due_at is None:
            return "no written statement is needed"
        return f"written statement due by {long(statement.due_at)}"
