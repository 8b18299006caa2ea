"""A return in several files, and a file that holds several returns."""

import io
from pathlib import Path

import pytest
import xlsxwriter

from models.lifecycle import RequestState
from models.tables import Submission
from tasks.ground.database import transaction
from tasks.jobs.validate import Verdict
from tasks.ledger.rows import UnknownRequestError
from tasks.returns.arrivals import files_of
from tasks.returns.declarations import undo_nil
from tasks.returns.sharing import share_now
from tasks.returns.uploads import open_upload, upload_completed
from tests.tasks.jobs.test_validate import report_of
from tests.tasks.steps import checked, file_of, request, send, verdict_on
from tests.validation.rows import example_row
from validation.returns import CONTRACTS


def add(request_id: str, name: str, data: bytes) -> Submission:
    """Send one more file of a return."""
    from tasks.ground import store

    upload = open_upload(request_id, name, uploader="test", adds=True)
    store.put_once(upload.key, data)
    return upload_completed(upload.id)


@pytest.fixture
def halves(synthetic: Path) -> tuple[bytes, bytes]:
    """Return the police's return in two files."""
    lines = file_of(synthetic, "POL-1").read_bytes().splitlines(keepends=True)
    middle = len(lines) // 2
    return b"".join(lines[:middle]), b"".join([lines[0], *lines[middle:]])


def submission(ref: str, version: int, code: str = "pol-1") -> Submission:
    with transaction() as session:
        return session.get_one(Submission, f"{ref}-{code}-v{version}")


def test_a_second_file_adds_its_rows_to_the_version_before(area: str, halves: tuple[bytes, bytes]) -> None:
    one = verdict_on(area, "pol-1", "a.csv", halves[0])
    add(f"{area}-pol-1", "b.csv", halves[1])
    (both,) = checked(area)
    assert (both.verdict, both.version, both.rows) == ("accepted", 2, one.rows + halves[1].count(b"\n") - 1)
    assert [file["sha256"] for file in files_of(submission(area, 2))] == [
        submission(area, 1).sha256,
        submission(area, 2).sha256,
    ]


def test_a_finding_says_in_which_file_it_is(area: str, halves: tuple[bytes, bytes]) -> None:
    verdict_on(area, "pol-1", "a.csv", halves[0])
    lines = halves[1].splitlines()
    lines[1] = b",".join(b"?" for _ in lines[1].split(b","))
    add(f"{area}-pol-1", "b.csv", b"\n".join(lines))
    (found,) = checked(area)
    findings = report_of(found.submission)["findings"]
    assert isinstance(findings, list)
    assert {(one["file"], one["row"]) for one in findings if one["severity"] == "error"} == {(2, 2)}


def test_the_same_rows_in_both_files_are_found(area: str, halves: tuple[bytes, bytes]) -> None:
    verdict_on(area, "pol-1", "a.csv", halves[0])
    add(f"{area}-pol-1", "b.csv", halves[0] + b"\n")
    (found,) = checked(area)
    assert found.verdict == "rejected"
    assert found.errors >= found.rows


def test_the_very_same_file_is_not_taken_as_a_part_again(area: str, halves: tuple[bytes, bytes]) -> None:
    verdict_on(area, "pol-1", "a.csv", halves[0])
    add(f"{area}-pol-1", "b.csv", halves[1])
    checked(area)
    for half in halves:
        add(f"{area}-pol-1", "c.csv", half)
        assert checked(area) == []
    assert request(area, "pol-1").current_version == 2


def test_a_whole_file_afterwards_takes_the_place_of_all_parts(area: str, halves: tuple[bytes, bytes]) -> None:
    verdict_on(area, "pol-1", "a.csv", halves[0])
    add(f"{area}-pol-1", "b.csv", halves[1])
    send(f"{area}-pol-1", "c.csv", halves[0])
    assert [found.rows for found in checked(area)][-1] == halves[0].count(b"\n") - 1
    assert submission(area, 3).parts == []


def test_one_more_file_of_nothing_is_the_first_file(area: str, halves: tuple[bytes, bytes]) -> None:
    assert add(f"{area}-pol-1", "a.csv", halves[0]).parts == []


def annex(*lists: int) -> bytes:
    """Return a workbook as a council keeps it: a list a sheet, a title above the headers."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for number in lists:
            sheet = CONTRACTS[f"LA-{number}"].main
            page = book.add_worksheet(f"List {number}")
            page.write_string(0, 0, f"Annex A, list {number}")
            page.write_row(2, 0, sheet.names)
            page.write_row(3, 0, [cell or "" for cell in example_row(sheet).values()])
    return out.getvalue()


@pytest.fixture
def lists(area: str) -> str:
    """Return an inspection in which three more lists of the council are still to come."""
    for number in (1, 4, 6):
        undo_nil(f"{area}-la-{number}", by="agency: Jo")
    return area


def sent(ref: str, data: bytes, shared: bool) -> list[Verdict]:
    from tasks.ground import store

    upload = open_upload(f"{ref}-la-1", "annex-a.xlsx", uploader="agency: Jo", shared=shared)
    store.put_once(upload.key, data)
    upload_completed(upload.id)
    return checked(ref)


def test_a_workbook_of_several_lists_is_split_into_them(lists: str) -> None:
    found = sent(lists, annex(1, 4), shared=True)
    assert [(one.return_code, one.verdict, one.rows) for one in found] == [
        ("LA-1", found[0].verdict, 1),
        ("LA-4", found[1].verdict, 1),
    ]
    assert {one.verdict for one in found} <= {"accepted", "queried"}
    one, four = submission(lists, 1, "la-1"), submission(lists, 1, "la-4")
    assert (one.sha256, one.key, one.received_at) == (four.sha256, four.key, four.received_at)
    assert request(lists, "la-6").state in {RequestState.ISSUED, RequestState.ACKNOWLEDGED}


def test_the_other_lists_are_offered_and_taken_once(lists: str) -> None:
    assert len(sent(lists, annex(1, 4, 6), shared=False)) == 1
    assert submission(lists, 1, "la-1").result.also == ["LA-4", "LA-6"]
    taken = share_now(f"{lists}-la-1-v1", agency_id=f"{lists}/local_authority")
    assert taken == [f"{lists}-la-4-v1", f"{lists}-la-6-v1"]
    assert share_now(f"{lists}-la-1-v1") == []
    assert len(checked(lists)) == 2


def test_nobody_shares_another_agencys_file(lists: str) -> None:
    sent(lists, annex(1, 4), shared=False)
    for known in (f"{lists}-la-1-v1", "nothing"):
        with pytest.raises(UnknownRequestError):
            share_now(known, agency_id=f"{lists}/police")
