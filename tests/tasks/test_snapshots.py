"""What is put back into the ledger is all of what was kept, whatever was done with it meanwhile."""

from sqlalchemy import text

from models.tables import Base
from tasks.ground.database import transaction
from tests.tasks import snapshots
from tests.tasks.owning import unguarded


def held() -> dict[str, list[str]]:
    """Return all rows of all tables, as the database reads them."""
    with transaction() as session:
        tables = [table.name for table in Base.metadata.sorted_tables]
        return {
            name: [str(row) for row in session.execute(text(f"SELECT * FROM {name}")).all()]  # noqa: S608
            for name in tables
        }


def spoil() -> None:
    """Change a row, and take others away."""
    with unguarded() as session:
        session.execute(text("UPDATE request SET state = 'waived' WHERE id = (SELECT min(id) FROM request)"))
        session.execute(text("DELETE FROM auditentry WHERE number % 2 = 0"))
        session.execute(text("DELETE FROM notice"))


def test_all_that_was_kept_is_put_back_in_its_order(reading: str) -> None:
    kept = held()
    assert reading in str(kept["inspection"])
    spoil()
    assert held() != kept
    snapshots.put_back("reading")
    assert held() == kept
    snapshots.empty()
    snapshots.put_back("reading")
    assert held() == kept


def test_all_that_was_kept_is_put_back_whatever_was_done_meanwhile(reading: str) -> None:
    kept = in_any_order(held())
    assert reading in str(kept["inspection"])
    for _ in range(snapshots._IN_FULL + 2):
        spoil()
        assert in_any_order(held()) != kept
        snapshots.put_back_in_any_order("reading")
        assert in_any_order(held()) == kept
    snapshots.empty()
    snapshots.put_back_in_any_order("reading")
    assert in_any_order(held()) == kept


def in_any_order(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return rows sorted within their tables."""
    return {name: sorted(of_table) for name, of_table in rows.items()}
