"""The wider sample's lists are opened by their own agency alone, and each opening has its receipt."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from models.tables import SampledList
from tasks.evaluations.sampled_lists import (
    NoSampledListError,
    newest_list,
    read_sampled,
    sampled_readings,
    sampled_releases,
    unopened,
)
from tasks.ground.database import transaction
from tasks.sampling.restricted_cases import NO_CASES
from tests.tasks.steps import actions, newest_entry

_BY = "police officer: P-7KQ2M4XB"


def _newest(ref: str, kind: str = "police") -> SampledList:
    with transaction() as session:
        release = newest_list(session, f"{ref}/{kind}")
    assert release is not None
    return release


def test_l10_an_opening_has_a_receipt_of_who_which_version_and_how_often(chosen: str) -> None:
    first, second = (read_sampled(f"{chosen}/police", by=_BY, hides=NO_CASES.hides) for _ in range(2))
    assert first.workbook == second.workbook
    with transaction() as session:
        (row,) = sampled_readings(session, _newest(chosen))
        entry = newest_entry(session, "sampled-list.read")
    assert (row.by, row.version, row.times) == (_BY, 1, 2)
    assert entry.facts == {"version": 1, "list_sha256": _newest(chosen).sha256, "times": 2}
    assert actions(chosen)[-2:] == ["sampled-list.read"] * 2


def test_openings_at_once_are_all_counted(chosen: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: read_sampled(f"{chosen}/police", by=_BY, hides=NO_CASES.hides), range(8)))
    with transaction() as session:
        assert sampled_readings(session, _newest(chosen))[0].times == 8


def test_an_agency_without_such_a_child_has_no_list(chosen: str) -> None:
    with pytest.raises(NoSampledListError):
        read_sampled(f"{chosen}/education", by=_BY, hides=NO_CASES.hides)


def test_the_team_sees_which_agencies_have_not_opened_theirs(chosen: str) -> None:
    read_sampled(f"{chosen}/police", by=_BY, hides=NO_CASES.hides)
    with transaction() as session:
        rows = {row.release.agency_id: row for row in sampled_releases(session, chosen)}
        waiting = {release.agency_id for release, _ in unopened(session, chosen)}
    assert rows[f"{chosen}/police"].readings[0].by == _BY
    assert waiting == set(rows) - {f"{chosen}/police"}
    assert len(waiting) >= 2
