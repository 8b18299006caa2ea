"""Who sends what in the rehearsal of a theme: the four returns of which the story tells, and one that is not held."""

from dataclasses import dataclass
from datetime import date, timedelta

from models.areas import Area
from models.areas import area as area_of
from models.ids import inspection_ref
from models.themes import ReturnAsked, Theme
from models.themes import theme as theme_of
from models.words import plain

AREA, THEME = "E06000038", "domestic-abuse-2024"
WEEK = date(2025, 2, 24)
"""The Monday of the week in which rehearsals are announced, on the day on which the theme has inspections announced."""

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_COUNCIL = "local_authority"
_PLAIN_NAMES = {_COUNCIL: "council"}
_PLURAL = frozenset({"police"})


@dataclass(frozen=True, slots=True)
class Sender:
    """One return of one kind of agency, and how the story speaks of it.

    Attributes:
        kind: of the agency.
        code: of the return.
    """

    kind: str
    code: str

    def does(self, singular: str, plural: str) -> str:
        """Return the agency with a verb, such as `Police send`."""
        name = _PLAIN_NAMES.get(self.kind, plain(self.kind)).capitalize()
        return f"{name} {plural if self.kind in _PLURAL else singular}"


@dataclass(frozen=True, slots=True)
class Cast:
    """The returns of which the story tells one by one.

    Attributes:
        first: the council's list, sent in good time.
        spoiled: sent with mistakes, rejected and corrected.
        late: promised for a later day, chased and sent late.
        punctual: one more that comes in time, where the theme asks enough agencies.
        not_held: asked for where it is held, and declared not to be; where the theme asks for such a return.
    """

    first: Sender
    spoiled: Sender
    late: Sender
    punctual: Sender | None
    not_held: Sender | None

    @property
    def one_by_one(self) -> frozenset[Sender]:
        """Return the returns that the others' step leaves out."""
        return frozenset(each for each in (self.first, self.spoiled, self.late, self.punctual) if each)


def cast_of(theme: Theme) -> Cast:
    """Return who sends what in the rehearsal of a theme.

    Agencies that must send a return come first, in the theme's order, each with its first; where there are too few, the
    council's own further returns fill up.
    """
    council = [each for each in theme.returns if each.agency == _COUNCIL]
    others = [each for each in theme.returns if each.agency != _COUNCIL and each.must]
    kinds = dict.fromkeys(each.agency for each in others)
    firsts = [next(each for each in others if each.agency == kind) for kind in kinds]
    senders = [_sender(each) for each in (*firsts, *council[1:])]
    enough = len(firsts) >= len(("spoiled", "punctual", "late"))
    spare = [each for each in theme.returns if not each.must and each.agency not in {_COUNCIL, "police"}]
    return Cast(
        first=_sender(council[0]),
        spoiled=senders[0],
        late=senders[2] if enough else senders[1],
        punctual=senders[1] if enough else None,
        not_held=_sender(spare[0]) if spare else None,
    )


def _sender(requirement: ReturnAsked) -> Sender:
    return Sender(requirement.agency, requirement.code)


@dataclass(frozen=True)
class Setting:
    """What is rehearsed: a theme in an area, announced on a day.

    Attributes:
        theme: the theme.
        area: the area.
        children: of whom data is made up.
        without: places, from 0, of the findings that are not made here: areas of one theme are not all alike.
        week: the Monday of the week in which it is announced.
    """

    theme: Theme
    area: Area
    children: int = 2000
    without: frozenset[int] = frozenset()
    week: date = WEEK

    @classmethod
    def of(cls, theme_id: str = THEME, gss: str = AREA) -> "Setting":
        """Return the rehearsal of a theme in an area.

        Raises:
            UnknownThemeError, UnknownAreaError: there is none of this name; the sentence says which there are.
        """
        return cls(theme_of(theme_id), area_of(gss))

    @property
    def announced(self) -> date:
        """Return the day of the announcement."""
        return self.week + timedelta(days=_DAYS.index(self.theme.timetable.notification_weekday))

    @property
    def ref(self) -> str:
        """Return what the inspection is called."""
        return inspection_ref(self.area.name, self.theme.id, self.announced)

    @property
    def is_usual(self) -> bool:
        """Return whether it is the rehearsal that is run where nothing else is asked for."""
        return (self.theme.id, self.area.gss) == (THEME, AREA)
