"""When a class is due: counted from publication, or from the end of what was never published."""

from datetime import date
from pathlib import Path

import pytest

from models.retention import RecordClass, Trigger, usual_schedule
from models.themes import theme
from tasks.retention.schedule import due, dues, schedule_for
from tests.portal.pages.made_up import set_to

PUBLISHED, ENDED = date(2025, 5, 6), date(2025, 12, 1)
CHILDREN = usual_schedule().longest(RecordClass.CHILDREN, ())


def test_a_period_counts_from_publication() -> None:
    found = due(CHILDREN, published_on=PUBLISHED, ended_on=ENDED)
    assert (found.after, found.counted_from, found.day) == (Trigger.PUBLICATION, PUBLISHED, date(2025, 11, 6))
    assert not found.has_come(date(2025, 11, 5))
    assert found.has_come(date(2025, 11, 6))


def test_what_was_never_published_counts_from_its_end() -> None:
    found = due(CHILDREN, published_on=None, ended_on=ENDED)
    assert (found.after, found.day) == (Trigger.END, date(2026, 6, 1))
    assert due(CHILDREN, published_on=None, ended_on=None).day is None
    assert not due(CHILDREN, published_on=None, ended_on=None).has_come(date(2099, 1, 1))


def test_a_period_after_the_end_waits_for_it() -> None:
    period = CHILDREN.model_copy(update={"after": Trigger.END})
    assert due(period, published_on=PUBLISHED, ended_on=None).day is None
    assert due(period, published_on=PUBLISHED, ended_on=ENDED).day == date(2026, 6, 1)


def test_the_settings_file_goes_before_the_theme_and_the_theme_before_what_is_usual(tmp_path: Path) -> None:
    shipped = theme("domestic-abuse-2024")
    own = shipped.model_copy(
        update={"retention": (CHILDREN.model_copy(update={"months": 9}),)},
    )
    assert [
        each.months
        for each in dues(schedule_for(shipped), shipped.inspectorates, published_on=PUBLISHED, ended_on=None)
    ] == [6, 12, 72]
    assert schedule_for(own).longest(RecordClass.CHILDREN, ()).months == 9
    path = tmp_path / "own.toml"
    path.write_text('[[period]]\nclass = "children"\nmonths = 900\nbasis = "The inquiry"\n')
    with set_to(retention_file=path):
        assert schedule_for(own).longest(RecordClass.CHILDREN, ()).months == 900
        path.write_text(path.read_text().replace("900", "90"))
        assert schedule_for(own).longest(RecordClass.CHILDREN, ()).months in (90, 900)


@pytest.mark.parametrize("theme_id", ["front-door-2024", "domestic-abuse-2016"])
def test_every_theme_has_a_period_for_every_class(theme_id: str) -> None:
    shipped = theme(theme_id)
    found = dues(schedule_for(shipped), shipped.inspectorates, published_on=PUBLISHED, ended_on=ENDED)
    assert [each.record_class for each in found] == list(RecordClass)
    assert all(each.basis for each in found)
