"""What stands behind a finding: kinds of evidence counted once, by agency and inspectorate, and what is thin said."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event

from models.settings import settings
from models.tables import Finding, Note
from models.themes import theme
from tasks.findings.findings import FindingWords
from tasks.findings.recording import record_finding
from tasks.ground.database import engine_for, transaction
from tasks.judging.sampled_forms import record_form
from tasks.reading.notes import WrittenNote
from tasks.reading.triangulation import (
    KINDS,
    EvidencePiece,
    InspectionEvidence,
    behind_area,
    behind_criterion,
    behind_finding,
    summed,
    triangulation,
)
from tasks.reading.visibility import Reader
from tests.tasks.judging.test_sampled_forms import WORDS
from tests.tasks.reading.test_sampled import form

THEME = theme("domestic-abuse-2024")
_AT = datetime(2025, 3, 3, tzinfo=UTC)


def note(number: int, *, relabelled: bool = False, **codes: str) -> tuple[WrittenNote, str]:
    row = Note(
        inspection="r",
        id=f"n{number}",
        person_id="a",
        device="d",
        version=1,
        sequence=number,
        characters=4,
        begun_at=_AT,
        changed_at=_AT,
        **codes,
    )
    return WrittenNote(row, "text", relabelled), "Ofsted" if number % 2 else "Care Quality Commission"


def finding(**given: Any) -> Finding:
    values: dict[str, Any] = {"area": "EA02", "category": "improvement", "evidence_kinds": [], "cases": [], "tags": []}
    values |= {"agencies": [], "text_key": "", "text_sha256": "", "recorded_by": "a", "recorded_at": _AT}
    return Finding(inspection="r", id="F01", **{**values, **given})


def evidence(*notes: tuple[WrittenNote, str], forms: Any = (), **of_cases: list[EvidencePiece]) -> InspectionEvidence:
    return InspectionEvidence(list(notes), list(forms), of_cases, THEME)


_RECORD = EvidencePiece("record", "T1/LA-DA", "local_authority")
_EVALUATED = EvidencePiece("evaluation", "T1/r/police", "police")


def test_a_note_that_a_finding_grew_from_stands_behind_it_whatever_its_codes() -> None:
    other = note(1, area="EA05", child="T9", kind="observation")
    assert behind_finding(finding(), evidence(other)).kinds == []
    assert behind_finding(finding(notes=["n1:v1:p2"]), evidence(other)).kinds == ["observation"]


def test_one_kind_alone_and_nothing_at_all_are_said() -> None:
    assert behind_finding(finding(), evidence()).sentence == "Nothing stands behind it yet."
    alone = behind_finding(finding(cases=["T1"]), evidence(T1=[_RECORD]))
    assert alone.sentence == "One kind of evidence alone: agencies’ records."
    two = behind_finding(finding(cases=["T1"]), evidence(T1=[_RECORD, _EVALUATED]))
    assert two.sentence == ""
    assert two.agencies == ("local_authority", "police")
    vague = behind_finding(finding(), evidence(note(1, area="EA02")))
    assert vague.sentence == "Only notes that do not say what they are of."
    assert vague.kinds == []


def test_notes_stand_behind_a_finding_by_area_case_and_agency_and_no_other_does() -> None:
    mine = finding(cases=["T1"], agencies=["police"])
    behind = behind_finding(
        mine,
        evidence(
            note(1, area="EA02", kind="staff"),
            note(2, area="EA02", kind="observation", child="T1"),
            note(3, area="EA02", kind="documents", agency="police"),
            note(4, area="EA02", kind="views", child="T2"),
            note(5, area="EA03", kind="views", child="T1"),
            note(6, area="EA02", kind="views", agency="health"),
            note(7, area="EA02", kind="views", child="T1", relabelled=True),
        ),
    )
    assert {kind: number for kind, number in behind.counts.items() if number} == {
        "conversation": 1,
        "observation": 1,
        "document": 1,
    }
    assert behind.inspectorates == ("Care Quality Commission", "Ofsted")


def test_forms_on_its_cases_count_and_what_it_names_without_trace_is_said() -> None:
    mine = finding(cases=["S1"], evidence_kinds=["case_sampling", "views", "documents"])
    behind = behind_finding(mine, evidence(forms=[(form("S1", "contact"), "Ofsted"), (form("S2", "contact"), "")]))
    assert behind.counts["form"] == 1
    assert behind.unrecorded == ("Children's and families' views", "Documents")


def test_documents_on_its_cases_and_of_its_agencies_stand_behind_a_finding_that_rests_on_documents() -> None:
    base = InspectionEvidence(
        [],
        [],
        {},
        THEME,
        [
            ("", EvidencePiece("document", "r/police/1.12", "police")),
            ("", EvidencePiece("document", "r/health/1.12", "health")),
            ("T1", EvidencePiece("document", "r/health/3.1/T1", "health")),
            ("T2", EvidencePiece("document", "r/police/3.1/T2", "police")),
        ],
    )
    rests = finding(cases=["T1"], agencies=["police"], evidence_kinds=["documents"], tags=["unborn"])
    for behind in (behind_finding(rests, base), behind_area("EA02", [rests], base)):
        assert behind.counts["document"] == 2
        assert behind.agencies == ("health", "police")
        assert behind.unrecorded == ()
    assert behind_criterion("unborn", [rests], base).counts["document"] == 2
    # One that does not say that it rests on documents has those about its cases alone.
    other = finding(cases=["T1"], agencies=["police"], evidence_kinds=["views"])
    assert behind_finding(other, base).counts["document"] == 1
    nothing = behind_finding(finding(agencies=["education"], evidence_kinds=["performance_data"]), base)
    assert len(nothing.unrecorded) == 1


def test_an_area_has_its_notes_its_decision_points_and_the_cases_of_its_findings() -> None:
    base = evidence(
        note(1, area="EA02", kind="staff"),
        note(2, area="EA03", kind="staff"),
        forms=[(form("S1", "contact"), ""), (form("S2", "plan"), "")],
        T1=[_RECORD, _EVALUATED],
    )
    behind = behind_area("EA02", [finding(cases=["T1"]), finding(area="EA03", cases=["T1"])], base)
    assert behind.counts == {**dict.fromkeys(KINDS, 0), "conversation": 1, "form": 1, "record": 1, "evaluation": 1}


def test_a_criterion_has_its_notes_and_the_cases_of_the_findings_that_carry_it() -> None:
    base = evidence(note(1, criterion="unborn", kind="views"), note(2, criterion="repair"), T1=[_RECORD])
    behind = behind_criterion("unborn", [finding(cases=["T1"], tags=["unborn"]), finding(cases=["T1"])], base)
    assert {kind for kind, number in behind.counts.items() if number} == {"conversation", "record"}


def test_a_piece_counts_once() -> None:
    assert summed("x", [_RECORD, _RECORD]).counts["record"] == 1


def _queries(ref: str) -> int:
    statements: list[str] = []

    def seen(_c: object, _u: object, statement: str, *_: object) -> None:
        statements.append(statement)

    engine = engine_for(settings().required("database_url"))
    event.listen(engine, "before_cursor_execute", seen)
    try:
        with transaction() as session:
            triangulation(session, ref, Reader("inspector: P-X"), "P-X")
    finally:
        event.remove(engine, "before_cursor_execute", seen)
    return len(statements)


@pytest.mark.parts
def test_the_ledger_is_asked_as_often_however_much_there_is_and_narrowed_sight_holds(fieldwork: str) -> None:
    given = FindingWords("improvement", "EA02", "A", "B", evidence_kinds=("documents",), cases=("T1", "S1"))
    record_finding(fieldwork, given, by="P-A")
    first = _queries(fieldwork)
    for number in range(2, 6):
        record_form(fieldwork, f"S{number}", WORDS, by="P-A")
        record_finding(
            fieldwork, FindingWords("improvement", "EA02", f"{number}", "B", evidence_kinds=("views",)), by="a"
        )
    assert _queries(fieldwork) == first
    with transaction() as session:
        whole = triangulation(session, fieldwork, Reader("x"), "P-X").findings[0]
        police = triangulation(session, fieldwork, Reader("x", frozenset({"police"})), "P-X").findings[0]
    assert whole.counts["record"] >= 2
    assert "local_authority" in whole.agencies
    assert set(police.agencies) <= {"police"}
    assert whole.unrecorded == ("Documents",)
