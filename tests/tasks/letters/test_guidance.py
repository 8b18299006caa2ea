"""The guidance of a theme says what the theme and its contracts say, all of it, and nothing else."""

import io
import json
import zipfile
from datetime import date

import pytest

from models.themes import Theme, shipped, theme
from models.timetable import is_working_day, timetable
from tasks.letters.blocks import Document, TableBlock
from tasks.letters.guidance import columns_of, example_day, guidance, templates
from tasks.letters.html import html
from tasks.letters.pdf import pdf
from validation.returns import contract

AFTER = date(2027, 1, 1)


def made(name: str) -> tuple[Theme, Document]:
    theme_ = theme(name)
    return theme_, guidance(theme_, example_day(theme_, AFTER))


def table(document: Document, caption: str) -> TableBlock:
    blocks = [block for section in document.sections for block in section.blocks]
    return next(block for block in blocks if isinstance(block, TableBlock) and block.caption.startswith(caption))


@pytest.mark.parametrize("name", shipped())
def test_every_step_return_column_point_area_and_heading_of_the_theme_is_there(name: str) -> None:
    theme_, document = made(name)
    day = example_day(theme_, AFTER)
    rules = {step.step: step.rule for step in theme_.timetable.steps}
    steps = table(document, "Steps").rows
    assert [row[:3] for row in steps] == [
        (step.label, str(step.working_day), rules[step.step]) for step in timetable(theme_, day)
    ]
    assert [row[0] for row in table(document, "Returns").rows] == [asked.code for asked in theme_.returns]
    for asked in theme_.returns:
        return_ = contract(asked.code, theme_)
        for sheet in return_.sheets:
            listed = [row[0] for row in table(document, columns_of(return_, sheet)).rows]
            assert listed == [column.name for column in sheet.columns]
    text = html(document).decode()
    points = [point.label for point in theme_.sampling.decision_points]
    for words in (
        *points,
        *(area.label for area in theme_.evaluation_areas),
        *(h.label for h in theme_.letter.headings),
    ):
        assert words.replace("'", "&#39;") in text


@pytest.mark.parametrize("name", shipped())
def test_the_example_is_a_day_on_which_it_could_be_announced(name: str) -> None:
    day = example_day(theme(name), AFTER)
    assert day > AFTER
    assert f"{day:%A}" == theme(name).timetable.notification_weekday
    assert is_working_day(day)


def test_l4_the_pdf_is_tagged_and_its_bytes_repeat() -> None:
    _, document = made("domestic-abuse-2024")
    first = pdf(document)
    assert first == pdf(document)
    assert b"/MarkInfo" in first or b"StructTreeRoot" in first or first.startswith(b"%PDF-1.7")


def test_templates_and_metadata_of_each_return_are_in_the_file() -> None:
    theme_ = theme("domestic-abuse-2024")
    with zipfile.ZipFile(io.BytesIO(templates(theme_))) as packed:
        names = set(packed.namelist())
        described = json.loads(packed.read("POL-1.csv-metadata.json"))
    for asked in theme_.returns:
        assert {f"{asked.code}.xlsx", f"{asked.code}.csv-metadata.json"} <= names
    assert described["tableSchema"]["columns"][0]["name"] == contract("POL-1").main.columns[0].name
