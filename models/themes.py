"""Themes are data: one TOML a theme version, validated on load; a new theme is a new file, not new code."""

import tomllib
from contextlib import suppress
from datetime import time
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, ValidationInfo, model_validator

from models.ids import OF_A_KIND, agency_kind, agency_number, source_parts
from models.refusals import Refusal
from models.retention import Period
from models.rulesets import Rules, resolved
from models.settings import settings
from models.theme_followed import Followed
from models.theme_lists import Lists, ThemeData
from models.theme_mistakes import mistakes
from models.theme_reports import Message, ReportPlan, report_mistakes

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


HEADINGS = ("context", "headline", "improve", "strengths", "priority", "main", "practice", "next")
"""Codes of the letter's headings, in each of which something of its own is written."""

GATHER = {"mistakes": "gathered"}
"""The context in which a theme is read although it does not fit together, so that all mistakes can be listed."""


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
"""The days on which an inspection can be announced, as `date.weekday` counts them."""


class Step(ThemeData):
    """One dated step: so many working days after another step, or after the announcement when `after` is empty."""

    step: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    label: str
    noun: str = Field("", description="The step within a sentence, such as `the end of fieldwork`.")
    after: str = ""
    working_days: int
    rule: str


class Timetable(ThemeData):
    """The steps in order, and the hour at which a day's deadline falls in England."""

    notification_weekday: Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    deadline_time: time
    steps: tuple[Step, ...]


class ReturnAsked(ThemeData):
    """A return that one kind of agency owes by one step of the timetable.

    Attributes:
        code: of the return.
        agency: the kind of agency; each agency of the kind owes its own.
        due: the step of the timetable by whose end it is due.
        must: whether the inspection waits for it however late it is. If not, it is asked for where the agency holds
            such records, and the inspection goes on without it once it was chased.
    """

    code: str
    agency: AgencyKind
    due: str
    must: bool = True


class DocumentAsked(ThemeData):
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


class AgeBand(ThemeData):
    """Ages in whole years at the announcement, `oldest` included; unborn children are asked for where `unborn`."""

    unborn: bool
    youngest: int = Field(ge=0)
    oldest: int = Field(ge=0, le=25)
    groups: dict[str, tuple[int, int]]

    @property
    def ages(self) -> str:
        """Return the ages of children who are born, in words: `8 to 17`, or `under 8` where they begin at birth."""
        return f"{self.youngest} to {self.oldest}" if self.youngest else f"under {self.oldest + 1}"


class Reached(ThemeData):
    """By which cells of the council's list a theme knows that a child reached a decision point.

    Attributes:
        column: of the list, under the theme's own header.
        codes: of which its cell is one.
        least: what its number is at least.
    """

    column: str
    codes: tuple[str, ...] = ()
    least: float | None = None


class DecisionPoint(ThemeData):
    """One part of the wider sample: how many children are drawn at this point of a child's experience."""

    key: str
    label: str
    children: int = Field(ge=0)
    where: Reached | None = Field(None, description="Where the theme tells of it in a way of its own.")


class Balance(ThemeData):
    """How a draw is brought near to the cohort: of so many candidate draws the nearest one counts."""

    by: tuple[Literal["age_band", "sex", "ethnicity", "plan_status", "police_risk", "marac", "agencies"], ...] = Field(
        min_length=1, description="Columns of the frame whose groups are to have the cohort's shares."
    )
    candidates: int = Field(ge=2, le=100, description="Draws of each stage, of which the nearest is taken.")


class Minimum(ThemeData):
    """At least so many tracked children of one group of a margin."""

    group: str
    children: int = Field(ge=1, le=1_000)


class Margin(ThemeData):
    """One column of the cohort whose groups have minimums among the tracked children.

    The groups are listed and not named by key: their order is that in which minimums count, and a manifest sorts keys.
    """

    by: Literal[
        "age_band",
        "plan_status",
        "police_risk",
        "hidden",
        "sex",
        "ethnicity",
        "disability",
        "marac",
        "perpetrator_on_probation",
    ]
    minimums: tuple[Minimum, ...] = ()
    every: int | None = Field(
        None, ge=1, description="One child at least of every known group with so many children who can be tracked."
    )


class StrataBefore(ThemeData):
    """The strata by which a theme drew before, all else of its plan being alike: draws of that time still verify."""

    strata: tuple[str, ...]
    stratum_minimum: int = Field(ge=0)
    decision_points: tuple[DecisionPoint, ...] = Field((), description="Where they were others than now.")


STRATA: Literal["strata-1"] = "strata-1"
MARGINS: Literal["margins-1"] = "margins-1"
"""The kinds of plan: strata crossed into cells with one minimum for all, or margins each with minimums of its own."""

_OF_KIND = {
    STRATA: frozenset({"strata", "stratum_minimum"}),
    MARGINS: frozenset({"margins", "open_places", "hidden_below"}),
}


class SamplingPlan(ThemeData):
    """How many children are tracked and sampled, by strata or by margins, and the rules that no draw may break."""

    plan: Literal["strata-1", "margins-1"] = STRATA
    tracked: int = Field(ge=1)
    tracked_minimum: int = Field(ge=1)
    tracked_reserves: int = Field(ge=0, description="Reserves listed in each stratum, or for each tracked child.")
    agencies_minimum: int = Field(ge=1)
    strata: tuple[str, ...] = ()
    stratum_minimum: int = Field(0, ge=0)
    margins: tuple[Margin, ...] = Field((), description="In the order in which their minimums count.")
    open_places: int = Field(0, ge=0, description="Tracked places that no minimum may claim.")
    hidden_below: str = Field("", description="Why hidden children may be fewer than their share, if they may.")
    one_per_household: bool
    decision_points: tuple[DecisionPoint, ...]
    sampled_reserves: int = Field(ge=0, description="Reserves listed at each decision point.")
    balance: Balance | None = Field(None, description="Off unless a theme says by what, and out of how many draws.")
    before: tuple[StrataBefore, ...] = ()

    @property
    def sampled(self) -> int:
        """Return the size of the wider sample: the sum over its decision points."""
        return sum(point.children for point in self.decision_points)

    @property
    def formerly(self) -> "tuple[SamplingPlan, ...]":
        """Return the plans by which the theme drew before."""
        none = {"plan": STRATA, "margins": (), "open_places": 0, "hidden_below": "", "before": ()}
        return tuple(
            self.model_copy(update={**none, **{name: part for name, part in then if name != "decision_points" or part}})
            for then in self.before
        )

    def record(self) -> dict[str, Any]:
        """Return what a manifest holds of the plan: nothing of the other kind, and none of the plans before."""
        other = next(names for kind, names in _OF_KIND.items() if kind != self.plan)
        kept = self.model_dump(mode="json", exclude={"before", *other})
        # A manifest is silent on what a theme leaves to us, as those of earlier formats are.
        points = [
            {name: part for name, part in point.items() if name != "where" or part} for point in kept["decision_points"]
        ]
        return {**kept, "decision_points": points}


class CodeLabel(ThemeData):
    """A code and the words that people read for it."""

    code: str
    label: str


class PointLooked(ThemeData):
    """What is looked at where a child was sampled at one decision point.

    Attributes:
        area: the area of evaluation that it is evidence on.
        records: kind of agency -> the records that it is to have ready. Only these kinds learn which decision point it
            is: to others it would tell what they did not send.
        questions: codes of the questions that inspectors answer.
    """

    area: str
    records: dict[AgencyKind, tuple[str, ...]] = Field(min_length=1)
    questions: tuple[str, ...] = Field(min_length=1)


class SampledLook(ThemeData):
    """How the wider sample is looked at: the questions, each decision point, and the records that anybody can have."""

    questions: tuple[CodeLabel, ...] = Field(min_length=1)
    records: tuple[str, ...] = Field(min_length=1, description="Asked of kinds of agency that a point does not name.")
    points: dict[str, PointLooked]


class LetterForm(ThemeData):
    """How the letter of a theme looks, who receives it by law and by custom, and how it protects counts.

    Attributes:
        title: of the letter, before the area's name.
        form: the year from which letters have this form; in that of 2016 each agency has a list of what to improve.
        salutation: how the partnership is addressed; `{area}` stands for the area's name.
        headings: in the order in which they are read.
        context: paragraphs under the heading `context`, where nobody writes others.
        statement_to: the address to which the written statement is sent, unless somebody decides otherwise.
        recipients: kinds of agency, or names of bodies that are no agency of the area.
        counts: how counts of children leave: small ones withheld, or all rounded to 5.
    """

    title: str
    form: Literal["2016", "2022"] = "2022"
    salutation: str = "Dear {area} safeguarding partners"
    headings: tuple[CodeLabel, ...]
    context: tuple[str, ...] = ()
    statement_to: str = ""
    recipients: tuple[str, ...]
    counts: Literal["withhold", "round"] = "withhold"


class Rung(ThemeData):
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


_JUDGEMENTS = (
    CodeLabel(code="concern", label="Concern"),
    CodeLabel(code="mixed", label="Mixed"),
    CodeLabel(code="strength", label="Strength"),
)


class Theme(ThemeData):
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
    messages: tuple[Message, ...] = Field((), description="What a thematic report looks for over all areas.")
    report: ReportPlan = Field(ReportPlan(), description="When a thematic report is begun, and what it counts.")
    sampled: SampledLook = Field(description="How the children of the wider sample are looked at.")
    lists: Lists = Field(Lists(), description="What the lists of children ask about the theme, and in which words.")
    judgements: tuple[CodeLabel, ...] = Field(
        _JUDGEMENTS, min_length=2, description="The scale of inspectors' judgements of a child, from worst to best."
    )
    letter: LetterForm
    rules: Rules = Rules()
    chasing: tuple[Rung, ...] = Field(_LADDER, description="The ladder of notices, in the order of its rungs.")
    followed: Followed = Field(Followed(), description="How the plan that answers the letter is followed.")
    retention: tuple[Period, ...] = Field(
        (), description="How long a class of record is kept under this theme, where it is not as usual."
    )
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

    def kinds_asked(self, code: str) -> tuple[AgencyKind, ...]:
        """Return the kinds of agency that are asked for a return, in the theme's order."""
        return tuple(dict.fromkeys(owed.agency for owed in self.returns if owed.code == code))

    def sender_of(self, code: str, agency: str) -> int:
        """Return which of all senders of a return an agency is, from 1; those of a second kind count from 101.

        Args:
            code: of the return.
            agency: id of the agency.
        """
        kinds: tuple[str, ...] = self.kinds_asked(code)
        kind = agency_kind(agency)
        return agency_number(agency) + (kinds.index(kind) * OF_A_KIND if kind in kinds else 0)

    def kind_sending(self, code: str, sender: int) -> str:
        """Return the kind of agency of the sender of a return; empty where the theme does not ask for the return."""
        place, kinds = (sender - 1) // OF_A_KIND, self.kinds_asked(code)
        return kinds[place] if place < len(kinds) else ""

    def kind_of_source(self, name: str) -> str:
        """Return the kind of agency behind what `models.ids.source` named."""
        return self.kind_sending(*source_parts(name))

    def is_must(self, code: str, kind: str) -> bool:
        """Return whether the inspection waits for a return of a kind of agency however late it is."""
        return next((owed.must for owed in self.returns if (owed.code, owed.agency) == (code, kind)), True)

    def label_of(self, step: str) -> str:
        """Return the words for a step of the timetable within a sentence."""
        dated = next(s for s in self.timetable.steps if s.step == step)
        return dated.noun or dated.label.lower()

    @model_validator(mode="after")
    def _fits_together(self, info: ValidationInfo) -> "Theme":
        # Whoever gathers all mistakes of a file asks for them; everybody else is stopped by the first.
        if info.context is not GATHER and (wrong := next(chain(mistakes(self), report_mistakes(self)), None)):
            raise ValueError(wrong.sentence)
        return self


class UnknownThemeError(Refusal):
    """No theme has this id."""

    def __init__(self, given: str, ids: tuple[str, ...]) -> None:
        super().__init__(
            f"There is no theme {given!r}. The themes are {', '.join(ids)}. `jtai theme list` says where themes of "
            "your own are looked for."
        )


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
    folder = settings().themes_folder
    return tuple(folder.glob("*.toml")) if folder.is_dir() else ()


def path_of(theme_id: str) -> Path:
    """Return the file of a theme; what ships cannot be replaced by a file of the same name.

    Raises:
        UnknownThemeError: there is no such theme.
    """
    ships = {path.stem: path for path in _FOLDER.glob("*.toml")}
    files = ships if theme_id in ships else {path.stem: path for path in _own()}
    if theme_id not in files:
        raise UnknownThemeError(theme_id, tuple(sorted({*ships, *files})))
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
    # Sorted, so that one folder is one key of the cache in whatever order the file system lists it.
    stamps = ((path, path.stat()) for path in sorted(own))
    return _resolved(theme_id, tuple((path, stat.st_mtime_ns, stat.st_size) for path, stat in stamps))


@lru_cache
def _resolved(theme_id: str, own: tuple[tuple[Path, int, int], ...]) -> Theme:
    """Return a theme with what its rule set inherits, kept as long as no file of the operator's own has changed."""
    # What ships comes last: no file of the same name takes its place.
    files = {path.stem: path for path in (*(path for path, _, _ in own), *_FOLDER.glob("*.toml"))}

    @cache
    def written(name: str) -> Theme:
        if name not in files:
            raise UnknownThemeError(name, tuple(sorted(files)))
        try:
            return Theme.model_validate(tomllib.loads(files[name].read_text()))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError):
            raise ThemeFileError(files[name]) from None

    rules = resolved(theme_id, lambda name: (written(name).rule_set, written(name).rules))
    return written(theme_id).model_copy(update={"rules": rules})
