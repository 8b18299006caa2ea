"""A restriction hides a person's rows from every reader until two lift it, and destroys, exports and draws nothing."""

from datetime import date, datetime, timedelta

import polars as pl
import pytest
from sqlmodel import select

from models.england import ENGLAND
from models.refusals import FormRefusedError
from models.roles import Role
from models.states import PersonsRequestKind, RestrictionGround, RestrictionLift, WhyRestricted
from models.tables import AuditEntry, PersonsRestriction
from models.tables.base import utc_now
from tasks.cohort.frozen import identifiers_of, restricted_children
from tasks.cohort.versions import cohort_of, newest_draw
from tasks.ground.database import transaction
from tasks.ledger.restricted import OPENED, RESTRICTED, RestrictedError, covered_rows
from tasks.ledger.rows import inspection_of
from tasks.packaging.collecting import pieces
from tasks.persons_requests.forgetting import forget_due
from tasks.persons_requests.recording import (
    PersonsRequestError,
    change_who,
    close_request,
    confirm_identity,
    record_request,
    today,
)
from tasks.persons_requests.restricting import (
    NoRestrictionError,
    covers,
    lift,
    openings_of,
    remind_of_restrictions,
    restrict,
    seek_restricted,
)
from tasks.persons_requests.searching import search
from tasks.reading.child import Chosen, chosen_children, read_child
from tasks.reading.versions import WantedRows, read_file, read_rows
from tasks.reading.visibility import Reader
from tasks.retention.holding import standing_of
from tasks.sampling.draws import sample_now
from tests.tasks.people import correspondence
from tests.tasks.persons_requests.test_recording import BY, entered
from tests.tasks.persons_requests.test_searching import number_in
from tests.tasks.steps import checked, send
from tests.tasks.wrong_files.conftest import destroyer, good, sent, wrong
from validation.contract.persons_numbers import Number, NumberKind
from validation.returns import contract

pytestmark = pytest.mark.parts
__all__ = ["destroyer", "good", "sent", "wrong"]
SECOND = "programme manager: P-BBBBBBBB"
READER = Reader("inspector: P-DDDDDDDD")
OPENING = Reader("inspector: P-DDDDDDDD", opens=WhyRestricted.PROTECTION)
GROUND, LATER = RestrictionGround.ACCURACY, today() + timedelta(days=30)


def asked(number: str) -> str:
    """Return a request for restriction whose person was searched for."""
    identity = record_request(
        entered(kind=PersonsRequestKind.RESTRICTION.value, numbers={NumberKind.NHS: number}), by=BY
    )
    confirm_identity(identity, "known", by=BY)
    search(identity, by=BY)
    return identity


def restricted(ref: str, number: str, ground: RestrictionGround = GROUND) -> PersonsRestriction:
    return restrict(asked(number), ref, ground, LATER, by=BY, second=SECOND)


def lifted(identity: str) -> PersonsRestriction:
    return lift(identity, RestrictionLift.ACCURATE, today(), by=BY, second=SECOND)


def entries(ref: str, action: str) -> list[AuditEntry]:
    with transaction() as session:
        query = select(AuditEntry).where(AuditEntry.inspection == ref, AuditEntry.action == action)
        return list(session.exec(query))


@pytest.mark.usefixtures("sent")
def test_officer_and_manager_are_reminded_once_each_of_a_restrictions_day_until_it_is_lifted(
    area: str, good: bytes
) -> None:
    correspondence.person("Dana Protects", "dana@inspect.jtai-area.uk", Role.PROTECTION, inspection=None)
    correspondence.person("Mo Manages", "mo@inspect.jtai-area.uk", Role.MANAGER, inspection=None)
    number, _ = number_in(good)
    row = restricted(area, number)

    def on(day: date) -> list[str]:
        return remind_of_restrictions(datetime(day.year, day.month, day.day, 9, tzinfo=ENGLAND))

    assert on(row.until - timedelta(days=8)) == []
    assert on(row.until - timedelta(days=7)) == [row.id]
    assert on(row.until - timedelta(days=1)) == []
    assert on(row.until) == [row.id]
    assert on(row.until + timedelta(days=30)) == []
    assert [str(each.facts["step"]) for each in correspondence.rows("restriction_due")] == ["week"] * 2 + ["day"] * 2
    lifted(row.id)
    assert on(row.until + timedelta(days=60)) == []


def child_of(ref: str) -> tuple[str, str]:
    """Return the label of a chosen child who has an NHS number, and the number."""
    with transaction() as session:
        drawn = newest_draw(session, ref)
        assert drawn
        labels = {row.child: row.label for row in sample_now(session, drawn).chosen()}
        table = identifiers_of(cohort_of(session, drawn))
    rows = table.filter(pl.col("child").is_in(list(labels)) & pl.col("nhs_number").is_not_null()).sort("child")
    child, number = rows.select("child", "nhs_number").row(0)
    return labels[child], number


def test_no_reader_sees_a_restricted_row_and_whoever_opens_it_is_recorded(area: str, sent: str, good: bytes) -> None:
    number, line = number_in(good)
    row = restricted(area, number)
    assert {place[0] for place in row.places} == {f"{area}-pol-1-v1", sent}
    shown = read_rows(area, sent, WantedRows(), READER)
    cells = dict(shown.rows)
    assert set(cells[str(line)].values()) == {RESTRICTED}
    assert shown.restricted == sum(place[0] == sent for place in row.places)
    assert any(RESTRICTED not in each.values() for each in cells.values())
    # Neither a search nor a file tells what the page does not.
    assert read_rows(area, sent, WantedRows(words=number), READER).matching == 0
    assert number not in str(read_rows(area, sent, WantedRows(page=0), OPENING).rows)
    with pytest.raises(RestrictedError):
        read_file(area, sent, 1, READER)
    assert entries(area, OPENED) == []
    opened = dict(read_rows(area, sent, WantedRows(), OPENING).rows)
    assert opened[str(line)]["child_nhs_number"] == number
    (entry,) = entries(area, OPENED)
    assert (entry.actor, entry.subject, entry.facts["reason"]) == (OPENING.by, row.id, "protection")
    with transaction() as session:
        (opening,) = openings_of(session, row)
    assert (opening.by, opening.of, opening.rows) == (OPENING.by, sent, shown.restricted)


@pytest.mark.usefixtures("sent")
def test_a_version_that_comes_later_is_closed_until_the_rows_are_looked_for_in_it(area: str, good: bytes) -> None:
    number, line = number_in(good)
    row = restricted(area, number)
    send(f"{area}-pol-1", "a.csv", good.rstrip() + b"\r\n\r\n")
    checked(area)
    third = f"{area}-pol-1-v3"
    assert {cell for _, cells in read_rows(area, third, WantedRows(), READER).rows for cell in cells.values()} == {
        RESTRICTED
    }
    # Who opens a version in which nobody has looked yet is recorded as well.
    read_rows(area, third, WantedRows(), OPENING)
    assert [entry.subject for entry in entries(area, OPENED)] == [row.id]
    assert seek_restricted() == [row.id]
    assert seek_restricted() == []
    cells = dict(read_rows(area, third, WantedRows(), READER).rows)
    assert set(cells[str(line)].values()) == {RESTRICTED}
    assert any(RESTRICTED not in each.values() for each in cells.values())


def test_it_is_lifted_by_two_after_the_person_was_told(area: str, sent: str, good: bytes) -> None:
    number, line = number_in(good)
    row = restricted(area, number)
    for day in (today() - timedelta(days=1), today() + timedelta(days=1)):
        with pytest.raises(FormRefusedError, match="was told"):
            lift(row.id, RestrictionLift.ACCURATE, day, by=BY, second=SECOND)
    done = lifted(row.id)
    assert (done.lift_asked_by, done.lifted_by, done.told_on) == (BY, SECOND, today())
    assert dict(read_rows(area, sent, WantedRows(), READER).rows)[str(line)]["child_nhs_number"] == number
    read_file(area, sent, 1, READER)
    with pytest.raises(NoRestrictionError):
        lifted(row.id)
    with transaction() as session:
        assert covered_rows(session, area).sought is None


@pytest.mark.usefixtures("sent", "destroyer")
def test_what_is_restricted_is_neither_destroyed_nor_packed_nor_forgotten(area: str, good: bytes) -> None:
    row = restricted(area, number_in(good)[0], RestrictionGround.CLAIMS)
    close_request(row.request_id, "answered", by=BY)
    with transaction() as session:
        assert standing_of(session, inspection_of(session, area)).restricted
        with pytest.raises(RestrictedError, match="--without-children"):
            pieces(session, area)
        assert pieces(session, area, children=False)
    years_later = utc_now() + timedelta(days=800)
    # Rows of versions that come later are found by who it is.
    assert row.request_id not in forget_due(years_later)
    lifted(row.id)
    assert row.request_id in forget_due(years_later)
    with transaction() as session:
        assert not standing_of(session, inspection_of(session, area)).restricted
        assert pieces(session, area)


@pytest.mark.usefixtures("sent")
def test_it_is_set_for_a_confirmed_person_who_asks_for_it_and_was_found(area: str, good: bytes) -> None:
    number = number_in(good)[0]
    other = record_request(entered(numbers={NumberKind.NHS: number}), by=BY)
    with pytest.raises(PersonsRequestError, match="does not ask for a restriction"):
        restrict(other, area, GROUND, LATER, by=BY, second=SECOND)
    values = {"kind": PersonsRequestKind.RESTRICTION.value, "numbers": {NumberKind.NHS: number}}
    identity = record_request(entered(**values), by=BY)
    with pytest.raises(PersonsRequestError, match="Confirm that first"):
        restrict(identity, area, GROUND, LATER, by=BY, second=SECOND)
    confirm_identity(identity, "known", by=BY)
    with pytest.raises(FormRefusedError, match="in which the person was found"):
        restrict(identity, area, GROUND, LATER, by=BY, second=SECOND)
    search(identity, by=BY)
    with pytest.raises(FormRefusedError, match="day in the future"):
        restrict(identity, area, GROUND, today(), by=BY, second=SECOND)
    with pytest.raises(PersonsRequestError, match="Nothing is restricted yet"):
        close_request(identity, "answered", by=BY)
    restrict(identity, area, GROUND, LATER, by=BY, second=SECOND)
    with pytest.raises(PersonsRequestError, match="restricted in this inspection already"):
        restrict(identity, area, GROUND, LATER, by=BY, second=SECOND)


def test_other_numbers_are_looked_for_anew_and_meanwhile_nothing_is_shown(area: str, sent: str, good: bytes) -> None:
    row = restricted(area, number_in(good)[0])
    change_who(row.request_id, "Ottoline", {NumberKind.NHS: "9434765919"}, by=BY)
    with transaction() as session:
        assert covered_rows(session, area).is_closed(sent)
    assert seek_restricted() == [row.id]
    with transaction() as session:
        covered = covered_rows(session, area)
    assert (covered.is_closed(sent), covered.rows) == (False, frozenset())


def test_a_restricted_child_has_a_page_with_nothing_on_it_but_the_way_to_report_danger(chosen: str) -> None:
    label, number = child_of(chosen)
    before = read_child(chosen, label, READER, "P-DDDDDDDD")
    assert (before.closed, before.restricted) == (False, 0)
    row = restricted(chosen, number)
    page = read_child(chosen, label, READER, "P-DDDDDDDD")
    assert page.closed
    assert (page.who, page.records, page.relatives, page.household, page.happenings, page.answers) == ((),) * 6
    opened = read_child(chosen, label, OPENING, "P-DDDDDDDD")
    assert (opened.closed, opened.who) == (False, before.who)
    assert [each.cells for each in opened.records] == [each.cells for each in before.records]
    assert {entry.subject for entry in entries(chosen, OPENED)} == {row.id}
    with transaction() as session:
        drawn = newest_draw(session, chosen)
        assert drawn
        cohort = cohort_of(session, drawn)
        assert restricted_children(session, cohort) == {
            child.child for child in sample_now(session, drawn).chosen() if child.label == label
        }
        # No list, pair or comparison has its name.
        assert number not in identifiers_of(cohort)["nhs_number"].to_list()
        assert number in identifiers_of(cohort, restricted=True)["nhs_number"].to_list()
    others = [each.label for each in _chosen(chosen) if each.label != label]
    assert not any(read_child(chosen, each, READER, "P-DDDDDDDD").closed for each in others)
    lifted(row.id)
    assert read_child(chosen, label, READER, "P-DDDDDDDD").records == before.records


def _chosen(ref: str) -> list[Chosen]:
    with transaction() as session:
        return list(chosen_children(session, ref))


def test_other_peoples_rows_below_an_incident_stay_open() -> None:
    of_return = contract("POL-1")
    names = {column.name for column in of_return.main.columns}
    assert {"child_nhs_number", "mother_nhs_number"} <= names
    frame = pl.DataFrame(
        {
            "row": [2, 3],
            "child_nhs_number": ["9434765919", "9434765870"],
            "mother_nhs_number": ["9434765870", None],
        }
    )
    rows = covers(of_return, {of_return.main.name: frame}, [Number(NumberKind.NHS, "9434765870")], [])
    # The mother's number stands in the first row, which is her child's and not her own.
    assert rows == {("POL-1", 2): False, ("POL-1", 3): True}
