"""Checks the file of a theme before anybody announces by it: each mistake with its line and what was probably meant."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path as File
from typing import Any

from pydantic import ValidationError

from models.rulesets import RuleSetError, resolved
from models.theme_mistakes import ThemeMisfit, mistakes
from models.theme_reports import report_mistakes
from models.themes import GATHER, HEADINGS, AgencyKind, Theme, path_of, shipped, theme, theme_ids
from models.toml_places import Path, line_of
from models.words import joined
from tasks.inspection.theme_shapes import shape_mistake

_MINISTER = "Secretary of State for Education"
_KINDS: tuple[str, ...] = AgencyKind.__args__  # type: ignore[attr-defined]
_SHORT = {
    "CQC": "Care Quality Commission",
    "HMIC": "HM Inspectorate of Constabulary and Fire & Rescue Services",
    "HMICFRS": "HM Inspectorate of Constabulary and Fire & Rescue Services",
    "HMIP": "HM Inspectorate of Probation",
    "HMI Probation": "HM Inspectorate of Probation",
}
_ALIKE = 0.93  # Probation and Prisons are two inspectorates, whose names are alike by 0.89
_FEW = 14


@dataclass(frozen=True, slots=True)
class ThemeMistake:
    """A mistake in a theme's file.

    Attributes:
        line: on which it stands, from 1; 0 where it is in no line.
        sentence: what is wrong.
        meant: the name that was probably meant; empty where nothing is alike.
    """

    line: int
    sentence: str
    meant: str = ""

    def __str__(self) -> str:
        """Return the mistake as people read it."""
        where = f"Line {self.line}: " if self.line else ""
        return f"{where}{self.sentence}{f' Did you mean {self.meant!r}?' if self.meant else ''}"


def theme_mistakes(text: str, name: str) -> list[ThemeMistake]:
    """Return every mistake in a theme's text, by line.

    Args:
        text: of the file.
        name: of the file, without its folder and extension.
    """
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [_form_mistake(str(error))]
    try:
        theme_ = Theme.model_validate(written, context=GATHER)
    except ValidationError as error:
        wrongs = [shape_mistake(each) for each in error.errors()]
    else:
        wrongs = [
            *_names(theme_, name),
            *mistakes(theme_),
            *report_mistakes(theme_),
            *_names_elsewhere(theme_),
            *_rules(theme_),
        ]
    return sorted((_located(text, wrong) for wrong in wrongs), key=lambda mistake: (mistake.line, mistake.sentence))


def _form_mistake(said_by_reader: str) -> ThemeMistake:
    # Before Python 3.14 the reader tells the line within its sentence alone.
    sentence, _, place = said_by_reader.partition(" (at line ")
    line = place.partition(",")[0]
    sentence = f"{sentence[:1].lower()}{sentence[1:]}"
    return ThemeMistake(int(line) if line.isdigit() else 0, f"The file is not in the form of a theme: {sentence}.")


def _names(theme_: Theme, name: str) -> Iterator[ThemeMisfit]:
    if theme_.id != name:
        yield ThemeMisfit(("id",), f"the id {theme_.id!r} and the file's name {name!r} are not the same")
    yield from _inspectorates(theme_)
    if earlier := theme_.report.compares_with:
        others = tuple(each for each in theme_ids() if each != theme_.id)
        yield from _unknown("theme", [(("report", "compares_with"), earlier)], others)


def _inspectorates(theme_: Theme) -> Iterator[ThemeMisfit]:
    """Yield an inspectorate that the other themes name otherwise: it would be entered as another organisation."""
    there_are = tuple(dict.fromkeys(each for shipped_id in shipped() for each in theme(shipped_id).inspectorates))
    by_fold = {each.casefold(): each for each in there_are}
    for place, name in enumerate(theme_.inspectorates):
        if name in there_are:
            continue
        alike = get_close_matches(name.casefold(), by_fold, n=1, cutoff=_ALIKE)
        meant = _SHORT.get(name) or (by_fold[alike[0]] if alike else "")
        if meant:
            yield ThemeMisfit(("inspectorates", place), f"{name!r} is called {meant!r} here, as in the other themes")


def _names_elsewhere(theme_: Theme) -> Iterator[ThemeMisfit]:
    """Yield the names of a theme that the rest of the product does not know."""
    # Imported here: contracts and frames take a moment that whoever lists themes does not need.
    from tasks.cohort.frame import CohortFrame
    from tasks.cohort.points import KEYS
    from tasks.inspection.list_checks import list_mistakes
    from validation.contract.codes import FACTORS
    from validation.returns import CONTRACTS

    plan, letter = theme_.sampling, theme_.letter
    points = {
        ("sampling", "decision_points", at, "key"): point.key
        for at, point in enumerate(plan.decision_points)
        if not point.where
    }
    headings = {("letter", "headings", at, "code"): heading.code for at, heading in enumerate(letter.headings)}
    yield from _unknown(
        "return",
        {("returns", place, "code"): return_.code for place, return_ in enumerate(theme_.returns)}.items(),
        tuple(CONTRACTS),
    )
    shares = {("partial_acceptance", code): code for code in theme_.partial_acceptance}
    yield from _unknown("return of this theme", shares.items(), _asked_for(theme_))
    factors = {("cohort_factors", place): factor for place, factor in enumerate(theme_.cohort_factors)}
    yield from _unknown("factor", factors.items(), tuple(code.code for code in FACTORS.codes))
    strata: dict[Path, str] = {("sampling", "strata", at): stratum for at, stratum in enumerate(plan.strata)}
    for number, earlier in enumerate(plan.before):
        strata |= {("sampling", "before", number, "strata", at): name for at, name in enumerate(earlier.strata)}
    yield from _unknown("column of the cohort", strata.items(), tuple(CohortFrame.columns))
    yield from _margin_groups(theme_)
    yield from _unknown("decision point", points.items(), KEYS)
    yield from _unknown("heading of the letter", headings.items(), HEADINGS)
    recipients = {("letter", "recipients", place): name for place, name in enumerate(letter.recipients)}
    yield from _unknown("recipient of the letter", recipients.items(), (_MINISTER, *_KINDS))
    yield from list_mistakes(theme_)
    yield from _measures(theme_)
    yield from _twice(theme_)


def _measures(theme_: Theme) -> Iterator[ThemeMisfit]:
    """Yield the measures of a later round that no return could tell."""
    from validation.returns import CONTRACTS, contract

    for place, measure in enumerate(theme_.followed.measures):
        at = "followed", "measures", place
        yield from _unknown("return", [((*at, "code"), measure.code)], tuple(CONTRACTS))
        if measure.code in CONTRACTS:
            # Where nobody writes others, they name the columns as they are called without a theme.
            names = (*contract(measure.code).main.names, *contract(measure.code, theme_).main.names)
            yield from _unknown(f"column of {measure.code}", [((*at, "column"), measure.column)], names)


def _margin_groups(theme_: Theme) -> Iterator[ThemeMisfit]:
    """Yield the groups of margins that no cohort of the theme can have."""
    # Imported here, as above.
    from tasks.cohort.agency_facts import RISKS, STATUSES
    from tasks.cohort.frame import BROAD_GROUPS, NO_POLICE_RISK, NOT_KNOWN_TO_COUNCIL, NOT_STATED, UNBORN, UNKNOWN
    from validation.contract.codes import SEX

    band, either = theme_.age_band, ("yes", "no")
    there_are: dict[str, tuple[str, ...]] = {
        "age_band": (*((UNBORN,) if band.unborn else ()), *band.groups),
        "plan_status": (*STATUSES, NOT_KNOWN_TO_COUNCIL, UNKNOWN),
        "police_risk": (*RISKS, NO_POLICE_RISK, UNKNOWN),
        "sex": (*(code.code for code in SEX.codes), UNKNOWN),
        "ethnicity": (*BROAD_GROUPS.values(), NOT_STATED),
        "disability": (*either, UNKNOWN),
    }
    for place, margin in enumerate(theme_.sampling.margins):
        at = "sampling", "margins", place, "minimums"
        groups = {(*at, number, "group"): minimum.group for number, minimum in enumerate(margin.minimums)}
        yield from _unknown(f"group of {margin.by}", groups.items(), there_are.get(margin.by, either))


def _unknown(kind: str, given: Iterable[tuple[Path, str]], options: tuple[str, ...]) -> Iterator[ThemeMisfit]:
    """Yield each of some names, by its path, that is none of those that there are."""
    for path, name in given:
        if name not in options:
            yield ThemeMisfit(tuple(path), f"there is no {kind} {name!r}", name, options)


def _asked_for(theme_: Theme) -> tuple[str, ...]:
    return tuple(return_.code for return_ in theme_.returns)


def _twice(theme_: Theme) -> Iterator[ThemeMisfit]:
    """Yield what a theme names twice where once is meant."""
    lists: dict[tuple[str, ...], tuple[str, ...]] = {
        ("returns",): tuple(f"{return_.code} of {return_.agency}" for return_ in theme_.returns),
        ("evaluation_areas",): tuple(area.code for area in theme_.evaluation_areas),
        ("letter", "headings"): tuple(heading.code for heading in theme_.letter.headings),
        ("sampling", "decision_points"): tuple(point.key for point in theme_.sampling.decision_points),
        ("sampling", "strata"): theme_.sampling.strata,
    }
    for path, names in lists.items():
        for place, name in enumerate(names):
            if name in names[:place]:
                yield ThemeMisfit((*path, place), f"{name} is there twice")


def _rules(theme_: Theme) -> Iterator[ThemeMisfit]:
    from validation.across.catalogue import rule_ids, rules_under

    rules, there_are = (
        theme_.rules,
        tuple(sorted(rule_ids() | (rules_under(theme_) if next(mistakes(theme_), None) is None else frozenset()))),
    )
    for where, ids in (("adds", rules.adds), ("removes", rules.removes), ("severities", tuple(rules.severities))):
        for place, rule in enumerate(ids):
            if rule not in there_are:
                path = ("rules", where, rule if where == "severities" else place)
                yield ThemeMisfit(path, f"there is no rule {rule!r}", rule, there_are)
    inherited = rules.inherits.partition("@")[0]
    if not inherited:
        return
    if inherited not in theme_ids():
        sentence = f"there is no theme {inherited!r} whose rules could be inherited"
        yield ThemeMisfit(
            ("rules", "inherits"), sentence, rules.inherits, tuple(theme(name).rule_set for name in shipped())
        )
        return
    try:
        resolved(theme_.id, lambda name: (theme_.rule_set, rules) if name == theme_.id else _own_rules(name))
    except RuleSetError as error:
        yield ThemeMisfit(("rules", "inherits"), error.sentence)


def _own_rules(name: str) -> Any:
    there = theme(name)
    # A theme that is read has its rules put together with what it inherits; its own stand in its file alone.
    written = tomllib.loads(path_of(name).read_text()).get("rules", {})
    return there.rule_set, type(there.rules).model_validate(written)


def _located(text: str, wrong: ThemeMisfit) -> ThemeMistake:
    meant = get_close_matches(wrong.given, wrong.options, n=1, cutoff=0.6) if wrong.given else []
    sentence = wrong.sentence if wrong.sentence[:1].isupper() else f"{wrong.sentence[:1].upper()}{wrong.sentence[1:]}"
    few = f" There are {joined(wrong.options)}." if wrong.given and not meant and 0 < len(wrong.options) <= _FEW else ""
    listed = "" if wrong.given and ", ".join(wrong.options) in sentence else few
    return ThemeMistake(line_of(text, wrong.path), f"{sentence.rstrip('.')}.{listed}", meant[0] if meant else "")


def mistakes_in_file(path: File) -> list[ThemeMistake]:
    """Return every mistake in a theme's file; one sentence where it cannot be read."""
    try:
        return theme_mistakes(path.read_text(encoding="utf-8"), path.stem)
    except (OSError, UnicodeDecodeError):
        return [ThemeMistake(0, f"{path.name} cannot be read. Give the path of a text file in UTF-8.")]


def usable_themes() -> tuple[str, ...]:
    """Return the ids of the themes by which somebody can announce: those that ship, and files without a mistake."""
    own = {name: path_of(name) for name in theme_ids() if name not in shipped()}
    stats = ((name, path, path.stat()) for name, path in own.items())
    usable = {name for name, path, stat in stats if _is_usable(path, stat.st_mtime_ns, stat.st_size)}
    return tuple(sorted({*shipped(), *usable}))


# By when and how the file was last changed: a form that offers themes asks for each of them again and again.
@lru_cache
def _is_usable(path: File, _changed: int, _size: int) -> bool:
    return not mistakes_in_file(path)
