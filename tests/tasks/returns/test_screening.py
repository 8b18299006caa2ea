"""Files that are opened at once pass the same scanner as returns, and nothing passes where it says nothing clear."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from models.tables import AuditEntry
from tasks.ground.database import transaction
from tasks.returns.screening import ScreenedOutError, screen
from tests.scanning import EICAR, misbehaving, packed, swallow, using


def _found(ref: str) -> list[dict[str, object]]:
    query = select(AuditEntry).where(AuditEntry.inspection == ref, AuditEntry.action == "malware.found")
    with transaction() as session:
        return [entry.facts for entry in session.exec(query.order_by(col(AuditEntry.number)))]


def test_a_clean_file_passes_and_without_a_scanner_every_file_does(reading: str, scanner: str) -> None:
    with using(scanner):
        screen(b"clean", reading, by="test")
    screen(EICAR, reading, by="test")
    assert _found(reading) == []


def test_malware_is_refused_in_words_and_stands_in_the_audit(reading: str, scanner: str) -> None:
    with using(scanner), pytest.raises(ScreenedOutError, match="found Eicar-Test-Signature.* in the selected file"):
        screen(b"%PDF" + EICAR, reading, by="agency: council")
    (facts,) = _found(reading)
    assert str(facts["found"]).startswith("Eicar-Test-Signature")
    assert str(facts["engine"]).startswith("ClamAV")


@pytest.mark.parametrize("part", ["word/embeddings/a.bin", "xl/media/a.png", "Pictures/a.png", "sources/a.txt"])
def test_malware_in_a_compressed_part_of_a_document_or_project_is_found(reading: str, scanner: str, part: str) -> None:
    assert EICAR not in packed(part)
    with using(scanner), pytest.raises(ScreenedOutError, match="found Eicar-Test-Signature"):
        screen(packed(part), reading, by="test")


def test_l9_a_scanner_that_says_nothing_clear_lets_nothing_pass_and_blames_nobody(reading: str, tmp_path: Path) -> None:
    with using("/nowhere/clamd.sock"), pytest.raises(ScreenedOutError, match="Our malware scanner does not answer"):
        screen(b"clean", reading, by="test")
    with misbehaving(tmp_path, swallow) as address, using(address), pytest.raises(ScreenedOutError, match="not answer"):
        screen(b"clean", reading, by="test")
    assert _found(reading) == []
