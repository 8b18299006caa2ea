"""The synthetic families of one area: households, mothers, children, from a seed and nothing else."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from models.areas import area
from models.themes import Theme
from validation.contract.codes import ETHNICITY
from validation.contract.context import Context
from validation.synthetic.names import BOYS, ENDINGS, GIRLS, MOTHERS, STEMS, SURNAMES

_WEIGHTS = range(10, 1, -1)
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
# The second half of a postcode has none of C, I, K, M, O and V.
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
_SIZES = (1, 1, 1, 1, 2, 2, 2, 3, 3, 4)
_UNBORN = 0.05
_TWINS = 0.02
_SCHOOL_AGE = 4
_WHITE_BRITISH = 0.62


@dataclass(frozen=True)
class Mother:
    """The mother of a household."""

    forename: str
    surname: str
    born: date
    nhs_number: str


@dataclass(frozen=True)
class Child:
    """One child, as the child truly is; each agency's record departs from it in its own way."""

    number: int
    forename: str
    surname: str
    born: date | None
    due: date | None
    sex: str
    postcode: str
    nhs_number: str
    upn: str | None
    la_child_id: str
    household: int
    ethnicity: str
    mother: Mother


class People:
    """Makes people one after another; the same seed makes the same people.

    Numbers that must differ between people (NHS number, UPN, council number) are counted through, not drawn.
    """

    def __init__(self, theme: Theme, gss: str, announced: date, rng: Random) -> None:
        self._context = Context(theme, announced)
        self._rng = rng
        self._numbers = rng.randrange(400_000_000, 500_000_000)
        self._pupils = rng.randrange(1, 9_000_000)
        name = area(gss).name.upper()
        letters = [c for c in name if c.isalpha()]
        self._town = letters[0] + letters[-1]

    def children(self, count: int) -> list[Child]:
        """Return `count` children in households of one to four."""
        made: list[Child] = []
        household = 0
        while len(made) < count:
            household += 1
            size = min(self._rng.choice(_SIZES), count - len(made))
            made += self._household(household, size, len(made))
        return made

    def postcode(self) -> str:
        """Return a postcode of the area."""
        pick = self._rng.choice
        return f"{self._town}{self._rng.randrange(1, 31)} {self._rng.randrange(1, 10)}{pick(_INWARD)}{pick(_INWARD)}"

    def nhs_number(self) -> str:
        """Return the next valid NHS number."""
        while True:
            self._numbers += self._rng.randrange(1, 40)
            digits = f"{self._numbers:09}"
            check = (11 - sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11) % 11
            # A number whose check digit would be 10 is given to nobody.
            if check != 10:
                return f"{digits}{check}"

    def upn(self) -> str:
        """Return the next valid UPN."""
        self._pupils += 1
        # The digits of a council that there is, since the check of a UPN knows no others.
        body = f"870{20 + self._pupils % 5}{self._pupils % 10**7:07}"
        return _UPN_LETTERS[sum(int(d) * n for n, d in enumerate(body, start=2)) % 23] + body

    def surname(self) -> str:
        """Return a surname: half of them common, the rest made of a stem and an ending."""
        if self._rng.random() < 0.5:
            name = self._rng.choice(SURNAMES)
        else:
            name = self._rng.choice(STEMS) + self._rng.choice(ENDINGS)
        return f"{name}-{self._rng.choice(SURNAMES)}" if self._rng.random() < 0.04 else name

    def _household(self, household: int, size: int, before: int) -> list[Child]:
        rng = self._rng
        surname, postcode = self.surname(), self.postcode()
        own = surname if rng.random() < 0.7 else self.surname()
        day = self._context.announced
        mother = Mother(rng.choice(MOTHERS), own, day - timedelta(days=rng.randrange(7300, 14600)), self.nhs_number())
        ethnicity = "WBRI" if rng.random() < _WHITE_BRITISH else rng.choice(ETHNICITY.values[1:-2])
        made: list[Child] = []
        for n in range(size):
            twin = made[-1] if made and made[-1].born and rng.random() < _TWINS * 2 else None
            taken = {c.forename for c in made}
            made.append(self._child(before + n, household, surname, postcode, ethnicity, mother, twin, taken))
        return made

    def _child(
        self,
        number: int,
        household: int,
        surname: str,
        postcode: str,
        ethnicity: str,
        mother: Mother,
        twin: Child | None,
        taken: set[str],
    ) -> Child:
        rng, context = self._rng, self._context
        unborn = twin is None and context.theme.age_band.unborn and rng.random() < _UNBORN
        sex = "U" if unborn else rng.choice("MF")
        forename = ""
        while not unborn and (not forename or forename in taken):
            forename = rng.choice(BOYS if sex == "M" else GIRLS)
        born = None if unborn else twin.born if twin else self._birth()
        due = context.announced + timedelta(days=rng.randrange(5, 200)) if unborn else None
        at_school = born is not None and (context.announced - born).days >= _SCHOOL_AGE * 366
        return Child(
            number,
            forename,
            "" if unborn else surname,
            born,
            due,
            sex,
            postcode,
            "" if unborn else self.nhs_number(),
            self.upn() if at_school else None,
            f"CH{number + 1:06}",
            household,
            ethnicity,
            mother,
        )

    def _birth(self) -> date:
        first, last = self._context.born_after, min(self._context.born_by, self._context.announced)
        return last - timedelta(days=self._rng.randrange(0, (last - first).days))
