"""What could tell who a child is, is marked in every spelling; words that fit many children are not."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.recognition.marks import FEWEST, MarkKind, marks
from tasks.recognition.names import names_among
from tasks.recognition.people import NOBODY, RecordedChild, RecordedPeople
from tests.examples import examples

_WINDOW = (date(2024, 8, 24), date(2025, 2, 24))
_RARE_DAY, _COMMON_DAY = date(2025, 1, 14), date(2025, 1, 20)


def _child(born: date, sex: str = "F", household: str = "H0", *days: date) -> RecordedChild:
    return RecordedChild(born, sex, household, frozenset(days))


# 8 girls and 8 boys who are 3 throughout, 2 boys of 6, and an unborn child.
_KNOWN = RecordedPeople(
    names_among([("Zoë", "Smith")]),
    frozenset({"9434765919", "43P124567", "CH000123"}),
    frozenset({"RG11AA"}),
    (
        *(_child(date(2021, 3, n + 1), "F", f"H{n}", _COMMON_DAY) for n in range(8)),
        *(_child(date(2021, 4, n + 1), "M", f"H{n}", _COMMON_DAY) for n in range(7)),
        _child(date(2021, 4, 20), "M", "H8", _RARE_DAY),
        *(_child(date(2018, 4, n + 1), "M", f"H{n}") for n in range(2)),
        _child(date(2025, 5, 1), "U", "H0"),
    ),
    _WINDOW,
)


def kinds(text: str) -> list[MarkKind]:
    return [mark.kind for mark in marks(text, _KNOWN)]


@pytest.mark.parametrize(
    ("text", "kind", "marked"),
    [
        ("Smith, Zoe: see the file.", MarkKind.NAME, "Smith, Zoe"),
        ("The child 943 476 5919 was seen.", MarkKind.NUMBER, "943 476 5919"),
        ("Incident 43P/1245.67 was closed.", MarkKind.NUMBER, "43P/1245.67"),
        ("(ch000123)", MarkKind.NUMBER, "ch000123"),
        ("They live in rg1 1aa now.", MarkKind.HOME, "rg1 1aa"),
        ("A child, born on 2 March 2021, was seen.", MarkKind.BIRTH, "A child, born on 2 March 2021, was seen."),
        ("Police came on 14 January 2025.", MarkKind.COMBINATION, "Police came on 14 January 2025."),
        ("Police came on the 14th of January.", MarkKind.COMBINATION, "Police came on the 14th of January."),
        ("On 14/01/2025 police came.", MarkKind.COMBINATION, "On 14/01/2025 police came."),
        ("On 2025-01-14 police came.", MarkKind.COMBINATION, "On 2025-01-14 police came."),
        ("A six-year-old boy was seen.", MarkKind.COMBINATION, "A six-year-old boy was seen."),
        ("A boy aged 6 was seen.", MarkKind.COMBINATION, "A boy aged 6 was seen."),
        ("An unborn baby was known.", MarkKind.COMBINATION, "An unborn baby was known."),
        (
            "Siblings aged 3 and 6 years old were seen.",
            MarkKind.COMBINATION,
            "Siblings aged 3 and 6 years old were seen.",
        ),
    ],
)
def test_l5_what_tells_who_a_child_is_is_marked_at_its_place(text: str, kind: MarkKind, marked: str) -> None:
    (mark,) = marks(text, _KNOWN)
    assert (mark.kind, text[mark.start : mark.end]) == (kind, marked)


@pytest.mark.parametrize(
    "text",
    [
        "A three-year-old girl was seen.",
        "A 3-year-old was seen on 20 January 2025.",
        "Children aged 3 to 6 were seen.",
        "Boys aged 6 or over were seen.",
        "Police came on 15 January 2025.",
        "The partnership began on 14 January 2019.",
        "A nine-year-old girl was seen.",
        "Children, born or unborn, were seen.",
        "In 6 of 7 cases, plans said by when.",
        "They may act on it.",
        "RG1 1AB",
        "43P 124568",
        "",
    ],
)
def test_words_that_fit_many_children_or_none_are_let_through(text: str) -> None:
    assert kinds(text) == []


def test_a_day_and_an_age_in_2_sentences_are_taken_together() -> None:
    aged_4 = [_child(date(2020, 8, n + 1), "F", "", *((_RARE_DAY,) if n < 2 else ())) for n in range(9)]
    aged_9 = [_child(date(2015, 8, n + 1), "F", "", _RARE_DAY) for n in range(9)]
    known = RecordedPeople(children=(*aged_4, *aged_9), window=_WINDOW)
    apart = "A 4-year-old was seen. Police came on 14 January 2025."
    (mark,) = marks(apart, known)
    assert (mark.kind, apart[mark.start : mark.end], mark.children) == (MarkKind.COMBINATION, apart, 2)
    assert marks("A 4-year-old was seen. It rained. Police came on 14 January 2025.", known) == ()


def test_nobody_known_marks_nothing_and_nothing_is_printed() -> None:
    assert marks("Zoe Smith, born on 2 March 2021, lives in RG1 1AA.", NOBODY) == ()
    assert "9434765919" not in repr(_KNOWN)
    assert "2021" not in repr(_KNOWN.children[0])
    (mark,) = marks("Zoe Smith", _KNOWN)
    assert "Zoe" not in mark.words


@examples(100)
@given(st.integers(1, 9), st.integers(0, 7), st.sampled_from("MF"), st.booleans())
def test_a_combination_is_marked_where_fewer_than_5_share_it_and_tells_how_many(
    number: int,
    age: int,
    sex: str,
    with_day: bool,
) -> None:
    born = _WINDOW[1] - timedelta(days=365 * age + 200)
    others = [_child(_WINDOW[1] - timedelta(days=365 * 12), sex, "", _RARE_DAY) for _ in range(9)]
    known = RecordedPeople(
        children=(*(_child(born, sex, "", _RARE_DAY) for _ in range(number)), *others), window=_WINDOW
    )
    word = "boy" if sex == "M" else "girl"
    text = f"A {age}-year-old {word} was seen{' on 14 January 2025' if with_day else ''}."
    if age == 0:
        text = text.replace("0-year-old", "six-month-old")
    counts = [mark.children for mark in marks(text, known)]
    assert counts == ([number] if number < FEWEST else [])
