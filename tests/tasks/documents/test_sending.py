"""Documents: asked for by the theme, sent, scanned, replaced, declared not to be held, chased and opened."""

import io
from datetime import datetime, time

import pytest
from sqlmodel import select

from models.england import ENGLAND
from models.events import Owed
from models.ids import document_id
from models.lifecycle import ENDED, Stage
from models.states import OF_A_CHILD, DocumentKind, DocumentState, NoneHeld, ScanState
from models.tables import Agency, AuditEntry, DocumentItem, DocumentVersion, Inspection, Work
from models.tables.base import utc_now
from models.themes import theme
from models.timetable import add_working_days
from tasks.documents.counts import counts_by_agency, in_words, owed_by_inspection
from tasks.documents.sending import (
    DocumentError,
    UnknownDocumentError,
    hold_none,
    read_own,
    send_document,
    versions_of,
)
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.inspection.days import day_of
from tasks.inspection.document_items import items_of, listed_for
from tasks.inspection.ending import Ending, EndReason, end
from tasks.inspection.rehearsal_clock import set_clock
from tasks.jobs.chase import chase
from tasks.jobs.scan_document import document_name, scan_document
from tasks.ledger.work import claim, give_back
from tasks.people.notices import words_of
from tasks.reading.documents import documents_seen, read_document
from tasks.reading.visibility import Reader
from tasks.returns.scanning import ScannerAwayError
from tasks.watch.desk import desk
from tests.scanning import EICAR, using
from tests.tasks.documents.asked import council, protocols
from tests.tasks.steps import actions, ledger_text, moved_to, notices
from validation.files.documents import DocumentRefusedError

pytestmark = pytest.mark.parts
BY = "local_authority officer: P-7KQ2M4XB"
TEXT = b"Local protocol for assessment.\nAgreed by everybody.\n"


def sent(ref: str, data: bytes = TEXT, name: str = "Jane Doe.exe") -> int:
    return send_document(protocols(ref), council(ref), io.BytesIO(data), len(data), filename=name, by=BY)


def scanned(ref: str) -> list[str]:
    results = []
    while claimed := claim(Owed.SCAN_DOCUMENT, ref):
        results.append(scan_document(claimed))
    return results


def item(ref: str, identity: str = "") -> DocumentItem:
    with transaction() as session:
        return session.get_one(DocumentItem, identity or protocols(ref))


def newest(ref: str) -> DocumentVersion:
    with transaction() as session:
        return session.get_one(DocumentVersion, item(ref).newest_id)


def test_each_agency_has_an_item_of_its_own_for_each_document_of_its_kind(area: str) -> None:
    wanted = theme("domestic-abuse-2024").documents
    with transaction() as session:
        agencies = session.exec(select(Agency).where(Agency.inspection == area)).all()
        for agency in agencies:
            own = {each.number for each in wanted if agency.kind in each.agencies if each.kind not in OF_A_CHILD}
            rows = items_of(session, agency.id)
            assert {row.number for row in rows} == own
            assert {row.state for row in rows} <= {DocumentState.ASKED}
            assert [row["name"] for row in listed_for(session, agency.id)] == [row.name for row in rows]
            due = {row.number: row.due_at.astimezone(ENGLAND) for row in rows}
            for each in wanted:
                if each.number in due:
                    assert due[each.number] == datetime.combine(day_of(session, area, each.due), time(17), ENGLAND)
    assert item(area).title == "Local protocols for assessment and support"
    assert "documents.asked" in actions(area)
    (written,) = [row for row in notices(area, "requests_issued") if str(row.agency_id).endswith("local_authority")]
    with transaction() as session:
        body = words_of(session, written).body
    assert "1.12 Local protocols for assessment and support, by 5pm on Wednesday 26 February 2025." in body
    (marac,) = [row for row in notices(area, "requests_issued") if str(row.agency_id).endswith("marac")]
    with transaction() as session:
        assert "1.13 Marac protocol and terms of reference" in words_of(session, marac).body


def test_l1_a_document_is_stored_recorded_and_opened_only_after_the_scan(area: str) -> None:
    assert sent(area) == 1
    version = newest(area)
    assert store.get(version.key) == TEXT
    assert (version.kind, version.size, version.by, version.late) == ("txt", len(TEXT), BY, False)
    assert store.look(version.key).sha256 == version.sha256
    with pytest.raises(UnknownDocumentError):
        read_own(protocols(area), council(area), 1, by=BY)
    assert scanned(area) == [ScanState.NOT_SCANNED]
    name, opened = read_own(protocols(area), council(area), 1, by=BY)
    assert (name, opened.id) == ("document-1-12-version-1.txt", version.id)
    assert actions(area)[-2:] == ["document.sent", "document.read"]
    assert item(area).state is DocumentState.RECEIVED


def test_l5_the_senders_file_name_is_in_the_store_alone(area: str) -> None:
    sent(area)
    assert store.filename_of(newest(area).key) == "Jane Doe.exe"
    assert "Jane Doe" not in ledger_text()


def test_the_same_file_again_is_no_version_and_the_older_of_two_stays_readable(
    area: str,
) -> None:
    assert (sent(area), sent(area), sent(area, b"a,b\n1,2\n")) == (1, 1, 2)
    scanned(area)
    with transaction() as session:
        assert [row.version for row in versions_of(session, protocols(area))] == [2, 1]
    assert read_own(protocols(area), council(area), 1, by=BY)[0].endswith("version-1.txt")
    assert read_own(protocols(area), council(area), 2, by=BY)[0].endswith("version-2.csv")


@pytest.mark.parametrize("data", [b"", b"MZ\0\x01program"])
def test_what_is_no_document_leaves_nothing(area: str, data: bytes) -> None:
    with pytest.raises((DocumentError, DocumentRefusedError)):
        sent(area, data)
    assert item(area).current_version == 0
    assert list(store.keys_under(f"documents/{area}/")) == []


def test_an_agency_never_reaches_anothers(area: str) -> None:
    sent(area)
    scanned(area)
    police = f"{area}/police"
    with pytest.raises(UnknownDocumentError):
        read_own(protocols(area), police, 1, by="police")
    with pytest.raises(UnknownDocumentError):
        send_document(protocols(area), police, io.BytesIO(TEXT), len(TEXT), filename="a.txt", by="police")
    with pytest.raises(UnknownDocumentError):
        hold_none(protocols(area), police, NoneHeld.NOT_THERE, by="police")
    assert item(area).current_version == 1


def test_malware_is_opened_by_nobody_and_asked_for_again(area: str, scanner: str) -> None:
    with using(scanner):
        sent(area)
        sent(area, TEXT + EICAR)
        assert scanned(area) == [ScanState.CLEAN, ScanState.INFECTED]
    with pytest.raises(UnknownDocumentError):
        read_own(protocols(area), council(area), 2, by=BY)
    with pytest.raises(UnknownDocumentError):
        read_document(area, protocols(area), 2, Reader("inspector: x"))
    assert read_own(protocols(area), council(area), 1, by=BY)[1].scanned_by.startswith("ClamAV")
    assert item(area).state is DocumentState.ASKED
    written = notices(area, "infected", "malware")
    assert {row.kind for row in written} == {"infected", "malware"}
    with transaction() as session:
        assert "version 2 of document 1.12 Local protocols" in words_of(session, written[0]).body
    assert "malware.found" in actions(area)


def test_a_document_waits_while_the_scanner_does_not_answer(area: str, scanner: str) -> None:
    sent(area)
    with using("/nowhere/clamd.sock"):
        claimed = claim(Owed.SCAN_DOCUMENT, area)
        assert claimed is not None
        assert document_name(claimed) == "Reading - Reading Council - document 1.12 v1"
        with pytest.raises(ScannerAwayError) as caught:
            scan_document(claimed)
        assert give_back(claimed, caught.value) is not None
    with pytest.raises(UnknownDocumentError):
        read_own(protocols(area), council(area), 1, by=BY)
    with transaction() as session:
        session.get_one(Work, (Owed.SCAN_DOCUMENT, claimed.subject)).not_before = utc_now()
    with using(scanner):
        assert scanned(area) == [ScanState.CLEAN]
    assert newest(area).readable


def test_none_held_needs_a_listed_reason_and_a_file_takes_it_back(area: str) -> None:
    with pytest.raises(DocumentError, match="Choose why"):
        hold_none(protocols(area), council(area), "because", by=BY)
    hold_none(protocols(area), council(area), NoneHeld.BEING_WRITTEN, by=BY)
    row = item(area)
    assert (row.state, row.none_reason, row.none_by) == (DocumentState.NONE_HELD, NoneHeld.BEING_WRITTEN, BY)
    with pytest.raises(DocumentError, match="answered this already"):
        hold_none(protocols(area), council(area), NoneHeld.NOT_OURS, by=BY)
    sent(area)
    row = item(area)
    assert (row.state, row.none_reason, row.none_by, row.none_at) == (DocumentState.RECEIVED, None, "", None)


@pytest.mark.parametrize("stage", [*sorted(ENDED), Stage.DEFERRED, Stage.PUBLISHED, Stage.STATEMENT_DUE])
def test_an_inspection_that_is_over_or_paused_takes_none(area: str, stage: Stage) -> None:
    with transaction() as session:
        session.get_one(Inspection, area).stage = stage
    with pytest.raises(DocumentError):
        sent(area)
    with pytest.raises(DocumentError):
        hold_none(protocols(area), council(area), NoneHeld.NOT_THERE, by=BY)
    assert item(area).state is DocumentState.ASKED


def test_the_team_reads_what_it_sees_and_each_opening_is_counted_with_its_person(area: str) -> None:
    sent(area)
    scanned(area)
    everything, narrow = Reader("inspector: P-AAAA2222"), Reader("inspector: P-BBBB2222", frozenset({"police"}))
    name, _ = read_document(area, protocols(area), 1, everything)
    assert name == "document-1-12-version-1.txt"
    with pytest.raises(UnknownDocumentError):
        read_document(area, protocols(area), 1, narrow)
    with pytest.raises(UnknownDocumentError):
        read_document("another", protocols(area), 1, everything)
    with transaction() as session:
        rows = {row.item.id: row for row in documents_seen(session, area, everything)}
        assert [opened for _, opened in rows[protocols(area)].versions] == [1]
        assert {row.item.agency_id for row in documents_seen(session, area, narrow)} == {f"{area}/police"}
        (entry,) = session.exec(select(AuditEntry).where(AuditEntry.action == "document.read")).all()
    assert entry.actor == "inspector: P-AAAA2222"


def clock(ref: str, step: str, days: int) -> None:
    with transaction() as session:
        day = add_working_days(day_of(session, ref, step), days)
    set_clock(ref, datetime.combine(day, time(9), ENGLAND), by="test")


def test_documents_are_chased_in_one_notice_for_each_deadline_and_those_answered_are_not(area: str) -> None:
    kinds = ("documents_reminder", "documents_overdue", "documents_escalated")
    sent(area)
    hold_none(document_id(council(area), "1.3"), council(area), NoneHeld.NOT_THERE, by=BY)
    clock(area, "theme_lists_due", -1)
    for _ in range(2):
        chase(area)
    reminded = [row for row in notices(area, *kinds) if row.agency_id == council(area)]
    assert [row.kind for row in reminded] == ["documents_reminder"]
    numbers = {name.split()[0] for name in reminded[0].facts["documents"]}
    assert "1.2" in numbers
    assert not numbers & {"1.12", "1.3", "2.1"}
    clock(area, "theme_lists_due", 1)
    for _ in range(2):
        chase(area)
    late = [row.kind for row in notices(area, *kinds) if row.agency_id == council(area) and row not in reminded]
    assert sorted(set(late)) == ["documents_overdue", "documents_reminder"]
    escalated = [row for row in notices(area, "documents_escalated") if "Council" in row.facts["agency"]]
    assert len(escalated) == 1
    with transaction() as session:
        assert "not arrived from Reading Council" in words_of(session, escalated[0]).body
        counts = {row.agency: row for row in counts_by_agency(session, session.get_one(Inspection, area))}
        council_counts = counts["Reading Council"]
        assert (council_counts.received, council_counts.none_held) == (1, 1)
        assert council_counts.requested == council_counts.owed + 2
        assert 0 < council_counts.overdue < council_counts.owed
        assert len(owed_by_inspection(session)[area]) == sum(row.owed for row in counts.values())


def test_what_can_no_longer_be_sent_is_not_chased(area: str) -> None:
    with transaction() as session:
        session.get_one(Inspection, area).stage = Stage.PUBLISHED
    clock(area, "theme_lists_due", 1)
    chase(area)
    assert notices(area, "documents_reminder", "documents_overdue") == []


def test_a_cancelled_inspection_asks_for_none_and_a_pause_moves_what_was_to_come(area: str) -> None:
    due = item(area).due_at
    end(area, Ending.DEFER, EndReason.MADE_IN_ERROR, by="test")
    clock(area, "announced", 3)
    end(area, Ending.REOPEN, EndReason.READY_AGAIN, by="test")
    assert (item(area).due_at - due).days == 5
    end(area, Ending.CANCEL, EndReason.MADE_IN_ERROR, by="test")
    assert item(area).state is DocumentState.WITHDRAWN
    assert "documents.withdrawn" in actions(area)


def test_case_files_and_chronologies_have_an_item_for_each_child_whom_an_agency_knows(chosen: str) -> None:
    from models.tables import Request

    with transaction() as session:
        for request in session.exec(select(Request).where(Request.return_code == "EVAL")):
            rows = items_of(session, request.agency_id)
            for kind in OF_A_CHILD:
                assert {row.child for row in rows if row.kind is kind} == set(request.cases)
            assert {row.state for row in rows if row.kind is DocumentKind.CHRONOLOGY} == {DocumentState.OFFERED}
            assert {row.state for row in rows if row.kind is DocumentKind.CASE_FILE} == {DocumentState.ASKED}
            assert all(row.due_at == request.due_at for row in rows if row.child)
        opened = notices(chosen, "evaluations_opened")
        assert "documents from their case files" in words_of(session, opened[0]).body
    moved_to(chosen, Stage.FIELDWORK)


def test_a_theme_that_asks_wrongly_is_refused() -> None:
    from pydantic import ValidationError

    from models.themes import Theme

    right = theme("domestic-abuse-2024").model_dump(mode="json")
    for change, words in (
        ({"number": right["documents"][1]["number"]}, "several documents have the number 1.2"),
        ({"agencies": ["youth_justice"]}, "takes no part in the theme"),
        ({"due": "never"}, "not a step of the timetable"),
        ({"number": "12"}, "number"),
        ({"kind": "poem"}, "kind"),
    ):
        wrong = {**right, "documents": [{**right["documents"][0], **change}, *right["documents"][1:]]}
        with pytest.raises(ValidationError, match=words):
            Theme.model_validate(wrong)


def test_what_is_being_scanned_is_counted_until_the_scanner_has_answered_on_the_newest_version(area: str) -> None:
    def counted() -> tuple[int, int, int]:
        with transaction() as session:
            (row,) = (each for each in counts_by_agency(session, session.get_one(Inspection, area)) if each.received)
            (of_desk,) = (each for each in desk(session) if each.ref == area)
            assert of_desk.documents == len(owed_by_inspection(session)[area])
            return row.received, row.scanning, of_desk.scanning

    sent(area)
    sent(area, TEXT + b"Another line.\n")
    assert counted() == (1, 1, 1)
    assert in_words(3, 0, 1) == "3 owed and 1 being scanned"
    scanned(area)
    assert counted() == (1, 0, 0)
    assert in_words(0, 0, 0) == ""
