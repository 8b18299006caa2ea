"""What a theme asks in the lists of children that other themes do not: columns of its own, columns left out, words."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,40}$")]

_DOMESTIC_ABUSE = "da"


class ThemeData(BaseModel):
    """A part of a theme's file; what it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ListColumn(ThemeData):
    """A column that a theme adds to a list.

    Attributes:
        list: the return, such as `LA-DA`; the column stands on its main sheet.
        name: the header.
        after: the column behind which it stands; behind the list's last column of its own where none is named.
        type: how cells are read.
        guidance: one sentence for the person who fills it in.
        example: a good value, as typed.
        required: whether every row must have it.
        codes: what can be entered, for categories.
        minimum: least number allowed.
        maximum: greatest number allowed.
    """

    list: str
    name: Name
    after: str = ""
    type: Literal["string", "integer", "decimal", "date", "bool", "category"]
    guidance: Annotated[str, Field(min_length=5, max_length=200)]
    example: Annotated[str, Field(min_length=1)]
    required: Literal["yes", "no"] = "no"
    codes: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


class Lists(ThemeData):
    """What the lists of children ask about the theme, and in which words; as it stands here, about domestic abuse.

    Attributes:
        abbreviation: stands in headers for the theme, as `da` in `da_factor_codes`; blank where headers name no theme.
        about: what the theme is about, after 'knew of'.
        recognised: what a child was or was not recognised as.
        victim: what a person is to whom it happens, after 'is'.
        perpetrator: what a person does by whom it happens, after 'the person'.
        children: what the children are known to be, after 'known to be'.
        services: what specialist services are called.
        unasked: columns that the theme does not ask for, each as `LA-DA.marac_heard`.
        columns: columns of the theme's own.
    """

    abbreviation: Annotated[str, Field(pattern=r"^[a-z]{0,8}$")] = _DOMESTIC_ABUSE
    about: str = "the abuse"
    recognised: str = "a victim"
    victim: str = "a victim of abuse"
    perpetrator: str = "abuses others"
    children: str = "living with abuse"
    services: str = "specialist domestic abuse services"
    unasked: tuple[str, ...] = ()
    columns: tuple[ListColumn, ...] = ()

    def named(self, column: str) -> str:
        """Return the header under which the theme asks for a column, such as `cse_factor_codes`."""
        parts = (self.abbreviation if part == _DOMESTIC_ABUSE else part for part in column.split("_"))
        return "_".join(filter(None, parts))
