"""What an agency attaches to its comment is stored first, scanned, and opened by nobody before."""

import io
from pathlib import Path

import pytest

from models.events import Owed
from models.tables import CommentFile, Correction
from tasks.accuracy.comments import CommentRefusedError, NoCommentError, comment, withdraw_comment
from tasks.accuracy.files import (
    MOST,
    READ,
    NoFileError,
    attach,
    check_attaches,
    files_by_comment,
    files_of,
    open_file,
)
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.jobs.scan_comment_file import file_name, scan_comment_file
from tasks.returns.scanning import ScannerAwayError
from tests.scanning import EICAR, clamd, using
from tests.tasks.steps import actions, ledger_text, notices, taken
from validation.files.documents import DocumentRefusedError

pytestmark = pytest.mark.parts

PDF = b"%PDF-1.7\n%%EOF\n"
BY = "police officer: P-B"


@pytest.fixture
def said(draft: str) -> str:
    """Return the id of a comment of the police."""
    return comment(draft, f"{draft}/police", text="It was two days.", paragraph="P03", by=BY)


def attached(said: str, data: bytes = PDF, name: str = "Jo Quizzlebury.pdf") -> int:
    with transaction() as session:
        agency = session.get_one(Correction, said).agency_id
    return attach(said, agency, io.BytesIO(data), len(data), filename=name, by=BY)


def test_l1_a_file_is_in_the_store_before_its_row_and_opened_once_it_is_scanned(draft: str, said: str) -> None:
    assert attached(said) == 1
    with transaction() as session:
        (row,) = files_of(session, said)
        assert store.get(row.key, row.version_id) == PDF
        assert (row.kind, row.size, row.readable) == ("pdf", len(PDF), False)
        with pytest.raises(NoFileError):
            open_file(session, session.get_one(Correction, said), 1, by=BY)
    claimed = taken(Owed.SCAN_COMMENT_FILE, draft)
    assert file_name(claimed) == "Slough - Thames Valley Police - file 1 of a comment"
    assert scan_comment_file(claimed) == "not scanned"
    with transaction() as session:
        name, opened = open_file(session, session.get_one(Correction, said), 1, by=BY)
    assert (name, opened.sha256) == (f"comment-{said[:8]}-file-1.pdf", row.sha256)
    assert actions(draft).count(READ) == 1
    assert "Quizzlebury" not in ledger_text()


def test_the_same_file_again_is_one_and_another_is_a_second(draft: str, said: str) -> None:
    assert (attached(said), attached(said), attached(said, PDF + b"2\n")) == (1, 1, 2)
    with transaction() as session:
        assert {key: len(rows) for key, rows in files_by_comment(session, draft).items()} == {said: 2}


@pytest.mark.parametrize(("data", "error"), [(b"", CommentRefusedError), (b"MZ program", DocumentRefusedError)])
def test_what_is_no_document_is_refused(said: str, data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        attached(said, data)
    with transaction() as session:
        assert files_of(session, said) == []


@pytest.mark.pure
def test_a_file_that_is_too_large_is_refused_by_its_size() -> None:
    with pytest.raises(CommentRefusedError, match="must be smaller than"):
        check_attaches(io.BytesIO(PDF), 2**50)


def test_nobody_attaches_to_the_comment_of_another_nor_to_one_that_is_taken_back(draft: str, said: str) -> None:
    with pytest.raises(NoCommentError):
        attach(said, f"{draft}/health", io.BytesIO(PDF), len(PDF), filename="a.pdf", by="P-C")
    withdraw_comment(said, f"{draft}/police", by=BY)
    with pytest.raises(CommentRefusedError, match="You have taken this comment back"):
        attached(said)


def test_a_comment_has_no_more_files_than_somebody_reads(said: str) -> None:
    for number in range(MOST):
        attached(said, PDF + f"{number}\n".encode())
    with pytest.raises(CommentRefusedError, match=f"no more than {MOST} files"):
        attached(said, PDF + b"more\n")


def test_a_scanner_that_is_away_holds_the_file(draft: str, said: str, tmp_path: Path) -> None:
    attached(said)
    claimed = taken(Owed.SCAN_COMMENT_FILE, draft)
    with using(str(tmp_path / "clamd.sock")), pytest.raises(ScannerAwayError):
        scan_comment_file(claimed)
    with transaction() as session:
        assert not session.get_one(CommentFile, f"{said}/1").readable


def test_malware_is_opened_by_nobody_and_a_clean_copy_can_follow(draft: str, said: str, tmp_path: Path) -> None:
    assert attached(said, b"An honest line.\nAnother.\n" + EICAR) == 1
    with clamd(tmp_path / "clamd") as socket, using(socket):
        assert scan_comment_file(taken(Owed.SCAN_COMMENT_FILE, draft)) == "infected"
        attached(said)
        assert scan_comment_file(taken(Owed.SCAN_COMMENT_FILE, draft)) == "clean"
    with transaction() as session:
        row = session.get_one(Correction, said)
        with pytest.raises(NoFileError):
            open_file(session, row, 1, by=BY)
        assert open_file(session, row, 2, by=BY)[1].scanned_by
    assert {row.kind for row in notices(draft, "infected", "malware")} == {"infected", "malware"}
    assert "malware.found" in actions(draft)
