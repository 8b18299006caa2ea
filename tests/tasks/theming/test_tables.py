"""Data tables are CSV that a spreadsheet opens without computing, described as CSV on the Web wants it."""

import csv
import io
import json

import pytest

from tasks.theming.tables import data_tables, files
from tests.tasks.theming.reports import report

pytestmark = pytest.mark.pure


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a table."""
    return list(csv.DictReader(io.StringIO(files(report())[name].decode())))


def test_each_table_is_described_with_its_columns_and_a_key_that_no_two_rows_share() -> None:
    made = files(report())
    described = json.loads(made["csv-metadata.json"])
    assert {table["url"] for table in described["tables"]} == set(made) - {"csv-metadata.json"}
    for table in described["tables"]:
        header = next(csv.reader(io.StringIO(made[table["url"]].decode())))
        assert [column["name"] for column in table["tableSchema"]["columns"]] == header
    for data in data_tables(report()):
        places = [list(data.columns).index(name) for name in data.key]
        keys = [tuple(row[place] for place in places) for row in data.rows]
        assert len(keys) == len(set(keys))
        assert all(len(row) == len(data.columns) for row in data.rows)


def test_counts_are_those_of_the_report() -> None:
    voice, unborn = rows("messages.csv")
    assert (voice["standing"], voice["share"], voice["areas"]) == ("4", "most", "6")
    assert (unborn["strength"], unborn["improve"]) == ("2", "1")
    assert len(rows("texts.csv")) == 7
    assert {row["children"] for row in rows("children.csv")} == {"8", ""}


def test_what_a_spreadsheet_would_compute_is_text() -> None:
    assert rows("recommendations.csv")[0]["text"] == "'=Ask each child."


def test_words_of_findings_are_in_no_table() -> None:
    assert b"Secret" not in b"".join(files(report()).values())
