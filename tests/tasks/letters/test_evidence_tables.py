"""The chain behind findings: too few kinds of evidence is a question to the author."""

from tasks.letters.evidence_tables import full_rows, kinds_in_words, triangulation
from tasks.letters.facts import EvidenceReference, LetterFinding
from tests.tasks.letters.made_up import findings


def test_findings_on_fewer_than_two_kinds_are_asked_about() -> None:
    asked = {query.finding: query.message for query in triangulation(findings())}
    assert set(asked) == {"F02", "F03"}
    assert "one kind of evidence (case tracking)" in asked["F02"]
    assert "no evidence recorded" in asked["F03"]


def test_two_pieces_of_one_kind_are_one_kind() -> None:
    pieces = (EvidenceReference("documents", "health"), EvidenceReference("documents", "police"))
    found = LetterFinding("F09", "strength", "EA01", "h", "t", evidence=pieces)
    assert len(triangulation([found])) == 1
    assert kinds_in_words(found) == "Documents"


def test_the_table_leads_to_return_version_and_row() -> None:
    rows = full_rows(findings())
    assert rows[0] == ["F01", "Case tracking", "Police", "T3", "POL-1 version 7, rows 4, 9", "abababababab"]
    assert rows[3] == ["F03", "None recorded", "", "", "", ""]


def test_many_rows_are_counted_and_one_is_singular() -> None:
    many = EvidenceReference("documents", "health", "", "HEA-1", "1", tuple(range(2, 9)))
    one = EvidenceReference("documents", "health", "", "HEA-1", "", (2,))
    none = EvidenceReference("documents", "health", "", "HEA-1", "3")
    rows = full_rows([LetterFinding("F01", "strength", "EA01", "h", "t", evidence=(many, one, none))])
    assert [row[4] for row in rows] == ["HEA-1 version 1, 7 rows", "HEA-1, row 2", "HEA-1 version 3"]
