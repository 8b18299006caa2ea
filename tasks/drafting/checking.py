"""Checks a paragraph before it becomes a version: its length, names of people, its findings and its cases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, select

from models.refusals import FormRefusedError, Mistake, PersonsNumberError, has_persons_number
from models.tables import Finding, Inspection
from models.words import plural
from tasks.drafting.draft import Binding
from tasks.drafting.loading import newest_versions, paragraph_at
from tasks.drafting.quantifiers import quantified
from tasks.findings.recording import case_labels
from tasks.recognition.passing import Recogniser, recogniser

LONGEST = 6000
_LONGEST_HEADING = 200


@dataclass(frozen=True, slots=True)
class ParagraphWords:
    """A paragraph as a person writes it: its words, the findings that it rests on, and the cases of its sentences."""

    text: str
    heading: str = ""
    findings: tuple[str, ...] = ()
    bindings: tuple[Binding, ...] = ()


def one_paragraph(text: str) -> str:
    """Return a text on one line; a browser breaks lines where its window does."""
    return " ".join(text.split())


def checked(session: Session, inspection: Inspection, words: ParagraphWords) -> ParagraphWords:
    """Return the words of a paragraph as they are kept, on one line.

    Raises:
        FormRefusedError: a value is wrong; each mistake has its field.
    """
    kept = ParagraphWords(one_paragraph(words.text), one_paragraph(words.heading), words.findings, words.bindings)
    findings = frozenset(session.exec(select(Finding.id).where(Finding.inspection == inspection.ref)))
    labels = case_labels(session, inspection.ref)
    mistakes = [
        *_of_words(kept, recogniser(session, inspection.ref)),
        *_unknown("findings", "finding", kept.findings, findings),
        *(mistake for binding in kept.bindings for mistake in _of_binding(binding, labels)),
        *_of_places(kept),
    ]
    if mistakes:
        raise FormRefusedError(mistakes)
    return kept


def marked_paragraphs(session: Session, ref: str) -> tuple[str, ...]:
    """Return the paragraphs in which something could tell who a child is, and which two people have not passed.

    The records may have changed since a paragraph was saved, so all are compared again before a letter leaves.
    """
    people = recogniser(session, ref)
    standing = (paragraph_at(version) for _, version in newest_versions(session, ref))
    return tuple(each.id for each in standing if people.sentence(each.text) or people.sentence(each.heading))


def _of_words(words: ParagraphWords, people: Recogniser) -> Iterator[Mistake]:
    if not words.text:
        yield Mistake("text", "Enter the words of the paragraph.")
    for field, text, most in (("text", words.text, LONGEST), ("heading", words.heading, _LONGEST_HEADING)):
        if len(text) > most:
            yield Mistake(field, f"The {field} must be {plural(most, 'character')} or fewer.")
        elif has_persons_number(text):
            yield Mistake(field, PersonsNumberError(field).sentence)
        elif sentence := people.sentence(text):
            yield Mistake(field, sentence)


def _of_binding(binding: Binding, labels: frozenset[str]) -> Iterator[Mistake]:
    yield from _unknown(f"cases-{binding.sentence}", "case", binding.cases, labels)
    yield from _unknown(f"against-{binding.sentence}", "case", binding.against, labels)
    if both := set(binding.cases) & set(binding.against):
        sentence = f"Case {min(both)} cannot show it and speak against it. Leave it in one of the two lists."
        yield Mistake(f"against-{binding.sentence}", sentence)


def _of_places(words: ParagraphWords) -> Iterator[Mistake]:
    places = {(each.place, each.quantifier) for each in quantified(words.text)}
    if any((each.sentence, each.quantifier) not in places for each in words.bindings):
        yield Mistake("text", "A sentence was changed since its cases were named. Open the paragraph again.")


def _unknown(field: str, what: str, given: Sequence[str], listed: frozenset[str]) -> Iterator[Mistake]:
    for code in sorted(set(given) - listed):
        yield Mistake(field, f"There is no {what} {code[:40]!r}. Choose from those of this inspection.")
