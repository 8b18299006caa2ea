"""Letters of both forms are read from their PDF: our own, and other layouts."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.states import LetterStatus
from models.themes import theme
from tasks.letters.content import document
from tasks.letters.facts import Determination, LetterFacts, Passage
from tasks.letters.pdf import pdf as compiled
from tasks.reading_letters.lines import UnreadableLetterError
from tasks.reading_letters.reading import read_letter
from tests.tasks.letters.made_up import NAMES, facts
from tests.tasks.reading_letters.layouts import letter_2016, letter_2022, pdf

pytestmark = pytest.mark.pure

_WHO = ("Midwives", "Teachers", "Police officers", "Health visitors", "Social workers", "Managers", "Nurses", "Doctors")
_LONG = " ".join(
    f"{who} visit children at home and write down what they see and what they do about it." for who in _WHO
)


def _ours(form: str, **changes: object) -> LetterFacts:
    passages = (
        *(Passage(code, _LONG) for code in ("headline", "main", "main")),
        *(Passage(code, f"The {word} of it.") for code in ("improve", "strengths") for word in ("reach", "pace")),
        Passage("practice", "A child is safe.", "A worker in each refuge"),
    )
    chosen = theme("domestic-abuse-2024" if form == "2022" else "domestic-abuse-2016")
    return facts(status=LetterStatus.PUBLISHED, theme=chosen, passages=passages, **changes)


@pytest.mark.parametrize("form", ["2016", "2022"])
def test_what_our_own_letter_says_is_read_back(form: str) -> None:
    ours = _ours(form)
    letter = read_letter(compiled(document(ours)))
    assert (letter.form, letter.dated, letter.area) == (form, date(2025, 5, 7), "Reading")
    assert [(each.name, each.office) for each in letter.addressees] == [
        *(("Ellen Marsh", "Chief Executive"), ("Omar Quist", "Police and Crime Commissioner"))
    ]
    assert letter.fieldwork == (ours.date_of("fieldwork_start"), ours.date_of("fieldwork_end"))
    assert [each.name for each in letter.signatories] == list(NAMES[: len(ours.inspectorates)])
    statement = letter.determination
    assert (statement.statement, statement.authority) == (True, "Reading Borough Council")
    assert (statement.send_to, statement.due) == ("statements@ofsted.test", date(2025, 8, 13))
    for code in ("improve", "strengths"):
        section = letter.section(code)
        assert section is not None
        assert section.of_kind("bullet") == ("The reach of it.", "The pace of it.")
    main = letter.section("main")
    assert main is not None
    # Where a page ends with a full line, nothing says whether the paragraph does.
    assert " ".join(main.of_kind("prose")) == " ".join([_LONG] * 2)


def test_a_letter_that_needs_no_statement_says_so() -> None:
    ours = replace(_ours("2022"), determination=Determination(False, "Reading Borough Council"))
    statement = read_letter(compiled(document(ours))).determination
    assert (statement.statement, statement.authority, statement.due) == (False, "Reading Borough Council", None)


@pytest.mark.parametrize("sign", ["\u25fc", "\u25aa", "\u2022", "\u2013", "\u25cf"])
def test_the_form_since_2022_is_read_whatever_the_sign_of_its_bullets(sign: str) -> None:
    letter = read_letter(letter_2022(sign))
    assert [(each.code, len(each.paragraphs)) for each in letter.sections] == [
        *(("opening", 1), ("headline", 2), ("improve", 2), ("main", 6), ("practice", 1), ("next", 2))
    ]
    assert letter.fieldwork == (date(2024, 4, 29), date(2024, 5, 3))
    assert [(each.name, each.inspectorate) for each in letter.signatories] == [
        *(("Ed King", "Ofsted"), ("Flo Lamb", "Care Quality Commission"))
    ]
    assert letter.determination.due == date(2024, 9, 20)
    # Page numbers stand at the foot of each page and are no words of the letter.
    assert not any(word.isdigit() for each in letter.sections[3].paragraphs for word in each.text.split())


def test_the_form_until_2020_is_read_with_its_footnotes_and_columns() -> None:
    letter = read_letter(letter_2016())
    assert [(each.code, [p.kind for p in each.paragraphs]) for each in letter.sections] == [
        ("opening", ["prose"]),
        ("strengths", ["bullet"] * 3),
        ("improve", ["subheading", *["bullet"] * 3]),
        ("next", ["prose"] * 2),
    ]
    assert letter.sections[0].paragraphs[0].text.endswith("at Eastmere.")
    assert [(each.name, each.inspectorate) for each in letter.signatories] == [
        *(("Cy Hart", "Ofsted"), ("Di Jones", "Care Quality Commission"))
    ]
    assert letter.notes == ("1 The names of the bodies have changed since.",)
    assert (letter.area, letter.form) == ("Eastmere", "2016")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "cannot be read as a PDF"),
        (b"%PDF-1.7 and then nothing", "cannot be read as a PDF"),
        (pdf("#rect()"), "no words"),
        (pdf("A page about other things."), "addresses nobody"),
        (pdf("Dear partnership\n\nThank you for your help."), "no heading"),
    ],
)
def test_what_is_no_letter_is_refused_with_its_reason(content: bytes, words: str) -> None:
    with pytest.raises(UnreadableLetterError, match=words):
        read_letter(content)


@given(st.binary(max_size=300))
def test_no_bytes_are_a_fault_of_ours(content: bytes) -> None:
    with pytest.raises(UnreadableLetterError):
        read_letter(b"%PDF-1.4\n" + content)
