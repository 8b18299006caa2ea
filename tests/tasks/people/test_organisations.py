"""Organisations: codes with their source, and who takes whose place on which day."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from models.areas import areas
from models.icbs import SOURCE
from models.states import OrganisationKind
from models.tables import Organisation
from tasks.ground.database import transaction
from tasks.people.organisations import (
    OrganisationCode,
    OrganisationError,
    add_organisation,
    board,
    enter_inspectorates,
    inspectorate,
    known_names,
    serving,
    succeed,
)
from tests.tasks.registered import BY

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("ledger")]
AREA, DAY = "E06000038", date(2026, 4, 1)


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
