"""The siblings and adults of a chosen child's household are read beside it, with every row that agencies sent."""

import polars as pl
import pytest
from sqlmodel import col, select

from models.ids import code_of
from models.tables import AuditEntry, Cohort
from models.why_addresses import KEPT_BACK, WhyAddresses
from tasks.cohort.versions import cohort_of, newest_draw
from tasks.ground.database import transaction
from tasks.ground.tables import table_at
from tasks.reading.child import ChildPage, chosen_children, read_child
from tasks.reading.collected import SentRecord
from tasks.reading.household import Relative, further_rows, side_by_side
from tasks.reading.visibility import CHILD_READ, ROWS_OF, Reader
from tasks.sampling.draws import sample_now
from validation.files.senders import row_of

_ALL = Reader("test")


def _row(return_code: str, number: int, agency: str = "Police") -> SentRecord:
    return SentRecord(agency, return_code, f"{return_code}-v1", return_code, str(number), number, {"a": "b"})


def _relative(name: str, *records: SentRecord) -> Relative:
    return Relative(name, True, "", (), True, 1.0, records, frozenset())


@pytest.mark.pure
def test_a_row_about_several_people_stands_under_each_of_them_and_is_written_out_once() -> None:
    incident, order, visit = _row("POL-1", 2), _row("PRO-1", 3, "Probation"), _row("HEA-2", 4, "Health")
    family = [_relative("Victim 1", incident, visit), _relative("Perpetrator 1", incident, order)]
    lines = side_by_side([incident], family)
    assert [(line.agency, line.return_code) for line in lines] == [
        ("Police", "POL-1"),
        ("Health", "HEA-2"),
        ("Probation", "PRO-1"),
    ]
    assert [line.by_person for line in lines] == [
        ((incident,), (incident,), (incident,)),
        ((), (visit,), ()),
        ((), (), (order,)),
    ]
    assert further_rows([incident], family) == [(visit,), (order,)]


@pytest.fixture
def read(chosen: str) -> tuple[Cohort, dict[str, str], dict[str, ChildPage]]:
    """Return the cohort of the draw, the pseudonyms of the chosen children by label, and their pages."""
    with transaction() as session:
        drawn = newest_draw(session, chosen)
        assert drawn
        cohort = cohort_of(session, drawn)
        children = {row.label: row.child for row in sample_now(session, drawn).chosen()}
        labels = [child.label for child in chosen_children(session, chosen)]
    return cohort, children, {label: read_child(chosen, label, _ALL, "P-TEST") for label in labels}


@pytest.mark.parts
def test_each_record_of_an_adult_of_the_child_is_on_its_page(
    read: tuple[Cohort, dict[str, str], dict[str, ChildPage]],
) -> None:
    cohort, children, pages = read
    assert cohort.adults_key
    assert cohort.adult_children_key
    adults, concerned = table_at(cohort.adults_key), table_at(cohort.adult_children_key)
    met: set[str] = set()
    for label, page in pages.items():
        # By another way than the product's: from the child to its adults to their lines.
        own = concerned.filter(pl.col("child") == children[label]).join(adults, on=["adult", "role"])
        lines = {(code_of(code), row) for code, row in own.select("return", row_of(pl.col("row"))).iter_rows()}
        shown = [each for each in page.relatives if each.adult and each.of_child]
        assert {(row.return_code, row.number) for each in shown for row in each.records} == lines, label
        assert {each.name.partition(" ")[0].lower() for each in shown} == set(own["role"]), label
        met |= {code for code, _ in lines}
    assert {"POL-1", "PRO-1"} <= met


@pytest.mark.parts
def test_siblings_are_the_other_children_of_the_household_and_lead_to_their_own_page(
    read: tuple[Cohort, dict[str, str], dict[str, ChildPage]],
) -> None:
    cohort, children, pages = read
    homes = dict(table_at(cohort.frame_key).select("child", "household").iter_rows())
    tried = 0
    for label, page in pages.items():
        siblings = [child for child in homes if homes[child] == homes[children[label]] and child != children[label]]
        shown = [each for each in page.relatives if not each.adult]
        assert len(shown) == len(siblings), label
        assert {each.label for each in shown} - {""} == {
            other for other, child in children.items() if child in siblings
        }
        assert all(each.records and each.who for each in shown)
        places = {row.place_of for each in page.relatives for row in each.records}
        assert not places & {row.place_of for row in page.household}
        tried += len(siblings)
    assert tried


@pytest.mark.parts
def test_where_adults_and_siblings_live_is_kept_back_and_the_audit_counts_them(chosen: str) -> None:
    with transaction() as session:
        labels = [child.label for child in chosen_children(session, chosen)]
    for label in labels:
        page = read_child(chosen, label, _ALL, "P-TEST")
        told = read_child(chosen, label, _ALL, "P-TEST", why=WhyAddresses.SAFETY)
        back = [cell for each in page.relatives for row in each.records for cell in row.cells.values()]
        if KEPT_BACK in back:
            break
    else:
        pytest.fail("no relative of a chosen child has an address")
    assert KEPT_BACK not in [cell for each in told.relatives for row in each.records for cell in row.cells.values()]
    with transaction() as session:
        query = select(AuditEntry).where(AuditEntry.inspection == chosen, AuditEntry.action == CHILD_READ)
        entry = session.exec(query.order_by(col(AuditEntry.number).desc())).first()
    assert entry
    assert entry.facts["siblings"] == sum(not each.adult for each in page.relatives)
    assert entry.facts["adults"] == sum(each.adult for each in page.relatives)
    assert set(entry.facts[ROWS_OF]) >= {agency for each in page.relatives for agency in each.agencies}
    assert entry.facts["addresses"] == WhyAddresses.SAFETY.value


@pytest.mark.parts
def test_whoever_does_not_see_all_agencies_is_told_of_no_household(chosen: str) -> None:
    with transaction() as session:
        labels = [child.label for child in chosen_children(session, chosen)]
    narrow = Reader("test", frozenset({"police", "local_authority"}))
    pages = [read_child(chosen, label, narrow, "P-TEST") for label in labels]
    assert all(page.narrowed and page.relatives == () for page in pages)
