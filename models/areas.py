"""The 153 English local areas, each with its region, police force and probation region."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from models.refusals import Refusal

_AREAS_CSV = Path(__file__).parent / "data" / "areas.csv"
_NUMBERS_CSV = Path(__file__).parent / "data" / "la_numbers.csv"

SOURCE = "mySociety, UK local authority names and codes, July 2025"
"""What names and codes of the areas were read from."""

CHECKED = date(2025, 7, 1)
"""The first day of the month of that list: what has changed since is not in it."""

# Forces whose own name is not "<territory> Police".
_FORCE_NAMES = {
    "Avon and Somerset": "Avon and Somerset Police",
    "Cumbria": "Cumbria Constabulary",
    "Cheshire": "Cheshire Constabulary",
    "Derbyshire": "Derbyshire Constabulary",
    "Durham": "Durham Constabulary",
    "Gloucestershire": "Gloucestershire Constabulary",
    "Hampshire and Isle of Wight": "Hampshire and Isle of Wight Constabulary",
    "Hertfordshire": "Hertfordshire Constabulary",
    "Lancashire": "Lancashire Constabulary",
    "Metropolitan": "Metropolitan Police Service",
    "Norfolk": "Norfolk Constabulary",
    "Suffolk": "Suffolk Constabulary",
}

_COUNCIL_NAMES = {
    "City of London": "City of London Corporation",
    "County Durham": "Durham County Council",
    "Greenwich": "Royal Borough of Greenwich",
    "Isles of Scilly": "Council of the Isles of Scilly",
    "Kensington and Chelsea": "Royal Borough of Kensington and Chelsea",
    "Kingston upon Thames": "Royal Borough of Kingston upon Thames",
    "Westminster": "Westminster City Council",
}

# Probation regions follow the ONS regions but for these forces; the force decides first.
_PROBATION_BY_FORCE = {
    "Greater Manchester": "Greater Manchester",
    "Thames Valley": "South Central",
    "Hampshire and Isle of Wight": "South Central",
    "Kent": "Kent, Surrey and Sussex",
    "Surrey": "Kent, Surrey and Sussex",
    "Sussex": "Kent, Surrey and Sussex",
}
_PROBATION_BY_REGION = {"Yorkshire and The Humber": "Yorkshire and the Humber"}

PROBATION_REGIONS = (
    "East Midlands",
    "East of England",
    "Greater Manchester",
    "Kent, Surrey and Sussex",
    "London",
    "North East",
    "North West",
    "South Central",
    "South West",
    "West Midlands",
    "Yorkshire and the Humber",
)


@dataclass(frozen=True, slots=True)
class Area:
    """One upper-tier or unitary local authority area."""

    gss: str
    name: str
    region: str
    force: str

    @property
    def council_name(self) -> str:
        """Return the council as its own letters name it, as far as kind and name of the area tell."""
        if self.name in _COUNCIL_NAMES:
            return _COUNCIL_NAMES[self.name]
        # By the codes of national statistics: E10 are counties, and E09 boroughs of London.
        if self.gss.startswith("E10"):
            return f"{self.name} County Council"
        return f"London Borough of {self.name}" if self.gss.startswith("E09") else f"{self.name} Council"

    @property
    def police_name(self) -> str:
        """Return the force as it calls itself, for example `Thames Valley Police`."""
        return _FORCE_NAMES.get(self.force, f"{self.force} Police")

    @property
    def probation_region(self) -> str:
        """Return the region of the Probation Service that covers the area."""
        return _PROBATION_BY_FORCE.get(self.force) or _PROBATION_BY_REGION.get(self.region, self.region)


class UnknownAreaError(Refusal):
    """No area has this code or name."""

    def __init__(self, given: str) -> None:
        super().__init__(
            f"There is no area {given!r}. Give the GSS code of an English local authority with children's services, "
            "for example E06000038 for Reading."
        )


@lru_cache
def areas() -> dict[str, Area]:
    """Return the 153 areas by GSS code."""
    with _AREAS_CSV.open(encoding="utf-8", newline="") as file:
        return {
            row["gss_code"]: Area(row["gss_code"], row["name"], row["region"], row["police_force"])
            for row in csv.DictReader(file)
        }


@lru_cache
def authority_numbers() -> dict[str, str]:
    """Return the education department's three-digit number of each council by GSS code; a council may have had several.

    Barnsley and Sheffield got new codes in May 2025, and remained the councils that they were.
    """
    with _NUMBERS_CSV.open(encoding="utf-8", newline="") as file:
        return {row["gss_code"]: row["number"] for row in csv.DictReader(file)}


def codes_of(gss: str) -> tuple[str, ...]:
    """Return every GSS code of the council that has or had this one, itself included."""
    numbers = authority_numbers()
    return tuple(code for code, number in numbers.items() if number == numbers.get(gss)) or (gss,)


def area(gss: str) -> Area:
    """Return the area with this GSS code, in any case and with surrounding space, be it a newer one of its council.

    Raises:
        UnknownAreaError: no such area.
    """
    by_code = areas()
    area_ = next((by_code[code] for code in codes_of(gss.strip().upper()) if code in by_code), None)
    if area_ is None:
        raise UnknownAreaError(gss)
    return area_
