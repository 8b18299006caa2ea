"""Areas and themes: all there, and wrong names refused with a sentence."""

import pytest
from pydantic import ValidationError

from models.areas import PROBATION_REGIONS, UnknownAreaError, area, areas
from models.themes import Theme, UnknownThemeError, theme, theme_ids


def test_there_are_153_areas_each_with_a_probation_region() -> None:
    assert len(areas()) == 153
    assert {place.probation_region for place in areas().values()} <= set(PROBATION_REGIONS)


def test_reading_is_policed_by_thames_valley() -> None:
    reading = area(" e06000038 ")
    assert (reading.name, reading.police_name, reading.probation_region) == (
        "Reading",
        "Thames Valley Police",
        "South Central",
    )


def test_an_unknown_area_is_refused_with_an_example() -> None:
    with pytest.raises(UnknownAreaError, match="E06000038 for Reading"):
        area("E99999999")


def test_three_themes_ship_and_load() -> None:
    assert theme_ids() == (
        "child-sexual-abuse-family-2025",
        "child-sexual-exploitation-2016",
        "domestic-abuse-2016",
        "domestic-abuse-2024",
        "front-door-2024",
        "serious-youth-violence-2023",
    )
    assert theme("domestic-abuse-2024").sampling.sampled == 40


def test_an_unknown_theme_is_refused_with_the_list() -> None:
    with pytest.raises(UnknownThemeError, match="domestic-abuse-2024"):
        theme("../../etc/passwd")


def test_a_theme_whose_step_counts_from_nothing_is_refused() -> None:
    wrong = theme("domestic-abuse-2024").model_dump(mode="json")
    wrong["timetable"]["steps"][1]["after"] = "never"
    with pytest.raises(ValidationError, match="not an earlier step"):
        Theme.model_validate(wrong)


def test_no_theme_that_ships_balances_its_draw_and_one_that_does_names_known_columns() -> None:
    assert all(theme(name).sampling.balance is None for name in theme_ids())
    asked = theme("domestic-abuse-2024").model_dump(mode="json")
    asked["sampling"]["balance"] = {"by": ["sex", "ethnicity"], "candidates": 20}
    assert Theme.model_validate(asked).sampling.balance is not None
    for wrong in (
        {"by": ["surname"], "candidates": 20},
        {"by": [], "candidates": 20},
        {"by": ["sex"], "candidates": 1},
    ):
        asked["sampling"]["balance"] = wrong
        with pytest.raises(ValidationError, match="balance"):
            Theme.model_validate(asked)
