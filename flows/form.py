"""The questions of a flow's form, as Prefect shows them: a title and a help text in place of the parameter's name."""

from typing import Any

from pydantic import Field


def question(title: str, help_text: str = "", **limits: Any) -> Any:
    """Return what describes one parameter in its form.

    Prefect puts the parameter's own name over any title, and drops any description, except in the schema's extra part.

    Args:
        title: the words above the field.
        help_text: the sentence below them, if one is needed.
        **limits: limits such as `min_length`, which the form enforces.
    """
    shown = {"title": title, "description": help_text} if help_text else {"title": title}
    return Field(json_schema_extra=shown, **limits)  # type: ignore[arg-type]
