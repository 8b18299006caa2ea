"""Each theme inspected once, for real, from an empty register to a closed inspection, by people's own notices alone.

Nine persons at least do it, of four inspectorates and of the area's agencies, two of health among them.
"""

import csv
import hashlib
import json
import os
from pathlib import Path

import fastexcel
import pytest

from models.themes import shipped
from tests.journeys.auditing import persons_are_named
from tests.journeys.chain_from_outside import entries_of
from tests.journeys.house import House
from tests.journeys.inspecting import (
    CHILDREN,
    TO_THE_RETURNS,
    TO_THE_STATEMENT,
    Inspecting,
    every,
    it_is_closed,
    queries_are_explained,
    returns_come,
)
from tests.journeys.readers import KINDS, collected, complaints_for, makers_of_keys, text_for

pytestmark = pytest.mark.timeout(1800)

THEMES = {"child-sexual-exploitation-2016": ("E06000040", frozenset({"YJS-1"}))}
"""The theme that is inspected each time, with its area and the returns of which none are held.

It and `domestic-abuse-2024`, which is rehearsed on the stack of `tests/flows`, are the most unlike.
"""

# The others go the same way over other data, and take minutes each: `make journeys` runs them all.
if os.environ.get("EVERY_THEME"):
    THEMES |= {
        "domestic-abuse-2024": ("E06000038", frozenset()),
        "domestic-abuse-2016": ("E06000039", frozenset()),
        "child-sexual-abuse-family-2025": ("E06000041", frozenset({"YJS-1"})),
        "front-door-2024": ("E06000042", frozenset()),
        "serious-youth-violence-2023": ("E06000043", frozenset()),
    }


@pytest.mark.whole
@pytest.mark.parametrize("theme_id", THEMES)
def test_l12_everybody_does_their_part_with_nothing_but_their_own_notices(
    house: House, theme_id: str, tmp_path: Path
) -> None:
    gss, nil = THEMES[theme_id]
    on = Inspecting(house, theme_id, gss, tmp_path, doubled=("health",))
    for step in TO_THE_RETURNS:
        step(on)
    returns_come(on, nil=nil)
    asked = {agency.rpartition("/")[2] for _, agency, _ in on.requests()}
    assert asked >= {"health", "health_2"}
    queries_are_explained(on)
    for step in TO_THE_STATEMENT:
        step(on)
    both = {agency.rpartition("/")[2] for _, agency, _ in on.requests(evaluations=True)} & {"health", "health_2"}
    assert both == {"health", "health_2"}, f"of {CHILDREN} children, each health body knows a chosen one"
    assert without_reader(on) == set()
    it_is_closed(on)
    assert len({one.address for one in on.people.values()}) >= 9
    assert len(every(on.officers)) >= 5
    # L11: whoever acted or read is a person.
    persons_are_named(on)


def test_every_theme_that_ships_has_a_journey() -> None:
    source = Path(__file__).read_text()
    assert [name for name in shipped() if f'"{name}": (' not in source] == []


def without_reader(on: Inspecting) -> set[str]:
    """Return what was collected, with its kind, that its reader finds nowhere, on no page and in no file."""
    council = on.officers["local_authority"][0]
    own = next(request for request, agency, _ in on.requests(evaluations=True) if agency.endswith("/local_authority"))
    listed = council.browser.get(f"/requests/{own}/children.xlsx").content
    sheet = fastexcel.read_excel(listed).load_sheet(0, dtypes="string").to_polars()
    # A child that is not born yet may have no name.
    chosen = [name for names in sheet.select("forename", "surname").rows() if (name := " ".join(filter(None, names)))]
    with (on.folder / "LA-DA.csv").open(encoding="utf-8-sig") as file:
        rows = [row["la_child_id"] for row in csv.DictReader(file)]
    found, managers = (
        text_for(on.people["lead"], f"/inspections/{on.ref}"),
        complaints_for(on.people["manager"], on.ref),
    )
    wanted = collected(on, chosen, rows).items()
    read = {kind: managers if kind == "complaints" else found for kind, _ in wanted}
    return {f"{kind}: {text}" for kind, texts in wanted for text in texts if text not in read[kind]}


def test_whatever_is_kept_is_of_a_kind_whose_reader_is_looked_for() -> None:
    assert makers_of_keys() == set(KINDS)


def test_a_changed_a_missing_and_a_moved_entry_are_seen_from_outside() -> None:
    lines: list[str] = []
    before = ""
    for number in (1, 2, 3):
        content = ["x", number, "now", "lead inspector: P-7KQ2M4XB", "stage.moved", "x", {"to": "closed"}]
        sealed = json.dumps([before, content], sort_keys=True, separators=(",", ":"))
        names = ("inspection", "number", "at", "actor", "action", "subject", "facts")
        entry = dict(zip(names, content, strict=True)) | {"previous": before}
        before = hashlib.sha256(sealed.encode()).hexdigest()
        lines.append(json.dumps(entry | {"hash": before}))
    assert len(entries_of(lines)) == 3
    for wrong in ([lines[0], lines[2]], [lines[1], lines[0]], [lines[0].replace("closed", "open"), *lines[1:]]):
        with pytest.raises(ValueError, match="entry"):
            entries_of(wrong)
