"""Records of further services in a synthetic area's HEA-1, and which rows each of several kinds of sender holds."""

from collections.abc import Mapping

import polars as pl

from validation.contract.codes import SERVICE, code_of, spellings
from validation.contract.codes_agencies import ATTENDANCE_SETTING
from validation.returns import CONTRACTS
from validation.synthetic.area import SyntheticArea
from validation.synthetic.noise import Cells
from validation.synthetic.rows import Clerk, health

_IN_TREATMENT = 0.06
_TRUST = "RWX01"
_ADULT = "adult_mental_health"
_SERVICES, _SETTINGS = spellings(SERVICE), spellings(ATTENDANCE_SETTING)


def adult_mental_health(area: SyntheticArea, clerk: Clerk, rows: list[Cells]) -> None:
    """Add to HEA-1 what adult mental health services hold of some children whom health services know.

    Args:
        area: whose HEA-1 is typed already.
        clerk: types the rows.
        rows: of HEA-1; those that are there stay as they are, and where they are.
    """
    for child in area.health:
        if clerk.rng.random() < _IN_TREATMENT:
            row = health(clerk, CONTRACTS["HEA-1"].main, child, _ADULT)
            area.typed("HEA-1", rows, row | {"provider_ods_code": _TRUST}, child)


def _is_adult_mental_health(row: Mapping[str, str | None]) -> bool:
    return code_of(row["service"] or "", _SERVICES) == _ADULT


def is_ambulance(row: Mapping[str, str | None]) -> bool:
    """Return whether an ambulance saw the patient of a row of HEA-2."""
    return (code_of(row["setting"] or "", _SETTINGS) or "").startswith("ambulance")


_OWN = {
    ("HEA-1", "mental_health"): (_is_adult_mental_health, True),
    ("HEA-1", "health"): (_is_adult_mental_health, False),
    ("HEA-2", "ambulance"): (is_ambulance, True),
    ("HEA-2", "health"): (is_ambulance, False),
}


def share_of(kind: str, code: str, sheets: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return the rows of a return that one kind of agency holds; all, where only one kind is asked for it.

    Args:
        kind: of the agency.
        code: of the return.
        sheets: sheet -> String frame of the whole area.
    """
    if (code, kind) not in _OWN:
        return dict(sheets)
    is_of, wanted = _OWN[code, kind]
    return {
        name: frame.filter(pl.Series([is_of(row) is wanted for row in frame.iter_rows(named=True)], dtype=pl.Boolean))
        for name, frame in sheets.items()
    }
