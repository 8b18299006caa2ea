"""An agency opens its own list of the wider sample, by page and as a file, and the team sees that it did."""

import io
import zipfile

import pytest

from models.events import Owed
from models.lifecycle import Stage
from tasks.jobs.release_sampled import release_sampled
from tasks.ledger.work import claim
from tasks.sampling import Decision, DecisionKind, Reason
from tasks.sampling.draws import decide
from tests.portal.driving import Driver, moved_to, words

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


def test_l12_from_the_first_page_to_the_list_and_the_workbook_and_the_team_sees_who_read(
    police: Driver, inspector: Driver, reading: str
) -> None:
    assert 'href="/sampled"' in police.get("/").text
    assert "Lists of the wider sample" in words(inspector.get(f"/inspections/{reading}"))
    shown = words(police.get("/sampled"))
    assert "POL-1 row" in shown
    assert "Have the records below ready" in shown
    assert "opened it first at" in shown
    moved_to(reading, Stage.FIELDWORK, Stage.FINDINGS_DRAFTING)
    assert "you do not need to prepare anything now" in words(police.get("/sampled"))
    book = police.get("/sampled/children.xlsx")
    with zipfile.ZipFile(io.BytesIO(book.content)) as package:
        assert b"decision_point" in package.read("xl/sharedStrings.xml")
    overview = words(inspector.get(f"/inspections/{reading}"))
    assert "First at" in overview.partition("Lists of the wider sample")[2]


def test_an_agency_with_no_such_child_has_no_page(portal: str, inspector: Driver) -> None:
    assert inspector.get("/sampled").status_code == 404
    with Driver(portal) as nobody:
        assert nobody.get("/sampled").status_code == 403


def test_a_child_who_left_is_struck_out(council: Driver, reading: str) -> None:
    before = council.get("/sampled").text
    label = next(f"S{number}" for number in range(1, 41) if f">S{number}<" in before.replace("\n", ""))
    decide(reading, Decision(DecisionKind.ELIMINATE, Reason.LEFT_AREA, "A Lee", label, "B Khan"))
    claimed = claim(Owed.RELEASE_SAMPLED, reading)
    assert claimed is not None
    release_sampled(claimed)
    after = council.get("/sampled").text
    assert f"<s>{label}</s>" in after
    assert "version 2 of the list" in after
