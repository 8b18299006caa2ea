"""What does not fit together in a theme, each with its place: read from the theme itself, without a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.themes import Margin, PointLooked, SamplingPlan, Theme

NEEDED_STEPS = (
    *("announced", "sample_notified", "evaluations_due", "fieldwork_start", "fieldwork_end", "draft_report"),
    *("factual_accuracy_due", "publication", "pre_publication", "statement_due"),
)
"""Steps of the timetable that work of ours waits for."""


@dataclass(frozen=True, slots=True)
class ThemeMisfit:
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


def mistakes(theme: "Theme") -> Iterator[ThemeMisfit]:
    """Yield what does not fit together in the theme, whatever the rest of the product knows."""
    yield from _sight(theme)
    yield from _documents(theme)
    yield from _decision_points(theme)
    yield from _plan(theme.sampling)
    yield from _codes(theme)
    yield from _ladder(theme)
    yield from _followed(theme)
    yield from _steps(theme)
    yield from _ages(theme)


def _sight(theme: "Theme") -> Iterator[ThemeMisfit]:
    for inspectorate, kinds in theme.sees.items():
        if inspectorate not in theme.inspectorates:
            sentence = f"sees names {inspectorate!r}, which is none of the theme's inspectorates"
            yield ThemeMisfit(("sees", inspectorate), sentence, inspectorate, theme.inspectorates)
        for place, kind in enumerate(kinds):
            if kind not in theme.in_scope:
                sentence = f"sees gives {inspectorate!r} {kind!r}, which takes no part in the theme"
                yield ThemeMisfit(("sees", inspectorate, place), sentence, kind, theme.in_scope)


def _documents(theme: "Theme") -> Iterator[ThemeMisfit]:
    numbers = [item.number for item in theme.documents]
    for place, item in enumerate(theme.documents):
        if item.number in numbers[:place]:
            yield ThemeMisfit(("documents", place, "number"), f"several documents have the number {item.number}")
        for at, kind in enumerate(item.agencies):
            if kind not in theme.in_scope:
                sentence = f"document {item.number} is asked of {kind!r}, which takes no part in the theme"
                yield ThemeMisfit(("documents", place, "agencies", at), sentence, kind, theme.in_scope)


def _decision_points(theme: "Theme") -> Iterator[ThemeMisfit]:
    """Yield what the draw and the forms of the wider sample do not both have."""
    drawn, looked_at = [point.key for point in theme.sampling.decision_points], theme.sampled.points
    for place, key in enumerate(drawn):
        if key not in looked_at:
            sentence = f"sampled.points lacks {key!r}, which sampling.decision_points has"
            yield ThemeMisfit(("sampling", "decision_points", place, "key"), sentence)
    for key, point in looked_at.items():
        if key not in drawn:
            sentence = f"sampling.decision_points lacks {key!r}, which sampled.points has"
            yield ThemeMisfit(("sampled", "points", key), sentence, key, tuple(drawn))
        yield from _decision_point(theme, key, point)


def _decision_point(theme: "Theme", key: str, point: "PointLooked") -> Iterator[ThemeMisfit]:
    at: tuple[str | int, ...] = ("sampled", "points", key)
    areas = tuple(area.code for area in theme.evaluation_areas)
    if point.area not in areas:
        yield ThemeMisfit((*at, "area"), f"there is no area of evaluation {point.area!r}", point.area, areas)
    for kind, records in point.records.items():
        if kind not in theme.in_scope:
            sentence = f"records are wanted of {kind!r}, which takes no part in the theme"
            yield ThemeMisfit((*at, "records", kind), sentence, kind, theme.in_scope)
        if not records:
            yield ThemeMisfit((*at, "records", kind), f"no records are named that are wanted of {kind!r}")
    questions = tuple(question.code for question in theme.sampled.questions)
    for place, code in enumerate(point.questions):
        if code not in questions:
            sentence = f"there is no question {code!r} among those of the wider sample"
            yield ThemeMisfit((*at, "questions", place), sentence, code, questions)


def _plan(plan: "SamplingPlan") -> Iterator[ThemeMisfit]:
    """Yield what a plan by strata says of margins, or one by margins of strata, and minimums that cannot fit."""
    of_strata = {"strata": bool(plan.strata), "stratum_minimum": bool(plan.stratum_minimum)}
    of_margins = {name: bool(getattr(plan, name)) for name in ("margins", "open_places", "hidden_below")}
    by_margins = plan.plan.startswith("margins")
    for name, there in (of_strata if by_margins else of_margins).items():
        if there:
            yield ThemeMisfit(("sampling", name), f"a plan of the kind {plan.plan} has no {name!r}")
    # A theme may say that it has no strata, but not by saying nothing.
    if not by_margins and "strata" not in plan.model_fields_set:
        yield ThemeMisfit(("sampling",), "'strata' is missing here")
    if plan.open_places >= plan.tracked:
        yield ThemeMisfit(("sampling", "open_places"), "open_places leaves no place that a minimum could claim")
    columns = [margin.by for margin in plan.margins]
    for place, margin in enumerate(plan.margins):
        if margin.by in columns[:place]:
            yield ThemeMisfit(("sampling", "margins", place, "by"), f"the margin by {margin.by} is there twice")
        yield from _margin(("sampling", "margins", place), margin, plan.tracked - plan.open_places)


def _margin(at: tuple[str | int, ...], margin: "Margin", places: int) -> Iterator[ThemeMisfit]:
    groups = [minimum.group for minimum in margin.minimums]
    for number, group in enumerate(groups):
        if group in groups[:number]:
            yield ThemeMisfit((*at, "minimums", number, "group"), f"{group!r} is there twice")
    if not groups and margin.every is None:
        yield ThemeMisfit(at, f"the margin by {margin.by} asks for nothing: it has neither minimums nor every")
    wanted = sum(minimum.children for minimum in margin.minimums)
    if wanted > places:
        sentence = f"the minimums of {margin.by} need {wanted} places, and minimums may claim {places}"
        yield ThemeMisfit((*at, "minimums"), sentence)


def _codes(theme: "Theme") -> Iterator[ThemeMisfit]:
    listed = {("sampled", "questions"): theme.sampled.questions, ("judgements",): theme.judgements}
    for path, coded in listed.items():
        codes = [each.code for each in coded]
        for place, code in enumerate(codes):
            if code in codes[:place]:
                yield ThemeMisfit((*path, place, "code"), f"the code {code!r} of {path[-1]} stands twice")


def _ladder(theme: "Theme") -> Iterator[ThemeMisfit]:
    days = [rung.working_days for rung in theme.chasing]
    if days != sorted(days) or len({rung.key for rung in theme.chasing}) != len(days):
        yield ThemeMisfit(("chasing",), "the rungs of chasing must go up in working days, each with a key of its own")
    for place, rung in enumerate(theme.chasing):
        if (rung.notice == "reminder") != (rung.working_days < 0):
            yield ThemeMisfit(
                ("chasing", place, "notice"),
                "a reminder comes before the deadline, and every other notice after it",
            )


def _followed(theme: "Theme") -> Iterator[ThemeMisfit]:
    followed = theme.followed
    if followed.until_months < followed.every_months:
        sentence = "progress is never asked for, because until_months is less than every_months"
        yield ThemeMisfit(("followed", "until_months"), sentence)
    codes = tuple(dict.fromkeys(owed.code for owed in theme.returns))
    for place, code in enumerate(followed.again):
        if code not in codes:
            sentence = f"{code!r} is asked for again, but the theme does not ask for it"
            yield ThemeMisfit(("followed", "again", place), sentence, code, codes)


def _steps(theme: "Theme") -> Iterator[ThemeMisfit]:
    seen: list[str] = []
    for place, step in enumerate(theme.timetable.steps):
        at = "timetable", "steps", place
        if step.after and step.after not in seen:
            sentence = f"step {step.step} counts from {step.after}, which is not an earlier step"
            yield ThemeMisfit((*at, "after"), sentence, step.after, tuple(seen))
        if step.step in seen:
            yield ThemeMisfit((*at, "step"), f"the step {step.step} is there twice")
        seen.append(step.step)
    owed = [(("returns", place, "due"), return_.due) for place, return_ in enumerate(theme.returns)]
    owed += [(("documents", place, "due"), item.due) for place, item in enumerate(theme.documents)]
    for path, due in (*owed, (("evaluation_due",), theme.evaluation_due)):
        if due not in seen:
            sentence = f"something is due at {due}, which is not a step of the timetable"
            yield ThemeMisfit(path, sentence, due, tuple(seen))
    for step_ in NEEDED_STEPS:
        if step_ not in seen:
            sentence = f"the timetable has no step {step_}, without which an inspection does not go on"
            yield ThemeMisfit(("timetable", "steps"), sentence)


def _ages(theme: "Theme") -> Iterator[ThemeMisfit]:
    band = theme.age_band
    if band.youngest > band.oldest:
        yield ThemeMisfit(("age_band", "youngest"), "the youngest age is above the oldest")
    grouped = [age for youngest, oldest in band.groups.values() for age in range(youngest, oldest + 1)]
    if sorted(grouped) != list(range(band.youngest, band.oldest + 1)):
        yield ThemeMisfit(
            ("age_band", "groups"),
            f"the age groups must hold each age from {band.youngest} to {band.oldest} once",
        )
