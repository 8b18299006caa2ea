"""What a theme says of its thematic report: the messages that are looked for, and when and how a report is made."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from models.theme_lists import Name, ThemeData
from models.theme_mistakes import ThemeMisfit

if TYPE_CHECKING:
    from models.themes import Theme

_WORD = r"[a-z0-9][a-z0-9'-]*\*?"
_TERMS = rf"{_WORD}( {_WORD})*(\|{_WORD}( {_WORD})*)*"
PHRASE = rf"^{_TERMS}( \+ {_TERMS})*$"
"""The form of a phrase: terms with ` + ` between them, of which each is words, or several with `|` between them."""

Phrase = Annotated[str, Field(pattern=PHRASE, max_length=200)]


class Message(ThemeData):
    """Something that a thematic report may say of all areas.

    Attributes:
        code: by which it is counted, compared and linked to.
        sentence: what it says, as a person reads it.
        leans: what is looked for: that it is to improve, that it is a strength, or either.
        tags: of findings that carry it.
        phrases: that carry it in the words of a finding or a letter; each must be met whole within one sentence.
    """

    code: Name
    sentence: Annotated[str, Field(min_length=10, max_length=300)]
    leans: Literal["improve", "strength", "either"] = "improve"
    tags: tuple[str, ...] = ()
    phrases: tuple[Phrase, ...] = Field(min_length=1)


class ReportPlan(ThemeData):
    """When a theme's report is begun, what it may count, and what it is compared with.

    Attributes:
        areas: how many areas' letters must be published before a report is begun unasked.
        children: whether it counts the children who were tracked, as far as disclosure control allows.
        compares_with: the theme whose report came before; empty where there was none.
        addressees: to whom recommendations are addressed.
    """

    areas: int = Field(6, ge=2, le=153)
    children: bool = False
    compares_with: str = ""
    addressees: tuple[Annotated[str, Field(min_length=3, max_length=120)], ...] = (
        "Local safeguarding partners",
        "The government",
    )


def report_mistakes(theme: "Theme") -> Iterator[ThemeMisfit]:
    """Yield what does not fit together in a theme's messages."""
    codes = [message.code for message in theme.messages]
    for place, message in enumerate(theme.messages):
        if message.code in codes[:place]:
            yield ThemeMisfit(("messages", place, "code"), f"the message {message.code!r} is there twice")
        for at, tag in enumerate(message.tags):
            if tag not in theme.finding_tags:
                sentence = f"the message {message.code} names the tag {tag!r}, which no finding of the theme can have"
                yield ThemeMisfit(("messages", place, "tags", at), sentence, tag, theme.finding_tags)
    if theme.report.compares_with == theme.id:
        yield ThemeMisfit(("report", "compares_with"), "a theme's report cannot be compared with itself")
