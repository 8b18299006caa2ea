"""The people of the rehearsal answer the letter with a plan and review it, by the pages that people have."""

from pathlib import Path

import pytest

from deployments.demo import planning
from deployments.demo.cast import Setting
from deployments.demo.rehearsal import REVIEWER
from deployments.demo.story import Story
from deployments.demo.web import DemoPerson
from models.lifecycle import Stage
from models.roles import Role
from models.states import PlanOutcome, SignInWay
from models.tables import Person as PersonRow
from portal.pages.session import COOKIE
from tasks.ground.database import transaction
from tasks.people.sessions import begin
from tasks.plans.standing import reviews_of, versions_of, words_of
from tests.portal.driving import Driver, Outbox, moved_to
from tests.tasks.people.correspondence import person
from tests.tasks.plans.published import publish_letter
from tests.tasks.snapshots import put_back

pytestmark = pytest.mark.parts


@pytest.fixture
def story(portal: str, kept: str, tmp_path: Path) -> Story:
    """Return a rehearsal whose letter is published, with its council, its lead inspector and an inspector signed in."""
    put_back("chosen")
    moved_to(kept, Stage.FIELDWORK)
    publish_letter(kept)
    made = Story(portal, tmp_path, lambda _: None, setting=Setting.of("domestic-abuse-2024", "E06000039"))
    assert made.ref == kept
    outbox, council, lead, reviewer = Outbox(portal), Driver(portal), Driver(portal), Driver(portal)
    council.sign_in(outbox.link_of("local_authority"))
    lead.sign_in(outbox.link_to("Alex Lee", kept))
    reference = person("Priya Shah", "priya@inspect.jtai-area.uk", Role.INSPECTOR, inspection=kept)
    with transaction() as session:
        secret = begin(session, session.get_one(PersonRow, reference), SignInWay.OWN_LINK)
    reviewer.http.cookies.set(COOKIE, secret)
    drivers = {"local_authority": council, "inspector": lead, REVIEWER: reviewer}
    made.people = {who: DemoPerson(driver.http, who) for who, driver in drivers.items()}
    return made


def test_the_plan_is_sent_by_form_and_workbook_and_reviewed_twice_and_each_step_can_be_taken_up_again(
    story: Story,
) -> None:
    assert planning.plan_is_sent(story) == "4 actions for 4 parts of the letter"
    assert planning.plan_is_sent(story) == "4 actions for 4 parts of the letter"
    assert "version 2 is adequate" in planning.plan_is_reviewed(story)
    assert "version 2 is adequate" in planning.plan_is_reviewed(story)
    with transaction() as session:
        newest, first = versions_of(session, story.ref)
        outcomes = [(row.version, row.outcome) for row in reviews_of(session, story.ref)]
    assert outcomes == [(2, PlanOutcome.ADEQUATE), (1, PlanOutcome.MISSING)]
    assert [query.column for query in words_of(first).queries] == ["measure"]
    assert words_of(newest).queries == ()
    assert newest.answered == newest.parts == 4
