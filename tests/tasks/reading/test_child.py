"""A child's page holds rows of that child: also where children stand on a sheet below a person or a case."""

import polars as pl
import pytest

from models.ids import code_of
from models.tables import Cohort, Submission
from tasks.cohort.frozen import identifiers_of
from tasks.cohort.versions import cohort_of, newest_draw
from tasks.findings.evidence import traces
from tasks.ground.database import transaction
from tasks.reading.child import chosen_children, read_child
from tasks.reading.collected import SentRecord
from tasks.reading.visibility import Reader
from tasks.returns.accepted import tables_of
from tasks.sampling.draws import sample_now
from validation.contract.identity import CHILDREN
from validation.files.parts import row_in_words
from validation.files.senders import row_of

pytestmark = pytest.mark.parts

PARENTS = {"PRO-1": "crn"}
"""The return of this theme whose children stand on a sheet of their own, with the column that says below whom."""


def pages(ref: str) -> dict[str, tuple[str, tuple[SentRecord, ...], tuple[SentRecord, ...]]]:
    """Return of each chosen child, by label, its name in the cohort, its rows, and those of other children."""
    with transaction() as session:
        drawn = newest_draw(session, ref)
        assert drawn
        chosen = {row.label: row.child for row in sample_now(session, drawn).chosen()}
        labels = [child.label for child in chosen_children(session, ref)]
    read = {label: read_child(ref, label, Reader("test"), "P-TEST") for label in labels}
    siblings = {
        label: tuple(row for each in page.relatives if not each.adult for row in each.records)
        for label, page in read.items()
    }
    return {label: (chosen[label], page.records, page.household + siblings[label]) for label, page in read.items()}


def held(cohort: Cohort, child: str, code: str) -> pl.DataFrame:
    """Return the records of a child in a return, as the cohort holds them."""
    rows = identifiers_of(cohort).filter((pl.col("child") == child) & (pl.col("return") == code))
    return rows.with_columns(row_of(pl.col("row")).alias("row"))


def test_rows_below_a_person_or_a_case_are_those_of_the_child_and_of_nobody_else(chosen: str) -> None:
    seen = dict.fromkeys(PARENTS, 0)
    with transaction() as session:
        drawn = newest_draw(session, chosen)
        assert drawn
        cohort = cohort_of(session, drawn)
        tables = {used["code"]: tables_of(session.get_one(Submission, used["submission"])) for used in cohort.inputs}
    for label, (child, records, others) in pages(chosen).items():
        for code, parent in PARENTS.items():
            own = held(cohort, child, code)
            below = tables[code]["Children"].filter(pl.col("row").is_in(own["row"].to_list()))
            above = tables[code][code].join(below, on=parent, how="semi")
            shown = {(each.sheet, each.place) for each in records if each.return_code == code}
            wanted = {("Children", row_in_words(row)) for row in below["row"]}
            assert shown == wanted | {(code, row_in_words(row)) for row in above["row"]}, label
            near = tables[code]["Children"].join(below, on=parent, how="semi").join(below, on="row", how="anti")
            told = {each.place for each in others if (each.return_code, each.sheet) == (code, "Children")}
            assert told == set(map(row_in_words, near["row"])), label
            seen[code] += own.height
    assert all(seen.values()), f"no chosen child is in {seen}: nothing was tried"


def test_the_rows_behind_a_finding_are_on_the_sheet_on_which_the_child_stands(chosen: str) -> None:
    with transaction() as session:
        cases = [child.label for child in chosen_children(session, chosen)]
        found = traces(session, chosen, cases)
        tables = {trace.submission: tables_of(session.get_one(Submission, trace.submission)) for trace in found}
        drawn = newest_draw(session, chosen)
        assert drawn
        cohort = cohort_of(session, drawn)
    assert {code_of(trace.return_code) for trace in found} >= set(PARENTS)
    for trace in found:
        assert trace.sheet == CHILDREN[code_of(trace.return_code)][0]
        rows = tables[trace.submission][trace.sheet].filter(pl.col("row").is_in(trace.rows))
        born = held(cohort, trace.child, trace.return_code)["date_of_birth"].drop_nulls()
        name = CHILDREN[code_of(trace.return_code)][1].of("date_of_birth")
        assert set(rows[name].drop_nulls()) == set(born), trace.case
