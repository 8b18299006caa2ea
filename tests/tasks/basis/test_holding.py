"""A request without a basis is held, stops no other, and goes out once the basis is there: over the real ledger."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select

from models.england import world_today
from models.events import Owed
from models.lifecycle import RequestState, Stage
from models.states import WorkState
from models.tables import Agency, AuditEntry, Inspection, Notice, Organisation, Person, Request, Work
from models.tables.base import utc_now
from models.timetable import add_working_days, is_working_day
from tasks.documents.counts import counts_by_agency, owed_by_inspection
from tasks.ground.database import transaction
from tasks.inspection.announcing import Announcement, announce
from tasks.inspection.document_items import documents_refusal, items_of
from tasks.inspection.releasing import look_again_at
from tasks.jobs.calendar import move_on
from tasks.jobs.issue_request import issue_request
from tasks.ledger.work import claim
from tasks.people.organisations import people_of
from tests.tasks.registered import sharing, team, with_contacts, with_organisation
from tests.tasks.steps import newest_entry

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("ledger")]
AREA, THEME = "E06000038", "domestic-abuse-2024"


def announced(**police: date) -> tuple[str, str]:
    """Announce an inspection whose police share nothing, or only from or until a day; return it and the police."""
    with_contacts(AREA, THEME, without="police")
    body = with_organisation(AREA, "police", "Thames Valley Police", "Pat Police", shares=False)
    if police:
        with transaction() as session:
            (contact,) = [row.id for row in _people(session, body)]
        sharing(body, contact, **police)
    today = world_today()
    day = today if is_working_day(today) else add_working_days(today, 1)
    return announce(Announcement(AREA, THEME, day, team())), body


def _people(session: Session, body: str) -> list[Person]:
    return people_of(session, body)


def drained() -> list[str]:
    """Do all the work of requests that is owed now, and return what became of each."""
    return [issue_request(claimed) for claimed in iter(lambda: claim(Owed.ISSUE_REQUEST), None)]


def states(ref: str) -> dict[str, set[RequestState]]:
    """Return the states of the requests of each kind of agency."""
    with transaction() as session:
        rows = session.exec(select(Request, Agency).join(Agency).where(Request.inspection == ref)).all()
    by_kind: dict[str, set[RequestState]] = {}
    for request, agency in rows:
        by_kind.setdefault(agency.kind, set()).add(request.state)
    return by_kind


def notices_of(kind: str) -> list[Notice]:
    """Return the notices of a kind."""
    with transaction() as session:
        return list(session.exec(select(Notice).where(Notice.kind == kind)))


@pytest.fixture
def held() -> tuple[str, str]:
    """An announced inspection whose police have nothing in force."""
    return announced()


def test_l9_a_request_without_a_basis_is_held_and_stops_no_other(held: tuple[str, str]) -> None:
    ref, body = held
    assert "held" in drained()
    after = states(ref)
    assert after.pop("police") == {RequestState.DRAFTED}
    assert set().union(*after.values()) == {RequestState.ISSUED}
    with transaction() as session:
        assert session.get_one(Inspection, ref).stage == Stage.RETURNS_OPEN
        police = session.exec(select(Agency).where(Agency.kind == "police", Agency.inspection == ref)).one()
        assert police.lacks == "nothing_entered"
        # Nobody of the police was told anything; the manager was told once, with the page.
        assert not session.exec(select(Notice).where(Notice.agency_id == police.id)).all()
    (told,) = notices_of("request_held")
    assert told.facts["organisation"] == body
    drained()
    assert len(notices_of("request_held")) == 1


def test_l3_it_goes_out_when_the_basis_is_entered_and_says_what_that_is(held: tuple[str, str]) -> None:
    ref, body = held
    drained()
    with transaction() as session:
        (contact,) = [row.id for row in _people(session, body)]
    sharing(body, contact)
    with transaction() as session:
        assert look_again_at(session, session.get_one(Organisation, body)) == [f"{ref}/police"]
    assert drained()
    assert states(ref)["police"] == {RequestState.ISSUED}
    (told,) = [row for row in notices_of("requests_issued") if row.agency_id == f"{ref}/police"]
    assert told.facts["sharing"] == "DSA 2020/1"
    assert "Children Act 2004, section 20" in told.facts["bases"]
    with transaction() as session:
        actions = list(
            session.exec(
                select(AuditEntry.action).where(AuditEntry.subject == f"{ref}/police").order_by(col(AuditEntry.number))
            )
        )
    assert actions.index("agency.held") < actions.index("agency.released")


def test_the_sweep_finds_a_basis_that_somebody_entered_and_then_died(held: tuple[str, str]) -> None:
    ref, body = held
    drained()
    with transaction() as session:
        (contact,) = [row.id for row in _people(session, body)]
    sharing(body, contact)
    assert move_on(ref) == ["requests to 1 agency are held no longer"]
    assert drained()
    assert states(ref)["police"] == {RequestState.ISSUED}


def asked_of_police(ref: str) -> tuple[int, int, int]:
    """Return how many documents the police have, how many of those count as asked, and how often that was recorded."""
    with transaction() as session:
        inspection, police = session.get_one(Inspection, ref), session.get_one(Agency, f"{ref}/police")
        counts = counts_by_agency(session, inspection)
        assert len(owed_by_inspection(session)[ref]) == sum(row.owed for row in counts)
        recorded = select(AuditEntry).where(AuditEntry.subject == police.id, AuditEntry.action == "documents.asked")
        requested = sum(row.requested for row in counts if row.agency == police.name)
        return len(items_of(session, police.id)), requested, len(session.exec(recorded).all())


@pytest.mark.parametrize("found_by", ["its own work", "the sweep", "who entered it"])
def test_l5_a_held_agency_is_asked_for_no_document_until_the_basis_is_there_and_then_once(
    held: tuple[str, str], found_by: str
) -> None:
    ref, body = held
    assert asked_of_police(ref) == (0, 0, 0)
    with transaction() as session:
        (contact,) = [row.id for row in _people(session, body)]
    sharing(body, contact)
    for _again in range(2):
        if found_by == "the sweep":
            move_on(ref)
        elif found_by == "who entered it":
            with transaction() as session:
                look_again_at(session, session.get_one(Organisation, body))
        drained()
        number, requested, recorded = asked_of_police(ref)
        assert number > 0
        assert (requested, recorded) == (number, 1)
    (told,) = [row for row in notices_of("requests_issued") if row.agency_id == f"{ref}/police"]
    assert len(told.facts["documents"]) == number


def test_documents_of_an_agency_that_is_held_later_are_neither_counted_as_owed_nor_taken(held: tuple[str, str]) -> None:
    ref, _ = held
    with transaction() as session:
        inspection, council = session.get_one(Inspection, ref), session.get_one(Agency, f"{ref}/local_authority")
        owed = len(owed_by_inspection(session)[ref])
        council.lacks = "lapsed"
        session.add(council)
        session.flush()
        (row,) = [row for row in counts_by_agency(session, inspection) if row.agency == council.name]
        assert (row.owed, row.overdue) == (0, 0)
        assert len(owed_by_inspection(session)[ref]) == owed - row.requested
        assert documents_refusal(inspection, council)
        assert not documents_refusal(inspection)


@pytest.mark.parametrize(
    ("days", "lack"),
    [
        ({"from_day": date(2020, 1, 1), "until_day": date(2020, 12, 31)}, "lapsed"),
        ({"from_day": world_today() + timedelta(400)}, "not_yet_in_force"),
    ],
)
def test_what_lapsed_or_has_not_begun_holds_as_well(days: dict[str, date], lack: str) -> None:
    ref, _ = announced(**days)
    drained()
    with transaction() as session:
        assert session.get_one(Agency, f"{ref}/police").lacks == lack
    assert states(ref)["police"] == {RequestState.DRAFTED}


def test_held_work_waits_without_failing_however_often_it_is_looked_at(held: tuple[str, str]) -> None:
    ref, _ = held
    for _round in range(50):
        drained()
        with transaction() as session:
            query = select(Work).where(Work.kind == Owed.ISSUE_REQUEST, col(Work.subject).like(f"{ref}-pol-%"))
            for work in session.exec(query):
                assert (work.state, work.failures) == (WorkState.OWED, 0)
                work.not_before = utc_now()
                session.add(work)
    with transaction() as session:
        assert not session.exec(select(Work).where(Work.state == WorkState.DEAD)).all()


def test_a_contact_who_left_holds_a_request_that_has_not_gone_out() -> None:
    with_contacts(AREA, THEME, without="police")
    body = with_organisation(AREA, "police", "Thames Valley Police", "Pat Police", "Sam Second")
    with transaction() as session:
        people = {row.name: row for row in _people(session, body)}
        people["Pat Police"].ended_at = utc_now()
        session.add(people["Pat Police"])
    today = world_today()
    day = today if is_working_day(today) else add_working_days(today, 1)
    ref = announce(Announcement(AREA, THEME, day, team()))
    with transaction() as session:
        assert session.get_one(Agency, f"{ref}/police").lacks == "no_contact"


def test_l5_the_audit_of_a_record_names_its_contact_by_reference_alone(held: tuple[str, str]) -> None:
    _, body = held
    with transaction() as session:
        (contact,) = [row.id for row in _people(session, body)]
    sharing(body, contact)
    with transaction() as session:
        entry = newest_entry(session, "sharing.entered")
    assert entry.facts["contact"] == contact
    assert "Pat" not in str(entry.facts)
