"""Documents of programs: put once, receipted once, refused in a sentence, and taken where nobody told of them."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.events import Owed
from models.settings import settings
from models.states import DocumentState, NoneHeld, ScanState, WrongFileReason
from models.tables import DocumentItem, DocumentUpload, DocumentVersion
from models.tables.base import utc_now
from tasks.documents.arrivals import document_upload_completed, open_document_upload, receipt_of, take_unreported
from tasks.documents.sending import DocumentError, UnknownDocumentError, hold_none, send_document
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.inspection.ending import Ending, EndReason, end
from tasks.jobs.scan_document import scan_document
from tasks.ledger.work import claim
from tasks.people.tokens import make_token
from tasks.returns.uploads import MOST_OPEN, PUT_SECONDS, open_permitted, permit_for
from tasks.watch.sweep import Swept, _take_documents
from tasks.wrong_files.putting_aside import SentInError, put_aside
from tests.scanning import EICAR, using
from tests.stacks import put_at
from tests.tasks.documents.asked import council, protocols
from tests.tasks.steps import actions, ledger_text, notices

pytestmark = pytest.mark.parts
BY = "local_authority program: exports"
TEXT = b"Local protocol for assessment.\nAgreed by everybody.\n"


@pytest.fixture(autouse=True)
def token(request: pytest.FixtureRequest) -> None:
    """Give the council's program its token, where there is an inspection."""
    if "area" in request.fixturenames:
        make_token(request.getfixturevalue("area"), "local_authority", "exports", by="test")


def permit(ref: str, size: int = len(TEXT), name: str = "Jane Doe.txt") -> dict[str, Any]:
    return open_document_upload(protocols(ref), council(ref), name, size, by=BY)


def put(ref: str, data: bytes = TEXT) -> str:
    given = permit(ref, len(data))
    put_at(given["url"], data, given["headers"]).raise_for_status()
    return str(given["upload"])


def complete(ref: str, upload: str) -> tuple[DocumentVersion, bool]:
    return document_upload_completed(upload, council(ref))


def item(ref: str) -> DocumentItem:
    with transaction() as session:
        return session.get_one(DocumentItem, protocols(ref))


def test_l1_the_receipt_follows_the_sealed_file_and_its_row_and_is_the_same_again(area: str) -> None:
    upload = put(area)
    version, same = complete(area, upload)
    stored = store.look(version.key)
    assert (version.sha256, version.size, version.kind, version.by) == (stored.sha256, len(TEXT), "txt", BY)
    assert stored.sealed
    assert len(store.versions_of(version.key)) == 1
    assert not same
    assert receipt_of(complete(area, upload)[0]) == receipt_of(version)
    assert (item(area).state, item(area).current_version) == (DocumentState.RECEIVED, 1)
    assert actions(area)[-1] == "document.sent"
    assert store.filename_of(version.key) == "Jane Doe.txt"
    assert "Jane Doe" not in ledger_text()


def test_the_same_bytes_again_make_no_version_and_other_bytes_do(area: str) -> None:
    complete(area, put(area))
    version, same = complete(area, put(area))
    assert (version.version, same) == (1, True)
    assert actions(area)[-1] == "document.same-again"
    version, same = complete(area, put(area, TEXT + b"Another line.\n"))
    assert (version.version, same) == (2, False)


def test_nobody_opens_it_before_the_scanner_and_malware_never(area: str, scanner: str) -> None:
    with using(scanner):
        waits = receipt_of(complete(area, put(area))[0])
        assert (waits["checked"], waits["scanned"]) == (None, ScanState.NOT_SCANNED)
        work = claim(Owed.SCAN_DOCUMENT, area)
        assert work is not None
        assert scan_document(work) == ScanState.CLEAN
        infected, _ = complete(area, put(area, EICAR + b"\n"))
        work = claim(Owed.SCAN_DOCUMENT, area)
        assert work is not None
        assert scan_document(work) == ScanState.INFECTED
    with transaction() as session:
        row = session.get_one(DocumentVersion, infected.id)
    assert receipt_of(row)["malware"]
    assert not row.readable
    assert item(area).state is DocumentState.ASKED
    assert len(notices(area, "infected")) == 1


def test_l3_a_file_of_which_nobody_told_is_taken_by_the_sweep_and_told_of_later_is_the_same(area: str) -> None:
    upload = put(area)
    swept = Swept()
    _take_documents(swept)
    assert swept.arrived == (f"{protocols(area)}-v1",)
    assert take_unreported() == ()
    version, same = complete(area, upload)
    assert (version.id, same) == (swept.arrived[0], False)


@pytest.mark.parametrize("line", ["sealed", "recorded"])
def test_l3_killed_at_any_line_the_next_sweep_takes_it_once(
    area: str, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def dies(*_: Any, **__: Any) -> None:
        raise Killed

    upload = put(area)
    with monkeypatch.context() as patched:
        if line == "sealed":
            kept = store.seal_arrived

            def sealed_last(stored: store.Stored) -> None:
                kept(stored)
                dies()

            patched.setattr(store, "seal_arrived", sealed_last)
        else:
            patched.setattr("tasks.documents.arrivals.send_soon", dies)
        with pytest.raises(Killed):
            complete(area, upload)
    taken = take_unreported()
    assert taken == ((f"{protocols(area)}-v1",) if line == "sealed" else ())
    assert complete(area, upload)[0].version == 1
    assert item(area).current_version == 1


def _with_macros() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name in ("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"):
            package.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"), [(b"MZ\x90\x00program", "of a kind that we do not take"), (_with_macros(), "holds macros")]
)
def test_what_is_no_document_is_refused_for_good_removed_and_told_to_the_agency(
    area: str, data: bytes, sentence: str
) -> None:
    upload = put(area, data)
    for _ in range(2):
        with pytest.raises(DocumentError, match=sentence):
            complete(area, upload)
    with transaction() as session:
        row = session.get_one(DocumentUpload, upload)
    assert not store.exists(row.key)
    assert item(area).state is DocumentState.ASKED
    assert len(notices(area, "not_taken")) == 1
    assert take_unreported() == ()


def test_l1_what_a_careless_store_took_beyond_the_size_is_not_receipted_and_is_removed(area: str) -> None:
    with transaction() as session:
        row = session.get_one(DocumentUpload, permit(area, 5)["upload"])
    store.client().put_object(Bucket=settings().s3_bucket, Key=row.key, Body=b"a" * 6, Metadata={"announced-size": "5"})
    with pytest.raises(DocumentError, match="6 bytes, and 5 were announced"):
        complete(area, row.id)
    assert not store.exists(row.key)


def test_an_address_is_refused_where_no_document_is_taken_and_an_upload_too_once_that_is_so(area: str) -> None:
    for size, sentence in ((0, "is empty"), (settings().max_upload_bytes + 1, "smaller than")):
        with pytest.raises(Exception, match=sentence):
            permit(area, size)
    with pytest.raises(UnknownDocumentError):
        open_document_upload(protocols(area), f"{area}/police", "a.txt", 5, by=BY)
    upload = put(area)
    with pytest.raises(UnknownDocumentError):
        document_upload_completed(upload, f"{area}/police")
    early = str(permit(area)["upload"])
    with pytest.raises(DocumentError, match="Nothing arrived"):
        complete(area, early)
    end(area, Ending.CANCEL, EndReason.MADE_IN_ERROR, by="test")
    with pytest.raises(DocumentError, match="cancelled"):
        permit(area)
    with pytest.raises(DocumentError, match="cancelled"):
        complete(area, upload)


def test_documents_and_returns_share_the_addresses_that_an_agency_may_hold(area: str) -> None:
    with transaction() as session:
        session.add_all(
            DocumentUpload(id=f"held-{number}", item_id=protocols(area), inspection=area, uploader=BY)
            for number in range(MOST_OPEN)
        )
    with pytest.raises(Exception, match="sent no file for them"):
        permit(area)
    with pytest.raises(Exception, match="sent no file for them"):
        open_permitted(permit_for(f"{area}-la-da"), "a.csv", uploader=BY, ahead=True)
    with transaction() as session:
        for row in session.exec(select(DocumentUpload)):
            row.created_at -= timedelta(seconds=PUT_SECONDS)
            session.add(row)
    assert permit(area)["upload"]


def test_an_address_at_which_nothing_came_is_closed_a_day_later(area: str) -> None:
    upload = str(permit(area)["upload"])
    take_unreported()
    with transaction() as session:
        row = session.get_one(DocumentUpload, upload)
        assert row.refused is None
        row.created_at = utc_now() - timedelta(hours=25)
        session.add(row)
    take_unreported()
    with pytest.raises(DocumentError, match="Nothing arrived"):
        complete(area, upload)
    with transaction() as session:
        assert session.get_one(DocumentUpload, upload).refused


def test_a_document_that_was_sent_in_error_is_taken_again_at_no_door(area: str) -> None:
    version, _ = complete(area, put(area))
    put_aside(SentInError(version.id, WrongFileReason.OTHER_FILE), by=BY, agency_id=council(area))
    with pytest.raises(DocumentError, match="very file that was sent in error"):
        complete(area, put(area))
    with pytest.raises(DocumentError, match="very file that was sent in error"):
        send_document(protocols(area), council(area), io.BytesIO(TEXT), len(TEXT), filename="a.txt", by=BY)
    assert item(area).state is DocumentState.ASKED


def test_a_file_takes_back_that_none_is_held(area: str) -> None:
    hold_none(protocols(area), council(area), NoneHeld.NOT_THERE, by=BY)
    complete(area, put(area))
    assert (item(area).state, item(area).none_reason) == (DocumentState.RECEIVED, None)
