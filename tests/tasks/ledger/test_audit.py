"""The audit chain: any edit, gap or cut is found (L6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tables import AuditEntry
from tasks.ground.database import transaction
from tasks.ledger.audit import chain, seal, verify
from tests.tasks.owning import unguarded


def made(count: int) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    for number in range(1, count + 1):
        entry = AuditEntry(
            inspection="reading",
            number=number,
            at=f"2025-02-24T09:00:{number:02}.000000+00:00",
            actor="manager",
            action="stage.moved",
            subject="reading",
            facts={"n": number},
            previous=entries[-1].hash if entries else "",
            hash="",
        )
        entry.hash = seal(entry)
        entries.append(entry)
    return entries


def test_l6_a_whole_chain_verifies() -> None:
    entries = made(5)
    assert verify(entries, (5, entries[-1].hash)) is None


@given(st.integers(0, 4), st.sampled_from(["actor", "action", "subject", "at", "previous", "hash"]))
def test_l6_any_edited_field_is_found_at_its_entry(place: int, field: str) -> None:
    entries = made(5)
    setattr(entries[place], field, "changed")
    broken = verify(entries)
    assert broken is not None
    assert broken.number in {place + 1, place + 2}


@given(st.integers(0, 4))
def test_l6_a_missing_entry_is_found(place: int) -> None:
    entries = made(5)
    head = (5, entries[-1].hash)
    del entries[place]
    broken = verify(entries, head)
    assert broken is not None
    assert "is missing" in broken.to_message()


def test_l6_a_resealed_entry_breaks_the_next_one() -> None:
    entries = made(3)
    entries[0].facts = {"n": 99}
    entries[0].hash = seal(entries[0])
    broken = verify(entries)
    assert broken is not None
    assert broken.number == 2


def test_l6_the_stored_chain_of_an_announcement_verifies(reading: str) -> None:
    with transaction() as session:
        entries, head = chain(session, reading)
        assert verify(entries, head) is None
        assert entries[0].action == "inspection.announced"
        assert len(entries) > 5


@pytest.mark.parametrize("column", ["actor", "facts"])
def test_l6_an_edit_in_the_database_is_found(reading: str, column: str) -> None:
    with unguarded() as session:
        entries, _ = chain(session, reading)
        setattr(entries[2], column, {"x": 1} if column == "facts" else "nobody")
        session.add(entries[2])
    with transaction() as session:
        entries, head = chain(session, reading)
        broken = verify(entries, head)
        assert broken is not None
        assert broken.number == 3
