"""Returns and the scanner: clean ones are checked, infected ones never opened, and without an answer all wait."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from models.events import Owed
from models.lifecycle import RequestState
from models.tables import AuditEntry, Submission, Work
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.jobs.validate import validate_submission
from tasks.ledger.work import MOST_ATTEMPTS, MOST_WAITS, claim, give_back
from tasks.returns.rechecks import ask_all
from tasks.returns.scanning import ScannerAwayError
from tests.scanning import EICAR, using
from tests.tasks.jobs.test_recheck import again
from tests.tasks.jobs.test_validate import messages
from tests.tasks.returns.test_several_files import add
from tests.tasks.steps import actions, checked, file_of, ledger_text, notices, request, send, taken, verdict_on


@pytest.fixture
def police(synthetic: Path) -> bytes:
    return file_of(synthetic, "POL-1").read_bytes()


@pytest.fixture
def infected(police: bytes) -> bytes:
    return police + b'"' + EICAR + b'"\n'


def submission(ref: str, version: int = 1) -> Submission:
    with transaction() as session:
        return session.get_one(Submission, f"{ref}-pol-1-v{version}")


def work(ref: str) -> Work:
    with transaction() as session:
        return session.get_one(Work, (Owed.VALIDATE, f"{ref}-pol-1-v1"))


def held(ref: str) -> bool:
    """Try once to check what waits, as the flow does; return whether it was put aside as dead."""
    with transaction() as session:
        for one in session.exec(select(Work).where(Work.inspection == ref)):
            one.not_before = utc_now() - timedelta(seconds=1)
            session.add(one)
    claimed = taken(Owed.VALIDATE, ref)
    with pytest.raises(ScannerAwayError) as caught:
        validate_submission(claimed)
    return give_back(claimed, caught.value) is None


def test_a_clean_return_says_when_and_by_what_it_was_scanned(area: str, police: bytes, scanner: str) -> None:
    with using(scanner):
        assert verdict_on(area, "pol-1", "a.csv", police).verdict == "accepted"
    found = submission(area)
    assert (found.result.scanned, found.result.malware) == ("clean", None)
    assert found.result.scanned_at is not None
    assert (found.result.scanned_by or "").startswith("ClamAV ")


def test_without_a_scanner_a_return_is_checked_and_not_scanned(area: str, infected: bytes) -> None:
    assert verdict_on(area, "pol-1", "a.csv", infected).verdict == "rejected"
    found = submission(area)
    assert (found.result.scanned, found.result.scanned_at, found.result.scanned_by) == ("not scanned", None, None)


def test_an_infected_return_is_never_opened_and_both_sides_are_told(area: str, infected: bytes, scanner: str) -> None:
    with using(scanner):
        found = verdict_on(area, "pol-1", "a.csv", infected)
    assert (found.verdict, found.rows) == ("unreadable", 0)
    assert "Our virus scanner found Eicar-Test-Signature" in messages(found.submission)
    assert "so it was not opened" in messages(found.submission)
    row = submission(area)
    assert (row.result.scanned, row.result.table_keys, row.result.places_key) == ("infected", [], None)
    assert (row.result.malware or "").startswith("Eicar-Test-Signature")
    assert request(area, "pol-1").state == RequestState.REJECTED
    assert {one.kind for one in notices(area, "infected", "unreadable", "malware")} == {"infected", "malware"}
    assert [one.agency_id for one in notices(area, "malware")] == [None]


def test_an_infected_file_stays_as_evidence(area: str, infected: bytes, scanner: str) -> None:
    with using(scanner):
        verdict_on(area, "pol-1", "a.csv", infected)
    row = submission(area)
    assert store.get(row.key, row.version_id) == infected


def test_l6_what_was_found_is_in_the_audit(area: str, infected: bytes, scanner: str) -> None:
    with using(scanner):
        verdict_on(area, "pol-1", "a.csv", infected)
    with transaction() as session:
        (entry,) = session.exec(select(AuditEntry).where(AuditEntry.action == "malware.found"))
    assert entry.subject == f"{area}-pol-1-v1"
    assert entry.facts["found"].startswith("Eicar-Test-Signature")


def test_l5_the_ledger_holds_the_name_of_what_was_found_and_nothing_of_the_file(
    area: str, infected: bytes, scanner: str
) -> None:
    with using(scanner):
        verdict_on(area, "pol-1", "Amelia Smith.csv", infected)
    held_text = ledger_text()
    assert EICAR.decode() not in held_text
    assert "Amelia" not in held_text


def test_an_infected_file_among_several_is_named(area: str, police: bytes, infected: bytes, scanner: str) -> None:
    with using(scanner):
        verdict_on(area, "pol-1", "a.csv", police)
        add(f"{area}-pol-1", "b.csv", infected)
        (found,) = checked(area)
    assert found.verdict == "unreadable"
    from tests.tasks.jobs.test_validate import report_of

    findings = report_of(found.submission)["findings"]
    assert isinstance(findings, list)
    assert [one["file"] for one in findings] == [2]


def test_a_scanner_that_is_down_holds_the_file_and_never_passes_it(area: str, police: bytes, scanner: str) -> None:
    with using("/nowhere/clamd.sock"):
        send(f"{area}-pol-1", "a.csv", police)
        assert held(area) is False
        assert (work(area).state, work(area).fault) == ("owed", "ScannerAwayError")
        assert (submission(area).result.verdict, submission(area).result.scanned) == (None, "not scanned")
        assert claim(Owed.VALIDATE, area) is None
    with transaction() as session:
        row = session.get_one(Work, (Owed.VALIDATE, f"{area}-pol-1-v1"))
        row.not_before = utc_now()
        session.add(row)
    with using(scanner):
        (found,) = checked(area)
    assert (found.verdict, submission(area).result.scanned) == ("accepted", "clean")


def test_a_scanner_that_stays_down_is_raised_to_people_and_nothing_is_lost(area: str, police: bytes) -> None:
    with using("/nowhere/clamd.sock"):
        send(f"{area}-pol-1", "a.csv", police)
        assert [held(area) for _ in range(MOST_WAITS)] == [False] * (MOST_WAITS - 1) + [True]
    assert MOST_WAITS > MOST_ATTEMPTS
    assert (work(area).state, submission(area).result.verdict) == ("dead", None)
    assert actions(area)[-1] == "work.dead"
    row = submission(area)
    assert store.get(row.key, row.version_id) == police


def test_waiting_for_the_scanner_never_pauses_for_more_than_five_minutes(area: str, police: bytes) -> None:
    with using("/nowhere/clamd.sock"):
        send(f"{area}-pol-1", "a.csv", police)
        for _ in range(12):
            held(area)
    assert work(area).not_before <= utc_now() + timedelta(minutes=5)


def test_what_was_infected_stays_unopened_when_it_is_checked_again_without_a_scanner(
    area: str, infected: bytes, scanner: str
) -> None:
    with using(scanner):
        verdict_on(area, "pol-1", "a.csv", infected)
    ask_all(area, counts=True, by="Sam Patel")
    (came,) = again(area)
    assert "unreadable, now unreadable" in came
    assert submission(area).result.scanned == "infected"


def test_newer_signatures_find_in_a_stored_return_what_older_ones_did_not(
    area: str, infected: bytes, scanner: str
) -> None:
    assert verdict_on(area, "pol-1", "a.csv", infected).verdict == "rejected"
    ask_all(area, counts=False, by="Sam Patel")
    with using(scanner):
        again(area)
    assert submission(area).result.scanned == "infected"
    assert len(notices(area, "malware")) == 1
