"""Headers name the theme that asks, and what a theme's file does not know is a mistake."""

import pytest
from pydantic import ValidationError

from models.theme_lists import ListColumn, Lists
from models.themes import shipped, theme


@pytest.mark.parametrize(
    ("abbreviation", "header"), [("da", "da_factor_codes"), ("cse", "cse_factor_codes"), ("", "factor_codes")]
)
def test_a_header_names_the_theme(abbreviation: str, header: str) -> None:
    assert Lists(abbreviation=abbreviation).named("da_factor_codes") == header


def test_only_a_whole_word_of_a_header_is_the_theme() -> None:
    assert Lists(abbreviation="cse").named("last_date_da_data") == "last_date_cse_data"


@pytest.mark.parametrize("wrong", [{"token": "x"}, {"abbreviation": "DA"}, {"abbreviation": "a b"}])
def test_what_lists_cannot_say_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Lists.model_validate(wrong)


@pytest.mark.parametrize("name", ["With Capital", "1st", "x"])
def test_a_column_has_a_header_that_files_can_hold(name: str) -> None:
    with pytest.raises(ValidationError):
        ListColumn(list="LA-DA", name=name, type="string", guidance="What it is.", example="x")


def test_themes_of_other_subjects_do_not_ask_about_domestic_abuse() -> None:
    others = [name for name in shipped() if not name.startswith("domestic-abuse")]
    assert others
    assert all(theme(name).lists.abbreviation != "da" for name in others)
