"""What is put back into the ledger is all of what was kept, whatever was done with it meanwhile."""

from sqlalchemy import text

from models.tables import Base
from tasks.ground.database import transaction
from tests.tasks import snapshots
from tests.tasks.owning import unguarded


def held() -> dict[str, list[str]]:
    """Return all rows of all tables, sorted: they may lie in any order."""
    with transaction() as session:
        tables = [table.name for table in Base.metadata.sorted_tables]
        return {
            name: sorted(str(row) for row in session.execute(text(f"SELECT * FROM {name}")).all())  # noqa: S608
            for name in tables
        }


def spoil() -> None:
    """Change a row, and take others away."""
    with unguarded() as session:
        session.execute(text("UPDATE request SET state = 'waived' WHERE id = (SELECT min(id) FROM request)"))
        session.execute(text("DELETE FROM auditentry WHERE number % 2 = 0"))
        session.execute(text("DELETE FROM notice"))


def test_all_that_was_kept_is_put_back_whatever_was_done_meanwhile(reading: str) -> None:
    kept = held()
    assert reading in str(kept["inspection"])
    for _ in range(snapshots._IN_FULL + 2):
        spoil()
        assert held() != kept
        snapshots.put_back("reading")
        assert held() == kept
    snapshots.empty()
    assert not any(held().values())
    snapshots.put_back("reading")
    assert held() == kept


def test_what_another_name_kept_takes_the_place_of_all_that_is_there(reading: str, kept: str) -> None:
    snapshots.put_back("reading")
    assert reading in str(held()["inspection"])
    snapshots.put_back("chosen")
    assert kept in str(held()["inspection"])
    assert reading not in str(held())


def test_rows_come_back_in_the_reverse_of_the_order_in_which_they_were_kept(reading: str) -> None:
    def requests() -> list[str]:
        with transaction() as session:
            return [str(row) for row in session.execute(text("SELECT id FROM request")).scalars()]

    before = requests()
    assert before != sorted(before)
    with unguarded() as session:
        now = list(session.execute(text("SELECT id FROM reading.request")).scalars())
    assert before == now[::-1]
    assert reading
