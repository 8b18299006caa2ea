"""What an exception means at an edge: types decide, and no foreign text reaches a person."""

import httpx
import pytest
from botocore.exceptions import EndpointConnectionError
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.exc import OperationalError

from models.refusals import FormRefusedError, Mistake, Refusal
from models.settings import MissingSettingError
from tasks.ground.faults import Turn, answer_to, in_words, is_away
from tasks.ground.prefect_api import PrefectUnreachableError
from tasks.ground.store import NotStoredError

NAME = "Zebedee Quackenbush"


def test_a_refusal_speaks_for_itself_with_its_field() -> None:
    answer = answer_to(Refusal("Give a later day.", field="until"))
    assert (answer.turn, answer.sentence) == (Turn.REFUSED, "Give a later day.")
    assert answer.mistakes == (Mistake("until", "Give a later day."),)


def test_a_form_may_be_refused_for_several_fields() -> None:
    answer = answer_to(FormRefusedError([Mistake("area", "Choose an area."), Mistake("text", "Enter the text.")]))
    assert answer.sentence == "Choose an area. Enter the text."
    assert [mistake.field for mistake in answer.mistakes] == ["area", "text"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OperationalError("SELECT 1", {"name": NAME}, Exception(NAME)), "the database does not answer"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:9"), "the evidence store does not answer"),
        (httpx.ConnectError(NAME), "a server does not answer"),
        (PrefectUnreachableError("ConnectError"), "the Prefect server does not answer"),
    ],
)
def test_a_part_that_is_away_is_named(error: Exception, words: str) -> None:
    assert is_away(error)
    assert in_words(error) == words
    assert NAME not in answer_to(error).sentence


def test_l9_a_slip_of_ours_is_no_refusal_and_l5_its_text_reaches_nobody() -> None:
    with pytest.raises(ValidationError) as slip:
        TypeAdapter(int).validate_python(NAME)
    for error in (slip.value, ValueError(NAME), KeyError(NAME)):
        answer = answer_to(error)
        assert answer.turn is Turn.OURS
        assert answer.sentence == f"There is an internal fault ({type(error).__name__}). It is our fault and not yours."
        assert NAME not in in_words(error)


def test_faults_in_our_own_words_are_for_the_operator() -> None:
    assert in_words(NotStoredError("incoming/a")) == "file not in the store"
    assert answer_to(MissingSettingError("database_url")).sentence.startswith("JTAI_DATABASE_URL is not set")
