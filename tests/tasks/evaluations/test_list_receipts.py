"""Names leave the evidence store for those entitled alone, and each reading of them is on record."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import polars as pl
import pytest

from models.lifecycle import Stage
from models.tables import AuditEntry, Cohort, Inspection, ListReading, Request
from models.themes import theme
from tasks.cohort.frozen import identifiers_of
from tasks.cohort.hidden_children import read_hidden
from tasks.cohort.overlaps import COUNCIL
from tasks.cohort.own_records import COLUMNS, OwnRecords, read_own
from tasks.evaluations.list_receipts import NoListError, Release, read_list, readings_of, releases
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ground.tables import table_at
from tasks.inspection.rehearsal_clock import set_clock
from tasks.jobs.chase import chase
from tasks.ledger.rows import UnknownInspectionError, UnknownRequestError
from tasks.sampling.restricted_cases import NO_CASES
from tasks.watch.board import read
from tests.tasks.steps import actions, ledger_text, notices

_KINDS = ("health", "police", "probation")


def evaluation(ref: str, kind: str = "police") -> Request:
    with transaction() as session:
        return session.get_one(Request, f"{ref}-eval-{kind}")


def opened(ref: str, kind: str = "police", by: str = "agency: Thames Valley Police") -> bytes:
    return read_list(f"{ref}-eval-{kind}", agency_id=f"{ref}/{kind}", by=by, hides=NO_CASES.hides)


def readings(ref: str, kind: str = "police") -> list[ListReading]:
    with transaction() as session:
        return readings_of(session, f"{ref}-eval-{kind}")


def released(ref: str) -> dict[str, Release]:
    with transaction() as session:
        return {one.request_id.rsplit("-", 1)[-1]: one for one in releases(session, ref)}


def cohort(ref: str) -> Cohort:
    with transaction() as session:
        return session.get_one(Cohort, (ref, 1))


def told_last(ref: str) -> AuditEntry:
    with transaction() as session:
        return session.get_one(AuditEntry, (ref, len(actions(ref))))


def test_l10_a_list_that_is_opened_has_a_receipt_of_who_when_which_and_how_often(chosen: str) -> None:
    assert readings(chosen) == []
    first, second = opened(chosen), opened(chosen)
    (row,) = readings(chosen)
    assert (row.by, row.times, row.sha256) == ("agency: Thames Valley Police", 2, sha256(first))
    assert first == second
    assert row.first_at < row.last_at
    assert actions(chosen)[-2:] == ["children-list.read"] * 2
    assert told_last(chosen).facts == {"list_sha256": sha256(first), "times": 2}


def test_each_reader_has_a_receipt_and_the_team_sees_who_has_not_read(chosen: str) -> None:
    opened(chosen)
    opened(chosen, by="agency: program nightly")
    found = released(chosen)
    assert [one.by for one in found["police"].readings] == ["agency: Thames Valley Police", "agency: program nightly"]
    assert found["police"].children == len(evaluation(chosen).cases) > 0
    assert {kind for kind, one in found.items() if not one.readings} == set(found) - {"police"}


def test_readings_at_once_are_all_counted(chosen: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: opened(chosen), range(8)))
    assert readings(chosen)[0].times == 8


def test_l5_an_agency_cannot_open_the_list_of_another(chosen: str) -> None:
    before = ledger_text()
    for kind in ("health", "probation", "local_authority"):
        with pytest.raises(UnknownRequestError):
            read_list(f"{chosen}-eval-{kind}", agency_id=f"{chosen}/police", by="agency: police", hides=NO_CASES.hides)
    with pytest.raises(NoListError):
        read_list(f"{chosen}-pol-1", agency_id=f"{chosen}/police", by="agency: police", hides=NO_CASES.hides)
    assert ledger_text() == before


def test_l5_a_receipt_names_no_child(chosen: str) -> None:
    opened(chosen)
    surnames = set(identifiers_of(cohort(chosen))["surname"].drop_nulls())
    dump = ledger_text()
    assert surnames
    assert not [one for one in surnames if f'"{one}"' in dump]


def clock(ref: str, days: int) -> None:
    with transaction() as session:
        now = session.get_one(Inspection, ref).now()
    set_clock(ref, now + timedelta(days=days), by="test")


def test_an_agency_that_has_not_opened_its_list_is_told_once_on_the_next_working_day(chosen: str) -> None:
    opened(chosen, "health", by="agency: health")
    chase(chosen)
    assert notices(chosen, "list_unread") == []
    # The rehearsal's clock stands on the Monday of the announcement.
    clock(chosen, 1)
    for _ in range(2):
        chase(chosen)
    told = notices(chosen, "list_unread")
    assert {str(one.agency_id).rsplit("/", 1)[-1] for one in told} == set(released(chosen)) - {"health"}
    assert len(told) == len(released(chosen)) - 1


def hidden_by_hand(ref: str) -> set[str]:
    frame = table_at(cohort(ref).frame_key)
    return {one["child"] for one in frame.iter_rows(named=True) if COUNCIL not in one["agencies"]}


def test_the_hidden_children_are_those_in_no_list_of_the_council_with_all_their_records(chosen: str) -> None:
    row, children = read_hidden(chosen, by="inspector: A Lee")
    wanted = hidden_by_hand(chosen)
    assert len(children) == len(wanted) == row.counts["hidden"] > 5
    held = identifiers_of(row).filter(pl.col("child").is_in(sorted(wanted)))
    assert sum(len(one.records) for one in children) == held.height
    assert not [one for one in children if COUNCIL in one.agencies]
    assert {record.return_code for one in children for record in one.records} <= {"POL-1", "PRO-1", "HEA-1"}


def test_hidden_children_at_the_highest_risk_come_first(chosen: str) -> None:
    order = ["high", "medium", "standard", "not_assessed", "none"]
    risks = [order.index(one.police_risk) for one in read_hidden(chosen, by="inspector: A Lee")[1]]
    assert risks == sorted(risks)


def test_l10_each_reading_of_the_hidden_children_is_in_the_audit(chosen: str) -> None:
    for _ in range(2):
        _, children = read_hidden(chosen, by="inspector: A Lee")
    entry = told_last(chosen)
    assert actions(chosen)[-2:] == ["hidden-children.read"] * 2
    assert (entry.actor, entry.facts) == ("inspector: A Lee", {"cohort": 1, "children": len(children)})


def test_there_are_no_hidden_children_to_read_before_a_cohort_is_frozen(area: str) -> None:
    with pytest.raises(UnknownInspectionError):
        read_hidden(area, by="inspector: A Lee")
    assert read_own(f"{area}/police", by="agency: police") is None


def own(ref: str, kind: str) -> OwnRecords:
    found = read_own(f"{ref}/{kind}", by=f"agency: {kind}")
    assert found is not None
    return found


@pytest.mark.parametrize("kind", _KINDS)
def test_l5_an_agency_reads_its_own_rows_and_nothing_of_anybody_else(chosen: str, kind: str) -> None:
    found = own(chosen, kind)
    with transaction() as session:
        asked = theme(session.get_one(Inspection, chosen).theme_id)
    codes = {one.code for one in asked.returns if one.agency == kind}
    assert found.rows.columns == list(COLUMNS)
    assert set(found.rows["return"]) <= codes
    unknown = [one for one in table_at(cohort(chosen).frame_key).iter_rows(named=True) if kind in one["agencies"]]
    assert found.children == len(unknown)
    assert found.absent == sum(COUNCIL not in one["agencies"] for one in unknown)


def test_the_rows_are_those_of_the_file_that_the_agency_sent(chosen: str) -> None:
    import csv
    import io

    with transaction() as session:
        from models.tables import Submission

        sent = session.get_one(Submission, f"{chosen}-pol-1-v1")
    typed = list(csv.DictReader(io.StringIO(store.get(sent.key).decode("utf-8-sig"))))
    rows = own(chosen, "police").rows
    assert rows.height > 0
    for one in rows.iter_rows(named=True):
        assert typed[int(one["row"]) - 2]["surname"] == one["surname"]


def test_the_council_reads_nothing_of_the_comparison(chosen: str) -> None:
    assert read_own(f"{chosen}/local_authority", by="agency: council") is None
    assert "own-records.read" not in actions(chosen)


def test_nothing_can_be_compared_where_the_council_sent_no_list(chosen: str) -> None:
    with transaction() as session:
        row = session.get_one(Cohort, (chosen, 1))
        row.inputs = [one for one in row.inputs if one["code"] != "LA-DA"]
        session.add(row)
    assert read_own(f"{chosen}/police", by="agency: police") is None


def test_the_board_counts_the_hidden_and_names_nobody(chosen: str) -> None:
    with transaction() as session:
        told = read(session, chosen).milestones
    count = cohort(chosen).counts["hidden"]
    assert any(f"{count} of them not known to the council" in one for one in told)


def test_a_list_of_an_inspection_that_ended_can_still_be_read_by_its_agency_alone(chosen: str) -> None:
    with transaction() as session:
        session.get_one(Inspection, chosen).stage = Stage.CLOSED
    assert opened(chosen)
