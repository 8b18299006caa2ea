"""The rule set of a theme: whose it inherits, and what it adds, removes and weighs otherwise."""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.refusals import Refusal

Weight = Literal["error", "query", "info"]


class Rules(BaseModel):
    """The block `[rules]` of a theme.

    As written in a file it says what differs from the inherited set; resolved, it says everything.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    inherits: Annotated[str, Field(pattern=r"^([a-z0-9-]+@[1-9][0-9]*)?$")] = Field(
        "", description="The rule set that this one begins with, such as `domain@1`. The contracts' own if empty."
    )
    adds: tuple[str, ...] = Field((), description="Ids of rules that hold only where a theme asks, or were removed.")
    removes: tuple[str, ...] = Field((), description="Ids of rules that do not hold under this theme.")
    severities: dict[str, Weight] = Field(default_factory=dict, description="Rules with another weight.")

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Rules":
        both = set(self.removes) & (set(self.adds) | set(self.severities))
        if both:
            raise ValueError(
                f"the rule set removes {', '.join(sorted(both))} and adds or weighs it too; say one of the two"
            )
        return self


class RuleSetError(Refusal):
    """A rule set cannot be put together; the message says why and what to do."""


def resolved(name: str, written: Callable[[str], tuple[str, Rules]]) -> Rules:
    """Return the whole rule set of a theme: what it inherits, less what it removes, with what it adds.

    Args:
        name: id of the theme.
        written: theme id -> name of its rule set such as `domestic-abuse-2024@1`, and its block as written.

    Raises:
        RuleSetError: rule sets inherit each other in a circle, or one inherits a version that there is not.
        ValueError: `written` knows no theme of this id.
    """
    line: list[Rules] = []
    seen: list[str] = []
    while name:
        if name in seen:
            raise RuleSetError(
                f"The rule sets inherit each other in a circle: {' -> '.join((*seen, name))}. Let one of them inherit "
                "nothing."
            )
        seen.append(name)
        block = written(name)[1]
        line.append(block)
        heir, name = name, block.inherits.split("@")[0]
        # A theme names the version that it was written against, so that a change there never changes it unseen.
        if name and (there := written(name)[0]) != block.inherits:
            raise RuleSetError(
                f"The rules of {heir} inherit {block.inherits}, but there is {there}. Read what changed between them, "
                "and name the version that is meant."
            )
    whole = Rules()
    # From the oldest ancestor down, as each heir has the last word on what it inherits.
    for block in reversed(line):
        adds, removes = set(block.adds), set(block.removes)
        removed = set(whole.removes) - adds | removes
        weights = {**whole.severities, **block.severities}
        whole = Rules(
            inherits=block.inherits,
            adds=tuple(sorted(set(whole.adds) - removes | adds)),
            removes=tuple(sorted(removed)),
            severities={rule: weights[rule] for rule in sorted(weights) if rule not in removed},
        )
    return whole
