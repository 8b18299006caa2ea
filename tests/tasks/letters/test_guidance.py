"""The guidance of a theme says what the theme and its contracts say, all of it, and nothing else."""

import io
import json
import re
import subprocess
import zipfile
from datetime import date, datetime
from pathlib import Path

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
def test_every_document_and_every_record_of_the_wider_sample_is_there(name: str) -> None:
    theme_, document = made(name)
    assert [row[0] for row in table(document, "Documents").rows] == [item.number for item in theme_.documents]
    looked_at = {(row[0], row[2]) for row in table(document, "Records for each point").rows}
    labels = {point.key: point.label for point in theme_.sampling.decision_points}
    assert looked_at == {
        (labels[key], "; ".join(records))
        for key, point in theme_.sampled.points.items()
        for records in point.records.values()
    }
    text = html(document).decode()
    for label in (*(each.label for each in theme_.judgements), *(each.label for each in theme_.sampled.questions)):
        assert label.replace("'", "&#39;") in text


@pytest.mark.parametrize("name", shipped())
def test_l13_a_good_value_is_one_of_the_theme(name: str) -> None:
    theme_, document = made(name)
    day = example_day(theme_, AFTER)
    examples = {row[0]: row[3] for row in table(document, "Columns of LA-DA").rows}
    born = datetime.strptime(examples["date_of_birth"], "%d/%m/%Y").date()
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    assert theme_.age_band.youngest <= age <= theme_.age_band.oldest
    assert set(examples[theme_.lists.named("da_factor_codes")].split("; ")) & set(theme_.cohort_factors)


@pytest.mark.parts
def test_no_header_of_a_return_runs_into_the_next_column_of_the_pdf(tmp_path: Path) -> None:
    _, document = made("domestic-abuse-2024")
    file = tmp_path / "guidance.pdf"
    file.write_bytes(pdf(document))
    # The words of a page stand in their order with a gap between columns; an overflow leaves none.
    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True, text=True).stdout
    assert "victim_suspect" in text
    assert re.findall(r"\w+_\w*(?:Always|Where|Sometimes)", text) == []


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
        assert {entry.compress_type for entry in packed.infolist()} == {zipfile.ZIP_DEFLATED}
    for asked in theme_.returns:
        assert {f"{asked.code}.xlsx", f"{asked.code}.csv-metadata.json"} <= names
    assert described["tableSchema"]["columns"][0]["name"] == contract("POL-1").main.columns[0].name
