"""Checks one sentence: its length, and words that a letter does not use. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.wording.alarms import Rule
from tasks.wording.blame import blame
from tasks.wording.hedges import hedges
from tasks.wording.jargon import jargon
from tasks.wording.norms import Norms
from tasks.wording.people import counts, ids, names, percentage


@dataclass(frozen=True, slots=True)
class Misuse:
    """What is wrong with a sentence, and what is better."""

    rule: Rule
    wrong: str
    better: str


def misuses(sentence: str, norms: Norms, *, section: str = "") -> Iterator[Misuse]:
    """Yield what is wrong with one sentence.

    Args:
        sentence: to be checked.
        norms: of the letter's form.
        section: code of its heading. A practice study may count siblings, and until 2020 gave its child another name;
            opening and next steps may name who answers the letter.
    """
    number = len(sentence.split())
    if number > norms.sentence:
        yield Misuse(
            "long_sentence",
            f"The sentence has {number} words.",
            f"Write 2 or more sentences. Half of the sentences in letters have {norms.median_sentence} words or fewer.",
        )
    for term, plain in jargon(sentence):
        yield Misuse("jargon", f"\u201c{term}\u201d is jargon.", f"Plain words are: {plain}.")
    if words := blame(sentence):
        yield Misuse(
            "blame",
            f"\u201c{words}\u201d blames a person or a family.",
            "Say what services did or did not do, and what it meant for the child.",
        )
    if words := hedges(sentence):
        yield Misuse(
            "hedges", f"\u201c{words}\u201d hedges twice.", "One word of doubt is enough; with evidence, none."
        )
    if not norms.percentages and (words := percentage(sentence)):
        yield Misuse(
            "percentage", f"\u201c{words}\u201d is a percentage.", "Letters use words: most, some, a small number."
        )
    if words := ids(sentence):
        yield Misuse(
            "id", f"\u201c{words}\u201d reads like an id.", "Say what it is about. No letter shows ids of ours."
        )
    yield from _of_people(sentence, norms, section)


def _of_people(sentence: str, norms: Norms, section: str) -> Iterator[Misuse]:
    may_name = section in ("opening", "next") or (norms.pseudonyms and section == "practice")
    if not may_name and (people := names(sentence)):
        yield Misuse(
            "name",
            f"\u201c{people[0]}\u201d reads like the name of a person.",
            "Say who it is by their part: the mother, one young child, a social worker.",
        )
    if section != "practice" and (words := counts(sentence)):
        yield Misuse(
            "count",
            f"\u201c{words}\u201d counts children or cases.",
            "Letters use words: most, some, a small number. A small count can show who a child is.",
        )
