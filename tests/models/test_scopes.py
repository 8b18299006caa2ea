"""Each object of the store has one scope: its inspection's, its upload's, the programme's; what is public has none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import keys
from models.ids import agency_id, evaluation_request_id, inspection_ref, request_id
from models.keys import by_content
from models.retention import RecordClass
from models.scopes import PROGRAMME_SCOPE, class_scope, inspection_in, parent_of, scope_of, upload_scope
from tests.examples import examples

REF = inspection_ref("Reading", "domestic-abuse-2024", date(2025, 2, 24))


@pytest.mark.parametrize(
    "key",
    [
        keys.template(request_id(REF, "POL-1"), "xlsx"),
        f"{keys.check_folder(request_id(REF, 'HEA-1', 2), 3, 'abc')}/report.json",
        keys.explanation(evaluation_request_id(REF, "police"), "x"),
        by_content(keys.cohort_folder(REF, 1), "frame", "a" * 64, "parquet"),
        by_content(keys.sample_folder(REF, 1), "draw", "a" * 64, "json"),
        keys.meeting_record(REF, "x"),
    ],
)
def test_data_about_children_has_a_scope_of_its_own(key: str) -> None:
    assert scope_of(key) == class_scope(REF, RecordClass.CHILDREN) == f"{REF}/children"
    assert parent_of(f"{REF}/children") == REF


@pytest.mark.parametrize(
    "key",
    [
        keys.note_batch(keys.note_log(REF, "P-1", "d"), 3),
        keys.comment_file(REF, "x"),
        by_content(keys.letter_folder(REF, "draft", 1), "letter", "a" * 64, "pdf"),
        by_content(keys.finding_folder(REF, "F01"), "v1", "a" * 64, "json"),
    ],
)
def test_evidence_behind_the_letter_has_a_scope_of_its_own(key: str) -> None:
    assert scope_of(key) == class_scope(REF, RecordClass.EVIDENCE) == f"{REF}/evidence"


@pytest.mark.parametrize(
    "key",
    [
        keys.complaint(REF, "x", "words"),
        keys.statement(REF, "a" * 64, ".pdf"),
        by_content(keys.plan_file_folder(REF, "a" * 64), "file", "a" * 64, "ods"),
        by_content(keys.letter_folder(REF, "published", 1), "evidence", "a" * 64, "json"),
        f"unheard-of/{REF}/x",
    ],
)
def test_what_is_kept_longest_has_its_inspections_scope(key: str) -> None:
    assert scope_of(key) == class_scope(REF, RecordClass.RECORD) == class_scope(REF, None) == REF


def test_a_file_that_was_sent_has_a_scope_within_its_inspections() -> None:
    key = keys.incoming(request_id(REF, "POL-1"), "0f3a", ".xlsx")
    assert scope_of(key) == upload_scope(REF, "0f3a")
    assert parent_of(upload_scope(REF, "0f3a")) == REF
    assert parent_of(REF) == ""


@pytest.mark.parametrize(
    "key",
    [
        by_content(keys.PUBLIC_FILES, "file", "a" * 64, "html"),
        by_content(keys.PUBLIC, "pages", "a" * 64, "json"),
        by_content(keys.letter_folder(REF, "published", 2), "letter", "a" * 64, "pdf"),
        by_content(keys.report_folder("theme-1", "published", 1), "report", "a" * 64, "pdf"),
        f"anchors/{REF}/1.json",
        f"audit/{REF}/1.jsonl",
        f"{keys.destruction_folder(REF)}/X-1-certificate-a.json",
    ],
)
def test_what_anybody_may_read_is_not_sealed(key: str) -> None:
    assert scope_of(key) is None


@pytest.mark.parametrize(
    "key",
    [
        by_content(keys.report_folder("theme-1", "draft", 1), "report", "a" * 64, "pdf"),
        by_content(keys.report_folder("theme-1", "published", 1), "certificate", "a" * 64, "json"),
        by_content(keys.figures_folder(REF), "figures", "a" * 64, "json"),
        by_content(keys.report_part_folder("theme-1", "p"), "v1", "a" * 64, "json"),
        "stray",
        "incoming/unknown/x.csv",
        "incoming/x.csv",
        "",
    ],
)
def test_all_else_is_sealed_under_the_programmes_key(key: str) -> None:
    assert scope_of(key) == PROGRAMME_SCOPE


@examples(60)
@given(st.text("abcdefghij-", min_size=1, max_size=20), st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_an_inspection_is_read_out_of_whatever_begins_with_it(area: str, day: date) -> None:
    ref = inspection_ref(area, "domestic-abuse-2024", day)
    assert inspection_in(ref) == ref
    assert inspection_in(request_id(ref, "POL-1", 2)) == ref
    assert inspection_in(agency_id(ref, "police").split("/")[0]) == ref
