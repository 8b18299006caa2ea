"""Lists in the forms that people see: put into a form's schema as it passes, and taken off its answers again.

Prefect stores neither: a list is of this person and this moment, and may name members of staff (L5).
"""

from collections.abc import Mapping
from typing import Any

from tasks.ground.database import transaction
from tasks.people.sessions import SignedIn
from tasks.watch.choices import SEPARATOR, Choices, choices_for, reference_in

SCHEMAS = frozenset({"GET /deployments/{id}", "GET /deployments/name/{flow_name}/{deployment_name}"})
"""The routes whose answer is a form."""

_NONE = "There is nothing now that this form can act on."
_LISTED = frozenset({"inspection", "theme", "request", "step", "proposal", "lead", "inspectors", "quality_assurer"})


def read_choices(visitor: SignedIn, form: str) -> Choices:
    """Return what somebody can choose in a form now."""
    with transaction() as session:
        return choices_for(session, form, visitor.person, visitor.doors)


def with_choices(deployment: Any, choices: Choices) -> Any:
    """Return a deployment in whose form whoever fills it in chooses from lists; what has no list is typed as before."""
    schema = deployment.get("parameter_openapi_schema") if isinstance(deployment, dict) else None
    if not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):
        return deployment
    lists = choices.by_parameter
    properties = {
        name: _listed(field, lists[name]) if name in lists else field for name, field in schema["properties"].items()
    }
    return {**deployment, "parameter_openapi_schema": {**schema, "properties": properties}}


def _listed(field: dict[str, Any], choices: tuple[str, ...]) -> dict[str, Any]:
    """Return the schema of a field whose text, or each of whose texts, is one of a list."""
    if not choices:
        # It can still be typed: the flow says in its own sentence why nothing can be done.
        return {**field, "description": _NONE}
    if field.get("type") == "array":
        return {**field, "items": {"type": "string", "enum": list(choices)}}
    # The limits of a text that is typed do not hold for a line that was chosen.
    kept = {key: value for key, value in field.items() if key not in {"pattern", "maxLength", "minLength"}}
    if not kept.get("default", "x"):
        # No line is empty: who chooses none leaves the field out.
        del kept["default"]
    return {**kept, "enum": list(choices)}


def without_words(body: Any) -> Any:
    """Return a run that a person asks for with references alone where a line was chosen from a list."""
    answers = body.get("parameters") if isinstance(body, dict) else None
    if not isinstance(answers, dict):
        return body
    return {**body, "parameters": {name: _reference(name, answer) for name, answer in answers.items()}}


def _reference(name: str, answer: Any) -> Any:
    if name not in _LISTED:
        return answer
    if isinstance(answer, list):
        return [_reference(name, each) for each in answer]
    return reference_in(answer) if isinstance(answer, str) and SEPARATOR in answer else answer


def filled_in(answers: Mapping[str, str], choices: Choices) -> dict[str, str]:
    """Return the answers of a link to a form as the form lists them."""
    return {name: choices.labelled(name, answer) for name, answer in answers.items()}
