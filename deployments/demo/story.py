"""The story of the rehearsal, step by step; each step looks first whether it was already done, so it can be resumed."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlmodel import select

from deployments.demo import assuring, checking, inspecting, planning, sending, watch
from deployments.demo.cast import Cast, Sender, Setting, cast_of
from deployments.demo.people import MANAGERS, Decider, enter_missing
from deployments.demo.watch import REF
from deployments.demo.web import DemoPerson, sign_in
from models.ids import agency_id
from models.lifecycle import RequestState, Stage
from models.states import LetterStatus
from models.tables import Inspection, Letter, Request
from tasks.cohort.versions import newest_draw
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.inspection.days import day_of
from tasks.people.sign_in_links import outbox_key
from tasks.sampling.draws import sample_now

NAMES = {
    "manager": Decider.MANAGER.value,
    "inspector": Decider.LEAD.value,
    assuring.RECORDER: "Sam Okafor",
    assuring.REVIEWER: "Priya Shah",
    assuring.ASSURER: "Jo Bright",
    "local_authority": "Rosa Diaz",
    "police": "Dan Webb",
    "health": "Nia Hughes",
    "probation": "Omar Aziz",
    "marac": "Kit Moran",
    "mental_health": "Ada Boateng",
    "ambulance": "Lou Hart",
    "education": "Zoe Marsh",
    "voluntary": "Ines Duarte",
    "youth_justice": "Ravi Nair",
}
"""Who does what in the rehearsal. The team is made up with the announcement; the operator enters the managers."""
TEAM = frozenset({"inspector", assuring.RECORDER, assuring.REVIEWER, assuring.ASSURER})
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
    people: dict[str, DemoPerson] = field(default_factory=dict)
    setting: Setting = field(default_factory=Setting.of)

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
        return steps_of(self.cast)

    @property
    def ref(self) -> str:
        """Return what the inspection is called."""
        return self.setting.ref

    @property
    def cast(self) -> Cast:
        """Return who sends what."""
        return cast_of(self.setting.theme)

    def person(self, who: str) -> DemoPerson:
        """Return an agency or a member of the team, signed in to the portal not long ago."""
        if who not in self.people or not self.people[who].is_fresh:
            name = NAMES[who]
            to, ref = (agency_id(self.ref, who), self.ref) if who in AGENCIES else (name, self.ref)
            self.people[who] = sign_in(self.portal, outbox_key(), to, name, ref if who != "manager" else None)
        return self.people[who]

    def inspection(self) -> Inspection | None:
        """Return the inspection, or None before it is announced."""
        return watch.inspection(self.ref)

    def stage(self) -> Stage | None:
        """Return its stage."""
        return watch.stage(self.ref)

    def past(self, wanted: Stage) -> bool:
        """Return whether it has reached a stage or gone beyond it."""
        return watch.past(wanted, self.ref)

    def day(self, step: str) -> date:
        """Return the stored day of a step of its timetable."""
        with transaction() as session:
            return day_of(session, self.ref, step)

    def clock(self, day: date, hour: int, minute: int = 0) -> None:
        """Move its clock forward; it stays where it is when it is already later."""
        watch.clock(day, hour, minute, self.ref)

    def request_of(self, sender: Sender) -> Request:
        """Return the request for a return of a kind of agency."""
        owner = agency_id(self.ref, sender.kind)
        query = select(Request).where(Request.agency_id == owner, Request.return_code == sender.code)
        with transaction() as session:
            return session.exec(query).one()

    def has_verdict(self, sender: Sender) -> bool:
        """Return whether the newest file of a return has its verdict."""
        return self.is_settled(self.request_of(sender).id)

    def is_settled(self, request: str) -> bool:
        """Return whether nothing of a request waits to be checked."""
        with transaction() as session:
            state = session.get_one(Request, request).state
        return state not in {RequestState.RECEIVED, RequestState.VALIDATING}

    def submit(self, who: Decider, deployment: str, **values: object) -> str:
        """Fill in a form of Prefect as somebody and return what its run says."""
        return watch.submit(who, deployment, ref=self.ref, **values)

    def submit_by_two(self, first: Decider, second: Decider, deployment: str, **values: object) -> str:
        """Ask for what needs two people as one of them, confirm it as the other, and return what the run says."""
        return watch.submit_by_two(first, second, deployment, ref=self.ref, **values)

    def chosen(self) -> list[str]:
        """Return the labels of the children in the sample as it stands."""
        return chosen(self.ref)


def managers_are_entered(story: Story) -> str:
    """The operator enters the two programme managers, who sign in with their own notices."""
    enter_missing(story.portal)
    return " and ".join(MANAGERS)


Steps = tuple[tuple[str, Callable[[Story], str]], ...]


def steps_of(cast: Cast) -> Steps:
    """Return the steps of a rehearsal with their titles, by who sends what in it."""
    first, spoiled, punctual, late = cast.first, cast.spoiled, cast.punctual, cast.late
    in_time: Steps = (
        ((f"{punctual.does('sends', 'send')} {punctual.code}", sending.punctual_sends),) if punctual else ()
    )
    return (
        ("Managers entered", managers_are_entered),
        ("Announced", sending.announce_it),
        ("Returns made", sending.make_returns),
        (f"{first.does('sends', 'send')} {first.code}", sending.council_sends),
        (f"{spoiled.does('sends', 'send')} {spoiled.code} with mistakes", sending.spoiled_is_sent),
        (f"{spoiled.does('corrects', 'correct')} {spoiled.code}", sending.spoiled_is_corrected),
        *in_time,
        ("All others send", sending.all_others_send),
        (f"{late.does('is', 'are')} late and chased", sending.is_late),
        (f"{late.does('sends', 'send')} {late.code}", sending.late_comes),
        ("Cohort frozen", inspecting.cohort_freezes),
        ("Sample drawn", inspecting.sample_is_drawn),
        ("One child replaced", inspecting.child_is_replaced),
        ("Sample approved", inspecting.sample_is_approved),
        ("Evaluations received", inspecting.evaluations_come),
        ("Fieldwork", inspecting.fieldwork_begins),
        ("Findings recorded", inspecting.findings_are_recorded),
        ("Findings agreed", assuring.findings_are_agreed),
        ("Draft letter compiled", inspecting.draft_is_compiled),
        ("Letter written", assuring.letter_is_written),
        ("Facts checked", checking.facts_are_checked),
        ("Statement determined", inspecting.statement_is_determined),
        ("Letter published", inspecting.letter_is_published),
        ("Plan sent", planning.plan_is_sent),
        ("Plan reviewed", planning.plan_is_reviewed),
    )


STEPS = steps_of(cast_of(Setting.of().theme))
"""The steps of the rehearsal that is run where nothing else is asked for."""


def letter(kind: str = "pdf", ref: str = REF) -> bytes:
    """Return the published letter in one of its formats."""
    with transaction() as session:
        row = session.get_one(Letter, (ref, LetterStatus.PUBLISHED, 1))
    return store.get(next(key for key in row.keys if key.endswith(f".{kind}")))


def chosen(ref: str = REF) -> list[str]:
    """Return the labels of the children in the sample as it stands."""
    with transaction() as session:
        drawn = newest_draw(session, ref)
        return [row.label for row in sample_now(session, drawn).chosen()] if drawn else []
