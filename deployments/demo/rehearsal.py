"""One inspection on a running stack, as the steps of its rehearsal see it: who takes part, and how far it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlmodel import select

from deployments.demo import watch
from deployments.demo.cast import Cast, Sender, Setting, cast_of
from deployments.demo.people import Decider
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

RECORDER, REVIEWER, ASSURER = "second_inspector", "reviewer", "assurer"
"""Who records findings, reviews them, and reads them from outside the team; the lead inspector does the rest."""

NAMES = {
    "manager": Decider.MANAGER.value,
    "inspector": Decider.LEAD.value,
    RECORDER: "Sam Okafor",
    REVIEWER: "Priya Shah",
    ASSURER: "Jo Bright",
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
TEAM = frozenset({"inspector", RECORDER, REVIEWER, ASSURER})
AGENCIES = frozenset(NAMES) - TEAM - {"manager"}


@dataclass
class Rehearsal:
    """One inspection on a running stack, as the steps of its rehearsal see it."""

    portal: str
    folder: Path
    say: Callable[[str], None]
    people: dict[str, DemoPerson] = field(default_factory=dict)
    setting: Setting = field(default_factory=Setting.of)

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
