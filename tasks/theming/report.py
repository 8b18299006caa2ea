"""The thematic report as a value: counts of areas by message, practice by subject, what people wrote, and from what."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from models.theme_reports import Message
from models.themes import Theme
from models.words import titled
from tasks.theming.grouping import Grouped, MatchedText
from tasks.theming.sources import ReportSource

INTRODUCTION, METHOD = "introduction", "method"
"""Parts that every report has, apart from one for each message and the recommendations."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a published letter, with the place where anybody can read them.

    Attributes:
        source: id of the letter.
        place: paragraph, as `P03` or `p17`.
        page: of the letter's PDF; 0 where the letter is kept by paragraphs.
        text: the words.
        heading: of a practice study; empty elsewhere.
        findings: ids of the findings that the paragraph rests on, where the letter is ours.
    """

    source: str
    place: str
    page: int
    text: str
    heading: str = ""
    findings: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """Return its place in words: `page 3, paragraph p17`."""
        return f"page {self.page}, paragraph {self.place}" if self.page else f"paragraph {self.place}"


@dataclass(frozen=True, slots=True)
class Subject:
    """Strengths and practice to learn from on one subject, by letter.

    Attributes:
        code: of the message, or empty for what belongs to none.
        label: the subject in words.
        quotations: in the order of letters and paragraphs.
    """

    code: str
    label: str
    quotations: tuple[Quotation, ...]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What the report asks of somebody.

    Attributes:
        number: from 1.
        to: to whom it is addressed, as the theme names them.
        text: what they should do.
        messages: codes of the messages that it rests on.
    """

    number: int
    to: str
    text: str
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Children:
    """How many tracked children stand behind each message, after disclosure control.

    Attributes:
        tracked: all of them; None where the number is withheld.
        by_message: code -> how many; None where it is withheld.
        rounded: whether numbers are rounded to 5.
        certificate: SHA-256 of what was attacked, and with which result.
    """

    tracked: int | None
    by_message: Mapping[str, int | None]
    rounded: bool
    certificate: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """The messages of the report before, looked for in the areas of this one.

    Attributes:
        theme: whose report it was.
        messages: each with the areas of today in which it stands.
    """

    theme: str
    messages: tuple[Grouped, ...]


@dataclass(frozen=True, slots=True)
class ThematicReport:
    """A thematic report; no word of a letter is in it that was not published, and no child.

    Attributes:
        ref: by which it is known.
        theme: the theme as its file was when the report was made.
        theme_sha256: digest of that file.
        status: draft or published.
        rehearsal: whether it is none, but a rehearsal.
        published: the day; None before.
        sources: the letters or inspections that it rests on.
        messages: over all areas, in the theme's order.
        subjects: strengths and practice to learn from.
        prose: part -> paragraphs that people wrote.
        recommendations: in order.
        earlier: the messages of the report before; None where there was none.
        children: None where the theme counts none.
        findings: source -> finding -> paragraphs of its letter that rest on it.
        paragraphs: source -> paragraph -> its words in the published letter, where the letter is kept by paragraphs.
        letters: source -> where its letter is, relative to the report's own page.
    """

    ref: str
    theme: Theme
    theme_sha256: str
    status: Literal["draft", "published"]
    rehearsal: bool
    published: date | None
    sources: tuple[ReportSource, ...]
    messages: tuple[Grouped, ...]
    subjects: tuple[Subject, ...]
    prose: Mapping[str, tuple[str, ...]]
    recommendations: tuple[Recommendation, ...]
    earlier: Earlier | None
    children: Children | None
    findings: Mapping[str, Mapping[str, tuple[str, ...]]]
    paragraphs: Mapping[str, Mapping[str, Quotation]]
    letters: Mapping[str, str]

    @property
    def areas(self) -> tuple[str, ...]:
        """Return the names of its areas, sorted, each once."""
        return tuple(sorted({source.area for source in self.sources}))

    @property
    def title(self) -> str:
        """Return its title."""
        return f"{self.theme.title}: thematic report"

    def source(self, identity: str) -> ReportSource:
        """Return a source by its id."""
        return next(source for source in self.sources if source.id == identity)

    def quotation(self, match: MatchedText) -> Quotation | None:
        """Return the published words behind a match: a letter's sentence, or the paragraph that rests on a finding.

        What an inspector wrote in a finding is not public, so where no paragraph rests on it there is nothing to quote.
        """
        text = match.text
        if self.source(text.source).kind == "letter":
            return Quotation(text.source, text.place, text.page, text.text)
        own, findings = self.paragraphs.get(text.source, {}), self.findings.get(text.source, {})
        quotable = [place for place in findings.get(text.place, ()) if place in own]
        # A headline rests on many findings: what rests on the fewest says most of this one.
        resting = Counter(place for places in findings.values() for place in places)
        return own[min(quotable, key=lambda place: resting[place])] if quotable else None


def part_of_message(code: str) -> str:
    """Return the part of a report in which a message is written about."""
    return f"message-{code}"


def parts_of(theme: Theme) -> dict[str, str]:
    """Return the parts of a theme's report that people write: name -> heading, in order; recommendations apart."""
    return {
        INTRODUCTION: "Introduction",
        **{part_of_message(message.code): message.sentence for message in messages_of(theme)},
        METHOD: "More on the method",
    }


def messages_of(theme: Theme) -> tuple[Message, ...]:
    """Return the messages of a theme; without any, one for each tag of its findings, carried by the tag alone."""
    if theme.messages:
        return theme.messages
    return tuple(
        # Made without its checks, which want a phrase: here the tag alone carries it.
        Message.model_construct(code=tag, sentence=f"{titled(tag)}.", leans="either", tags=(tag,), phrases=())
        for tag in theme.finding_tags
    )
