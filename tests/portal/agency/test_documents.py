"""An agency finds each document that it is asked for, sends it, says that it holds none, and opens what it sent."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.events import Owed
from models.ids import document_id
from models.lifecycle import Stage
from models.tables import DocumentItem, Inspection
from portal.agency.documents import in_words
from tasks.ground.database import transaction
from tasks.jobs.scan_document import scan_document
from tasks.ledger.work import claim
from tests.portal.driving import Driver, words
from tests.scanning import EICAR, clamd, using
from tests.validation.files.test_documents import TAKEN

pytestmark = pytest.mark.parts
PDF = b"%PDF-1.4\nLocal protocols for assessment and support\n%%EOF\n"


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with clamd(tmp_path_factory.mktemp("clamd")) as address:
        yield address


def protocols(reading: str) -> str:
    return f"/documents/{document_id(f'{reading}/local_authority', '1.12')}"


def send(driver: Driver, page: str, data: bytes, name: str = "Jane Doe.docx") -> str:
    return words(driver.post(f"{page}/versions", page=page, files={"file": (name, data)}))


def scanned(ref: str) -> None:
    while claimed := claim(Owed.SCAN_DOCUMENT, ref):
        scan_document(claimed)


def test_the_first_page_lists_each_with_its_deadline_and_leads_to_it(council: Driver, reading: str) -> None:
    page = council.get("/")
    seen = words(page)
    assert "documents are still to come" in seen
    assert "1.12 Local protocols for assessment and support" in seen
    assert "1.13 Marac protocol" not in seen
    assert f'href="{protocols(reading)}"' in page.text
    assert "Due by 5pm on Wednesday 26 February 2025, if you hold it" in seen


def test_a_document_is_sent_scanned_opened_and_replaced(council: Driver, inspector: Driver, reading: str) -> None:
    page = protocols(reading)
    seen = send(council, page, PDF)
    assert "Your document is received as version 1." in seen
    assert "PDF, 58 bytes" in seen
    assert "Waits for the virus check" in seen
    assert council.get(f"{page}/files/1").status_code == 404
    scanned(reading)
    answer = council.get(f"{page}/files/1")
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-disposition"] == 'attachment; filename="document-1-12-version-1.pdf"'
    assert "This is the same file as version 1" in send(council, page, PDF)
    assert "received as version 2" in send(council, page, b"name,day\nA,1\n")
    scanned(reading)
    listed = inspector.get(f"/inspections/{reading}/documents")
    seen = words(listed)
    assert "Version 2 of 1.12 Local protocols" in seen
    assert "Opened 0 times" in seen
    (newest, older) = re.findall(rf'href="(/inspections/{reading}/documents/[^"]+/files/\d)"', listed.text)
    assert inspector.get(older).content == PDF
    assert inspector.get(newest).headers["content-type"].startswith("text/csv")
    assert "Opened 2 times" in words(inspector.get(f"/inspections/{reading}/documents"))
    path = f"/inspections/{reading}/documents"
    received = inspector.post(path, page=path, **{"only-state": "Received"})
    assert re.search(r"1 of \d+ documents", words(received))
    table = inspector.post(path, page=path, download="csv", words="1.12 local").text.splitlines()
    assert len(table) == 2
    # Twice the first version, once the second.
    assert table[1].endswith(",3")
    assert "Received" in words(council.get("/"))


@pytest.mark.parametrize("kind", ["docx", "xlsx", "odt", "ods", "png", "jpeg", "txt"])
def test_each_kind_is_taken_by_what_it_holds_and_given_back_as_that(council: Driver, reading: str, kind: str) -> None:
    page = protocols(reading)
    assert "received as version 1" in send(council, page, TAKEN[kind], name="protocol.pdf")
    scanned(reading)
    answer = council.get(f"{page}/files/1")
    assert answer.content == TAKEN[kind]
    assert answer.headers["content-disposition"].endswith(f'version-1.{kind}"')
    assert answer.headers["content-type"].partition(";")[0] != "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_is_wrong_stands_beside_the_field(council: Driver, reading: str) -> None:
    page = protocols(reading)
    for data, sentence in ((b"MZ\0\1", "of a kind that we do not take"), (b"", "The selected file is empty.")):
        answer = council.post(f"{page}/versions", page=page, files={"file": ("a.pdf", data)})
        assert answer.status_code == 422
        assert sentence in words(answer)
        assert 'href="#file"' in answer.text
    assert "Select a file." in words(council.post(f"{page}/versions", page=page))
    assert "Choose why you hold no such document" in words(council.post(f"{page}/none", page=page))


def test_none_is_held_with_a_reason_and_the_team_reads_it(council: Driver, inspector: Driver, reading: str) -> None:
    page = protocols(reading)
    seen = words(council.post(f"{page}/none", page=page, reason="being_written"))
    assert "We have recorded that you hold no such document." in seen
    assert "It is being written, and is not agreed yet. Recorded by A Lee" in seen
    assert "We hold no such document" not in seen
    assert "It is being written" in words(inspector.get(f"/inspections/{reading}/documents"))


def test_anothers_document_does_not_exist(council: Driver, police: Driver, reading: str) -> None:
    page = protocols(reading)
    send(council, page, PDF)
    scanned(reading)
    for path in (page, f"{page}/files/1"):
        assert police.get(path).status_code == 404
    token = {"csrf": police.token("/sign-out")}
    assert police.http.post(f"{page}/versions", data=token, files={"file": ("a.pdf", PDF)}).status_code == 404
    assert police.http.post(f"{page}/none", data={**token, "reason": "not_there"}).status_code == 404
    with transaction() as session:
        assert session.get_one(DocumentItem, page.rpartition("/")[2]).current_version == 1


def test_malware_is_told_of_and_given_to_nobody(council: Driver, inspector: Driver, reading: str, scanner: str) -> None:
    page = protocols(reading)
    with using(scanner):
        send(council, page, b"A text.\n" + EICAR)
        scanned(reading)
    seen = words(council.get(page))
    assert "Our virus scanner found Eicar-Test-Signature" in seen
    assert "To do" in seen
    assert council.get(f"{page}/files/1").status_code == 404
    listed = inspector.get(f"/inspections/{reading}/documents")
    assert re.search("Eicar-Test-Signature[.A-Z]* found. Nobody opens it", words(listed))
    assert "/files/1" not in listed.text


def test_an_inspection_whose_letter_is_published_takes_none(council: Driver, reading: str) -> None:
    page = protocols(reading)
    token = council.token(page)
    with transaction() as session:
        session.get_one(Inspection, reading).stage = Stage.PUBLISHED
    shown = council.get(page)
    assert "Documents can no longer be sent" in words(shown)
    assert 'type="file"' not in shown.text
    answer = council.http.post(f"{page}/versions", data={"csrf": token}, files={"file": ("a.pdf", PDF)})
    assert answer.status_code == 422
    assert "still to come" not in words(council.get("/"))


@pytest.mark.usefixtures("chosen")
def test_a_chronology_is_attached_on_the_page_of_the_evaluation_and_stands_on_the_childs_page(
    council: Driver, inspector: Driver, reading: str, tmp_path: Path
) -> None:
    from tests.tasks.documents.test_chronologies import evaluated, request_of

    request = request_of(reading, "/local_authority")
    label = request.cases[0]
    evaluated(reading, request, tmp_path, {label})
    listed = council.get(f"/requests/{request.id}")
    assert f"Attach a chronology of child {label} Missing" in words(listed)
    child = f"/inspections/{reading}/children/{label}"
    assert "says that a chronology is attached. None has come" in words(inspector.get(child))
    assert "None has come" in words(inspector.get(f"/inspections/{reading}/documents"))
    page = f"/documents/{document_id(request.agency_id, 'chronology', label)}"
    assert f'href="{page}"' in listed.text
    send(council, page, b"2024: born.\n2025: first contact.\n")
    scanned(reading)
    assert "Missing" not in words(council.get(f"/requests/{request.id}"))
    shown = inspector.get(child)
    assert "None has come" not in words(shown)
    (file,) = re.findall(rf'href="(/inspections/{reading}/documents/[^"]+/files/1)"', shown.text)
    assert inspector.get(file).content.startswith(b"2024: born.")


def test_what_is_owed_is_told_in_the_right_number() -> None:
    assert in_words(0) == ""
    assert in_words(1) == "1 document is still to come."
    assert in_words(2) == "2 documents are still to come."
