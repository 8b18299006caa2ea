"""A scan is done once whoever does it, and a worker whose lease was lost records nothing."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.events import Owed
from models.ids import document_id
from models.tables import DocumentVersion, OutboxEvent
from tasks.documents.sending import send_document, versions_of
from tasks.ground.database import transaction
from tasks.jobs.scan_document import scan_document
from tasks.ledger.work import LeaseLostError, claim
from tests.tasks.ledger.test_work import end_leases

pytestmark = pytest.mark.parts
BY = "local_authority officer: P-7KQ2M4XB"


def sent(ref: str, data: bytes) -> int:
    agency = f"{ref}/local_authority"
    identity = document_id(agency, "1.12")
    return send_document(identity, agency, io.BytesIO(data), len(data), filename="a.txt", by=BY)


def version(ref: str, number: int = 1) -> DocumentVersion:
    with transaction() as session:
        identity = document_id(f"{ref}/local_authority", "1.12")
        return session.get_one(DocumentVersion, f"{identity}-v{number}")


def test_who_lost_the_lease_records_nothing_and_the_next_does_it_once(area: str) -> None:
    sent(area, b"A text.")
    first = claim(Owed.SCAN_DOCUMENT, area)
    assert first is not None
    end_leases()
    second = claim(Owed.SCAN_DOCUMENT, area)
    assert second is not None
    with pytest.raises(LeaseLostError):
        scan_document(first)
    assert version(area).checked_at is None
    assert scan_document(second) == "not scanned"
    assert version(area).readable
    assert claim(Owed.SCAN_DOCUMENT, area) is None
    with pytest.raises(LeaseLostError):
        scan_document(second)


def test_l1_files_that_come_at_once_become_versions_of_their_own(area: str) -> None:
    texts = [f"Text {number}.".encode() for number in range(6)]
    with ThreadPoolExecutor(6) as threads:
        numbers = list(threads.map(lambda text: sent(area, text), texts))
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
    with transaction() as session:
        rows = versions_of(session, document_id(f"{area}/local_authority", "1.12"))
        assert len({row.sha256 for row in rows}) == 6
        events = list(session.query(OutboxEvent).filter_by(event="jtai.document.sent"))
    assert {row.subject for row in events} == {row.id for row in rows}
