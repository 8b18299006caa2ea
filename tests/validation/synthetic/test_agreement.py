"""Made-up areas tell of the same events in all their returns, but for what is left untold on purpose."""

from collections import defaultdict
from functools import lru_cache
from pathlib import Path

import polars as pl
import pytest

from models.themes import shipped, theme
from tests.tasks.linkage.people import canonical
from validation.across import AreaReturns
from validation.across.checking import check_across
from validation.contract.identifiers import pnc_key
from validation.engine.checking import check_file
from validation.returns import CONTRACTS
from validation.synthetic import Synthetic, synthesise
from validation.synthetic.services import share_of
from validation.synthetic.writing import write_shares

OF_ABUSE = ("domestic-abuse-2016", "domestic-abuse-2024")


@lru_cache
def _made(theme_id: str) -> Synthetic:
    return synthesise(theme(theme_id), "E06000038", 500, 11)


@lru_cache
def _frames(theme_id: str) -> dict[str, dict[str, pl.DataFrame]]:
    return {code: canonical(code, dict(sheets), theme(theme_id)) for code, sheets in _made(theme_id).returns.items()}


@pytest.mark.parametrize("theme_id", shipped())
def test_every_return_that_a_theme_asks_for_is_made_and_has_rows(theme_id: str) -> None:
    made = _made(theme_id)
    assert set(made.returns) == {owed.code for owed in theme(theme_id).returns}
    assert all(sheets[code].height for code, sheets in made.returns.items())


@pytest.mark.parametrize("theme_id", OF_ABUSE)
def test_a_suspect_keeps_one_number_in_the_lists_of_police_and_probation(theme_id: str) -> None:
    frames, numbers = _frames(theme_id), defaultdict(set)
    for code, column in (("POL-1", "suspect_pnc_id"), ("POL-3", "pnc_id")):
        rows = frames[code][code].select("suspect_ref", pnc_key(pl.col(column)).alias("key")).drop_nulls()
        for suspect, key in rows.iter_rows():
            numbers[suspect].add(key)
    assert numbers
    assert all(len(keys) == 1 for keys in numbers.values())
    managed = frames["POL-3"]["POL-3"].drop_nulls("crn")
    both = managed.join(frames["PRO-1"]["PRO-1"], on="crn", suffix="_other")
    assert both.height == managed.height > 0
    assert both.filter(pl.col("pnc_id") != pl.col("pnc_id_other")).is_empty()
    assert both.filter(pl.col("date_of_birth") != pl.col("date_of_birth_other")).is_empty()
    referred = set(frames["MAR-1"]["MAR-1"]["perpetrator_ref"])
    assert referred & set(numbers)


@pytest.mark.parametrize("theme_id", OF_ABUSE)
def test_what_the_police_told_stands_among_the_contacts_but_for_some(theme_id: str) -> None:
    frames = _frames(theme_id)
    told = check_across(AreaReturns(frames, _made(theme_id).context)).breaches
    asked = frames["POL-1"]["POL-1"].filter(pl.col("notification_to_csc") == "Yes").height
    missing = [len(found.rows) for rule, found in told["POL-1"] if rule.id == "X05"]
    assert 0 < sum(missing) < 0.1 * asked
    contacts = frames["LA-1"]["LA-1"].filter(pl.col("Contact Source") == "6")
    notified = set(frames["POL-1"]["POL-1"]["notification_datetime"].dt.date().drop_nulls())
    assert contacts.height
    assert set(contacts["Date of Contact"]) <= notified
    counted = [found.rows for rule, found in told["LA-DA"] if rule.id == "LA-DA.contacts_in_window.contacts"]
    assert counted == []


@pytest.mark.parametrize("theme_id", shipped())
def test_what_one_list_says_another_bears_out_but_for_slips_and_what_is_left_untold(theme_id: str) -> None:
    told = check_across(AreaReturns(_frames(theme_id), _made(theme_id).context)).breaches
    errors = {rule.id for found in told.values() for rule, _ in found if rule.severity == "error"}
    # A birth is sometimes mistaken in one list, as it is in life.
    assert errors <= {"X03.date_of_birth"}
    fires = {rule.id for found in told.values() for rule, _ in found}
    if theme_id in OF_ABUSE:
        assert {"X05", "X06", "X07.managed", "X08", "LA-DA.police_incident_ref.incident"} <= fires


def test_pupils_have_their_numbers_and_children_in_protection_were_at_an_incident() -> None:
    frames = _frames("domestic-abuse-2024")
    pupils = frames["EDU-1"]["EDU-1"].filter(pl.col("setting_type") == "school")
    assert pupils.height
    assert pupils["upn"].null_count() == 0
    both = pupils.join(frames["LA-DA"]["LA-DA"], on="la_child_id", suffix="_other").drop_nulls("upn_other")
    assert both.filter(pl.col("upn") != pl.col("upn_other")).is_empty()
    incidents = set(frames["POL-1"]["POL-1"]["incident_ref"])
    assert set(frames["POL-2"]["POL-2"]["incident_ref"]) & incidents


@pytest.mark.parametrize("code", ["HEA-1", "HEA-2"])
def test_each_kind_of_agency_has_its_share_of_a_return_that_several_owe(code: str) -> None:
    made = _made("domestic-abuse-2024")
    kinds = theme("domestic-abuse-2024").kinds_asked(code)
    shares = [share_of(kind, code, made.returns[code])[code] for kind in kinds]
    assert len(kinds) == 2
    assert all(share.height for share in shares)
    whole = made.returns[code][code]
    assert pl.concat(shares).sort(whole.columns).equals(whole.sort(whole.columns))
    assert share_of("police", "POL-1", made.returns["POL-1"])["POL-1"].equals(made.returns["POL-1"]["POL-1"])


def test_shares_are_written_by_kind_of_agency_and_accepted(tmp_path: Path) -> None:
    made = _made("domestic-abuse-2024")
    paths = write_shares(made, tmp_path)
    assert {f"{path.parent.name}/{path.stem}" for path in paths} == {
        *("health/HEA-1", "mental_health/HEA-1", "health/HEA-2", "ambulance/HEA-2"),
    }
    for path in paths:
        outcome = check_file(path, CONTRACTS[path.stem], made.context)
        assert (outcome.verdict, outcome.findings) == ("accepted", ())
    assert write_shares(_made("domestic-abuse-2016"), tmp_path) == []
