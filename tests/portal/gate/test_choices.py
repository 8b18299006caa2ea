"""Lists are put into a form's schema on its way to a person, and what was chosen reaches Prefect as a reference."""

from typing import Any

from portal.gate.choices import filled_in, with_choices, without_words
from tasks.watch.choices import Choices

CHOICES = Choices({"inspection": ("reading - Reading, returns open",), "lead": ("P-7KQ2M4XB - Sam Patel",)})


def deployment(**fields: Any) -> dict[str, Any]:
    return {"name": "x", "parameter_openapi_schema": {"type": "object", "properties": fields}}


def properties(shown: Any) -> dict[str, Any]:
    found: dict[str, Any] = shown["parameter_openapi_schema"]["properties"]
    return found


def test_a_field_that_has_a_list_is_chosen_from_it_and_another_is_typed_as_before() -> None:
    text = {"type": "string", "title": "Inspection", "pattern": "^x$", "maxLength": 8}
    shown = properties(with_choices(deployment(inspection=text, child={"type": "string"}), CHOICES))
    assert shown["inspection"] == {"type": "string", "title": "Inspection", "enum": ["reading - Reading, returns open"]}
    assert shown["child"] == {"type": "string"}


def test_several_are_chosen_each_from_the_list() -> None:
    choices = Choices({"inspectors": ("P-7KQ2M4XB - Sam Patel",)})
    shown = properties(with_choices(deployment(inspectors={"type": "array", "items": {"type": "string"}}), choices))
    assert shown["inspectors"]["items"]["enum"] == ["P-7KQ2M4XB - Sam Patel"]


def test_where_nothing_is_listed_a_form_stays_as_it_is() -> None:
    plain = deployment(inspection={"type": "string"})
    assert with_choices(plain, Choices({"request": ("x",)})) == plain
    others: tuple[Any, ...] = (None, [], {"name": "x"}, {"parameter_openapi_schema": None})
    for other in others:
        assert with_choices(other, CHOICES) == other


def test_a_field_whose_list_is_empty_says_so_and_can_be_typed() -> None:
    shown = properties(with_choices(deployment(inspection={"type": "string"}), Choices({"inspection": ()})))
    assert shown["inspection"] == {
        "type": "string",
        "description": "There is nothing now that this form can act on.",
    }


def test_an_optional_field_whose_default_is_empty_is_left_out_where_nothing_is_chosen() -> None:
    shown = properties(with_choices(deployment(lead={"type": "string", "default": ""}), CHOICES))
    assert "default" not in shown["lead"]


def test_l5_a_run_holds_references_and_no_words_behind_them() -> None:
    given = {
        "parameters": {
            "inspection": "reading - Reading, returns open",
            "lead": "P-7KQ2M4XB - Sam Patel",
            "inspectors": ["P-7KQ2M4XB - Sam Patel", "P-8KQ2M4XB"],
            "postal_address": "Civic Offices - Reading",
            "rehearsal": True,
        }
    }
    assert without_words(given)["parameters"] == {
        "inspection": "reading",
        "lead": "P-7KQ2M4XB",
        "inspectors": ["P-7KQ2M4XB", "P-8KQ2M4XB"],
        "postal_address": "Civic Offices - Reading",
        "rehearsal": True,
    }
    others: tuple[Any, ...] = (None, [], {"parameters": None}, {"parameters": "x"})
    for other in others:
        assert without_words(other) == other


def test_a_link_to_a_form_fills_in_what_the_form_lists() -> None:
    answers = filled_in({"inspection": "reading", "request": "reading-pol-1"}, CHOICES)
    assert answers == {"inspection": "reading - Reading, returns open", "request": "reading-pol-1"}
