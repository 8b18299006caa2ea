"""Forms of Prefect: the questions of a flow, and decisions that a person takes by filling one in."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec

from prefect import Flow, flow
from pydantic import Field

from flows.artifacts import show_report
from flows.run import Run, State, ended
from flows.work import drain
from models.events import Owed
from models.refusals import TEXT_PATTERN, check_text
from tasks.ground.log import log

_Answers = ParamSpec("_Answers")


def question(title: str, help_text: str = "", **limits: Any) -> Any:
    """Return the description of one parameter in its form.

    Prefect puts the parameter's own name over any title, and drops any description, except in the schema's extra part.

    Args:
        title: the words above the field.
        help_text: the sentence below them, if one is needed.
        **limits: limits such as `min_length`, which the form enforces.
    """
    shown = {"title": title, "description": help_text} if help_text else {"title": title}
    return Field(json_schema_extra=shown, **limits)  # type: ignore[arg-type]


def line(title: str, help_text: str = "", **limits: Any) -> Any:
    """Return the description of a parameter of one line of text; the form refuses control characters."""
    return question(title, help_text, pattern=TEXT_PATTERN, **limits)


@dataclass(frozen=True, slots=True)
class Decided:
    """The outcome of a person's decision.

    Attributes:
        inspection: the inspection that it is about.
        what: its subject, for the run's name.
        outcome: its effect, for the run's message.
        message: the sentence with which the run ends.
        after: a second sentence on the work that followed, with the number of its pieces in braces.
    """

    inspection: str
    what: str
    outcome: str
    message: str
    after: str = ""


def decision(
    name: str, run_name: str, *, then: tuple[Owed, ...] = (), report: bool = False
) -> Callable[[Callable[_Answers, Decided]], Flow[_Answers, State]]:
    """Return a decorator that makes a flow of a decision: its parameters are the form, its body is one call.

    A refusal ends the run as *Failed* by its own sentence, without a traceback (L13).

    Args:
        name: of the flow.
        run_name: of its runs, with the names of parameters in braces.
        then: kinds of work that follow from the decision; the run does them at once.
        report: whether the sample's report is shown anew.
    """

    def decorate(decide: Callable[_Answers, Decided]) -> Flow[_Answers, State]:
        @wraps(decide)
        def form(*args: _Answers.args, **answers: _Answers.kwargs) -> State:
            def body(run: Run) -> str:
                # A form of Prefect checks itself; a run that a program starts does not.
                for field, answer in answers.items():
                    if isinstance(answer, str):
                        check_text(field, answer)
                decided = decide(*args, **answers)
                run.touches(decided.inspection)
                if then:
                    drain(run, *then, inspection=decided.inspection)
                if report:
                    show_report(decided.inspection)
                # The decision names the run, and not the work that followed from it.
                run.title = decided.what
                run.doing(decided.what, decided.inspection)
                log().info("decision.taken", inspection=decided.inspection, came=decided.outcome)
                after = decided.after.format(len(run.done)) if decided.after else run.summary()
                return f"{decided.message} {after}".strip()

            return ended(name, body)

        return flow(name=name, flow_run_name=run_name, persist_result=False)(form)

    return decorate
