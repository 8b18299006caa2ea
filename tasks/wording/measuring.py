"""Measures letters that were read, so that the norms of `norms.py` can be measured again. Pure; gives numbers alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import median_low
from typing import Any

from tasks.drafting.quantifiers import sentences
from tasks.reading_letters.letter import ReadLetter
from tasks.wording.linting import alarms_of_draft, by_rule
from tasks.wording.published import parts_of_letter

_NOT_WRITTEN = ("opening", "next")


def spread(figures: Iterable[int]) -> tuple[int, int, int]:
    """Return the smallest, the middle and the largest of some figures; zeros where there are none."""
    ordered = sorted(figures)
    # The lower of two middles: a figure that some letter has, and a whole number.
    return (ordered[0], median_low(ordered), ordered[-1]) if ordered else (0, 0, 0)


def measured(letters: Sequence[ReadLetter]) -> dict[str, Any]:
    """Return what letters are like: words, sections, bullets and sentences, as smallest, middle and largest figure.

    Args:
        letters: of one form.
    """
    words: dict[str, list[int]] = defaultdict(list)
    bullets: dict[str, list[int]] = defaultdict(list)
    bullet_words: dict[str, list[int]] = defaultdict(list)
    lengths: list[int] = []
    for letter in letters:
        by_code, listed = Counter[str](), Counter[str]()
        for section in letter.sections:
            texts = [each.text for each in section.paragraphs if each.kind != "subheading"]
            by_code[section.code] += sum(len(text.split()) for text in texts)
            listed[section.code] += len(section.of_kind("bullet"))
            bullet_words[section.code] += [len(text.split()) for text in section.of_kind("bullet")]
            if section.code not in _NOT_WRITTEN:
                lengths += [len(sentence.split()) for text in texts for sentence in sentences(text)]
        # By letter and not by section: an area that writes one heading in two parts still writes one section.
        for code, number in by_code.items():
            words[code].append(number)
            bullets[code].append(listed[code])
    lengths.sort()
    return {
        "letters": len(letters),
        "words": spread(letter.words for letter in letters),
        "sections": {code: (len(figures), *spread(figures)) for code, figures in words.items()},
        "bullets": {code: spread(figures) for code, figures in bullets.items() if max(figures)},
        "bullet_words": {code: spread(figures) for code, figures in bullet_words.items() if figures},
        "sentences": {
            "number": len(lengths),
            **{f"p{share}": lengths[len(lengths) * share // 100] for share in (50, 90, 95, 99) if lengths},
            "longest": lengths[-1] if lengths else 0,
        },
    }


def alarmed(letters: Sequence[ReadLetter]) -> dict[str, Any]:
    """Return how many alarms published letters give: letters by number of rules, and rules by letters and places."""
    of_letters: Counter[int] = Counter()
    of_rules: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for letter in letters:
        alarms = by_rule(alarms_of_draft(parts_of_letter(letter), letter.form, finished=True))
        of_letters[len(alarms)] += 1
        of_rules.update(alarm.rule for alarm, _ in alarms)
        for alarm, number in alarms:
            places[alarm.rule] += number
    return {"letters": dict(sorted(of_letters.items())), "rules": dict(of_rules), "places": dict(places)}
