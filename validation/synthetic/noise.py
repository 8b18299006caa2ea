"""How an agency's record of a child departs from the child: typing slips, nicknames, moves, what it does not hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random

from validation.synthetic.names import NICKNAMES
from validation.synthetic.people import Child, People

_KEYS = "abcdefghijklmnopqrstuvwxyz"
_ADULT_DAYS = 18 * 365


@dataclass(frozen=True)
class Habits:
    """How often an agency's records depart from the child, as shares of records.

    Attributes:
        holds: part of the identity block -> share of records that hold it; a part not named is always held.
    """

    typo: float
    nickname: float
    swap: float
    moved: float
    wrong_birth: float
    other_surname: float
    wrong_number: float
    holds: Mapping[str, float] = field(default_factory=dict)


COUNCIL = Habits(0.015, 0.01, 0.002, 0.0, 0.005, 0.01, 0.0, {"postcode": 0.97, "nhs_number": 0.85, "upn": 0.9})
POLICE = Habits(
    0.06, 0.04, 0.015, 0.12, 0.02, 0.05, 0.0, {"postcode": 0.9, "nhs_number": 0.02, "upn": 0.0, "la_child_id": 0.1}
)
PROBATION = Habits(
    0.06, 0.04, 0.015, 0.12, 0.02, 0.05, 0.0, {"postcode": 0.8, "nhs_number": 0.0, "upn": 0.0, "la_child_id": 0.35}
)
HEALTH = Habits(0.02, 0.02, 0.005, 0.06, 0.005, 0.02, 0.01, {"postcode": 0.98, "upn": 0.0, "la_child_id": 0.4})
MARAC = Habits(0.04, 0.03, 0.01, 0.08, 0.01, 0.04, 0.0, {"nhs_number": 0.1, "upn": 0.0, "la_child_id": 0.95})
EDUCATION = Habits(0.01, 0.03, 0.002, 0.05, 0.002, 0.02, 0.0, {"nhs_number": 0.02, "upn": 0.98})
YOUTH_JUSTICE = Habits(0.03, 0.03, 0.01, 0.08, 0.005, 0.03, 0.0, {"nhs_number": 0.2, "upn": 0.2, "la_child_id": 0.8})
VOLUNTARY = Habits(0.05, 0.06, 0.01, 0.2, 0.02, 0.05, 0.0, {"nhs_number": 0.0, "upn": 0.0, "la_child_id": 0.3})

Cells = dict[str, str | None]


def identity(child: Child, habits: Habits, people: People, rng: Random, day: date) -> Cells:
    """Return the identity block of one record, dates as dd/mm/yyyy.

    Args:
        child: the child as the child is.
        habits: the agency's.
        people: makes wrong numbers and former addresses.
        rng: decides.
        day: the announcement; no birth is put after it.
    """
    forename, surname = _names(child, habits, people, rng)
    born = _birth(child.born, habits, rng, day)
    moved = rng.random() < habits.moved
    wrong = rng.random() < habits.wrong_number
    cells: Cells = {
        "forename": forename,
        "surname": surname,
        "date_of_birth": typed(born),
        "expected_date_of_birth": typed(child.due),
        "sex": child.sex,
        "postcode": people.postcode() if moved else child.postcode,
        "nhs_number": people.nhs_number() if wrong and child.nhs_number else child.nhs_number or None,
        "upn": child.upn,
        "la_child_id": child.la_child_id,
        **_mother(child, rng),
    }
    for part, share in habits.holds.items():
        if rng.random() >= share:
            cells[part] = None
    return cells


def typed(day: date | None) -> str | None:
    """Return a day as agencies type it, dd/mm/yyyy."""
    return f"{day:%d/%m/%Y}" if day else None


def _names(child: Child, habits: Habits, people: People, rng: Random) -> tuple[str | None, str | None]:
    if child.born is None:
        return None, None
    forename, surname = child.forename, child.surname
    if rng.random() < habits.nickname:
        forename = NICKNAMES.get(forename, forename)
    if rng.random() < habits.other_surname:
        surname = child.mother.surname if child.mother.surname != surname else people.surname()
    if rng.random() < habits.typo:
        forename = slip(forename, rng)
    if rng.random() < habits.typo:
        surname = slip(surname, rng)
    return (surname, forename) if rng.random() < habits.swap else (forename, surname)


def slip(name: str, rng: Random) -> str:
    """Return a name with one slip of the fingers: a letter left out, doubled, replaced, or two exchanged."""
    at = rng.randrange(1, len(name)) if len(name) > 1 else 0
    kind = rng.randrange(4)
    if kind == 0:
        return name[:at] + name[at + 1 :]
    if kind == 1:
        return name[:at] + name[at] + name[at:]
    if kind == 2:
        return name[:at] + rng.choice(_KEYS) + name[at + 1 :]
    return name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :] if at > 1 else name + name[-1]


def _birth(born: date | None, habits: Habits, rng: Random, day: date) -> date | None:
    """Return the birth as recorded: rarely day and month exchanged or the day one off, in the same year."""
    if born is None or rng.random() >= habits.wrong_birth:
        return born
    swapped = born.replace(month=born.day, day=born.month) if born.day <= 12 else born.replace(day=born.day - 1)
    near = abs((swapped - born).days) < 200
    # No agency lists as a child somebody whom its own record makes an adult.
    child = (day - swapped).days < _ADULT_DAYS
    return swapped if near and child and swapped <= day else born


def _mother(child: Child, rng: Random) -> Cells:
    """Return the mother's part, which is asked for where the child is unborn."""
    mother = child.mother
    if child.born is not None:
        return dict.fromkeys(("mother_forename", "mother_surname", "mother_date_of_birth", "mother_nhs_number"))
    return {
        "mother_forename": mother.forename,
        "mother_surname": slip(mother.surname, rng) if rng.random() < 0.03 else mother.surname,
        "mother_date_of_birth": typed(mother.born),
        "mother_nhs_number": mother.nhs_number,
    }
