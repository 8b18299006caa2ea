"""Each theme's rehearsal has its own senders, and the usual one is told as ever."""

from datetime import date

import pytest

from deployments.demo.cast import Sender, Setting, cast_of
from deployments.demo.rehearsal import NAMES
from deployments.demo.story import STEPS, steps_of
from models.areas import UnknownAreaError, areas
from models.themes import UnknownThemeError, shipped, theme
from models.timetable import is_working_day

pytestmark = pytest.mark.pure


def test_the_usual_rehearsal_is_told_as_ever() -> None:
    assert Setting.of().ref == "reading-domestic-abuse-2024-20250224"
    assert Setting.of().is_usual
    titles = [title for title, _ in STEPS]
    assert titles[3:10] == [
        "Council sends LA-DA",
        "Police send POL-1 with mistakes",
        "Police correct POL-1",
        "Probation sends PRO-1",
        "All others send",
        "Health is late and chased",
        "Health sends HEA-1",
    ]
    assert cast_of(theme("domestic-abuse-2024")).not_held == Sender("health", "HEA-2")


@pytest.mark.parametrize("theme_id", shipped())
def test_each_theme_has_senders_of_its_own_who_have_names(theme_id: str) -> None:
    theme_ = theme(theme_id)
    cast = cast_of(theme_)
    sent_for = {(str(each.agency), each.code): each for each in theme_.returns}
    assert all((each.kind, each.code) in sent_for for each in cast.one_by_one)
    assert len({cast.first, cast.spoiled, cast.late}) == 3
    assert cast.first.kind == "local_authority"
    # Who is waited for until a day is not late, and what must come is not declared to be held by nobody.
    assert sent_for[cast.late.kind, cast.late.code].must
    assert cast.not_held is None or not sent_for[cast.not_held.kind, cast.not_held.code].must
    assert cast.not_held not in cast.one_by_one
    assert set(theme_.in_scope) <= set(NAMES)
    titles = [title for title, _ in steps_of(cast)]
    assert len(titles) == len(set(titles)) == len(STEPS) - (cast.punctual is None)
    own = {each.code for each in theme_.returns}
    assert not {code for code in ("POL-1", "PRO-1") if code not in own and code in " ".join(titles)}


def test_any_area_can_be_rehearsed_on_the_weekday_of_its_theme() -> None:
    refs = set()
    for gss in areas():
        setting = Setting.of("child-sexual-exploitation-2016", gss)
        refs.add(setting.ref)
        assert is_working_day(setting.announced)
        assert not setting.is_usual
    assert len(refs) == len(areas())
    assert f"{setting.announced:%A}" == "Tuesday"
    assert Setting.of("front-door-2024", "E06000042").announced == date(2025, 2, 24)


def test_what_there_is_not_is_said_in_a_sentence() -> None:
    with pytest.raises(UnknownThemeError, match="There is no theme 'weather'"):
        Setting.of("weather")
    with pytest.raises(UnknownAreaError, match="There is no area 'E99'"):
        Setting.of("front-door-2024", "E99")
