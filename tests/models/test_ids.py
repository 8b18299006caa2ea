"""Ids and subjects are made and taken apart in one place, and look as they always have."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import ids
from models.states import LetterStatus
from models.tables import Request

SLUGS = st.from_regex(r"[a-z][a-z0-9-]{0,30}", fullmatch=True)
KINDS = st.from_regex(r"[a-z]+(_[a-z]+)?", fullmatch=True)
NUMBERS = st.integers(min_value=0, max_value=10_000)


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (
            ids.inspection_ref("Bristol, City of", "domestic-abuse-2024", date(2025, 2, 24)),
            "bristol-city-of-domestic-abuse-2024-20250224",
        ),
        (ids.agency_id("reading-x", "local_authority"), "reading-x/local_authority"),
        (ids.clock_step("reading-x", "lists_due"), "reading-x/lists_due"),
        (ids.request_id("reading-x", "POL-1"), "reading-x-pol-1"),
        (ids.evaluation_request_id("reading-x", "youth_justice"), "reading-x-eval-youth_justice"),
        (ids.submission_id("reading-x-pol-1", 12), "reading-x-pol-1-v12"),
        (ids.work_name("validate", "reading-x-pol-1-v1"), "validate/reading-x-pol-1-v1"),
        (ids.once_key("reading-x", "cohort", 2), "reading-x/cohort/2"),
        (ids.FindingName("reading-x", "F01"), "reading-x/F01"),
        (ids.FindingName("", "F01"), "F01"),
        (ids.VersionSubject("reading-x", 3), "reading-x/3"),
        (ids.LetterSubject("reading-x", LetterStatus.DRAFT, 1), "reading-x/draft/1"),
        (ids.LetterSubject("reading-x", LetterStatus.DRAFT, 1).name, "draft/1"),
        (ids.ConcernSubject("c1", 3), "c1/3"),
        (ids.document_version_id("reading-x-doc-police-1-12", 2), "reading-x-doc-police-1-12-v2"),
        (ids.paragraph_version("P04", 2), "P04/2"),
        (ids.counted_return("reading-x", "police", "reading-x-pol-1"), "police/pol-1"),
        (ids.child_subject("reading-x", "T03"), "reading-x/T03"),
        (ids.note_subject("reading-x", "n1"), "reading-x/n1"),
        (ids.evidence_source("T03", "POL-1"), "T03/POL-1"),
        (ids.evidence_source("S02", "person-1", "police"), "S02/person-1/police"),
        (ids.AcrossSubject("reading-x", "reading-x-pol-1-v1"), "reading-x/reading-x-pol-1-v1"),
        (ids.AcrossSubject("reading-x", "reading-x-pol-1-v1", "ab12"), "reading-x/reading-x-pol-1-v1/ab12"),
    ],
)
def test_ids_keep_the_form_that_stored_rows_have(made: object, text: str) -> None:
    assert str(made) == text


def test_what_a_version_is_called_is_taken_apart() -> None:
    assert ids.version_parts(ids.LetterSubject("reading-x", LetterStatus.DRAFT, 1).name) == ("draft", "1")
    assert ids.version_parts("T1") == ("T1", "")


def test_a_request_names_its_newest_version() -> None:
    request = Request(id="reading-x-pol-1", inspection="reading-x", agency_id="", return_code="POL-1", step="")
    assert request.newest_id == "reading-x-pol-1-v0"
    request.current_version = 4
    assert request.newest_id == "reading-x-pol-1-v4"


@given(SLUGS, KINDS)
def test_a_step_of_a_rehearsal_gives_both_back_and_a_step_alone_itself(ref: str, step: str) -> None:
    assert ids.clock_step_parts(ids.clock_step(ref, step)) == (ref, step)
    assert ids.clock_step_parts(step) == ("", step)


@given(SLUGS, KINDS)
def test_an_agencys_id_gives_its_kind_and_its_inspection_back(ref: str, kind: str) -> None:
    agency = ids.agency_id(ref, kind)
    assert ids.agency_kind(agency) == kind
    assert ids.inspection_of_agency(agency) == ref


@given(st.uuids().map(str), NUMBERS)
def test_a_chase_comes_back_from_its_subject(concern: str, step: int) -> None:
    subject = ids.ConcernSubject(concern, step)
    assert ids.ConcernSubject.parse(str(subject)) == subject


@given(SLUGS, SLUGS, NUMBERS)
def test_a_submissions_id_gives_its_request_back(ref: str, code: str, version: int) -> None:
    request = ids.request_id(ref, code)
    submission = ids.submission_id(request, version)
    assert ids.request_of_submission(submission) == request
    assert ids.within(ref, submission) == f"{code}-v{version}"


@given(SLUGS, NUMBERS)
def test_a_numbered_version_comes_back_from_its_subject(ref: str, number: int) -> None:
    subject = ids.VersionSubject(ref, number)
    assert ids.VersionSubject.parse(str(subject)) == subject


@given(SLUGS, st.sampled_from(LetterStatus), NUMBERS)
def test_a_letter_comes_back_from_its_subject(ref: str, status: LetterStatus, number: int) -> None:
    subject = ids.LetterSubject(ref, status, number)
    assert ids.LetterSubject.parse(str(subject)) == subject
    assert ids.LetterSubject.named(ref, subject.name) == subject


@given(SLUGS, SLUGS, NUMBERS, st.uuids().map(lambda identity: identity.hex) | st.just(""))
def test_a_comparison_comes_back_from_its_subject(ref: str, code: str, version: int, again: str) -> None:
    subject = ids.AcrossSubject(ref, ids.submission_id(ids.request_id(ref, code), version), again)
    assert ids.AcrossSubject.parse(str(subject)) == subject


@given(SLUGS | st.just(""), st.from_regex(r"F\d{2,3}", fullmatch=True))
def test_a_finding_comes_back_from_what_a_person_writes(ref: str, number: str) -> None:
    name = ids.FindingName(ref, number)
    assert ids.FindingName.parse(str(name)) == name


@pytest.mark.parametrize("subject", ["", "reading-x", "reading-x/draft", "reading-x/draft/first", "reading-x/other/1"])
def test_a_subject_of_another_kind_is_no_letter(subject: str) -> None:
    with pytest.raises(ValueError, match=r"unpack|invalid literal|not a valid"):
        ids.LetterSubject.parse(subject)
