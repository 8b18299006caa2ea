"""What replaces an accepted file is looked at first, a good version is used again, what was sent is opened again."""

from pathlib import Path

import pytest

from models.lifecycle import RequestState, Stage
from models.tables import Submission
from tasks.ground.database import transaction
from tests.portal.driving import Driver, apart, moved_to, validated, words
from tests.stacks import put_at
from tests.tasks.steps import actions, request

pytestmark = pytest.mark.parts


@pytest.fixture
def accepted(police: Driver, reading: str, police_file: Path) -> str:
    """Return the request of the police, whose version 71 is accepted."""
    apart(f"{reading}-pol-1", after=70)
    police.upload(f"{reading}-pol-1", "February.csv", police_file.read_bytes())
    validated(reading)
    assert request(reading, "pol-1").state in {RequestState.ACCEPTED, RequestState.QUERIED}
    return f"{reading}-pol-1"


def test_what_replaces_an_accepted_file_is_shown_before_it_counts(police: Driver, accepted: str, reading: str) -> None:
    checking = police.chosen(accepted, "March.csv", b"incident_ref\n1\n", "newer_extract")
    seen = words(checking)
    for fact in ("Nothing is sent yet", "March.csv", "15 bytes", "newer extract", "Version 71", "February.csv"):
        assert fact in seen
    assert request(reading, "pol-1").current_version == 71
    assert "is not sent yet" in words(police.get(f"/requests/{accepted}"))
    sent = police.post(checking.url.path)
    assert "Your file is received as version 72." in words(sent)
    assert "Your file is received as version 72." not in words(police.get(sent.url.path))
    listed = words(police.get(f"/requests/{accepted}"))
    assert "Replacement: this is a newer extract from our system" in listed
    assert "is not sent yet" not in listed


def test_a_reason_is_needed_where_an_accepted_file_is_replaced(police: Driver, accepted: str) -> None:
    refused = police.chosen(accepted, "a.csv", b"incident_ref\n1\n", "")
    assert refused.status_code == 422
    assert "Choose why you are sending another version." in words(refused)


def test_a_file_is_set_aside(police: Driver, accepted: str, reading: str) -> None:
    checking = police.chosen(accepted, "a.csv", b"incident_ref\n1\n").url.path
    left = police.post(checking.replace("/check", "/discard"), page=checking)
    assert "The file was not sent" in words(left)
    assert police.get(checking).status_code == 404
    assert request(reading, "pol-1").current_version == 71


def test_the_same_file_is_told_before_and_after(police: Driver, accepted: str, reading: str, police_file: Path) -> None:
    checking = police.chosen(accepted, "b.csv", police_file.read_bytes())
    assert "This is the same file as version 71" in words(checking)
    again = police.http.post(checking.url.path, data={"csrf": police.token(checking.url.path)})
    assert "This is the same file as version 71, so no new version was made." in words(again)
    assert again.url.path == f"/submissions/{accepted}-v71"
    assert request(reading, "pol-1").current_version == 71


def test_a_script_is_sent_on_to_the_page_where_it_is_checked(police: Driver, accepted: str) -> None:

    token = {"x-csrf-token": police.token(f"/requests/{accepted}/upload")}
    file = {"filename": "a.csv", "size": 15, "why": "wrong_file"}
    permit = police.http.post(f"/requests/{accepted}/uploads", json=file, headers=token).json()
    put_at(permit["url"], b"incident_ref\n1\n", permit["headers"]).raise_for_status()
    answer = police.http.post(permit["complete"], json={}, headers=token).json()
    assert answer == {"location": f"/uploads/{permit['upload']}/check"}
    assert "Check what you are sending" in words(police.get(answer["location"]))


def test_a_good_version_is_used_again_after_a_wrong_file(
    police: Driver, council: Driver, accepted: str, reading: str
) -> None:
    police.upload(accepted, "wrong.csv", b"incident_ref\n1\n")
    validated(reading)
    assert request(reading, "pol-1").state == RequestState.REJECTED
    page = f"/submissions/{accepted}-v71/again"
    assert f'href="{page}"' in police.get(f"/requests/{accepted}").text
    shown = words(police.get(page))
    for fact in ("Version 71: February.csv", "Version 72: wrong.csv", "Why is version 71 used again?"):
        assert fact in shown
    assert "Choose why this version" in words(police.post(page))
    assert council.get(page).status_code == 404
    done = police.post(page, reason="wrong_file")
    assert "Version 71 is in use." in words(done)
    validated(reading)
    assert request(reading, "pol-1").state in {RequestState.ACCEPTED, RequestState.QUERIED}
    assert "Version 71 again: a wrong file replaced it" in words(police.get(f"/requests/{accepted}"))


def test_what_was_sent_is_opened_again_by_its_sender_alone(
    police: Driver, council: Driver, accepted: str, reading: str, police_file: Path
) -> None:
    address = f"/submissions/{accepted}-v71/files/1"
    assert address in police.get(f"/submissions/{accepted}-v71").text
    got = police.get(address)
    assert got.content == police_file.read_bytes()
    assert got.headers["content-disposition"] == 'attachment; filename="POL-1-version-71.csv"'
    assert actions(reading)[-1] == "return-file.read"
    for driver, path in ((council, address), (police, address[:-1] + "2"), (police, address[:-1] + "0")):
        assert driver.get(path).status_code == 404
    with transaction() as session:
        session.get_one(Submission, f"{accepted}-v71").result.malware = "Eicar"
    assert police.get(address).status_code == 404


def test_nothing_of_it_is_offered_once_the_returns_are_closed(police: Driver, accepted: str, reading: str) -> None:
    checking = police.chosen(accepted, "third.csv", b"incident_ref\n2\n").url.path
    moved_to(reading, Stage.RETURNS_CLOSED)
    listed = police.get(f"/requests/{accepted}").text
    for offer in ("/again", "/upload", "/late", "/nil", checking):
        assert offer not in listed
    assert "cannot be done now" in words(police.get(f"/submissions/{accepted}-v71/again"))
    closed = police.get(checking)
    assert "moved on to" in words(closed)
    assert "<form" not in closed.text


def test_a_nil_return_is_checked_confirmed_and_taken_back(police: Driver, reading: str) -> None:
    page = f"/requests/{reading}-pol-1/nil"
    checking = police.post(f"{page}/check", page=page, declare="yes")
    seen = words(checking)
    for fact in ("Nothing is declared yet", "Thames Valley Police", "POL-1", "We searched our records"):
        assert fact in seen
    assert request(reading, "pol-1").state == RequestState.ISSUED
    assert "Confirm that you searched" in words(police.post(f"{page}/check", page=page))
    assert "Your nil return for POL-1 is recorded." in words(police.post(page, declare="yes"))
    back = police.post(f"{page}/undo", page=f"/requests/{reading}-pol-1")
    assert "is taken back" in words(back)
    assert request(reading, "pol-1").state == RequestState.ACKNOWLEDGED
    again = police.post(f"{page}/undo", page=f"/requests/{reading}-pol-1/upload")
    assert again.status_code == 422
    assert "no nil return" in words(again)
