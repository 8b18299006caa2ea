"""Organisations: codes with their source, and who takes whose place on which day."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from models.areas import CHECKED, areas
from models.areas import SOURCE as SOURCE_OF_AREAS
from models.icbs import SOURCE
from models.lifecycle import Stage
from models.states import OrganisationKind
from models.tables import Agency, AuditEntry, Inspection, Organisation
from tasks.ground.database import transaction
from tasks.people.organisations import (
    OrganisationCode,
    OrganisationError,
    add_organisation,
    add_to_area,
    board,
    coming,
    correct_mailbox,
    end_organisation,
    enter_inspectorates,
    give_code,
    inspectorate,
    known_names,
    registered_code,
    serving,
    succeed,
)
from tasks.people.persons import PersonError
from tasks.people.sign_in_links import LinkRefusedError, check_link, make_link, secret_of
from tests.tasks.people.correspondence import POLICE, REF, inspection
from tests.tasks.registered import BY

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("ledger")]
AREA, DAY, MERGER = "E06000038", date(2026, 4, 1), date(2027, 4, 1)


@pytest.mark.parametrize(
    "code", [OrganisationCode("QXX", "", DAY), OrganisationCode("", "a list", DAY), OrganisationCode("QXX", "  ", DAY)]
)
def test_no_code_without_a_source(code: OrganisationCode) -> None:
    with transaction() as session, pytest.raises(OrganisationError, match="where you read it"):
        add_organisation(session, OrganisationKind.HEALTH, "A board", by=BY, code=code)


def test_every_code_in_the_register_has_a_source_and_a_day() -> None:
    with transaction() as session:
        add_organisation(
            session, OrganisationKind.HEALTH, "With", by=BY, code=OrganisationCode("QXX", "a public list", DAY)
        )
        add_organisation(session, OrganisationKind.POLICE, "Without", by=BY)
        for row in session.exec(select(Organisation)):
            assert bool(row.code) == bool(row.code_source) == bool(row.code_checked)


def test_a_council_has_the_code_of_the_register_with_its_source_and_nobody_else_has_one() -> None:
    place = areas()[AREA]
    code = registered_code(place, OrganisationKind.LOCAL_AUTHORITY, " Reading  Council ")
    assert code is not None
    assert (code.code, code.source, code.checked) == (AREA, SOURCE_OF_AREAS, CHECKED)
    assert registered_code(place, OrganisationKind.LOCAL_AUTHORITY, "Brighter Futures for Children") is None
    assert registered_code(place, OrganisationKind.POLICE, place.police_name) is None


def test_a_successor_serves_the_same_areas_from_its_day() -> None:
    with transaction() as session:
        kind = OrganisationKind.HEALTH
        old = add_organisation(session, kind, "Before", by=BY, areas=(AREA, "E06000039"), valid_from=date(2022, 7, 1))
        new = add_organisation(session, kind, "After", by=BY)
        succeed(session, old, new, DAY, by=BY)
        session.flush()
        for area in (AREA, "E06000039"):
            assert [row.name for row in serving(session, area, DAY - timedelta(days=1))] == ["Before"]
            assert [row.name for row in serving(session, area, DAY)] == ["After"]
        assert old.successor_id == new.id


def test_an_inspectorate_is_entered_once() -> None:
    with transaction() as session:
        assert inspectorate(session, "Ofsted", by=BY).id == inspectorate(session, "Ofsted", by=BY).id


def test_a_board_of_the_list_is_entered_once_with_its_code_and_what_the_list_does_not_say_stays_open() -> None:
    with transaction() as session:
        row = board(session, "QYG", by=BY)
        assert board(session, "QYG", by=BY).id == row.id
        assert (row.kind, row.name) == (OrganisationKind.HEALTH, "NHS Cheshire and Merseyside ICB")
        assert (row.code, row.code_source, row.code_checked) == ("QYG", SOURCE, date(2022, 12, 31))
        assert (row.valid_from, row.valid_until, row.successor_id) == (date(2022, 7, 1), None, None)
        with pytest.raises(OrganisationError, match="Choose an organisation"):
            board(session, "QZZ", by=BY)


def test_the_four_inspectorates_are_organisations() -> None:
    with transaction() as session:
        bodies = enter_inspectorates(session, by=BY)
        assert len(bodies) == 4
        assert [body.id for body in enter_inspectorates(session, by=BY)] == [body.id for body in bodies]
        assert {body.kind for body in bodies} == {OrganisationKind.INSPECTORATE}
        # They have none, and none is made up for them.
        assert {body.code for body in bodies} == {""}


def test_the_register_of_areas_names_council_force_and_probation_region() -> None:
    assert len(set(known_names(areas()[AREA]).values())) == 3


def test_two_boards_merge_into_one_on_a_day_to_come() -> None:
    kind, before = OrganisationKind.HEALTH, MERGER - timedelta(days=1)
    with transaction() as session:
        east = add_organisation(session, kind, "East", by=BY, areas=(AREA,))
        west = add_organisation(session, kind, "West", by=BY, areas=("E06000039",))
        one = add_organisation(session, kind, "One board", by=BY)
        for old in (east, west):
            succeed(session, old, one, MERGER, by=BY)
        assert one.valid_from == MERGER
        assert [row.name for row in serving(session, AREA, before)] == ["East"]
        assert [row.name for row in serving(session, "E06000039", before)] == ["West"]
        assert [(row.name, day) for row, day in coming(session, AREA, before)] == [("One board", MERGER)]
        for area in (AREA, "E06000039"):
            assert [row.name for row in serving(session, area, MERGER)] == ["One board"]
            assert coming(session, area, MERGER) == []


def test_a_board_that_goes_on_serves_the_areas_of_another_from_the_day_on_and_its_own_as_before() -> None:
    kind, before = OrganisationKind.HEALTH, MERGER - timedelta(days=1)
    with transaction() as session:
        small = add_organisation(session, kind, "Small", by=BY, areas=(AREA,))
        large = add_organisation(session, kind, "Large", by=BY, areas=("E06000039",))
        succeed(session, small, large, MERGER, by=BY)
        assert large.valid_from is None
        assert [row.name for row in serving(session, AREA, before)] == ["Small"]
        assert [row.name for row in serving(session, "E06000039", before)] == ["Large"]
        assert [row.name for row in serving(session, AREA, MERGER)] == ["Large"]
        # Entered wrongly, it is another one after all, and on another day.
        other = add_organisation(session, kind, "Other", by=BY)
        succeed(session, small, other, MERGER + timedelta(days=1), by=BY)
        assert [row.name for row in serving(session, AREA, MERGER)] == ["Small"]
        assert [row.name for row in serving(session, AREA, MERGER + timedelta(days=1))] == ["Other"]
        assert [row.name for row in serving(session, "E06000039", MERGER)] == ["Large"]
        end_organisation(session, small, None, by=BY)
        assert [row.name for row in serving(session, AREA, MERGER + timedelta(days=1))] == ["Small"]
        end_organisation(session, small, MERGER, by=BY)
        assert serving(session, AREA, MERGER) == []


def test_nothing_takes_its_own_place_or_that_of_another_kind() -> None:
    with transaction() as session:
        old = add_organisation(session, OrganisationKind.HEALTH, "Old", by=BY, valid_from=date(2022, 7, 1))
        new = add_organisation(session, OrganisationKind.HEALTH, "New", by=BY)
        force = add_organisation(session, OrganisationKind.POLICE, "A force", by=BY)
        gone = add_organisation(session, OrganisationKind.HEALTH, "Gone", by=BY, valid_until=MERGER)
        for chosen, sentence in ((old, "same kind"), (force, "same kind"), (gone, "has ended by then")):
            with pytest.raises(OrganisationError, match=sentence):
                succeed(session, old, chosen, MERGER, by=BY)
        with pytest.raises(OrganisationError, match="after the first"):
            succeed(session, old, new, date(2022, 7, 1), by=BY)
        with pytest.raises(OrganisationError, match="after the first"):
            end_organisation(session, old, date(2022, 6, 1), by=BY)
        succeed(session, old, new, MERGER, by=BY)
        with pytest.raises(OrganisationError, match="is replaced by this one"):
            succeed(session, new, old, MERGER, by=BY)


def test_a_code_is_given_to_an_organisation_that_is_there_with_its_source_and_day() -> None:
    with transaction() as session:
        row = add_organisation(session, OrganisationKind.HEALTH, "A board", by=BY)
        other = add_organisation(
            session, OrganisationKind.HEALTH, "Other", by=BY, code=OrganisationCode("QYY", "a list", DAY)
        )
        for code, sentence in (
            (OrganisationCode("QXX", " ", DAY), "where you read it"),
            (OrganisationCode("", "a list", DAY), "where you read it"),
            (OrganisationCode("QXX", "a list", DAY + timedelta(days=1)), "today or earlier"),
            (OrganisationCode("QYY", "a list", DAY), "Another organisation of this kind"),
        ):
            with pytest.raises(OrganisationError, match=sentence):
                give_code(session, row, code, by=BY, today=DAY)
        give_code(session, row, OrganisationCode(" QXX ", "a public list", DAY), by=BY, today=DAY)
        assert (row.code, row.code_source, row.code_checked) == ("QXX", "a public list", DAY)
        give_code(session, other, OrganisationCode("QYZ", "a list", DAY), by=BY, today=DAY)
        entries = session.exec(select(AuditEntry).where(AuditEntry.action == "organisation.code-entered")).all()
        assert [(entry.facts["before"], entry.facts["code"]) for entry in entries] == [("", "QXX"), ("QYY", "QYZ")]


def test_l6_an_organisation_that_serves_one_area_more_is_recorded_and_no_inspectorate_does() -> None:
    with transaction() as session:
        board = add_organisation(session, OrganisationKind.HEALTH, "A board", by=BY, areas=(AREA,))
        add_to_area(session, board, "E06000039", by=BY)
        assert [row.id for row in serving(session, "E06000039", DAY)] == [board.id]
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "organisation.serves")).one()
        assert (entry.subject, entry.facts, entry.actor) == (board.id, {"area": "E06000039"}, BY)
        ofsted = add_organisation(session, OrganisationKind.INSPECTORATE, "An inspectorate", by=BY)
        with pytest.raises(OrganisationError, match="from the list"):
            add_to_area(session, ofsted, AREA, by=BY)


def test_l15_a_corrected_mailbox_counts_where_inspections_go_on_and_links_at_the_old_one_open_nothing() -> None:
    inspection()
    with transaction() as session:
        agency = session.get_one(Agency, POLICE)
        force = session.get_one(Organisation, str(agency.organisation_id))
        link = make_link(session, REF, role="officer", person="police", agency_id=POLICE).id
    with transaction() as session, pytest.raises(PersonError, match="like name@example.com"):
        correct_mailbox(session, session.get_one(Organisation, force.id), "not a mailbox", by=BY)
    with transaction() as session:
        correct_mailbox(session, session.get_one(Organisation, force.id), " New@police.example.org ", by=BY)
    with transaction() as session:
        assert session.get_one(Agency, POLICE).mailbox == "new@police.example.org"
        with pytest.raises(LinkRefusedError, match="expired"):
            check_link(session, link, secret_of(link))
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "organisation.mailbox-corrected")).one()
        assert "example.org" not in f"{entry.subject} {entry.facts}"
        session.get_one(Inspection, REF).stage = Stage.CLOSED
    with transaction() as session:
        correct_mailbox(session, session.get_one(Organisation, force.id), "", by=BY)
    with transaction() as session:
        # What has ended stays as it was.
        assert session.get_one(Agency, POLICE).mailbox == "new@police.example.org"
        assert session.get_one(Organisation, force.id).mailbox == ""
