"""An agency signs in, reads what is asked, sends files and declares."""

import re
from pathlib import Path

import pytest

from models.events import Owed
from models.lifecycle import RequestState, Stage
from models.tables import Request, Submission
from tasks.ground.database import transaction
from tasks.ledger.work import claim, give_back
from tests.portal.driving import Driver, moved_to, plain_actor, validated, words


@pytest.mark.usefixtures("reading")
def test_the_task_list_names_each_return_with_its_deadline_in_words(police: Driver) -> None:
    seen = words(police.get("/"))
    assert "POL-1" in seen
    assert "LA-DA" not in seen
    assert "To do" in seen
    assert "days left" in seen
    assert " on " in seen
    assert "1 return is still to come" in seen


def test_a_request_shows_guidance_from_the_contract_and_gives_templates(police: Driver, reading: str) -> None:
    seen = words(police.get(f"/requests/{reading}-pol-1"))
    assert "What each column means" in seen
    assert "incident_datetime" in seen
    for kind, magic in (("xlsx", b"PK"), ("ods", b"PK"), ("csv", b"\xef\xbb\xbf")):
        got = police.get(f"/requests/{reading}-pol-1/template.{kind}")
        assert got.status_code == 200
        assert got.content.startswith(magic)
        assert got.headers["content-disposition"] == f'attachment; filename="POL-1-template.{kind}"'


def test_acknowledging_is_recorded_once(police: Driver, reading: str) -> None:
    page = f"/requests/{reading}-pol-1"
    assert police.post(f"{page}/acknowledge", page=page).status_code == 200
    with transaction() as session:
        assert session.get_one(Request, f"{reading}-pol-1").state == "acknowledged"
    assert "Tell us you have seen" not in police.get(page).text


def test_l1_a_receipt_holds_hash_size_time_and_version(police: Driver, reading: str, police_file: Path) -> None:
    answer = police.upload(f"{reading}-pol-1", "Thames return.csv", police_file.read_bytes())
    assert answer.url.path == f"/submissions/{reading}-pol-1-v1"
    with transaction() as session:
        row = session.get_one(Submission, f"{reading}-pol-1-v1")
    seen = words(answer)
    for fact in (row.sha256, f"{row.size:,} bytes", row.version_id, "Thames return.csv", "Not scanned for malware"):
        assert fact in seen
    assert "February 2025 at" in seen
    assert "GMT" in seen


def test_a_clean_return_is_accepted(police: Driver, reading: str, police_file: Path) -> None:
    police.upload(f"{reading}-pol-1", "a.csv", police_file.read_bytes())
    waiting = police.get(f"/submissions/{reading}-pol-1-v1")
    assert 'http-equiv="refresh"' in waiting.text
    validated(reading)
    seen = police.get(f"/submissions/{reading}-pol-1-v1")
    assert "is accepted" in words(seen)
    assert 'http-equiv="refresh"' not in seen.text
    assert police.get(f"/submissions/{reading}-pol-1-v1/state").json()["verdict"] in {"accepted", "queried"}


def test_a_rejected_return_says_what_to_fix_and_where(police: Driver, rejected: str) -> None:
    answer = police.get(f"/submissions/{rejected}")
    seen = words(answer)
    assert "cannot be used yet" in seen
    assert "Send a corrected file" in seen
    assert "Errors come first" in seen
    assert re.search(r"At (?:[A-Z]+|row )2\b", seen)
    assert "=1+1" not in answer.text


def test_l5_downloads_hold_no_formula_and_no_value(police: Driver, rejected: str) -> None:
    for kind in ("html", "xlsx", "csv", "json"):
        got = police.get(f"/submissions/{rejected}/report.{kind}")
        assert got.status_code == 200
        assert got.headers["content-disposition"].startswith("attachment")
        assert b"=1+1" not in got.content
    lines = police.get(f"/submissions/{rejected}/report.csv").text.splitlines()
    assert all(not line.lstrip('\ufeff"').startswith(("=", "+", "-", "@")) for line in lines)


def test_a_nil_return_is_checked_before_it_is_declared(police: Driver, reading: str) -> None:
    page = f"/requests/{reading}-pol-1/nil"
    missing = police.post(page)
    assert missing.status_code == 422
    assert "Error: " in missing.text
    assert "Confirm that you searched" in words(missing)
    done = police.post(page, declare="yes")
    assert "Nil return" in words(done)
    with transaction() as session:
        assert plain_actor(str(session.get_one(Request, f"{reading}-pol-1").nil_declared_by)) == "police officer: P"


def test_what_may_not_be_held_says_so_and_none_held_needs_a_reason(police: Driver, reading: str) -> None:
    page = f"/requests/{reading}-pol-2"
    undone = police.post(f"{page}/nil/undo", page=page)
    assert "Needed If you hold such records." in words(undone)
    assert "The inspection then goes on without it." in words(undone)
    assert "Needed Yes" in words(police.get(f"/requests/{reading}-pol-1"))
    assert words(police.get("/")).count("if you hold such records") == 1
    missing = police.post(f"{page}/nil/check", page=f"{page}/nil", declare="yes")
    assert missing.status_code == 422
    assert "Choose why you hold none of these records" in words(missing)
    looked = police.post(f"{page}/nil/check", page=f"{page}/nil", declare="yes", reason="no_records")
    assert "Reason We searched our records and hold none" in words(looked)
    assert police.post(f"{page}/nil", declare="yes", reason="because").status_code == 422
    done = police.post(f"{page}/nil", declare="yes", reason="no_records")
    assert "We searched our records and hold none." in words(done)


def test_lateness_needs_a_real_date_and_a_reason(police: Driver, reading: str) -> None:
    page = f"/requests/{reading}-pol-1/late"
    wrong = police.post(page, until__day="31", until__month="2", until__year="2025")
    assert wrong.status_code == 422
    assert "Enter a real date" in words(wrong)
    assert "Choose why" in words(wrong)
    past = police.post(page, until__day="1", until__month="2", until__year="2025", reason="staff_absence")
    assert "must be today or later" in words(past)
    done = police.post(page, until__day="5", until__month="3", until__year="2025", reason="staff_absence")
    assert "Wednesday 5 March 2025" in words(done)


def test_l9_a_check_that_failed_is_said_to_be_our_fault(police: Driver, reading: str, police_file: Path) -> None:
    answer = police.upload(f"{reading}-pol-1", "a.csv", police_file.read_bytes())
    claimed = claim(Owed.VALIDATE, reading)
    assert claimed is not None
    give_back(claimed, MemoryError())
    seen = words(police.get(answer.url.path))
    assert "the fault is ours" in seen
    assert "Your file is safe" in seen
    assert "mend" not in seen


def test_a_second_version_is_taken_while_the_first_is_checked_and_both_stay(
    police: Driver, reading: str, police_file: Path
) -> None:
    page = f"/requests/{reading}-pol-1"
    police.upload(f"{reading}-pol-1", "a.csv", police_file.read_bytes())
    with transaction() as session:
        asked = session.get_one(Request, f"{reading}-pol-1")
        asked.state = RequestState.VALIDATING
    police.upload(f"{reading}-pol-1", "a.csv", police_file.read_bytes() + b"\n")
    seen = words(police.get(page))
    assert "Version 2" in seen
    assert "Version 1" in seen


def test_returns_that_are_closed_take_no_file(police: Driver, reading: str) -> None:
    form = f"/requests/{reading}-pol-1/upload"
    token = police.token(form)
    moved_to(reading, Stage.RETURNS_CLOSED)
    assert "moved on to returns closed" in words(police.get(form))
    sent = police.http.post(
        f"/requests/{reading}-pol-1/uploads", data={"csrf": token}, files={"file": ("a.csv", b"a,b\n")}
    )
    assert sent.status_code == 422
    assert "moved on to returns closed" in words(sent)
