"""What makes an area hard to link: twins of like names, blanks, forenames replaced, births mistaken or made up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from validation.synthetic.names import BOYS, GIRLS
from validation.synthetic.people import Child

_TWINS = 0.06
# Names of two children that a slip of the fingers, a short form or another spelling would make one.
_LIKE = (
    *(("Ava", "Eva"), ("Jayden", "Kayden"), ("Hassan", "Hussain"), ("Mia", "Maya"), ("Leo", "Lea"), ("Ali", "Alia")),
    *(("Amina", "Amira"), ("Zayn", "Zayd"), ("Ella", "Emma"), ("Jan", "Jana"), ("Luca", "Lucas"), ("Isla", "Ayla")),
    *(("Noah", "Noa"), ("Harry", "Harley"), ("Millie", "Mollie"), ("Jack", "Jake"), ("Evie", "Edie"), ("Theo", "Thea")),
)
_BOYS = frozenset({
    *("Jayden", "Kayden", "Hassan", "Hussain", "Leo", "Ali", "Zayn", "Zayd", "Jan", "Luca", "Lucas", "Noah", "Harry"),
    *("Harley", "Jack", "Jake", "Theo"),
})  # fmt: skip
# Shares of records, of the order of those that FEBRL's made-up data has.
_BLANK_FORENAME, _BLANK_SURNAME, _BLANK_BIRTH, _PLACEHOLDER = 0.02, 0.01, 0.02, 0.005
_OTHER_FORENAME, _OTHER_BIRTH, _DEFAULT_BIRTH = 0.02, 0.01, 0.01
_BIRTHS = ("date_of_birth", "child_date_of_birth", "Date of Birth")

Cells = dict[str, str | None]


def with_twins(children: list[Child], rng: Random) -> Iterator[Child]:
    """Return the children, some brothers and sisters of whom are made twins with like names."""
    before: Child | None = None
    for child in children:
        family = before is not None and before.household == child.household and bool(before.born and child.born)
        if before is None or not family or rng.random() >= _TWINS * 3:
            if before is not None:
                yield before
            before = child
            continue
        first, second = rng.choice(_LIKE)
        yield replace(before, forename=first, sex=_sex(first))
        # A twin of a child below school age has no UPN either.
        upn = child.upn if before.upn else None
        yield replace(child, forename=second, sex=_sex(second), born=before.born, upn=upn)
        before = None
    if before is not None:
        yield before


def _sex(forename: str) -> str:
    return "M" if forename in _BOYS else "F"


def harder(row: Cells, child: Child, rng: Random) -> Cells:
    """Return the cells of a record of a born child that differ from what its agency would hold at its best."""
    if child.born is None:
        return {}
    changed: Cells = {}
    if rng.random() < _BLANK_FORENAME:
        changed["forename"] = None
    elif rng.random() < _PLACEHOLDER:
        changed["forename"] = rng.choice(("Unknown", "Baby", "NULL", "TBC"))
    elif rng.random() < _OTHER_FORENAME:
        # A middle name that the child goes by, say.
        changed["forename"] = rng.choice(GIRLS if child.sex == "F" else BOYS)
    if rng.random() < _BLANK_SURNAME:
        changed["surname"] = None
    birth = next((name for name in _BIRTHS if name in row), None)
    if birth is not None:
        changed |= _birth(birth, child.born, rng)
    return {name: cell for name, cell in changed.items() if name in row}


def _birth(column: str, born: date, rng: Random) -> Cells:
    turn = rng.random()
    if turn < _BLANK_BIRTH:
        return {column: None}
    if turn < _BLANK_BIRTH + _DEFAULT_BIRTH:
        return {column: f"01/01/{born.year}"}
    if turn < _BLANK_BIRTH + _DEFAULT_BIRTH + _OTHER_BIRTH:
        return {column: f"{born - timedelta(days=rng.randrange(40, 700)):%d/%m/%Y}"}
    return {}
