"""Groups what letters and findings say into the messages of a theme, and shows of each what was matched. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.theme_reports import Message
from tasks.theming.phrases import met
from tasks.theming.sources import ReportSource, SourceText

# Codes of headings and categories of findings: the section of a text is one or the other.
_WEIGHT = {"priority": 4, "priority_action": 4, "improve": 3, "improvement": 3, "strengths": 3, "strength": 3}
_WEIGHT |= {"headline": 2, "practice": 2, "practice_study": 2}


@dataclass(frozen=True, slots=True)
class MatchedText:
    """One text that carries a message.

    Attributes:
        text: the sentence or finding, with its place and the way it leans.
        carried_by: what matched: phrases as the theme has them, or `tag` and its name.
        words: of the text that met the phrases.
    """

    text: SourceText
    carried_by: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def strength(self) -> tuple[int, int, int]:
        """Return how much it says: by its heading, then by how much matched, then by its words that matched."""
        return _WEIGHT.get(self.text.section, 1), len(self.carried_by), len(self.words)


@dataclass(frozen=True, slots=True)
class InArea:
    """Where a message stands in one area.

    Attributes:
        area: the local area.
        matches: the strongest first; those that lean neither way among them.
    """

    area: str
    matches: tuple[MatchedText, ...]

    def leaning(self, leaning: str) -> tuple[MatchedText, ...]:
        """Return the matches that lean one way, the strongest first."""
        return tuple(match for match in self.matches if match.text.lean.leaning == leaning)


@dataclass(frozen=True, slots=True)
class Grouped:
    """One message over all areas.

    Attributes:
        message: of the theme.
        areas: in which it is carried, by name.
        of: how many areas there are.
    """

    message: Message
    areas: tuple[InArea, ...]
    of: int

    def areas_leaning(self, leaning: str) -> tuple[InArea, ...]:
        """Return the areas in which it stands as a strength, or as something to improve; an area can be in both."""
        return tuple(area for area in self.areas if area.leaning(leaning))

    @property
    def standing(self) -> tuple[InArea, ...]:
        """Return the areas in which it stands the way the message leans."""
        if self.message.leans != "either":
            return self.areas_leaning(self.message.leans)
        return tuple(area for area in self.areas if area.leaning("strength") or area.leaning("improve"))

    @property
    def share(self) -> str:
        """Return in how many areas it stands, as a word."""
        return share_word(len(self.standing), self.of)

    @property
    def is_found(self) -> bool:
        """Return whether it stands in more than one area: what one area shows is no message to all."""
        return len(self.standing) > 1

    @property
    def strongest(self) -> MatchedText | None:
        """Return the match that says most, the way the message leans; None where it stands nowhere."""
        matches = [match for area in self.standing for match in area.matches if self._leans(match)]
        return max(matches, key=lambda match: (match.strength, _first(match)), default=None)

    def _leans(self, match: MatchedText) -> bool:
        wanted = self.message.leans
        return match.text.lean.leaning == wanted or (wanted == "either" and match.text.lean.leaning != "neither")


def share_word(areas: int, of: int) -> str:
    """Return the word for a share of areas: `all`, `most` from two thirds (4 of 6), `some` from 2, `one`, `none`."""
    if areas > 1:
        if areas == of:
            return "all"
        return "most" if areas * 3 >= of * 2 else "some"
    return "one" if areas else "none"


def in_areas(areas: int, of: int) -> str:
    """Return a share of areas in words with its figures, such as `most areas (4 of 6)` or `no area (0 of 6)`."""
    if not areas:
        return f"no area (0 of {of})"
    return f"{share_word(areas, of)} {'area' if areas == 1 else 'areas'} ({areas} of {of})"


def grouped(
    messages: Sequence[Message], sources: Sequence[ReportSource], texts: Iterable[SourceText]
) -> tuple[Grouped, ...]:
    """Return each message with what carries it, in the theme's order; the order of sources and texts does not matter.

    Args:
        messages: of the theme.
        sources: all letters or inspections that are looked at; an area with two counts once.
        texts: of these sources.
    """
    area_of = {source.id: source.area for source in sources}
    # Sorted here, so that the report is the same however the store lists its letters (L4).
    ordered = sorted(texts, key=lambda text: (text.source, _number(text.place), text.place, text.text))
    of = len(set(area_of.values()))
    return tuple(_grouped(message, ordered, area_of, of) for message in messages)


def _grouped(message: Message, texts: Sequence[SourceText], area_of: dict[str, str], of: int) -> Grouped:
    by_area: dict[str, list[MatchedText]] = {}
    for text in texts:
        if (match := matched(message, text)) is not None:
            by_area.setdefault(area_of[text.source], []).append(match)
    areas = (InArea(area, tuple(sorted(matches, key=_strongest_first))) for area, matches in sorted(by_area.items()))
    return Grouped(message, tuple(areas), of)


def matched(message: Message, text: SourceText) -> MatchedText | None:
    """Return what in a text carries a message: a finding's tag, phrases, or both; None where nothing does."""
    tags = [f"tag {tag}" for tag in message.tags if tag in text.tags]
    phrases = list(met(message.phrases, text.text))
    if not tags and not phrases:
        return None
    words = dict.fromkeys(word for phrase in phrases for word in phrase.words)
    return MatchedText(text, (*tags, *(phrase.phrase for phrase in phrases)), tuple(words))


def _strongest_first(match: MatchedText) -> tuple[tuple[int, ...], str, int, str]:
    return tuple(-part for part in match.strength), match.text.source, _number(match.text.place), match.text.text


def _first(match: MatchedText) -> tuple[int, str]:
    """Return what puts the earlier of two equal matches before the later."""
    return -_number(match.text.place), match.text.source


def _number(place: str) -> int:
    digits = "".join(char for char in place if char.isdigit())
    return int(digits or 0)
