"""What a sender sees of the virus check: waiting, held, clean, infected."""

from pathlib import Path

import pytest

from models.events import Owed
from tasks.ground.database import transaction
from tasks.jobs.validate import validate_submission
from tasks.ledger.work import claim, give_back
from tasks.returns.scanning import ScannerAwayError
from tests.portal.driving import Driver, apart, validated, words
from tests.scanning import EICAR, using


@pytest.fixture
def sent(police: Driver, reading: str, police_file: Path) -> str:
    """Return the address of a return of the police that waits."""
    apart(f"{reading}-pol-1", after=90)
    police.upload(f"{reading}-pol-1", "a.csv", police_file.read_bytes())
    return f"/submissions/{reading}-pol-1-v91"


def test_a_clean_receipt_says_so(police: Driver, reading: str, sent: str, scanner: str) -> None:
    with using(scanner):
        assert "Waits for the virus check" in words(police.get(sent))
        validated(reading)
        seen = words(police.get(sent))
    assert "Scanned, nothing found, on " in seen
    assert "by ClamAV " in seen


def test_without_a_scanner_the_receipt_says_not_scanned(police: Driver, reading: str, sent: str) -> None:
    validated(reading)
    assert "Not scanned for malware" in words(police.get(sent))


@pytest.mark.parametrize(("tries", "told"), [(1, "We will try again"), (40, "The operator has been told")])
def test_a_file_that_waits_for_the_scanner_is_safely_received_and_has_no_verdict(
    police: Driver, reading: str, sent: str, tries: int, told: str
) -> None:
    with using("/nowhere/clamd.sock"):
        claimed = claim(Owed.VALIDATE, reading)
        assert claimed is not None
        with pytest.raises(ScannerAwayError) as caught:
            validate_submission(claimed)
        with transaction() as session:
            from models.tables import Work

            work = session.get_one(Work, (claimed.kind.value, claimed.subject))
            work.failures = tries
            session.add(work)
        give_back(claimed, caught.value)
        seen = words(police.get(sent))
    assert "Your file is safely received" in seen
    assert "waits for the virus check" in seen
    assert told in seen
    assert "the fault is ours" not in seen
    assert police.get(f"{sent}/state").json() == {"verdict": None}


def test_an_infected_file_is_told_in_plain_words_and_never_given_back(
    police: Driver, reading: str, police_file: Path, scanner: str
) -> None:
    apart(f"{reading}-pol-1", after=110)
    police.upload(f"{reading}-pol-1", "a.csv", police_file.read_bytes() + EICAR)
    with using(scanner):
        validated(reading)
        answer = police.get(f"/submissions/{reading}-pol-1-v111")
    seen = words(answer)
    assert "Our virus scanner found Eicar-Test-Signature" in seen
    assert "so it was not opened" in seen
    assert "Scanned, Eicar-Test-Signature" in seen
    assert "/marked/" not in answer.text
    assert police.get(f"/submissions/{reading}-pol-1-v111/marked/1.xlsx").status_code == 404
