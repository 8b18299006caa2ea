"""The story of the rehearsal, step by step; each step looks first whether it was already done, so it can be resumed."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import fastexcel
from sqlmodel import select

from deployments.demo.people import MANAGERS, Who, enter_missing
from deployments.demo.returns import evaluations, file_of, made_returns
from deployments.demo.sending import all_others_send, returns_asked
from deployments.demo.watch import (
    REF,
    StoryError,
    clock,
    inspection,
    nudge_sweep,
    past,
    request,
    settled,
    stage,
    submit,
    submit_by_two,
    until,
)
from deployments.demo.web import Person, sign_in
from deployments.demo.words import COMMENT, CORRECTED, FINDINGS
from models.ids import agency_id, agency_kind, request_id, submission_id, within
from models.lifecycle import RequestState, Stage
from models.returns import EVALUATION
from models.states import LetterStatus
from models.tables import Request
from tasks.cohort.versions import newest_draw
from tasks.findings.comments import corrections_of
from tasks.findings.findings import FindingWords, findings_of
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.people.sign_in_links import outbox_key
from tasks.sampling import Decision, DecisionError, Kind, Reason
from tasks.sampling.draws import sample_now

ANNOUNCED = date(2025, 2, 24)
AREA, THEME = "E06000038", "domestic-abuse-2024"
CHILDREN, SEED, DIRTY = 2000, 20250224, 0.02


NAMES = {
    "manager": Who.MANAGER.value,
    "inspector": Who.LEAD.value,
    "local_authority": "Rosa Diaz",
    "police": "Dan Webb",
    "health": "Nia Hughes",
    "probation": "Omar Aziz",
    "marac": "Kit Moran",
    "mental_health": "Ada Boateng",
    "ambulance": "Lou Hart",
    "education": "Zoe Marsh",
    "voluntary": "Ines Duarte",
}
"""Who does what in the rehearsal. The team is made up with the announcement; the operator enters the managers."""
TEAM = frozenset({"inspector"})
AGENCIES = frozenset(NAMES) - TEAM - {"manager"}


@dataclass
class TakenStep:
    """One step that was taken: what, how long it took, what came of it."""

    title: str
    seconds: float
    outcome: str


@dataclass
class Story:
    """The rehearsal of one inspection on a running stack."""

    portal: str
    folder: Path
    say: Callable[[str], None]
    before: Callable[[str], None] = lambda _title: None
    taken_steps: list[TakenStep] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)

    def run(self) -> None:
        """Run every step that has not been run yet."""
        for title, step in self.steps():
            self.before(title)
            began = time.monotonic()
            outcome = step(self)
            self.taken_steps.append(TakenStep(title, time.monotonic() - began, outcome))
            self.say(f"{title}: {outcome} ({self.taken_steps[-1].seconds:.1f} s)")

    def steps(self) -> "Steps":
        """Return the steps with their titles."""
        return STEPS

    def person(self, who: str) -> Person:
        """Return an agency or a member of the team, signed in to the portal."""
        if who not in self.people:
            name = NAMES[who]
            to, ref = (agency_id(REF, who), REF) if who in AGENCIES else (name, REF if who in TEAM else None)
            self.people[who] = sign_in(self.portal, outbox_key(), to, name, ref)
        return self.people[who]


def managers_are_entered(story: Story) -> str:
    """The operator enters the two programme managers, who sign in with their own notices."""
    enter_missing(story.portal)
    return " and ".join(MANAGERS)


def announce_it(_story: Story) -> str:
    """Announce Reading by the form of Prefect."""
    if inspection() is None:
        submit(
            Who.MANAGER,
            "announce-inspection",
            area=f"Reading ({AREA})",
            theme=THEME,
            announced=ANNOUNCED.isoformat(),
            rehearsal=True,
        )
    until("the returns are open", lambda: past(Stage.RETURNS_OPEN), nudge_sweep)
    return f"{len(returns_asked())} requests issued with templates and notices"


def make_returns(story: Story) -> str:
    """Make the returns of all agencies, the police's first one with mistakes."""
    rows = made_returns(story.folder, THEME, AREA, CHILDREN, SEED, DIRTY, ANNOUNCED)
    return f"{CHILDREN:,} children, {rows:,} rows; truth kept apart"


def council_sends(story: Story) -> str:
    """The council acknowledges the request and sends its list."""
    return _send(story, "local_authority", "la-da", story.folder / "clean" / "LA-DA.xlsx", clock_at=(25, 14, 0))


def police_sends_wrong(story: Story) -> str:
    """The police send a file with mistakes on the day it is due; it is rejected with each cell named."""
    if request("pol-1").current_version == 0:
        clock(date(2025, 2, 26), 16, 30)
        story.person("police").upload(request_id(REF, "pol-1"), story.folder / "dirty" / "POL-1.csv")
    until("the police's first file has its verdict", lambda: settled("pol-1"))
    return _verdict("pol-1", 1)


def police_corrects(story: Story) -> str:
    """The police fix their file and send it again before the deadline."""
    if request("pol-1").current_version == 1:
        story.person("police").upload(request_id(REF, "pol-1"), story.folder / "clean" / "POL-1.csv")
    until("the police's corrected file has its verdict", lambda: settled("pol-1"))
    return _verdict("pol-1", 2)


def probation_sends(story: Story) -> str:
    """Probation sends its list."""
    return _send(story, "probation", "pro-1", story.folder / "clean" / "PRO-1.xlsx", clock_at=(27, 10, 0))


def health_is_late(story: Story) -> str:
    """Health says that it will be late, and is chased once the deadline has passed."""
    if request("hea-1").current_version == 0 and request("hea-1").late_until is None:
        clock(date(2025, 2, 27), 15)
        page = f"/requests/{REF}-hea-1/late"
        day = {"until-day": "28", "until-month": "2", "until-year": "2025", "reason": "data_quality"}
        story.person("health").submit(page, page, day)
    clock(date(2025, 2, 27), 17, 30)
    if request("hea-1").state in {RequestState.ISSUED, RequestState.ACKNOWLEDGED}:
        submit(Who.MANAGER, "chase-returns", inspection=REF)
    return "declared late until 28 February, chased after the deadline"


def health_sends(story: Story) -> str:
    """Health sends its list a day late."""
    return _send(story, "health", "hea-1", file_of(story.folder / "clean", "health", "HEA-1"), clock_at=(28, 11, 0))


def _send(story: Story, who: str, code: str, file: Path, *, clock_at: tuple[int, int, int]) -> str:
    if request(code).current_version == 0:
        clock(date(2025, 2, clock_at[0]), *clock_at[1:])
        person = story.person(who)
        page = f"/requests/{REF}-{code}"
        if request(code).state == RequestState.ISSUED:
            person.submit(page, f"{page}/acknowledge")
        person.upload(request_id(REF, code), file)
    until(f"{code} has its verdict", lambda: settled(code))
    return _verdict(code, request(code).current_version)


def _verdict(code: str, version: int) -> str:
    from models.tables import Submission

    with transaction() as session:
        submission = session.get_one(Submission, submission_id(request_id(REF, code), version))
        late = ", late" if submission.late else ""
        result = submission.result
        return f"version {version} {result.verdict}{late}: {result.rows:,} rows, {result.errors:,} errors"


def cohort_freezes(_story: Story) -> str:
    """The returns close, the children are linked and the cohort is frozen."""
    until("the cohort is frozen", lambda: past(Stage.COHORT_FROZEN), nudge_sweep)
    from tasks.cohort.versions import newest_cohort

    with transaction() as session:
        cohort = newest_cohort(session, REF)
    return f"{cohort.children:,} children, {cohort.counts['hidden']:,} not known to the council"


def sample_is_drawn(_story: Story) -> str:
    """The sample is drawn with the seed committed at the announcement."""
    until("the sample is proposed", lambda: past(Stage.SAMPLE_PROPOSED), nudge_sweep)
    with transaction() as session:
        drawn = newest_draw(session, REF)
    if drawn is None:
        raise StoryError("No draw is recorded.")
    return f"{drawn.tracked} tracked, {drawn.sampled} sampled"


def child_is_replaced(_story: Story) -> str:
    """The lead inspector has one child replaced, with a listed reason; the programme manager confirms it."""
    if stage() == Stage.SAMPLE_PROPOSED and not _decided():
        reason = "The child no longer lives in the area"
        values = {"inspection": REF, "decision": "replace", "reason": reason, "child": _replaceable()}
        submit_by_two(Who.LEAD, Who.MANAGER, "decide-sample", **values)
    return _decided() or "nothing was replaced"


def _replaceable() -> str:
    """Return T3, or the first tracked child who can be replaced if no reserve would keep the minimums in that place."""
    with transaction() as session:
        drawn = newest_draw(session, REF)
        if drawn is None:
            raise StoryError("No draw is recorded.")
        tracked = [row.label for row in sample_now(session, drawn).chosen("tracked")]
        for label in sorted(tracked, key=lambda label: (label != "T3", label)):
            tried = Decision(Kind.REPLACE, Reason.LEFT_AREA, "lead inspector", label, "programme manager")
            with suppress(DecisionError):
                sample_now(session, drawn, (tried,))
                return label
    raise StoryError("No tracked child has a reserve who could take its place.")


def _decided() -> str:
    from models.tables import SampleDecision

    with transaction() as session:
        rows = session.exec(select(SampleDecision).where(SampleDecision.inspection == REF)).all()
        replaced = [row for row in rows if row.kind == "replace"]
    return f"{replaced[0].label} replaced by {replaced[0].new_label}: left the area" if replaced else ""


def sample_is_approved(_story: Story) -> str:
    """The programme manager approves the sample, and the evaluations open."""
    if stage() == Stage.SAMPLE_PROPOSED:
        reason = "The draw follows the plan and its coverage is acceptable"
        submit(Who.MANAGER, "decide-sample", inspection=REF, decision="approve", reason=reason)
    until("the evaluations are open", lambda: past(Stage.EVALUATIONS_OPEN), nudge_sweep)
    return f"evaluations asked of {len(_evaluation_requests())} agencies"


def _evaluation_requests() -> list[Request]:
    with transaction() as session:
        query = select(Request).where(Request.inspection == REF, Request.return_code == EVALUATION).order_by(Request.id)
        return list(session.exec(query))


def evaluations_come(story: Story) -> str:
    """Each agency downloads its list of children and its template, and sends its evaluations."""
    clock(date(2025, 3, 5), 10)
    for request_ in _evaluation_requests():
        if request_.current_version == 0:
            who = agency_kind(request_.agency_id)
            person = story.person(who)
            listed = person.get(f"/requests/{request_.id}/children.xlsx").content
            rows = fastexcel.read_excel(listed).load_sheet(0, dtypes="string").to_polars()
            refs = rows["sample_ref"].to_list()
            file = story.folder / f"EVAL-{who}.csv"
            evaluations(file, refs, who, (date(2024, 8, 24), ANNOUNCED), date(2025, 3, 4))
            person.upload(request_.id, file)
    for request_ in _evaluation_requests():
        code = within(REF, request_.id)
        until(f"{code} has its verdict", lambda code=code: settled(code))  # type: ignore[misc]
    states = sorted({request_.state for request_ in _evaluation_requests()})
    return f"{len(_evaluation_requests())} evaluations, {', '.join(states)}"


def fieldwork_begins(_story: Story) -> str:
    """Fieldwork begins on its day, by the sweep."""
    clock(date(2025, 3, 10), 9)
    nudge_sweep()
    until("fieldwork begins", lambda: past(Stage.FIELDWORK), nudge_sweep)
    return "by the stored timetable"


def findings_are_recorded(story: Story) -> str:
    """The inspector records findings on the portal."""
    clock(date(2025, 3, 13), 16)
    with transaction() as session:
        recorded = len(findings_of(session, REF))
    for words in FINDINGS[recorded:]:
        page = f"/inspections/{REF}/findings/new"
        _record(story, words, page, page)
    return f"{len(FINDINGS)} findings with their evidence"


def _record(story: Story, words: FindingWords, page: str, action: str) -> None:
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
    story.person("inspector").submit(page, action, values)


def draft_is_compiled(_story: Story) -> str:
    """Fieldwork ends on its day and the draft letter is compiled and sent to the agencies."""
    clock(date(2025, 3, 17), 9)
    nudge_sweep()
    until("the draft letter is out", lambda: past(Stage.FACTUAL_ACCURACY), nudge_sweep)
    return "PDF, DOCX, HTML and JSON, sent to the agencies"


def facts_are_checked(story: Story) -> str:
    """The council comments on the draft; the inspector corrects a finding and closes the check of facts."""
    clock(date(2025, 4, 10), 10)
    if stage() == Stage.FACTUAL_ACCURACY:
        with transaction() as session:
            made = corrections_of(session, REF)
        if not made:
            values = {"finding": "F04", "text": COMMENT}
            story.person("local_authority").submit("/letter", "/letter/comments", values)
        _correct(story)
        clock(date(2025, 4, 22), 10)
        submit(Who.LEAD, "factual-accuracy", inspection=REF)
    until("the pre-publication letter is out", lambda: past(Stage.PRE_PUBLICATION), nudge_sweep)
    return "one comment accepted, one finding corrected"


def _correct(story: Story) -> None:
    with transaction() as session:
        finding = next(row for row in findings_of(session, REF) if row.id == "F04")
        waiting = [comment.id for comment in corrections_of(session, REF) if comment.outcome is None]
    if finding.version == 1:
        page = f"/inspections/{REF}/findings/F04"
        _record(story, CORRECTED, page, page)
    for identity in waiting:
        page = f"/inspections/{REF}/comments"
        story.person("inspector").submit(page, f"{page}/{identity}", {"outcome": "accepted"})


def letter_is_published(_story: Story) -> str:
    """The programme manager publishes the letter on its day, and another confirms it."""
    clock(date(2025, 5, 6), 9, 30)
    if stage() == Stage.PRE_PUBLICATION:
        submit_by_two(Who.MANAGER, Who.SECOND, "publish", inspection=REF)
    until("the letter is published", lambda: past(Stage.PUBLISHED), nudge_sweep)
    return "written statement due by 13 August 2025"


Steps = tuple[tuple[str, Callable[[Story], str]], ...]
STEPS: Steps = (
    ("Managers entered", managers_are_entered),
    ("Announced", announce_it),
    ("Returns made", make_returns),
    ("Council sends LA-DA", council_sends),
    ("Police send POL-1 with mistakes", police_sends_wrong),
    ("Police correct POL-1", police_corrects),
    ("Probation sends PRO-1", probation_sends),
    ("All others send", all_others_send),
    ("Health is late and chased", health_is_late),
    ("Health sends HEA-1", health_sends),
    ("Cohort frozen", cohort_freezes),
    ("Sample drawn", sample_is_drawn),
    ("One child replaced", child_is_replaced),
    ("Sample approved", sample_is_approved),
    ("Evaluations received", evaluations_come),
    ("Fieldwork", fieldwork_begins),
    ("Findings recorded", findings_are_recorded),
    ("Draft letter compiled", draft_is_compiled),
    ("Facts checked", facts_are_checked),
    ("Letter published", letter_is_published),
)


def letter(kind: str = "pdf") -> bytes:
    """Return the published letter in one of its formats."""
    from models.tables import Letter

    with transaction() as session:
        row = session.get_one(Letter, (REF, LetterStatus.PUBLISHED, 1))
    return store.get(next(key for key in row.keys if key.endswith(f".{kind}")))


def chosen() -> list[str]:
    """Return the labels of the children in the sample as it stands."""
    with transaction() as session:
        drawn = newest_draw(session, REF)
        return [row.label for row in sample_now(session, drawn).chosen()] if drawn else []
