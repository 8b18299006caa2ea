"""Every piece of evidence behind a finding opens from the finding: evaluations, forms, documents, notes and rows."""

import html
import io
import re
from pathlib import Path

import pytest

from models.events import Owed
from models.ids import document_id
from models.lifecycle import Stage
from tasks.documents.sending import send_document
from tasks.findings.findings import FindingWords
from tasks.findings.recording import record_finding
from tasks.ground.database import transaction
from tasks.jobs.scan_document import scan_document
from tasks.judging.sampled_forms import record_form
from tasks.ledger.work import claim
from tasks.reading import visibility
from tasks.reading.behind import ABOUT, AGAINST, GREW, MATCHES, OF_AGENCY
from tasks.reading.child import chosen_children
from tests.portal.driving import Driver, moved_to, words
from tests.portal.team.test_growing import written
from tests.tasks.documents.test_chronologies import evaluated, request_of
from tests.tasks.judging.test_sampled_forms import WORDS

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]
_DEVICE = "00000000000000c7"
_PDF = b"%PDF-1.4\nA protocol\n%%EOF\n"


@pytest.fixture
def finding(chosen: str, tmp_path: Path) -> tuple[str, str, str]:
    """Return a finding behind which there is something of every kind, and the cases for and against it."""
    request = request_of(chosen)
    assert evaluated(chosen, request, tmp_path, set()) in ("accepted", "queried")
    agency = f"{chosen}/local_authority"
    document = document_id(agency, "1.12")
    send_document(document, agency, io.BytesIO(_PDF), len(_PDF), filename="a.pdf", by="local_authority: P-7KQ2M4XB")
    while claimed := claim(Owed.SCAN_DOCUMENT, chosen):
        scan_document(claimed)
    moved_to(chosen, Stage.FIELDWORK)
    with transaction() as session:
        sampled = [child.label for child in chosen_children(session, chosen) if child.set == "sampled"]
    tracked, against = sorted(request.cases)[0], sampled[0]
    record_form(chosen, against, WORDS, by="P-AAAAAAAA")
    grew = written(chosen, 1, 1, "CANARY-ONE", device=_DEVICE, area="EA01", child=tracked, number="1")
    written(chosen, 2, 1, "CANARY-TWO", device=_DEVICE, area="EA02", child=tracked, number="2", kind="observation")
    written(chosen, 3, 1, "CANARY-SIX", device=_DEVICE, area="EA03", child=tracked, number="3")
    kinds = ("documents", "case_tracking")
    given = FindingWords(
        *("improvement", "EA02", "Heading", "Text."),
        agencies=("local_authority",),
        evidence_kinds=kinds,
        cases=(tracked,),
        against=(against,),
        notes=(f"{grew}:v1",),
    )
    return record_finding(chosen, given, by="P-A"), tracked, against


def _pieces(text: str) -> list[tuple[str, list[str]]]:
    table = text.partition("Evaluations, forms, documents and notes behind F01")[2].partition("</table>")[0]
    rows = re.findall(r'<th scope="row"[^>]*><a class="govuk-link" href="([^"]+)">(.*?)</tr>', table)
    return [
        (html.unescape(path), [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", rest)])
        for path, rest in rows
    ]


def test_l12_each_piece_behind_a_finding_opens_from_it(
    inspector: Driver, reading: str, finding: tuple[str, str, str]
) -> None:
    number, tracked, against = finding
    page = inspector.get(f"/inspections/{reading}/findings/{number}/evidence")
    pieces = _pieces(page.text)
    by_kind = {(cells[0], cells[4]) for _, cells in pieces}
    assert by_kind >= {
        ("Agencies’ evaluations", ABOUT),
        ("Forms on the wider sample", AGAINST),
        ("Documents and data", OF_AGENCY),
        ("Notes that name no kind", GREW),
        ("Observations", MATCHES),
    }
    assert {cells[1] for _, cells in pieces} == {tracked, against, ""}
    for path, _ in pieces:
        assert inspector.get(path).status_code == 200, path
    # What stands behind what counts the same documents.
    behind = words(inspector.get(f"/inspections/{reading}/evidence")).partition("Behind each area")[0]
    documents = {path.rpartition("/files/")[0] for path, _ in pieces if "/documents/" in path}
    assert f"Documents and data: {len(documents)}" in behind
    assert "of which nothing is recorded here" not in behind.partition("Inspectorates")[2]
    shown = {path: words(inspector.get(path)) for path, _ in pieces if "/notes/" in path}
    assert len(shown) == 2
    assert {canary for text in shown.values() for canary in re.findall("CANARY-[A-Z]+", text)} == {
        "CANARY-ONE",
        "CANARY-TWO",
    }
    rows = next(path for path, cells in pieces if cells[0] == "Agencies’ evaluations")
    assert tracked in words(inspector.get(rows))


def test_the_pieces_are_searched_and_downloaded_like_every_list(
    inspector: Driver, reading: str, finding: tuple[str, str, str]
) -> None:
    path = f"/inspections/{reading}/findings/{finding[0]}/evidence"
    every = _pieces(inspector.get(path).text)
    some = inspector.post(path, page=path, **{"only-kind": "Forms on the wider sample"})
    assert [cells[0] for _, cells in _pieces(some.text)] == ["Forms on the wider sample"]
    assert f"1 of {len(every)} pieces" in words(some)
    table = inspector.post(path, page=path, download="csv").text.splitlines()
    assert len(table) == 1 + len(every)
    assert "CANARY" not in "".join(table)


def test_of_agencies_that_somebody_does_not_see_nothing_stands_there(
    inspector: Driver, reading: str, finding: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visibility, "kinds_seen", lambda *_: frozenset({"probation"}))
    page = inspector.get(f"/inspections/{reading}/findings/{finding[0]}/evidence")
    pieces = _pieces(page.text)
    assert {cells[0] for _, cells in pieces} <= {"Notes that name no kind", "Observations"}
    links = re.findall(r'href="([^"]+/rows\?[^"]+)"', page.text)
    assert all(inspector.get(html.unescape(link)).status_code == 200 for link in links)
    assert all("-pro-1-" in link for link in links)
