"""Checks a whole draft: its sentences, acronyms, bullets, headings and lengths. Pure, and only ever advice."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from models.words import joined, plural
from tasks.drafting.quantifiers import sentences
from tasks.wording.acronyms import unexplained
from tasks.wording.alarms import Alarm, CheckedParagraph, CheckedSection
from tasks.wording.norms import HEADING_WORDS, NORMS, Norms
from tasks.wording.quantified import misused, without_cases
from tasks.wording.sentences import misuses

_IN_EVERY_LETTER = frozenset({"headline", "improve", "strengths", "main"})
Form = Literal["2016", "2022"]
_NO_NOUN_PHRASE = re.compile(
    r"(?:They|We|It|There|This|You|He|She|These|Those)\b"
    r"|(?:The |All |Some |Many |Most )?(?:(?!(?:of|how|in|to|for|when) )\w+[ -]){0,3}?"
    r"\w+ (?:must|should|shall|need(?:s)? to|ha(?:s|ve) to"
    r"|do(?:es)? not"
    r"|are not|is not|cannot|will)\b(?![^.]* (?:that|which|who)\b)"
    r"|(?:Ensure|Improve|Make|Review|Develop|Provide|Strengthen|Train|Increase|Reduce|Check|Implement|Stop|Start)\b",
)


def alarms_of_draft(parts: Sequence[CheckedSection], form: Form, *, finished: bool = False) -> tuple[Alarm, ...]:
    """Return where a draft leaves the norms of letters, in the order in which it is read.

    Args:
        parts: its sections.
        form: of the theme's letter.
        finished: whether a section may be told that it is too short, as one that is still being written may not.
    """
    norms = NORMS[form]
    alarms = [alarm for part in parts for alarm in _of_part(part, norms)]
    wholes = [alarm for part in _merged(parts) for alarm in _of_section(part, norms, finished=finished)]
    return (*_of_acronyms(parts), *alarms, *wholes, *_of_whole(parts, norms, finished=finished))


def has_every_section(parts: Sequence[CheckedSection]) -> bool:
    """Return whether there are words under each heading that no letter leaves out, so that little is too little."""
    return all(part.texts for part in parts if part.code in _IN_EVERY_LETTER)


def by_rule(alarms: Iterable[Alarm]) -> tuple[tuple[Alarm, int], ...]:
    """Return the first alarm of each rule with the number of its places, for who reads of a whole letter."""
    alarms = tuple(alarms)
    number = Counter(alarm.rule for alarm in alarms)
    # From the last to the first, so that the first of each rule is the one that stays.
    first = {alarm.rule: alarm for alarm in reversed(alarms)}
    return tuple((first[rule], number[rule]) for rule in number)


def _merged(parts: Sequence[CheckedSection]) -> list[CheckedSection]:
    """Return one part for each code: a letter has more than one practice study, each under its own heading."""
    merged: dict[str, CheckedSection] = {}
    for part in parts:
        first = merged.get(part.code)
        merged[part.code] = replace(first, texts=(*first.texts, *part.texts)) if first else part
    return list(merged.values())


def alarms_of_text(text: CheckedParagraph, norms: Norms, *, section: str = "", place: int = 0) -> Iterator[Alarm]:
    """Yield where one paragraph leaves the norms; acronyms are a matter of the whole letter."""
    # A place to copy: each alarm that is made of it gets a rule and words of its own.
    here = Alarm("blame", "", "", section, place, None, text.id)
    for number, sentence in enumerate(sentences(text.text)):
        for misuse in misuses(sentence, norms, section=section):
            yield replace(here, rule=misuse.rule, wrong=misuse.wrong, better=misuse.better, sentence=number)
    if text.bindings is None:
        return
    for counted, wrong, better in misused(text.text, text.bindings):
        yield replace(here, rule="share", wrong=wrong, better=better, sentence=counted.place)
    for counted in without_cases(text.text, text.bindings):
        yield replace(
            here,
            rule="without_cases",
            wrong=f"No case is named behind \u201c{counted.word}\u201d.",
            better="Name the cases that show it and those that speak against it.",
            sentence=counted.place,
        )


def _of_acronyms(parts: Sequence[CheckedSection]) -> Iterator[Alarm]:
    """Yield one alarm for each paragraph that uses acronyms first and does not explain them."""
    places = [(part.code, place, text) for part in parts for place, text in enumerate(part.texts)]
    missing: dict[int, list[str]] = {}
    for at, acronym in unexplained(text.text for _, _, text in places):
        missing.setdefault(at, []).append(acronym)
    for at, acronyms in missing.items():
        code, place, text = places[at]
        stands = "is" if len(acronyms) == 1 else "are"
        yield Alarm(
            "acronym",
            f"{joined(acronyms)} {stands} not explained.",
            "Write the words at the first use, with the acronym in brackets.",
            code,
            place,
            None,
            text.id,
        )


def _of_part(part: CheckedSection, norms: Norms) -> Iterator[Alarm]:
    for place, text in enumerate(part.texts):
        yield from alarms_of_text(text, norms, section=part.code, place=place)
        if part.form == "bullets":
            yield from _of_bullet(part, place, text, norms)
        elif text.heading:
            yield from _of_heading(part, place, text)


def _of_section(part: CheckedSection, norms: Norms, *, finished: bool) -> Iterator[Alarm]:
    if part.form == "bullets" and part.code in norms.bullets:
        yield from _of_list(part, norms, finished=finished)
    yield from _of_length(part, norms, finished=finished)


def _of_bullet(part: CheckedSection, place: int, text: CheckedParagraph, norms: Norms) -> Iterator[Alarm]:
    number, most = len(text.text.split()), norms.bullet_words.get(part.code, 0)
    if most and number > most:
        yield Alarm(
            "bullets",
            f"The bullet has {number} words.",
            f"No bullet in letters has more than {most} words here; most are far shorter.",
            part.code,
            place,
            None,
            text.id,
        )
    if norms.noun_phrases and part.code == "improve" and _NO_NOUN_PHRASE.match(text.text):
        yield Alarm(
            "noun_phrase",
            "The bullet is a sentence or an order.",
            "Name what is to improve, for example \u201cThe timeliness of ...\u201d or \u201cHow well ...\u201d.",
            part.code,
            place,
            None,
            text.id,
        )


def _of_heading(part: CheckedSection, place: int, text: CheckedParagraph) -> Iterator[Alarm]:
    number = len(text.heading.split())
    if number > HEADING_WORDS or text.heading.rstrip().endswith("."):
        yield Alarm(
            "heading",
            f"The heading is a sentence or has more than {plural(HEADING_WORDS, 'word')}.",
            "Say in a few words, without a full stop, what the box is about.",
            part.code,
            place,
            None,
            text.id,
        )
    elif part.form == "prose":
        better = (
            "Letters have headings for sections and practice studies alone. Begin the paragraph with what it is about."
        )
        yield Alarm("heading", "The paragraph has a heading of its own.", better, part.code, place, None, text.id)


def _of_list(part: CheckedSection, norms: Norms, *, finished: bool) -> Iterator[Alarm]:
    number, usual = len(part.texts), norms.bullets[part.code]
    if number > usual.most or (finished and 0 < number < usual.least):
        yield Alarm(
            "bullets",
            f"The list has {plural(number, 'bullet')}.",
            f"Letters have {usual.least} to {usual.most} here, half of them {usual.median} or fewer.",
            part.code,
        )


def _of_length(part: CheckedSection, norms: Norms, *, finished: bool) -> Iterator[Alarm]:
    usual, number = norms.sections.get(part.code), _words(part)
    if usual and (number > usual.most or (finished and 0 < number < usual.least)):
        yield Alarm(
            "length",
            f"The section has {plural(number, 'word')}.",
            f"Letters have {usual.least:,} to {usual.most:,} here, half of them {usual.median:,} or fewer.",
            part.code,
        )


def _of_whole(parts: Sequence[CheckedSection], norms: Norms, *, finished: bool) -> Iterator[Alarm]:
    number = sum(map(_words, parts))
    if number > norms.words.most or (finished and 0 < number < norms.words.least):
        usual = norms.words
        yield Alarm(
            "length",
            f"The letter has {plural(number, 'word')}.",
            f"Letters have {usual.least:,} to {usual.most:,}, half of them {usual.median:,} or fewer.",
        )


def _words(part: CheckedSection) -> int:
    return sum(len(text.text.split()) for text in part.texts)
