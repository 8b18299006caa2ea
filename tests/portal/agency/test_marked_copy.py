"""The sender's own workbook with every place marked, as a download of the sender's agency alone."""

from pathlib import Path

import pytest
from sqlmodel import select

from models.settings import settings
from models.tables import AuditEntry
from tasks.ground.database import transaction
from tests.portal.driving import Driver, apart, validated, words
from tests.validation.workbooks import opened


def _copy(submission: str, number: int = 1) -> str:
    return f"/submissions/{submission}/marked/{number}.xlsx"


def test_the_verdict_offers_a_copy_with_each_place_marked(police: Driver, rejected: str) -> None:
    assert f'href="{_copy(rejected)}"' in police.get(f"/submissions/{rejected}").text
    got = police.get(_copy(rejected))
    assert got.headers["content-disposition"] == 'attachment; filename="POL-1-version-41-marked.xlsx"'
    assert got.headers["cache-control"] == "no-store"
    book = opened(got.content)
    assert book.formulas == 0
    assert book.sheets["POL-1"].cells["A2"] == "=1+1"
    assert any(note.startswith("Error") for note in book.sheets["POL-1"].comments.values())


def test_who_took_a_copy_is_in_the_audit(police: Driver, rejected: str) -> None:
    police.get(_copy(rejected))
    with transaction() as session:
        (entry,) = session.exec(select(AuditEntry).where(AuditEntry.action == "marked-copy.read"))
    assert (entry.subject, entry.facts["file"], entry.facts["whole"]) == (rejected, 1, True)
    assert entry.actor


def test_nobody_else_reaches_the_copy(police: Driver, council: Driver, inspector: Driver, rejected: str) -> None:
    assert council.get(_copy(rejected)).status_code == 404
    assert inspector.get(_copy(rejected)).status_code == 404
    with Driver(str(police.http.base_url)) as stranger:
        assert stranger.get(_copy(rejected)).status_code == 403


@pytest.mark.parametrize("number", ["0", "2", "-1", "x"])
def test_a_file_that_was_not_sent_has_no_copy(police: Driver, rejected: str, number: str) -> None:
    assert police.get(f"/submissions/{rejected}/marked/{number}.xlsx").status_code == 404


def test_a_file_that_could_not_be_read_has_no_copy(police: Driver, reading: str) -> None:
    apart(f"{reading}-pol-1", after=70)
    police.upload(f"{reading}-pol-1", "a.xlsx", b"PK\x03\x04 broken")
    assert police.get(_copy(f"{reading}-pol-1-v71")).status_code == 404
    validated(reading)
    seen = police.get(f"/submissions/{reading}-pol-1-v71")
    assert "could not be read" in words(seen)
    assert "/marked/" not in seen.text
    assert police.get(_copy(f"{reading}-pol-1-v71")).status_code == 404


def test_each_file_of_a_return_in_parts_has_its_copy(police: Driver, reading: str, police_file: Path) -> None:
    apart(f"{reading}-pol-1", after=80)
    head, first, second, *_ = police_file.read_text(encoding="utf-8-sig").splitlines()
    form = f"/requests/{reading}-pol-1/upload"
    police.upload(f"{reading}-pol-1", "a.csv", f"{head}\n{first}\n".encode())
    again = {"file": ("b.csv", f"{head}\n{second},stray\n".encode())}
    police.post(f"/requests/{reading}-pol-1/uploads", page=form, files=again, how="part")
    validated(reading)
    sent = f"{reading}-pol-1-v82"
    assert all(_copy(sent, n) in police.get(f"/submissions/{sent}").text for n in (1, 2))
    names = [police.get(_copy(sent, n)).headers["content-disposition"].split('"')[1] for n in (1, 2)]
    assert names == ["POL-1-version-82-file-1-marked.xlsx", "POL-1-version-82-file-2-marked-rows.xlsx"]


def test_l9_a_copy_that_takes_too_much_is_a_sentence(
    police: Driver, rejected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "validation_memory_bytes", 100 * 2**20)
    answer = police.get(_copy(rejected))
    assert answer.status_code == 503
    assert "took more memory or time" in words(answer)
    assert "Your file and its verdict are safe" in words(answer)
    assert "Traceback" not in answer.text


def test_a_portal_that_makes_as_many_copies_as_it_can_says_so(
    police: Driver, rejected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.agency import marked_copy

    monkeypatch.setattr(marked_copy, "_PATIENCE", 0.01)
    with marked_copy._AT_ONCE, marked_copy._AT_ONCE:
        assert "Try again in a minute" in words(police.get(_copy(rejected)))
    assert police.get(_copy(rejected)).status_code == 200
