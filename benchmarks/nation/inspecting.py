"""One inspection of the year: the rehearsal's steps, each on its day, by people who need no Prefect to act."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import httpx
from sqlmodel import col, select

from benchmarks.nation.programme import Planned
from benchmarks.nation.scheduler import Scheduler
from deployments.demo.cast import Sender
from deployments.demo.people import Decider, enter_missing
from deployments.demo.rehearsal import AGENCIES, NAMES
from deployments.demo.returns import file_of
from deployments.demo.sending import returns_asked
from deployments.demo.story import Story
from deployments.demo.watch import PROPOSAL, StoryError
from deployments.demo.web import DemoPerson, enter
from models.ids import agency_id, agency_kind
from models.lifecycle import RequestState, Stage
from models.roles import Role
from models.tables import ActionPlan, Notice, Request, Statement
from models.tables import Person as PersonRow
from models.timetable import add_working_days
from portal.pages.session import COOKIE
from tasks.ground.database import transaction
from tasks.people.orders import order
from tasks.people.persons import programme
from tasks.people.sessions import signed_in
from tasks.people.sign_in_links import address_of

_FRESH_SECONDS = 600.0
_WAIVED = "The agency does not provide the return and inspectors go on without it"
_PLAN_AFTER, _STATEMENT_AFTER = 60, 66
"""Working days after the publication on which a council sends its plan and its statement, of the 70 that it has."""


@dataclass
class Managers:
    """The two managers of the programme, each with a session that is young enough to approve."""

    portal: str
    _sessions: dict[Decider, tuple[str, float]] = field(default_factory=dict)

    def secret(self, who: Decider) -> str:
        """Return the secret of a manager's session, signing them in where the last one is too old."""
        secret, began = self._sessions.get(who, ("", -_FRESH_SECONDS))
        if time.monotonic() - began >= _FRESH_SECONDS:
            secret = str(enter(self.portal, who.value, _links(who.value)).browser.cookies[COOKIE])
            self._sessions[who] = secret, time.monotonic()
        return secret

    def enter(self) -> None:
        """Enter them as the operator does, unless they are there."""
        with transaction() as session:
            there = {person.name for person in programme(session, Role.MANAGER)}
        if not {Decider.MANAGER.value, Decider.SECOND.value} <= there:
            enter_missing(self.portal)


def _links(name: str, **of: str) -> Callable[[httpx.Client], list[str]]:
    """Return what finds the links that somebody was sent, newest first.

    The outbox shows the newest thousand notices, and in a year an older one is the first that somebody opens.
    """

    def links(_: httpx.Client) -> list[str]:
        query = select(Notice.link_id).where(Notice.link_id != None).order_by(col(Notice.written_at).desc())  # noqa: E711 -- SQL's IS NULL
        if "inspection" in of:
            query = query.where(Notice.inspection == of["inspection"])
        if "agency" in of:
            query = query.where(Notice.agency_id == of["agency"])
        else:
            query = query.join(PersonRow, col(Notice.person_id) == PersonRow.id).where(PersonRow.name == name)
        with transaction() as session:
            return [address_of(each) for each in session.exec(query) if each]

    return links


@dataclass(frozen=True, slots=True)
class DatedStep:
    """One step of an inspection, and the day on which it is taken.

    Attributes:
        title: of the step.
        take: takes it, unless it was taken, and returns what came of it.
        day: returns its day, by the timetable that was stored with the announcement.
        counts: whether what it costs is a cost of the inspection; what makes data up is not.
    """

    title: str
    take: Callable[["YearStory"], str]
    day: Callable[["YearStory"], date]
    counts: bool = True


@dataclass
class YearStory(Story):
    """The rehearsal of one inspection of the year."""

    planned: Planned = None  # type: ignore[assignment]  # set by who makes it: a field after those with defaults
    scheduler: Scheduler = None  # type: ignore[assignment]
    managers: Managers = None  # type: ignore[assignment]

    def person(self, who: str) -> DemoPerson:
        """Return an agency or a member of the team, signed in to the portal."""
        if who not in self.people:
            of = {"agency": agency_id(self.ref, who)} if who in AGENCIES else {}
            self.people[who] = enter(self.portal, NAMES[who], _links(NAMES[who], inspection=self.ref, **of))
        return self.people[who]

    def submit(self, who: Decider, deployment: str, **values: object) -> str:
        """Decide as somebody who is signed in, and return what the run says.

        Raises:
            StoryError: it was refused or failed.
        """
        secret = self._secret_of_lead() if who is Decider.LEAD else self.managers.secret(who)
        with transaction() as session:
            visitor = signed_in(session, secret)
            if visitor is None:
                raise StoryError(f"{who.value} is not signed in any more.")
            by = order(session, visitor, deployment, values)
        run = self.scheduler.run(deployment, **values, **({"by": by} if by else {}))
        if run.state is None or run.state.type.value != "COMPLETED":
            raise StoryError(f"{deployment}: {run.state.message if run.state else 'it has no state'}")
        return str(run.state.message)

    def submit_by_two(self, first: Decider, second: Decider, deployment: str, **values: object) -> str:
        """Ask for what needs two people as one of them, and confirm it as the other.

        Raises:
            StoryError: a run was refused or failed, or the first one asked nobody.
        """
        sentence = self.submit(first, deployment, **values)
        waiting = PROPOSAL.search(sentence)
        if waiting is None:
            raise StoryError(f"{deployment} did not ask for a second person: {sentence}")
        return self.submit(second, "confirm-decision", proposal=waiting[0], answer="confirm")

    def _secret_of_lead(self) -> str:
        self.people.pop("inspector", None)
        return str(self.person("inspector").browser.cookies[COOKIE])

    def due_of(self, sender: Sender) -> date:
        """Return the day on which a return of a kind of agency is due."""
        return self.day(self.request_of(sender).step)

    def is_silent(self, request_agency: str, code: str) -> bool:
        """Return whether an agency never sends a return."""
        return self.planned.silent == Sender(agency_kind(request_agency), code)

    def dated_steps(self) -> list[DatedStep]:
        """Return the steps in their order, each with its day."""
        days = self._days()
        steps = dict(self.steps())
        others = {"All others send": _all_but_the_silent_send, "Managers entered": _managers_are_there}
        dated = [
            DatedStep(title, others.get(title, step), days[title], title != "Returns made")
            for title, step in steps.items()
        ]
        after_late = 1 + next(place for place, each in enumerate(dated) if each.title == "Cohort frozen")
        dated.insert(after_late - 1, DatedStep("Silent agency waived", _silent_is_waived, days["Silent agency waived"]))
        return [
            *dated,
            DatedStep("Statement received", _statement_comes, lambda story: story.after_publication(_STATEMENT_AFTER)),
            DatedStep("Closed", _is_closed, lambda story: story.after_publication(_STATEMENT_AFTER + 1)),
        ]

    def after_publication(self, count: int) -> date:
        """Return the day so many working days after the publication."""
        return add_working_days(self.day("publication"), count)

    def waited_for(self) -> date:
        """Return the day on which the last return comes, or is waived."""
        late = add_working_days(self.due_of(self.cast.late), 1)
        if self.planned.silent is None:
            return late
        return max(late, add_working_days(self.due_of(self.planned.silent), 2))

    def _days(self) -> dict[str, Callable[["YearStory"], date]]:
        def at(step: str, more: int = 0) -> Callable[[YearStory], date]:
            return lambda story: add_working_days(story.day(step), more)

        def due(sender: Sender | None) -> Callable[[YearStory], date]:
            return lambda story: story.due_of(sender or story.cast.late)

        def last(story: YearStory) -> date:
            return story.waited_for()

        def approved(story: YearStory) -> date:
            return add_working_days(last(story), story.planned.away)

        def announced(story: YearStory) -> date:
            return story.setting.announced

        days: list[Callable[[YearStory], date]] = [
            *(announced, announced, announced),
            lambda story: add_working_days(story.setting.announced, 1),
            *(due(self.cast.spoiled), due(self.cast.spoiled)),
            *((due(self.cast.punctual),) if self.cast.punctual else ()),
            lambda story: max(story.day(each.step) for each in returns_asked(story.ref)),
            *(due(self.cast.late), lambda story: add_working_days(story.due_of(story.cast.late), 1)),
            *(last, last, approved, approved),
            at(self.setting.theme.evaluation_due, -1),
            at("fieldwork_start"),
            *(at("fieldwork_end", -1), at("fieldwork_end", -1)),
            *(at("fieldwork_end", 1), at("fieldwork_end", 2)),
            at("factual_accuracy_due", -6),
            at("factual_accuracy_due"),
            at("publication"),
            at("publication", _PLAN_AFTER),
            at("publication", _PLAN_AFTER + 3),
        ]
        return {**dict(zip(dict(self.steps()), days, strict=True)), "Silent agency waived": last}


def _managers_are_there(story: Story) -> str:
    if isinstance(story, YearStory):
        story.managers.enter()
    return "two managers"


def _all_but_the_silent_send(story: Story) -> str:
    """Everybody sends what else they are asked for, but for whoever stays silent."""
    assert isinstance(story, YearStory)
    one_by_one = {(agency_id(story.ref, each.kind), each.code) for each in story.cast.one_by_one}
    asked = [each for each in returns_asked(story.ref) if (each.agency_id, each.return_code) not in one_by_one]
    sending = [each for each in asked if not story.is_silent(each.agency_id, each.return_code)]
    with story.scheduler.held():
        for each in sending:
            if each.state in {RequestState.ISSUED, RequestState.ACKNOWLEDGED, RequestState.OVERDUE}:
                _answer(story, each)
    waits = [each.id for each in sending if not story.is_settled(each.id)]
    if waits:
        raise StoryError(f"{len(waits)} returns have no verdict.")
    return f"{len(sending)} returns, {len(asked) - len(sending)} silent"


def _answer(story: YearStory, request: Request) -> None:
    """Send a return, or declare that the agency holds no such records, where it may."""
    sender = Sender(agency_kind(request.agency_id), request.return_code)
    if sender == story.cast.not_held:
        elsewhere = len(story.setting.theme.kinds_asked(sender.code)) > 1
        page = f"/requests/{request.id}/nil"
        declared = {"declare": "yes", "reason": "held_elsewhere" if elsewhere else "no_records"}
        story.person(sender.kind).submit(page, page, declared)
    else:
        story.person(sender.kind).upload(request.id, file_of(story.folder / "clean", sender.kind, sender.code))


def _silent_is_waived(story: Story) -> str:
    """Two managers waive what never came, once everybody was chased."""
    assert isinstance(story, YearStory)
    if story.planned.silent is None:
        return "nobody was silent"
    request = story.request_of(story.planned.silent)
    if request.state in {RequestState.ISSUED, RequestState.OVERDUE, RequestState.ACKNOWLEDGED}:
        story.submit_by_two(Decider.MANAGER, Decider.SECOND, "waive-request", request=request.id, reason=_WAIVED)
    return f"{request.return_code} waived"


def _statement_comes(story: Story) -> str:
    """The council sends its written statement, where one is due."""
    if story.stage() != Stage.STATEMENT_DUE:
        return f"the stage is {story.stage()}"
    council = story.person("local_authority")
    file = {"file": ("statement.pdf", b"%PDF-1.7 what we will do")}
    name = council.submit("/statement", "/statement/check", files=file).url.params["file"]
    council.submit(f"/statement/check?file={name}", "/statement", {"file": name})
    return "received"


def _is_closed(story: Story) -> str:
    """The lead inspector closes the plan, and a manager the inspection."""
    if story.stage() in {Stage.PUBLISHED, Stage.STATEMENT_RECEIVED}:
        with transaction() as session:
            plan, statement = session.get(ActionPlan, story.ref), session.get(Statement, story.ref)
        if plan is not None and plan.closed_at is None:
            page = f"/inspections/{story.ref}/plan"
            story.person("inspector").submit(page, f"{page}/close", {"reason": "followed_elsewhere"})
        reason = "The written statement was read" if statement else "No written statement is needed"
        story.submit(Decider.MANAGER, "end-inspection", inspection=story.ref, ending="close", reason=reason)
    return str(story.stage())
