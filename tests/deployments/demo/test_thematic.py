"""The rehearsal of a theme's report: six areas of as many regions, which are not all alike."""

import pytest

from deployments.demo.cast import Setting
from deployments.demo.thematic import settings_of
from deployments.demo.words import FOURTH, findings_of_theme
from models.refusals import Refusal
from models.themes import shipped, theme

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("theme_id", shipped())
def test_six_areas_of_as_many_regions_are_inspected_on_one_theme(theme_id: str) -> None:
    settings = settings_of(theme_id)
    assert len({setting.area.region for setting in settings}) == 6
    assert len({setting.ref for setting in settings}) == 6 == theme(theme_id).report.areas
    assert {setting.theme.id for setting in settings} == {theme_id}
    assert all(setting.children < Setting.of(theme_id).children for setting in settings)


@pytest.mark.parametrize("theme_id", shipped())
def test_areas_differ_and_the_finding_that_is_commented_on_is_always_made(theme_id: str) -> None:
    settings = settings_of(theme_id)
    assert all(int(FOURTH[1:]) - 1 not in setting.without for setting in settings)
    assert len({setting.without for setting in settings}) > 4
    number = len(findings_of_theme(theme(theme_id), ["T1", "T2", "S1", "S2"]))
    left = {len([place for place in range(number) if place not in setting.without]) for setting in settings}
    assert min(left) >= int(FOURTH[1:])
    assert len(left) > 1


def test_an_unknown_theme_is_refused() -> None:
    with pytest.raises(Refusal, match="There is no theme"):
        settings_of("nothing")
