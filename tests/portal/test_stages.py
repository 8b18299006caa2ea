"""Pages know the stage: in every stage, what is offered to anybody is not refused, and nothing false is said of it."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import select

from models import tables
from models.england import ENGLAND
from models.lifecycle import ENDED, RequestState, Stage
from models.roles import Role
from models.states import SignInWay
from models.tables import Inspection, Request, Statement
from models.tables.base import utc_now
from models.timetable import add_working_days
from portal.pages.session import COOKIE
from tasks.accuracy.comments import comment
from tasks.findings.findings import FindingWords
from tasks.findings.recording import record_finding
from tasks.ground.database import transaction
from tasks.people.persons import Entered, add_person, give_role, members
from tasks.people.sessions import begin
from tests.portal.crawling import FilledForm, visits
from tests.portal.driving import Driver, drafted, moved_to, words
from tests.tasks.snapshots import keep, put_back

pytestmark = pytest.mark.parts

REFUSED = re.compile(
    "moved on to|taken only while|decided while|are recorded from|No written statement is due|explained until"
    "|Pairs are decided|cannot be done now|nothing is owed for|already told us that you|newest already"
    "|Documents (cannot|can no longer|are not)|is no longer asked for|answered this already|nothing more is recorded"
    "|was not accepted, so|no nil return|already settled|at the latest, and that day"
    '|inspection is (at the stage "|announced|published|closed|deferred|cancelled)|is decided already'
)
STATES = {
    "la-da": RequestState.ACCEPTED,
    "pol-1": RequestState.QUERIED,
    "hea-1": RequestState.NIL_DECLARED,
    "pro-1": RequestState.REJECTED,
}
SECRETS: dict[str, str] = {}
AGENCIES = ("local_authority", "police", "health", "probation")


@pytest.fixture(scope="module")
def furthest(kept: str) -> str:
    """Take Slough's rehearsal to the check of facts, with a finding, a comment and a statement, and keep it."""
    put_back("chosen")
    moved_to(kept, Stage.FIELDWORK)
    given = FindingWords("improvement", "EA01", "A heading", "A text.", evidence_kinds=("documents",), cases=("T1",))
    record_finding(kept, given, by="A Lee")
    moved_to(kept, Stage.FINDINGS_DRAFTING)
    drafted(kept)
    comment(kept, f"{kept}/police", text="It was three days.", by="agency: Police")
    with transaction() as session:
        now = session.get_one(Inspection, kept).now()
        due = now + timedelta(days=90)
        session.add(
            Statement(inspection=kept, needed=True, principal_authority="Slough", due_at=due, published_on=due.date())
        )
        for code, state in STATES.items():
            session.get_one(Request, f"{kept}-{code}").state = state
        # All sign in before the ledger is kept: their sessions are part of it.
        manager = add_person(session, Entered("Mia Manager", address="mia@example.com"), by="test")
        give_role(session, manager, Role.MANAGER, by="test", from_day=date(2020, 1, 1))
        people = {"manager": manager}
        people |= {
            "inspector": members(session, kept, Role.LEAD)[0][1],
            "assurer": members(session, kept, Role.ASSURER)[0][1],
        }
        for role, person in people.items():
            SECRETS[role] = begin(session, person, SignInWay.OWN_LINK)
        for kind in AGENCIES:
            officer = add_person(session, Entered(f"Officer of {kind}"), by="test", proven=False)
            day, agency = date(2020, 1, 1), f"{kept}/{kind}"
            give_role(session, officer, Role.OFFICER, by="test", from_day=day, inspection=kept, agency_id=agency)
            SECRETS[kind] = begin(session, officer, SignInWay.SHARED_LINK)
    keep("furthest")
    return kept


@pytest.fixture
def at_stage(furthest: str, portal: str) -> Callable[[Stage, str], Driver]:
    """Return a function that puts the inspection at a stage and signs a person in."""

    def at(stage: Stage, role: str) -> Driver:
        put_stage(furthest, stage)
        driver = Driver(portal)
        driver.http.cookies[COOKIE] = SECRETS[role]
        return driver

    return at


def put_stage(ref: str, stage: Stage) -> None:
    put_back("furthest")
    with transaction() as session:
        session.get_one(Inspection, ref).stage = stage
        # The kept sessions were last seen when they were kept: however long the walks before took, nobody was idle.
        for row in session.exec(select(tables.SignIn)):
            row.seen_at = row.proven_at = utc_now()
            session.add(row)


def completed(form: FilledForm) -> FilledForm:
    """Give a form's date the first working day after the deadline of its request."""
    if form.action.endswith("/late"):
        with transaction() as session:
            row = session.get_one(Request, form.action.split("/")[2])
            day = add_working_days(row.due_at.astimezone(ENGLAND).date(), 1)
        form.fields |= {"until-day": str(day.day), "until-month": str(day.month), "until-year": str(day.year)}
    return form


# It opens thousands of pages, each of which a test of its own runs as well.
@pytest.mark.unmeasured
@pytest.mark.parametrize("role", [*AGENCIES, "inspector", "manager", "assurer"])
@pytest.mark.parametrize("stage", list(Stage))
def test_l13_no_page_offers_what_is_refused(
    at_stage: Callable[[Stage, str], Driver], furthest: str, stage: Stage, role: str
) -> None:
    with at_stage(stage, role) as driver:
        start = "/" if role in AGENCIES else f"/inspections/{furthest}"
        if stage in ENDED and role != "manager":
            # All access ends with the inspection (L15).
            assert driver.get(start).status_code in (200, 403)
            assert driver.get("/home").status_code == 403
            return
        pages = list(visits(driver, start))
        assert {page.path: page.status for page in pages if page.status != 200} == {}
        for form in [completed(form) for page in pages for form in page.forms]:
            if "/sessions/" in form.action or form.action.endswith(("/end", "/as")):
                continue  # ends the walk itself: the visitor's session, or their own role, or puts on another's
            answer = driver.http.post(form.action, data=form.fields, files=form.files or None)
            assert answer.status_code in (200, 422), (form.page, form.action, answer.status_code)
            if answer.status_code == 422:
                refusal = REFUSED.search(words(answer))
                assert refusal is None, (form.page, form.action, refusal)
            elif answer.history:
                # What was done must not stand in the way of the next form, another secret of the session neither.
                put_stage(furthest, stage)
                driver.http.cookies.delete(COOKIE)
                driver.http.cookies[COOKIE] = SECRETS[role]


@pytest.mark.parametrize("stage", list(Stage))
def test_l13_nothing_is_owed_is_never_said_above_a_thing_to_do(
    at_stage: Callable[[Stage, str], Driver], stage: Stage
) -> None:
    for role in AGENCIES:
        with at_stage(stage, role) as driver:
            home = driver.get("/")
            to_do = any(text in home.text for text in ("To do", "to do</strong>", "Needs correcting"))
            assert not (to_do and "Nothing is owed" in words(home)), role


def test_the_walk_reaches_every_kind_of_form_that_agencies_have(at_stage: Callable[[Stage, str], Driver]) -> None:
    actions = set()
    for stage in (Stage.RETURNS_OPEN, Stage.EVALUATIONS_OPEN, Stage.FACTUAL_ACCURACY, Stage.STATEMENT_DUE):
        for role in AGENCIES:
            with at_stage(stage, role) as driver:
                actions |= {form.action.rpartition("/")[2] for page in visits(driver, "/") for form in page.forms}
    # A page that checks what was entered comes after its form; the walk above sends those forms as well.
    assert actions >= {"acknowledge", "check", "late", "undo", "uploads"}


def test_the_first_page_names_the_comment_and_the_statement_with_their_days(
    at_stage: Callable[[Stage, str], Driver],
) -> None:
    with at_stage(Stage.FACTUAL_ACCURACY, "local_authority") as driver:
        seen = words(driver.get("/"))
        assert "You can comment on the facts of the draft letter until Tuesday 22 April 2025" in seen
        assert re.search(r"Comment by [^.]*22 April 2025", words(driver.get("/letter")))
    with at_stage(Stage.STATEMENT_DUE, "local_authority") as driver:
        assert "The written statement is due by" in words(driver.get("/"))


def test_the_overview_waits_for_nobody_who_cannot_decide(
    at_stage: Callable[[Stage, str], Driver], furthest: str
) -> None:
    with at_stage(Stage.PUBLISHED, "inspector") as driver:
        seen = words(driver.get(f"/inspections/{furthest}"))
    assert "for a person" not in seen
    assert seen.index("Pre-publication copy") < seen.index("Letter published")


def test_a_rehearsal_dates_all_that_happens_in_it_by_its_own_clock(furthest: str) -> None:
    put_back("furthest")
    dated = {
        (kind, name)
        for kind in tables.Base.__subclasses__()
        for name, info in kind.model_fields.items()
        if info.annotation is datetime and info.is_required()
    }
    kinds = {kind for kind, _ in dated}
    assert {tables.SampleDecision, tables.Finding, tables.Letter, tables.Submission, tables.Cohort} <= kinds
    with transaction() as session:
        start = session.get_one(Inspection, furthest).announced
        moments = [(kind.__name__, getattr(row, name)) for kind, name in dated for row in session.exec(select(kind))]
    assert {kind for kind, _ in moments} >= {
        "SampleDecision",
        "Finding",
        "Letter",
        "Correction",
        "Submission",
        "Cohort",
    }
    late = {kind for kind, when in moments if not start <= when.date() <= start + timedelta(days=120)}
    assert late == set()
