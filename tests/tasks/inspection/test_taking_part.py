"""Who takes part: agencies with contacts, a team, and what an announcement without them says."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from models.england import world_today
from models.roles import Role
from models.tables import Agency, Notice, Request
from models.themes import theme
from models.timetable import add_working_days, is_working_day
from tasks.ground.database import transaction
from tasks.inspection.announcing import Announcement, announce
from tasks.inspection.taking_part import AnnouncementError, Team
from tasks.people.notices import write_notice
from tasks.people.persons import PersonError, UnknownPersonError, contacts, members
from tests.tasks.registered import team, with_contacts, with_organisation, with_role
from tests.tasks.steps import ledger_text

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("ledger")]
AREA = "E06000038"


def wanted(**changes: object) -> Announcement:
    today = world_today()
    day = today if is_working_day(today) else add_working_days(today, 1)
    return replace(Announcement(AREA, "domestic-abuse-2024", day), **changes)  # type: ignore[arg-type]


def test_l12_an_announcement_without_a_contact_names_what_is_missing_and_the_page_to_enter_it() -> None:
    with_contacts(AREA, without="probation")
    with pytest.raises(AnnouncementError, match=r"Reading has no contact yet for probation.*/people/areas/E06000038"):
        announce(wanted(team=team()))


def test_an_organisation_without_a_person_is_no_contact() -> None:
    with_contacts(AREA, without="police")
    with_organisation(AREA, "police", "Thames Valley Police")
    with pytest.raises(AnnouncementError, match="no contact yet for police"):
        announce(wanted(team=team()))


@pytest.mark.parametrize(
    ("changes", "sentence"), [({"lead": ""}, "Choose a lead inspector"), ({"assurer": ""}, "Choose a quality assurer")]
)
def test_a_real_inspection_needs_a_lead_and_a_quality_assurer(changes: dict[str, Any], sentence: str) -> None:
    with_contacts(AREA)
    with pytest.raises(AnnouncementError, match=sentence):
        announce(wanted(team=replace(team(), **changes)))


def test_l11_nobody_assures_the_quality_of_their_own_work() -> None:
    with_contacts(AREA)
    given = team()
    with pytest.raises(PersonError, match="cannot be a member of the same team"):
        announce(wanted(team=replace(given, assurer=given.inspectors[0])))


def test_a_typed_name_is_no_person() -> None:
    with_contacts(AREA)
    with pytest.raises(UnknownPersonError, match="There is no person 'A. Lee'"):
        announce(wanted(team=Team("A. Lee", (), "B. Roe")))


def test_two_health_providers_both_take_part_and_each_is_asked() -> None:
    with_contacts(AREA)
    with_organisation(AREA, "health", "A second trust", "Second Contact", "Third Contact")
    ref = announce(wanted(team=team()))
    with transaction() as session:
        agencies = {row.id: row for row in session.exec(select(Agency).where(Agency.kind == "health"))}
        owed = session.exec(select(Request).where(Request.return_code == "HEA-1").order_by(Request.id)).all()
        second = agencies[f"{ref}/health_2"]
        assert len(agencies) == 2
        assert [(row.id, row.agency_id) for row in owed] == [
            (f"{ref}-hea-1", f"{ref}/health"),
            (f"{ref}-hea-1-2", f"{ref}/health_2"),
            (f"{ref}-hea-1-mental_health", f"{ref}/mental_health"),
        ]
        assert sum(len(contacts(session, agency)) for agency in agencies) == 3
        # Each person of an agency gets a notice of their own, with their own link.
        write_notice(session, "statement_reminder", second, once="x", sign_in=True, facts={"due": "1 May 2025"})
        query = select(Notice).where(Notice.agency_id == second.id, Notice.kind == "statement_reminder")
        told = session.exec(query).all()
        assert len(told) == len(contacts(session, second.id))
        assert all(notice.person_id and notice.link_id and not notice.to_mailbox for notice in told)


def test_l12_everybody_of_the_team_is_told_at_the_announcement_with_a_way_in() -> None:
    with_contacts(AREA)
    given = team()
    ref = announce(wanted(team=given))
    with transaction() as session:
        told = session.exec(select(Notice).where(Notice.kind == "team_announced")).all()
        roles = {person.id: membership.role for membership, person in members(session, ref)}
    assert {notice.person_id for notice in told} == {given.lead, *given.inspectors, given.assurer}
    assert all(notice.link_id for notice in told)
    assert (roles[given.lead], roles[given.assurer]) == (Role.LEAD, Role.ASSURER)


def test_l12_managers_and_oversight_are_told_of_the_announcement_with_a_way_in() -> None:
    with_contacts(AREA)
    watching = {with_role("Mia Manager", Role.MANAGER), with_role("Odo Over", Role.OVERSIGHT)}
    announce(wanted(team=team()))
    with transaction() as session:
        told = session.exec(select(Notice).where(Notice.kind == "inspection_announced")).all()
    assert {notice.person_id for notice in told} >= watching
    assert all(notice.link_id for notice in told)


def test_l5_names_and_addresses_of_staff_stand_in_the_people_tables_alone() -> None:
    with_contacts(AREA)
    announce(wanted(team=team()))
    text = ledger_text("person", "organisation")
    for secret in ("Lena Lead", "lena.lead@example.com", "01632 960000", "Contact of police"):
        assert secret not in text


def test_agencies_in_scope_are_more_than_those_that_owe_a_return() -> None:
    asked = theme("child-sexual-exploitation-2016")
    owing = {each.agency for each in asked.returns}
    assert {"probation", "voluntary"} <= set(asked.in_scope) - owing
    ref = announce(Announcement(AREA, asked.id, date(2016, 3, 7), rehearsal=True))
    with transaction() as session:
        kinds = {row.kind for row in session.exec(select(Agency).where(Agency.inspection == ref))}
        names = [row.name for row in session.exec(select(Agency).where(Agency.inspection == ref))]
    assert kinds == set(asked.in_scope)
    assert len(names) == len(set(names))
