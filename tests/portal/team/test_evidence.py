"""The page of what stands behind what says where one kind of evidence is alone, to the team and nobody else."""

import pytest

from models.lifecycle import Stage
from tasks.findings.findings import FindingWords
from tasks.findings.recording import record_finding
from tests.portal.driving import Driver, moved_to, words

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


def test_one_kind_alone_is_said_and_so_is_what_a_finding_names_without_trace(
    inspector: Driver, police: Driver, reading: str
) -> None:
    moved_to(reading, Stage.FIELDWORK)
    given = FindingWords("improvement", "EA02", "CANARY-T1", "Text.", evidence_kinds=("observation",), cases=("T1",))
    record_finding(reading, given, by="P-A")
    page = f"/inspections/{reading}/evidence"
    assert f'href="{page}"' in inspector.get(f"/inspections/{reading}/notes").text
    assert f'href="{page}"' in inspector.get(f"/inspections/{reading}/findings").text
    shown = words(inspector.get(page))
    assert "One kind of evidence alone: agencies’ records." in shown
    assert "It names Observed practice, of which nothing is recorded here." in shown
    assert "Nothing yet" in shown
    assert f'href="/inspections/{reading}/findings/F01/evidence">F01</a>' in inspector.get(page).text
    narrowed = words(inspector.post(page, page=page, list="areas", words="no such area"))
    # The other lists of the page stay whole.
    assert ("No line matches." in narrowed, "1 finding." in narrowed) == (True, True)
    table = inspector.post(page, page=page, list="findings", download="csv").text.splitlines()
    assert (len(table), "F01" in table[1], "Observed practice" in table[1]) == (2, True, True)
    assert police.get(page).status_code == 404
