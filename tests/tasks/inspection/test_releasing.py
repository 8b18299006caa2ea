"""An agency that owes no return is told of its documents once it is held no longer, and once alone."""

from datetime import date

import pytest
from sqlmodel import select

from models.england import world_today
from models.tables import Agency, Notice, Organisation
from models.themes import theme
from models.timetable import add_working_days, is_working_day
from tasks.ground.database import transaction
from tasks.inspection.announcing import Announcement, announce
from tasks.inspection.releasing import look_again_at
from tasks.people.organisations import people_of
from tests.tasks.registered import sharing, team, with_contacts, with_organisation

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("ledger")]
AREA, THEME = "E06000038", "child-sexual-exploitation-2016"


def test_who_owes_no_return_is_told_when_the_basis_is_there() -> None:
    theme_ = theme(THEME)
    kind = next(kind for kind in theme_.in_scope if kind not in {row.agency for row in theme_.returns})
    with_contacts(AREA, THEME, without=kind)
    body = with_organisation(AREA, kind, "The held one", "Pat Person", shares=False)
    today: date = world_today()
    day = today if is_working_day(today) else add_working_days(today, 1)
    ref = announce(Announcement(AREA, THEME, day, team()))
    with transaction() as session:
        held = session.exec(select(Agency).where(Agency.inspection == ref, Agency.kind == kind)).one()
        assert held.lacks
        notices = select(Notice).where(Notice.agency_id == held.id)
        assert not session.exec(notices).all()
        (contact,) = [person.id for person in people_of(session, body)]
    sharing(body, contact)
    for _again in range(2):
        with transaction() as session:
            look_again_at(session, session.get_one(Organisation, body))
    with transaction() as session:
        assert [row.kind for row in session.exec(notices)] == ["in_scope"]
        assert not session.get_one(Agency, held.id).lacks
