"""Themes are data: one TOML a theme version, validated on load; a new theme is a new file, not new code."""

import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, model_validator

from models.refusals import Refusal
from models.rulesets import Rules, resolved
from models.settings import settings

_FOLDER = Path(__file__).parent / "themes"

AgencyKind = Literal[
    "local_authority",
    "police",
    "health",
    "ambulance",
    "mental_health",
    "probation",
    "education",
    "youth_justice",
    "voluntary",
    "marac",
]
"""Who can take part in an inspection; a theme says which kinds do, whether they owe a return or not."""


HEADINGS = ("headline", "improve", "strengths", "priority", "main", "numbers", "practice", "next")
"""Codes of the letter's headings, in each of which something of its own is written."""

NEEDED_STEPS = (
    *("announced", "sample_notified", "evaluations_due", "fieldwork_start", "fieldwork_end", "draft_report"),
    *("factual_accuracy_due", "publication", "pre_publication", "statement_due"),
)
"""Steps of the timetable that work of ours waits for."""

GATHER = {"mistakes": "gathered"}
"""The context in which a theme is read although it does not fit together, so that all mistakes can be listed."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that does not fit in a theme.

    Attributes:
        path: where: keys of tables and places in arrays.
        sentence: what is wrong, without a capital and a full stop.
        given: the wrong name, where a name is wrong.
        options: the names that there are.
    """

    path: tuple[str | int, ...]
    sentence: str
    given: str = ""
    options: tuple[str, ...] = ()


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
"""The days on which an inspection can be announced, as `date.weekday` counts them."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(_Data):
    """One dated step: so many working days after another step, or after the announcement when `after` is empty."""

    step: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    label: str
    noun: str = Field("", description="The step within a sentence, such as `the end of fieldwork`.")
    after: str = ""
    working_days: int
    rule: str


class Timetable(_Data):
    """The steps in order, and the hour at which a day's deadline falls in England."""

    notification_weekday: Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    deadline_time: time
    steps: tuple[Step, ...]


class ReturnAsked(_Data):
    """A return that one kind of agency owes by one step of the timetable."""

    code: str
    agency: AgencyKind
    due: str


class DocumentAsked(_Data):
    """A numbered item of the inspectorates' list: a document that kinds of agency are asked for by a step.

    Attributes:
        number: of the item in the list, such as `1.12`.
        title: what is asked for.
        agencies: the kinds of agency that are asked; each agency of a kind has an item of its own.
        due: the step of the timetable by whose end it is due.
        kind: what it is; a case file is asked for once for each chosen child whom the agency knows.
        must: whether each agency is expected to hold it; if not, it is asked for where the agency holds it.
    """

    number: Annotated[str, Field(pattern=r"^[1-9][0-9]?\.[1-9][0-9]?$")]
    title: Annotated[str, Field(min_length=3, max_length=200)]
    agencies: tuple[AgencyKind, ...] = Field(min_length=1)
    due: str
    kind: Literal["strategy", "protocol", "performance", "case_file", "meetings", "key_contacts"]
    must: bool = False


class AgeBand(_Data):
    """Ages in whole years at the announcement, `oldest` included; unborn children are asked for where `unborn`."""

    unborn: bool
    youngest: int = Field(ge=0)
    oldest: int = Field(ge=0, le=25)
    groups: dict[str, tuple[int, int]]


class DecisionPoint(_Data):
    """One part of the wider sample: how many children are drawn at this point of a child's experience."""

    key: str
    label: str
    children: int = Field(ge=0)


class Balance(_Data):
    """How a draw is brought near to the cohort: of so many candidate draws the nearest one counts."""

    by: tuple[Literal["age_band", "sex", "ethnicity", "plan_status", "police_risk", "marac", "agencies"], ...] = Field(
        min_length=1, description="Columns of the frame whose groups are to have the cohort's shares."
    )
    candidates: int = Field(ge=2, le=100, description="Draws of each stage, of which the nearest is taken.")


class SamplingPlan(_Data):
    """How many children are tracked and sampled, by which strata, and the rules that no draw may break."""

    tracked: int = Field(ge=1)
    tracked_minimum: int = Field(ge=1)
    tracked_reserves: int = Field(ge=0, description="Reserves listed in each stratum of the tracked children.")
    agencies_minimum: int = Field(ge=1)
    strata: tuple[str, ...]
    stratum_minimum: int = Field(ge=0)
    one_per_household: bool
    decision_points: tuple[DecisionPoint, ...]
    sampled_reserves: int = Field(ge=0, description="Reserves listed at each decision point.")
    balance: Balance | None = Field(None, description="Off unless a theme says by what, and out of how many draws.")

    @property
    def sampled(self) -> int:
        """Return the size of the wider sample: the sum over its decision points."""
        return sum(point.children for point in self.decision_points)


class CodeLabel(_Data):
    """A code and the words that people read for it."""

    code: str
    label: str


class LetterForm(_Data):
    """The headings of the letter, in order, and who receives it by law and by custom."""

    title: str
    headings: tuple[CodeLabel, ...]
    recipients: tuple[str, ...]


class Rung(_Data):
    """One rung of the ladder by which a return that is owed is chased.

    Attributes:
        key: by which a notice is sent once for each deadline.
        working_days: after the day of the deadline; 0 is the deadline itself, -1 the working day before it.
        notice: the words that the agency reads.
        tells: who gets the notice besides the agency.
        waits_for_promise: whether a day that the agency promised is waited for first.
    """

    key: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    working_days: Annotated[int, Field(ge=-10, le=60)]
    notice: Literal["reminder", "overdue", "still_overdue"]
    tells: tuple[Literal["inspector", "manager"], ...] = ()
    waits_for_promise: bool = False


_LADDER = (
    Rung(key="reminder", working_days=-1, notice="reminder"),
    Rung(key="overdue", working_days=0, notice="overdue"),
    Rung(key="still_overdue", working_days=1, notice="still_overdue", tells=("manager",), waits_for_promise=True),
)


class Theme(_Data):
    """One version of a theme: everything about an inspection that is not the same for all themes."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    version: int = Field(ge=1)
    title: str
    subject: str
    inspectorates: tuple[str, ...]
    window_months: int = Field(gt=0)
    age_band: AgeBand
    cohort_factors: tuple[str, ...]
    agencies: tuple[AgencyKind, ...] = Field((), description="Kinds of agency that take part and owe no return.")
    sees: dict[str, tuple[AgencyKind, ...]] = Field(
        default_factory=dict,
        description="Inspectorate -> the kinds of agency whose records its inspectors see; all, where it is not named.",
    )
    returns: tuple[ReturnAsked, ...]
    documents: tuple[DocumentAsked, ...] = Field((), description="Documents that are asked for, as numbered items.")
    evaluation_due: str
    timetable: Timetable
    sampling: SamplingPlan
    evaluation_areas: tuple[CodeLabel, ...]
    finding_tags: tuple[str, ...]
    letter: LetterForm
    rules: Rules = Rules()
    chasing: tuple[Rung, ...] = Field(_LADDER, description="The ladder of notices, in the order of its rungs.")
    partial_acceptance: dict[str, Annotated[float, Field(gt=0, lt=1)]] = Field(
        default_factory=dict,
        description="Return -> the share of its rows that may hold errors and be left out, the others being accepted.",
    )

    @property
    def rule_set(self) -> str:
        """Return the name under which reports and manifests record this theme's rules."""
        return f"{self.id}@{self.version}"

    @property
    def in_scope(self) -> tuple[AgencyKind, ...]:
        """Return the kinds of agency that take part: first those that owe a return, in that order."""
        return tuple(dict.fromkeys((*(owed.agency for owed in self.returns), *self.agencies)))

    def label_of(self, step: str) -> str:
        """Return the words for a step of the timetable within a sentence."""
        dated = next(s for s in self.timetable.steps if s.step == step)
        return dated.noun or dated.label.lower()

    @model_validator(mode="after")
    def _fits_together(self, info: ValidationInfo) -> "Theme":
        # Whoever gathers all mistakes of a file asks for them; everybody else is stopped by the first.
        if info.context is not GATHER and (wrong := next(self.mistakes(), None)):
            raise ValueError(wrong.sentence)
        return self

    def mistakes(self) -> Iterator[Wrong]:
        """Yield what does not fit together in the theme, whatever the rest of the product knows."""
        yield from self._sight()
        yield from self._documents()
        yield from self._ladder()
        yield from self._steps()
        yield from self._ages()

    def _sight(self) -> Iterator[Wrong]:
        for inspectorate, kinds in self.sees.items():
            if inspectorate not in self.inspectorates:
                sentence = f"sees names {inspectorate!r}, which is none of the theme's inspectorates"
                yield Wrong(("sees", inspectorate), sentence, inspectorate, self.inspectorates)
            for place, kind in enumerate(kinds):
                if kind not in self.in_scope:
                    sentence = f"sees gives {inspectorate!r} {kind!r}, which takes no part in the theme"
                    yield Wrong(("sees", inspectorate, place), sentence, kind, self.in_scope)

    def _documents(self) -> Iterator[Wrong]:
        numbers = [item.number for item in self.documents]
        for place, item in enumerate(self.documents):
            if item.number in numbers[:place]:
                yield Wrong(("documents", place, "number"), f"two documents have the number {item.number}")
            for at, kind in enumerate(item.agencies):
                if kind not in self.in_scope:
                    sentence = f"document {item.number} is asked of {kind!r}, which takes no part in the theme"
                    yield Wrong(("documents", place, "agencies", at), sentence, kind, self.in_scope)

    def _ladder(self) -> Iterator[Wrong]:
        days = [rung.working_days for rung in self.chasing]
        if days != sorted(days) or len({rung.key for rung in self.chasing}) != len(days):
            yield Wrong(("chasing",), "the rungs of chasing must go up in working days, each with a key of its own")
        for place, rung in enumerate(self.chasing):
            if (rung.notice == "reminder") != (rung.working_days < 0):
                yield Wrong(
                    ("chasing", place, "notice"),
                    "a reminder comes before the deadline, and every other notice after it",
                )

    def _steps(self) -> Iterator[Wrong]:
        seen: list[str] = []
        for place, step in enumerate(self.timetable.steps):
            at = "timetable", "steps", place
            if step.after and step.after not in seen:
                sentence = f"step {step.step} counts from {step.after}, which is not an earlier step"
                yield Wrong((*at, "after"), sentence, step.after, tuple(seen))
            if step.step in seen:
                yield Wrong((*at, "step"), f"the step {step.step} is there twice")
            seen.append(step.step)
        owed = [(("returns", place, "due"), return_.due) for place, return_ in enumerate(self.returns)]
        owed += [(("documents", place, "due"), item.due) for place, item in enumerate(self.documents)]
        for path, due in (*owed, (("evaluation_due",), self.evaluation_due)):
            if due not in seen:
                sentence = f"something is due at {due}, which is not a step of the timetable"
                yield Wrong(path, sentence, due, tuple(seen))
        for step_ in NEEDED_STEPS:
            if step_ not in seen:
                sentence = f"the timetable has no step {step_}, without which an inspection does not go on"
                yield Wrong(("timetable", "steps"), sentence)

    def _ages(self) -> Iterator[Wrong]:
        band = self.age_band
        if band.youngest > band.oldest:
            yield Wrong(("age_band", "youngest"), "the youngest age is above the oldest")
        grouped = [age for youngest, oldest in band.groups.values() for age in range(youngest, oldest + 1)]
        if sorted(grouped) != list(range(band.youngest, band.oldest + 1)):
            yield Wrong(
                ("age_band", "groups"),
                f"the age groups must hold each age from {band.youngest} to {band.oldest} once",
            )


class UnknownThemeError(Refusal):
    """No theme has this id."""

    def __init__(self, given: str, ids: tuple[str, ...]) -> None:
        super().__init__(f"There is no theme {given!r}. The themes are {', '.join(ids)}.")


class ThemeFileError(Refusal):
    """The file of a theme cannot be used; `jtai theme check` says all that is wrong in it."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The theme in {path.name} has mistakes and cannot be used. `jtai theme check {path.name}` lists them."
        )


def shipped() -> tuple[str, ...]:
    """Return the ids of the themes that ship, sorted."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def theme_ids() -> tuple[str, ...]:
    """Return the ids of all themes, those that ship and those of the folder in the settings, sorted."""
    return tuple(sorted({*shipped(), *(path.stem for path in _own())}))


def _own() -> tuple[Path, ...]:
    folder = settings().themes
    return tuple(folder.glob("*.toml")) if folder and folder.is_dir() else ()


def path_of(theme_id: str) -> Path:
    """Return the file of a theme; what ships cannot be replaced by a file of the same name.

    Raises:
        UnknownThemeError: there is no such theme.
    """
    ships = {path.stem: path for path in _FOLDER.glob("*.toml")}
    files = ships if theme_id in ships else {path.stem: path for path in _own()}
    if theme_id not in files:
        raise UnknownThemeError(theme_id, theme_ids())
    return files[theme_id]


def inspectorates() -> tuple[str, ...]:
    """Return the inspectorates of all themes that can be used, each once, in the themes' order."""
    names: dict[str, None] = {}
    for theme_id in theme_ids():
        with suppress(ThemeFileError):
            names |= dict.fromkeys(theme(theme_id).inspectorates)
    return tuple(names)


def theme(theme_id: str) -> Theme:
    """Load and validate one theme, its rule set put together with what it inherits.

    A file is read again whenever it has changed, so that a new theme needs no restart.

    Raises:
        UnknownThemeError: there is no such theme.
        ThemeFileError: its file has mistakes.
        RuleSetError: its rule set inherits itself, or a version that there is not.
    """
    # What ships needs no setting: a child that reads a file has none.
    own = () if theme_id in shipped() else _own()
    return _resolved(theme_id, tuple((path.name, *_stamp(path)) for path in sorted(own)))


@lru_cache
def _resolved(theme_id: str, _files: tuple[tuple[str, int, int], ...]) -> Theme:
    rules = resolved(theme_id, lambda name: (_written(name).rule_set, _written(name).rules))
    return _written(theme_id).model_copy(update={"rules": rules})


def _stamp(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


def _written(theme_id: str) -> Theme:
    path = path_of(theme_id)
    return _read(path, *_stamp(path))


@lru_cache
def _read(path: Path, _changed: int, _size: int) -> Theme:
    try:
        return Theme.model_validate(tomllib.loads(path.read_text()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError):
        raise ThemeFileError(path) from None
