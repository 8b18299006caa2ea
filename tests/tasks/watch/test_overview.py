"""The overview of all inspections in the Prefect UI: what it says, that it names nobody, and when it is published."""

from dataclasses import fields, replace
from datetime import date

import pytest
from sqlmodel import select

from cli.status import facts_of
from models.lifecycle import Stage
from models.tables import Person
from models.words import in_text
from portal.team.desk import columns_of
from tasks.ground.database import transaction
from tasks.jobs.second_person import take
from tasks.watch.desk import DeskRow
from tasks.watch.overview import KEY, markdown, publish_overview
from tests.tasks.steps import put_nowhere

ROW = DeskRow(
    ref="reading-x",
    area="Reading",
    theme="domestic-abuse-2024",
    stage=Stage.RETURNS_OPEN,
    rehearsal=False,
    lead="P-7KQ2M4XB",
    next_day=date(2025, 3, 10),
    next_step="Fieldwork starts",
    owed=4,
    overdue=1,
    decisions=0,
    concerns=0,
    undelivered=0,
    faults=0,
    announced=date(2025, 2, 24),
    fieldwork=(date(2025, 3, 10), date(2025, 3, 14)),
)


def test_each_inspection_is_a_line_with_what_is_next_owed_and_waits() -> None:
    text = markdown([ROW], "http://portal")
    assert (
        "| [Reading](/boards/reading-x), domestic-abuse-2024 | returns open | Fieldwork starts: Mon 10 Mar 2025 "
        "| P-7KQ2M4XB | 4 owed and 1 overdue |  |  |"
    ) in text
    assert "1 inspection not closed or cancelled. [The desk on the portal](http://portal/desk)" in text
    assert "- Week of 10 March 2025: Reading" in text
    papers = markdown([replace(ROW, documents=5, documents_overdue=2, scanning=1)], "")
    assert "| 4 owed and 1 overdue | 5 owed, 2 overdue and 1 being scanned |  |" in papers
    assert "| 4 owed and 1 overdue | 1 being scanned |  |" in markdown([replace(ROW, scanning=1)], "")
    # At 1,280 pixels Prefect has room for so many columns beside its own.
    assert max(line.count("|") for line in text.splitlines()) <= 8
    waiting = markdown([replace(ROW, concerns=1, decisions=2, undelivered=3, faults=1, rehearsal=True, lead="")], "")
    assert "(rehearsal)" in waiting
    assert "| nobody yet |" in waiting
    assert "Under *Waits* is what waits for anybody. [Your first page on the portal](/home)" in waiting
    assert "a sample for approval" in markdown([replace(ROW, samples=1)], "")
    assert "a sample" not in waiting
    assert (
        "**1 immediate concern not answered**, 2 decisions for a second person, 3 notices not delivered, "
        "needs an operator"
    ) in waiting


def test_of_many_clashes_the_first_are_listed_and_the_others_counted() -> None:
    text = markdown([replace(ROW, ref=f"r-{n}", area=f"Area {n}") for n in range(6)], "http://portal")
    assert text.count("have fieldwork on the same days") == 10
    assert "- and 5 other pairs, in [the calendar](http://portal/calendar)." in text


def test_fieldwork_on_the_same_days_is_said_on_top_of_the_weeks() -> None:
    text = markdown([ROW, replace(ROW, ref="slough-x", area="Slough")], "")
    assert "- **Reading and Slough have fieldwork on the same days**, 10 Mar 2025 to 14 Mar 2025." in text


@pytest.mark.parts
def test_it_is_published_once_for_each_change_and_again_where_prefect_did_not_take_it(reading: str) -> None:
    texts: list[str] = []

    def put(key: str, text: str, _: str) -> None:
        assert key == KEY
        texts.append(text)

    def shown(_: str) -> str:
        return texts[-1] if texts else ""

    assert not publish_overview(put_nowhere, shown)
    assert publish_overview(put, shown)
    assert not publish_overview(put, shown)
    take("waive-request", {"request": f"{reading}-pro-1", "reason": "EMERGENCY"}, by="programme manager: P-AAAAAAAA")
    assert not publish_overview(put_nowhere, shown)
    assert publish_overview(put, shown)
    assert "1 decision for a second person" in texts[-1]
    with transaction() as session:
        names = {person.name for person in session.exec(select(Person))}
    assert names
    assert [name for name in names if name in texts[-1]] == []


@pytest.mark.parts
def test_the_last_inspection_that_ends_leaves_it_and_nothing_is_published_before_the_first(ledger: None) -> None:  # noqa: ARG001
    assert not publish_overview(put_nowhere, lambda _: "")
    texts: list[str] = []
    assert publish_overview(lambda _, text, __: texts.append(text), lambda _: markdown([ROW], ""))
    assert "0 inspections not closed or cancelled." in texts[0]


_NOT_SHOWN = {"announced", "fieldwork"}
"""What places an inspection in the calendar of weeks, and is no column of any list."""


def test_the_desk_the_overview_and_the_command_line_have_the_same_facts() -> None:
    changed = {
        "ref": "slough-x",
        "area": "Slough",
        "theme": "front-door-2024",
        "stage": Stage.FIELDWORK,
        "rehearsal": True,
        "lead": "P-AAAAAAAA",
        "next_day": date(2025, 3, 11),
        "next_step": "Fieldwork ends",
        **dict.fromkeys(("owed", "overdue", "decisions", "concerns", "undelivered", "faults"), 7),
        **dict.fromkeys(("documents", "documents_overdue", "scanning", "samples"), 7),
    }
    assert {each.name for each in fields(DeskRow)} - _NOT_SHOWN == set(changed)

    def on_desk(row: DeskRow) -> list[str]:
        return [in_text(column.value(row)) for column in columns_of({})]

    readers = (on_desk, lambda row: markdown([row], ""), facts_of)
    # What is overdue is shown beside what is owed, and so with it.
    base = replace(ROW, documents=1)
    for name, value in changed.items():
        other = replace(base, **{name: value})  # type: ignore[arg-type]
        assert [read(other) != read(base) for read in readers] == [True] * 3, name
