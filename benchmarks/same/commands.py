"""The commands that both trees run: made-up returns of every kind, checked, linked, drawn from, and their templates."""

import json
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Place:
    """One theme, and where and when it is inspected."""

    theme: str
    area: str
    name: str
    announced: str


PLACES = (
    Place("domestic-abuse-2024", "E06000038", "Reading", "2025-02-24"),
    Place("domestic-abuse-2016", "E06000036", "Bracknell Forest", "2025-02-25"),
    Place("child-sexual-exploitation-2016", "E08000003", "Manchester", "2025-03-04"),
)
FORMATS = ("csv", "xlsx", "ods")
REPORTS = ("html", "xlsx", "csv")
DAYS = ("2024-12-16", "2025-02-24", "2025-04-07", "2027-01-18")
"""Days of announcement for the timetables: before Christmas, an ordinary day, before Easter, another year."""


@dataclass(frozen=True)
class Variant:
    """One set of made-up returns: its name, its seed and the share of cells that are spoiled."""

    name: str
    seed: int
    dirty: float
    children: int = 60


CLEAN, SPOILED, WRECKED = Variant("clean", 1, 0.0), Variant("spoiled", 2, 0.02), Variant("wrecked", 3, 0.15)


@dataclass(frozen=True)
class Command:
    """One command of `jtai`: its words, and the file for what it prints."""

    words: list[str]
    says: str = ""


@dataclass
class Order:
    """The orders to one tree: folders to make, commands to run, and whether to write the pages of contracts."""

    tree: str
    folders: list[str] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    pages: bool = False

    def written(self) -> str:
        """Return the order as JSON."""
        return json.dumps(asdict(self))


def making(quick: bool) -> list[tuple[Place, Variant, str]]:
    """Return which returns are made: everything of the first theme, one spoiled set of each other."""
    if quick:
        return [(PLACES[0], SPOILED, "csv"), (PLACES[0], CLEAN, "xlsx")]
    spoiled = [(PLACES[0], SPOILED, form) for form in FORMATS]
    further = [(PLACES[0], CLEAN, "xlsx"), (PLACES[0], CLEAN, "ods"), (PLACES[0], WRECKED, "csv")]
    return [*spoiled, *further, (PLACES[1], SPOILED, "xlsx"), (PLACES[2], SPOILED, "ods")]


def folder_of(place: Place, variant: Variant, form: str) -> str:
    """Return where one set of returns is written, below the folder of synthetic returns."""
    return f"synthetic/{place.theme} {variant.name} {form}"


def synthesising(quick: bool) -> list[Command]:
    """Return the commands that make the returns."""
    return [
        Command(
            ["synthesise", "--theme", place.theme, "--area", place.area, "--children", str(variant.children),
             "--seed", str(variant.seed), "--dirty", str(variant.dirty), "--announce", place.announced,
             "--all", "--format", form, "--json", "--out", folder_of(place, variant, form)],
            f"{folder_of(place, variant, form)}.json",
        )
        for place, variant, form in making(quick)
    ]  # fmt: skip


def checking(inputs: Path, quick: bool) -> list[Command]:
    """Return the commands that check every return; forms of the report take turns, all of them have a marked copy."""
    forms = cycle(REPORTS)
    commands: list[Command] = []
    for place, variant, form in making(quick):
        folder = inputs / folder_of(place, variant, form)
        for code, files in _returns(folder).items():
            name = f"{place.theme} {variant.name} {form} {code}"
            report = next(forms)
            words = ["check", *files, "--return", code, "--theme", place.theme, "--announce", place.announced,
                     "--area", place.area, "--json", "--all", "--report", f"report-{report}/{name}.{report}",
                     "--annotate", f"marked/{name}.xlsx"]  # fmt: skip
            if code == "EVAL":
                words += [word for ref in _references(folder) for word in ("--sample-ref", ref)]
            words += ["--show-values"] if variant is WRECKED else []
            commands.append(Command(words, f"verdict/{name}.json"))
        next(forms)
    return commands


def _returns(folder: Path) -> dict[str, list[str]]:
    """Return the files of each return in a folder; a CSV file holds one sheet, so that a return may have several."""
    files: dict[str, list[str]] = {}
    for path in sorted(folder.iterdir()):
        code = path.stem.partition(" ")[0]
        if path.suffix in {".csv", ".xlsx", ".ods"} and code.isupper():
            files.setdefault(code, []).append(str(path))
    return files


def _references(folder: Path) -> list[str]:
    text = folder.with_name(f"{folder.name}.json").read_text().rpartition("\nexit ")[0]
    references: list[str] = json.loads(text)["sample_refs"]
    return references


def further(inputs: Path, codes: list[str], quick: bool) -> list[Command]:
    """Return the commands for templates, timetables, links, cohorts and samples."""
    places = PLACES[:1] if quick else PLACES
    commands = [
        Command(["template", code, "--theme", place.theme, "--area", place.area, "--out",
                 f"template/{place.theme} {code}.{form}"], f"template/{place.theme} {code} {form}.txt")
        for place in places for code in codes for form in FORMATS
    ]  # fmt: skip
    commands += [
        Command(
            ["timetable", "--theme", place.theme, "--announce", day, "--json"], f"timetable/{place.theme} {day}.json"
        )
        for place in PLACES
        for day in DAYS
    ]
    for place, variant, form in making(quick):
        commands += _linking(inputs, place, variant, form)
    return commands


def _linking(inputs: Path, place: Place, variant: Variant, form: str) -> list[Command]:
    name = f"{place.theme} {variant.name} {form}"
    cohort, draw = f"cohort/{name}.parquet", f"sample/{name}.json"
    return [
        Command(["link", str(inputs / folder_of(place, variant, form)), "--theme", place.theme, "--announce",
                 place.announced, "--cohort", cohort, "--out", f"links/{name}.parquet", "--json"],
                f"links/{name}.json"),
        Command(["sample", "draw", cohort, "--theme", place.theme, "--seed", f"{variant.seed:064x}", "--out", draw,
                 "--json"], f"sample/{name} draw.json"),
        Command(["sample", "verify", draw, cohort, "--json"], f"sample/{name} verify.json"),
        Command(["sample", "coverage", draw, cohort, "--out", f"sample/{name} coverage.json", "--json"],
                f"sample/{name} coverage said.json"),
    ]  # fmt: skip


FOLDERS = (
    "synthetic", "verdict", "report-html", "report-xlsx", "report-csv", "marked", "template", "timetable", "links",
    "cohort", "sample",
)  # fmt: skip


def return_codes(inputs: Path, quick: bool) -> list[str]:
    """Return the codes of all returns that were made, and the council's workbook of several."""
    place, variant, form = making(quick)[0]
    return [*_returns(inputs / folder_of(place, variant, form)), "ANNEX-A"]


def order(tree: Path, commands: list[Command], *, pages: bool) -> dict[str, Any]:
    """Return the orders to a tree as JSON values."""
    return asdict(Order(str(tree), list(FOLDERS), commands, pages))
