"""Looks for the messages of a theme in published letters, and says which are found where. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from models.areas import areas
from models.theme_reports import Message
from models.words import unaccented
from tasks.ground.digests import sha256
from tasks.reading_letters.letter import ReadLetter
from tasks.reading_letters.reading import read_letter
from tasks.theming.grouping import Grouped, grouped, in_areas
from tasks.theming.sources import ReportSource, SourceText, texts_of_letter


@dataclass(frozen=True, slots=True)
class BackTest:
    """What became of looking for a theme's messages in letters.

    Attributes:
        theme: whose messages.
        sources: the letters, by area.
        messages: each with the areas in which it stands.
        texts: how many sentences were looked at.
    """

    theme: str
    sources: tuple[ReportSource, ...]
    messages: tuple[Grouped, ...]
    texts: int

    @property
    def recalled(self) -> int:
        """Return how many messages stand in more than one area."""
        return sum(message.is_found for message in self.messages)

    @property
    def recall(self) -> float:
        """Return the share of the messages that is found, from 0 to 1; 0 where there are none."""
        return self.recalled / len(self.messages) if self.messages else 0.0


def source_of(name: str, content: bytes, letter: ReadLetter) -> ReportSource:
    """Return a letter as a source; the area's code is that of the area of its name.

    Args:
        name: of the file, without folder and extension.
        content: of the file.
        letter: that was read from it.
    """
    printed = letter.area or name
    wanted = _plain(printed)
    gss, area = next(((gss, each.name) for gss, each in areas().items() if _plain(each.name) == wanted), ("", printed))
    return ReportSource(name, area, "letter", gss, letter.dated, sha256(content))


# Letters name a council where they mean its area: `the London Borough of Merton`.
_OFFICES = re.compile(
    r"^(the )?((royal|london|metropolitan) )*(borough|county|city) of |^(the|county) "
    r"|( (metropolitan|district|borough|county|city))*( council)$|,? (city of|county|city)$"
)


def _plain(name: str) -> str:
    return _OFFICES.sub("", unaccented(name)).replace("&", "and").replace("-", " ").strip()


def read_source(name: str, content: bytes) -> tuple[ReportSource, tuple[SourceText, ...]]:
    """Return a letter's PDF as a source with its sentences.

    Raises:
        UnreadableLetterError: it is no letter.
    """
    letter = read_letter(content)
    source = source_of(name, content, letter)
    return source, tuple(texts_of_letter(letter, source))


def back_test(
    theme: str, messages: Sequence[Message], letters: Mapping[ReportSource, Sequence[SourceText]]
) -> BackTest:
    """Return which messages letters carry."""
    sources = tuple(sorted(letters, key=lambda source: (source.area, source.id)))
    texts = [text for source in sources for text in letters[source]]
    return BackTest(theme, sources, grouped(messages, sources, texts), len(texts))


def rows(test: BackTest) -> list[tuple[str, ...]]:
    """Return the table: message, found, areas, and the strongest passage by letter, page and paragraph."""
    return [("message", "leans", "found", "areas", "strongest"), *(_row(each) for each in test.messages)]


def _row(message: Grouped) -> tuple[str, ...]:
    best = message.strongest
    where = f"{best.text.source}, page {best.text.page}, {best.text.place}" if best else ""
    answer = "yes" if message.is_found else "no"
    return message.message.code, message.message.leans, answer, in_areas(len(message.standing), message.of), where


def as_json(test: BackTest, *, words: bool) -> dict[str, Any]:
    """Return all that was found, with what matched; the sentences themselves only where they are asked for.

    Args:
        test: to be told of.
        words: whether sentences of the letters are among it; they are their publishers'.
    """
    return {
        "theme": test.theme,
        "letters": [asdict(source) for source in test.sources],
        "sentences": test.texts,
        "found": test.recalled,
        "recall": round(test.recall, 3),
        "messages": [message_json(message, words=words) for message in test.messages],
    }


def message_json(message: Grouped, *, words: bool) -> dict[str, Any]:
    """Return one message with its areas, and of each what matched, where and why it leans as it does."""
    return {
        "code": message.message.code,
        "sentence": message.message.sentence,
        "leans": message.message.leans,
        "found": message.is_found,
        "areas": {
            "of": message.of,
            "share": message.share,
            "standing": [area.area for area in message.standing],
            "strength": [area.area for area in message.areas_leaning("strength")],
            "improve": [area.area for area in message.areas_leaning("improve")],
        },
        "matches": [
            {
                "area": area.area,
                "source": match.text.source,
                "page": match.text.page,
                "place": match.text.place,
                "section": match.text.section,
                "leans": match.text.lean.leaning,
                "because": match.text.lean.why,
                "carried_by": list(match.carried_by),
                "words": list(match.words),
                **({"text": match.text.text} if words else {}),
            }
            for area in message.areas
            for match in area.matches
        ],
    }
