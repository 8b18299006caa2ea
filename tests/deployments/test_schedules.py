"""Each schedule of `prefect.yaml` has times by which the installed Prefect starts a run."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml
from prefect.server.schemas.schedules import SCHEDULE_TYPES
from pydantic import TypeAdapter

from models.england import ENGLAND
from models.settings import CHECKOUT
from tests.portal.apart_loop import run

pytestmark = pytest.mark.pure

_SCHEDULE: TypeAdapter[Any] = TypeAdapter(SCHEDULE_TYPES)
DEPLOYMENTS = yaml.safe_load((CHECKOUT / "prefect.yaml").read_text())["deployments"]
SCHEDULES = {each["name"]: spec for each in DEPLOYMENTS for spec in each.get("schedules", ())}
# The Friday before the clocks go forward, in the afternoon.
FRIDAY = datetime(2027, 3, 26, 16, 30, tzinfo=UTC)


def times(name: str, number: int) -> list[datetime]:
    """Return the next times of a schedule, in England."""
    spec = {key: value for key, value in SCHEDULES[name].items() if key != "slug"}
    if "interval" in spec:
        spec["interval"] = timedelta(seconds=spec["interval"])
    schedule = _SCHEDULE.validate_python(spec)
    return [each.astimezone(ENGLAND) for each in run(schedule.get_dates(n=number, start=FRIDAY))]


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_has_times(name: str) -> None:
    assert len(times(name, 3)) == 3


def test_agencies_are_chased_each_hour_of_a_working_day_by_englands_clock() -> None:
    shown = [f"{each:%a %H:%M}" for each in times("chase-returns", 11)]
    hours = [f"Mon {hour:02}:05" for hour in range(9, 18)]
    assert shown == ["Fri 17:05", *hours, "Tue 09:05"]


def test_statements_are_chased_each_working_morning() -> None:
    assert [f"{each:%a %H:%M}" for each in times("track-statement", 2)] == ["Mon 09:15", "Tue 09:15"]
