"""A certificate says what was attacked and how little was found, and holds no hidden count."""

import json

from tasks.disclosure.certificates import document, input_digest, protected_in, table_digest
from tasks.disclosure.protecting import protect
from tasks.disclosure.tables import Method, Publication, Table
from tests.tasks.disclosure.grids import grid


def test_what_left_is_read_back_from_its_certificate() -> None:
    publication = Publication("figures", Method.WITHHOLD, (grid([[3, 20], [40, 50]]),))
    protected = protect(publication)
    stored = json.loads(document(publication, protected, ()))
    assert protected_in(stored) == protected
    certificate = stored["certificate"]
    assert certificate["narrowest"]["values"] >= 4
    assert certificate["withheld"] == sum(number is None for number in protected.shown.values())
    assert certificate["solver"].startswith("HiGHS")
    assert set(certificate["tables"]) == {"grid"}


def test_l4_the_digest_of_a_table_is_that_of_its_counts_in_any_order() -> None:
    table = grid([[3, 20], [40, 50]])
    turned = Table(table.name, table.cells[::-1], table.relations[::-1])
    assert table_digest(table) == table_digest(turned)
    one, other = (Publication("x", method, (table,)) for method in Method)
    assert input_digest(one) != input_digest(other)
    assert table_digest(grid([[4, 20], [40, 50]])) != table_digest(table)
