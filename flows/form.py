"""Forms of Prefect: the questions of a flow, and decisions that a person takes by filling one in."""

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import signature
from typing import Annotated, Any, ParamSpec

from prefect import Flow, flow
from pydantic import Field

from flows.artifacts import show_report
from flows.run import Run, State, ended
from flows.work import drain
from models.decisions import Decided
from models.events import Owed
from models.refusals import TEXT_PATTERN, check_kept
from tasks.ground.database import transaction
from tasks.ground.log import log
from tasks.people.orders import needed
from tasks.people.warrants import actor_of, bearer

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


Order = Annotated[str, line("Order", "Filled in when you submit the form. Leave it empty.", max_length=80)]
"""The parameter `by` of every decision: the order of a person who is signed in.

The gate before Prefect puts it there and takes it out of the forms that people see. A run without it, or with a name
typed into it, decides nothing.
"""


def decision(
    name: str, run_name: str, *, then: tuple[Owed, ...] = ()
) -> Callable[[Callable[_Answers, Decided]], Flow[_Answers, State]]:
    """Return a decorator that makes a flow of a decision: its parameters are the form, its body is one call.

    A refusal ends the run as *Failed* by its own sentence, without a traceback (L13). The person who decides is the one
    whose order the run carries as `by`, where `models.decisions` says that their role may (L11); the decision then gets
    their reference with their role as its `by`.

    Args:
        name: of the flow, and of its deployment.
        run_name: of its runs, with the names of parameters in braces.
        then: kinds of work that follow from the decision; the run does them at once.
    """

    def decorate(decide: Callable[_Answers, Decided]) -> Flow[_Answers, State]:
        @wraps(decide)
        def form(*args: _Answers.args, **named: _Answers.kwargs) -> State:
            # Prefect gives answers by place or by name, as it likes.
            answers = signature(decide).bind(*args, **named).arguments

            def body(run: Run) -> str:
                # A form of Prefect checks itself; a run that a program starts does not.
                for field, answer in answers.items():
                    if isinstance(answer, str):
                        check_kept(field, answer)
                decided = decide(**{**answers, "by": _person(name, run.id, answers)})  # type: ignore[call-arg]
                run.touches(decided.inspection)
                if follows := then + decided.then:
                    drain(run, *follows, inspection=decided.inspection)
                if decided.report:
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


def _person(name: str, run: str, answers: Mapping[str, Any]) -> str:
    """Return who ordered a decision, as the audit names them.

    Raises:
        NoWarrantError: nobody who may take it did.
    """
    with transaction() as session:
        act, ref = needed(session, name, answers)
        person, door = bearer(session, str(answers.get("by") or ""), deployment=name, act=act, run=run, ref=ref)
        return actor_of(person, door)
