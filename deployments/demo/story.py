"""The story of the rehearsal, step by step; each step looks first whether it was already done, so it can be resumed."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from deployments.demo import assuring, checking, inspecting, planning, sending
from deployments.demo.cast import Cast, Setting, cast_of
from deployments.demo.people import MANAGERS, enter_missing
from deployments.demo.rehearsal import Rehearsal


@dataclass
class TakenStep:
    """One step that was taken: what, how long it took, what came of it."""

    title: str
    seconds: float
    outcome: str


@dataclass
class Story(Rehearsal):
    """The rehearsal of one inspection, step by step."""

    before: Callable[[str], None] = lambda _title: None
    taken_steps: list[TakenStep] = field(default_factory=list)

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


def managers_are_entered(rehearsal: Rehearsal) -> str:
    """The operator enters the two programme managers, who sign in with their own notices."""
    enter_missing(rehearsal.portal)
    return " and ".join(MANAGERS)


Steps = tuple[tuple[str, Callable[[Rehearsal], str]], ...]


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
