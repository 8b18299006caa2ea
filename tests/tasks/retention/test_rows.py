"""Of every table with rows of an inspection it is decided what goes, what loses its references and what stays."""

import pytest

from models.tables import Base
from tasks.retention.rows import BLANKED, KEPT, REMOVED, belongs, unnamed

TABLES = {table.name: table for table in Base.metadata.sorted_tables}


def test_of_every_table_something_is_decided() -> None:
    assert unnamed() == set()


def test_what_is_kept_is_never_removed_and_nothing_is_unknown() -> None:
    removed = {name for names in REMOVED.values() for name in names}
    assert not removed & set(KEPT)
    assert removed | set(KEPT) | {name for some in BLANKED.values() for name in some} <= set(TABLES)


@pytest.mark.parametrize("name", sorted({name for names in REMOVED.values() for name in names}))
def test_rows_of_an_inspection_are_found_however_they_hang_on_it(name: str) -> None:
    assert "reference" in str(belongs(TABLES[name], "reference").compile(compile_kwargs={"literal_binds": True}))


def test_every_reference_to_an_object_goes_with_a_class_or_with_its_row() -> None:
    removed = {name for names in REMOVED.values() for name in names}
    blanked = {(name, column) for some in BLANKED.values() for name, columns in some.items() for column in columns}
    secrets = {("inspection", "seed_key"), ("inspection", "pseudonym_key")}
    own = {"anchor", "witness", "sampledraw", "destruction", "wrongfile"}
    own |= {"themereport", "reportpart", "compiledreport", "publicsite", "personsrequest"}
    left = {
        (table.name, column.name)
        for table in TABLES.values()
        for column in table.columns
        if (column.name == "key" or column.name.endswith(("_key", "_keys"))) and table.name not in removed | own
    }
    assert left - blanked - secrets == set()
