"""Names of people in the records are recognised in free text, however they are written; other words are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.recognition.names import Names, names_among
from tests.examples import examples
from validation.synthetic.names import GIRLS, SURNAMES

_ZOE = names_among([("Zoë Mary", "O'Brien-Smith"), ("Li", "Wu"), ("A", "B"), (None, "Jones"), ("Grace", None)])


def _is_in(names: Names, text: str) -> bool:
    return any(names.places(text))


@pytest.mark.parametrize(
    "text",
    [
        "Zoë Mary O'Brien-Smith was seen.",
        "The school told zoe o’brien smith's mother.",
        "O'BRIEN-SMITH, Zoe: see the file.",
        "(Zoe\nO'Brien Smith)",
        "It was Li Wu.",
        "Wu Li",
    ],
)
def test_a_full_name_is_recognised_in_any_spelling(text: str) -> None:
    assert _is_in(_ZOE, text)


@pytest.mark.parametrize(
    "text",
    [
        "Zoë was seen.",
        "The O'Brien-Smith family",
        "Mary Smith",
        "Children know a b c.",
        "Grace is shown. Jones asked.",
        "Zoe, whose mother is Mary O'Brien",
        "",
    ],
)
def test_words_that_are_no_full_name_are_let_through(text: str) -> None:
    assert not _is_in(_ZOE, text)


def test_nobody_is_in_any_text() -> None:
    assert not _is_in(Names(), "Zoe Smith")
    given_ = {"heading": "Zoë", "text": "T3 is Li Wu"}
    assert [name for name, text in given_.items() if _is_in(_ZOE, text)] == ["text"]


def test_neither_names_nor_the_sentence_are_printed() -> None:
    assert "zoe" not in repr(_ZOE)


_PEOPLE = st.tuples(st.sampled_from(GIRLS), st.sampled_from(SURNAMES))


@examples(100)
@given(st.lists(_PEOPLE, min_size=1, max_size=20), st.data())
def test_everybody_is_recognised_within_a_sentence_and_nobody_else(
    people: list[tuple[str, str]], data: st.DataObject
) -> None:
    names = names_among(people)
    forename, surname = data.draw(st.sampled_from(people))
    assert _is_in(names, f"When {surname.upper()} {forename} came, nothing was recorded.")
    other = data.draw(_PEOPLE)
    same = {(f.casefold(), s.casefold()) for f, s in people}
    if (other[0].casefold(), other[1].casefold()) not in same:
        assert not _is_in(names, f"When {other[0]} {other[1]} came.")
