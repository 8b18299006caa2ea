"""A programme manager enters an organisation's code with its source, its end, and what takes its place, each dated."""

from collections.abc import Iterator
from datetime import date

import pytest

from models.england import world_today
from models.states import OrganisationKind
from models.tables import Organisation
from tasks.ground.database import transaction
from tasks.people.organisations import add_organisation, serving
from tests.portal.driving import Driver, words
from tests.portal.people.test_register import manager_of

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("ledger")]
AREA = "E06000038"
BY = "operator: test"


@pytest.fixture
def manager(portal: str) -> Iterator[Driver]:
    with manager_of(portal) as driver:
        yield driver


def entered(name: str, *areas: str, kind: OrganisationKind = OrganisationKind.HEALTH) -> str:
    with transaction() as session:
        return add_organisation(session, kind, name, by=BY, areas=areas).id


def day(field: str, when: date) -> dict[str, str]:
    return {f"{field}-day": str(when.day), f"{field}-month": str(when.month), f"{field}-year": str(when.year)}


def test_a_merger_on_a_day_to_come_is_entered_and_later_inspections_go_by_it(manager: Driver) -> None:
    first = date(world_today().year + 1, 4, 1)
    east, west, one = entered("East Board", AREA), entered("West Board", "E06000039"), entered("One Board")
    area = manager.get(f"/people/areas/{AREA}")
    assert f'href="/people/organisations/{east}/life"' in area.text
    for old in (east, west):
        page = f"/people/organisations/{old}/life"
        kept = manager.post(page, act="successor", organisation=one, **day("day", first))
        assert "The successor is kept." in words(kept)
        assert "Its place is taken by One Board" in words(kept)
    assert "It takes the place of East Board and West Board" in words(manager.get(f"/people/organisations/{one}/life"))
    shown = words(manager.get(f"/people/areas/{AREA}"))
    assert "One Board takes its place on that day." in shown
    assert "One Board, from 1 April" in shown
    assert "No contact Enter a person of One Board" in shown
    with transaction() as session:
        assert [row.id for row in serving(session, AREA, world_today())] == [east]
        assert [row.id for row in serving(session, AREA, first)] == [one]
        assert [row.id for row in serving(session, "E06000039", first)] == [one]


def test_no_code_without_its_source_and_day(manager: Driver) -> None:
    board = entered("A Board", AREA)
    page = f"/people/organisations/{board}/life"
    assert "Code Missing" in words(manager.get(page))
    refused = manager.post(page, act="code", code="QXX", source="the register of codes")
    assert "Enter the day on which you read the code." in words(refused)
    assert 'value="the register of codes"' in refused.text
    assert "where you read it" in words(manager.post(page, act="code", code="QXX", **day("checked", world_today())))
    future = day("checked", date(world_today().year + 1, 1, 1))
    assert "today or earlier" in words(manager.post(page, act="code", code="QXX", source="a list", **future))
    given = {"code": "QXX", "source": "the register of codes", **day("checked", date(2026, 5, 4))}
    kept = manager.post(page, act="code", **given)
    assert "QXX, read in: the register of codes, on 4 May 2026" in words(kept)


def test_missing_codes_are_asked_for_on_the_page_of_people_until_they_are_there(manager: Driver) -> None:
    boards = [entered("A Board", AREA), entered("B Board", AREA)]
    with transaction() as session:
        session.get_one(Organisation, entered("Gone Board")).valid_until = world_today()
    shown = manager.get("/people")
    assert "2 organisations have no code" in words(shown)
    for board in boards:
        page = f"/people/organisations/{board}/life"
        assert f'href="{page}"' in shown.text
        manager.post(page, act="code", code=f"Q{board}", source="a list", **day("checked", world_today()))
    assert "Codes that are missing" not in words(manager.get("/people"))


def test_an_end_is_entered_and_a_wrong_one_refused(manager: Driver) -> None:
    board = entered("A Board", AREA)
    page = f"/people/organisations/{board}/life"
    assert "Enter the day from which the organisation is no more." in words(manager.post(page, act="end"))
    assert "The end is kept." in words(manager.post(page, act="end", **day("end", date(2027, 1, 1))))
    with transaction() as session:
        assert session.get_one(Organisation, board).valid_until == date(2027, 1, 1)
    assert manager.post(page, page=page, act="else").status_code == 404
    own = manager.post(page, act="successor", organisation=board, **day("day", date(2027, 1, 1)))
    assert "Choose another organisation of the same kind." in words(own)


def test_an_inspectorate_has_no_such_page(manager: Driver) -> None:
    body = entered("An inspectorate", kind=OrganisationKind.INSPECTORATE)
    assert manager.get(f"/people/organisations/{body}/life").status_code == 404
    assert manager.get("/people/organisations/none/life").status_code == 404


def test_a_new_organisation_that_replaces_another_serves_from_today_and_no_day_before(manager: Driver) -> None:
    old = entered("Before Board", AREA)
    manager.post(f"/people/areas/{AREA}", kind="health", name="After Board", replaces=old)
    with transaction() as session:
        assert [row.name for row in serving(session, AREA, world_today())] == ["After Board"]
        assert [row.name for row in serving(session, AREA, date(2020, 1, 1))] == ["Before Board"]


def test_a_shared_mailbox_is_corrected_where_a_dead_one_is_told_of(manager: Driver) -> None:
    board = entered("A Board", AREA)
    page = f"/people/organisations/{board}/life"
    assert f'href="{page}"' in manager.get(f"/people/areas/{AREA}").text
    refused = manager.post(page, act="mailbox", mailbox="not a mailbox")
    assert (refused.status_code, "like name@example.com" in words(refused)) == (422, True)
    kept = words(manager.post(page, act="mailbox", mailbox="inspections@board.example.org"))
    assert "The shared mailbox is kept." in kept
    assert "Shared mailbox inspections@board.example.org" in kept
    assert "Shared mailbox None" in words(manager.post(page, act="mailbox", mailbox=""))
