"""From an empty house to an announced inspection: the operator's key, and then people's own notices alone."""

import re
from dataclasses import replace
from datetime import date, timedelta

import httpx
import pytest
from sqlmodel import select

from models.england import world_today
from models.tables import AuditEntry, Organisation, Person
from models.themes import theme
from models.timetable import add_working_days, is_working_day
from models.words import long
from tasks.ground.database import transaction
from tasks.ground.prefect_api import for_people
from tasks.inspection.announcing import Announcement, announce
from tasks.inspection.taking_part import AnnouncementError, Team
from tasks.ledger.audit import chain, verify
from tasks.people.persons import PROGRAMME
from tasks.people.sign_in_links import make_link
from tests.portal.driving import Driver, Outbox, words

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("ledger")]
_PARTS = ("day", "month", "year")
AREA, THEME = "E06000038", "child-sexual-exploitation-2016"


def entered(driver: Driver, name: str, organisation: str = "") -> str:
    """Enter a person on the page of people and return their reference."""
    fields = {"name": name, "address": f"{name.lower().replace(' ', '.')}@example.com", "organisation": organisation}
    answer = driver.post("/people", **fields)
    assert answer.url.path.startswith("/people/P-"), words(answer)
    return answer.url.path.rpartition("/")[2]


def agreed(driver: Driver, organisation: str, contact: str) -> httpx.Response:
    """Enter an agreement with an organisation on its page."""
    began = {"from_day-day": "1", "from_day-month": "1", "from_day-year": "2020"}
    fields = {"controller": "The controller", "contact": contact, "instrument": "agreement", "title": "DSA 1"}
    return driver.post(f"/people/organisations/{organisation}", **fields, **began)


def test_people_are_found_chosen_and_downloaded_like_every_list(portal: str) -> None:
    with manager_of(portal) as manager:
        entered(manager, "Zoe Zander")
        listed = words(manager.post("/people/list", page="/people", words="zander"))
        assert re.search(r"1 of \d+ people", listed)
        assert "Zoe Zander" in listed
        table = manager.post("/people/list", page="/people", words="zander", download="csv").text.splitlines()
        assert len(table) == 2
        assert "zoe.zander@example.com" in table[1]


def manager_of(portal: str, name: str = "Mia Manager") -> Driver:
    """Let the operator enter a programme manager, who signs in with their own notice."""
    with Driver(portal) as operator:
        operator.operate("first-people")
        address = f"{name.lower().replace(' ', '.')}@example.com"
        answer = operator.post("/first-people", role="manager", name=name, job="manager", address=address)
        assert name in words(answer)
    driver = Driver(portal)
    home = driver.sign_in(Outbox(portal).link_to(name))
    assert home.url.path == "/home"
    assert (">Announce an inspection, or a rehearsal</a>" in home.text) == bool(for_people())
    return driver


def test_l12_a_real_inspection_is_announced_with_people_who_were_entered_and_each_comes_in_by_their_own_notice(
    portal: str,
) -> None:
    today = world_today()
    day: date = today if is_working_day(today) else add_working_days(today, 1)
    wanted = Announcement(AREA, THEME, day)
    with manager_of(portal) as manager:
        with pytest.raises(AnnouncementError, match="no contact yet") as refused:
            announce(wanted)
        # The sentence leads to the page on which the contacts are entered.
        page = str(refused.value).rpartition(" at ")[2].rstrip(".").removeprefix(portal)
        assert "No organisation yet" in words(manager.get(page))
        for kind in theme(THEME).in_scope:
            manager.post(page, kind=kind, name=f"{kind} of Reading")
        assert "Code missing" in words(manager.get(page))
        with transaction() as session:
            bodies = {row.kind.value: row.id for row in session.exec(select(Organisation))}
        # Where a contact is missing, the form for one comes with the organisation chosen.
        form = f"/people?organisation={bodies['police']}"
        assert f'href="{form}#name"' in manager.get(page).text
        assert f'<option value="{bodies["police"]}" selected>' in manager.get(form).text
        for kind in theme(THEME).in_scope:
            contact = entered(manager, f"Contact {kind.replace('_', ' ')}", bodies[kind])
            assert "Data protection missing" in words(manager.get(page))
            assert "Nothing is missing" in words(agreed(manager, bodies[kind], contact))
        seen = words(manager.get(page))
        assert "No contact" not in seen
        assert "Data protection missing" not in seen
        team = Team(
            entered(manager, "Lena Lead"), (entered(manager, "Ivo Inspector"),), entered(manager, "Quinn Quality")
        )
        ref = announce(replace(wanted, team=team))
        assert "Reading" in words(manager.get("/home"))
        assert "Lena Lead" in words(manager.get(f"/inspections/{ref}"))
    outbox = Outbox(portal)
    for name, sees, sees_not in (
        ("Lena Lead", "/pairs", ""),
        ("Ivo Inspector", "/explanations", ""),
        ("Quinn Quality", "/findings", "/pairs"),
    ):
        with Driver(portal) as driver:
            assert driver.sign_in(outbox.link_to(name, ref)).url.path == f"/inspections/{ref}"
            assert driver.get(f"/inspections/{ref}{sees}").status_code == 200
            if sees_not:
                assert driver.get(f"/inspections/{ref}{sees_not}").status_code == 404
    with Driver(portal) as officer:
        # Nobody asks for a name: the link was theirs.
        assert "What we ask of probation of Reading" in words(officer.sign_in(outbox.link_to("Contact probation", ref)))
        assert officer.get("/people").status_code == 404
        assert officer.get(f"/inspections/{ref}").status_code == 404
    with transaction() as session:
        for name in (ref, PROGRAMME):
            entries, head = chain(session, name)
            assert verify(entries, head) is None
            people = [
                entry.actor for entry in entries if entry.action == "signed-in" and entry.actor != "operator: portal"
            ]
            assert all(session.get(Person, actor) for actor in people)


def test_what_is_wrong_with_a_person_is_told_at_its_field(portal: str) -> None:
    with manager_of(portal) as manager:
        for fields, sentence in (
            ({"name": "", "address": "a@example.com"}, "Enter the person's full name"),
            ({"name": "A Lee", "address": ""}, "own email address"),
            ({"name": "A Lee", "address": "not a mailbox"}, "like name@example.com"),
        ):
            answer = manager.post("/people", **fields)
            assert answer.status_code == 422
            assert sentence in words(answer)
        page = f"/people/areas/{AREA}"
        assert "Choose what kind" in words(manager.post(page, name="A body"))
        assert "where you read it" in words(manager.post(page, kind="health", name="A body", code="QXX"))
        assert manager.get("/people/areas/E99").status_code == 404
        assert manager.get("/people/P-00000000").status_code == 404


def test_a_care_board_is_chosen_from_the_list_and_what_the_list_does_not_say_is_shown_as_missing(portal: str) -> None:
    with manager_of(portal) as manager:
        with transaction() as session:
            bodies = session.exec(select(Organisation)).all()
        # The inspectorates are there with the first person of the programme.
        assert [body.kind.value for body in bodies] == ["inspectorate"] * 4
        page = f"/people/areas/{AREA}"
        assert "NHS Frimley ICB (QNQ, as of 31 December 2022)" in words(manager.get(page))
        assert "Choose an organisation" in words(manager.post(page, organisation="board:QZZ"))
        shown = words(manager.post(page, organisation="board:QNQ"))
        assert "Code QNQ, from the public list of ICB codes of 2022, looked at on 31 December 2022" in shown
        assert "Code not looked at for a year" in shown
        assert "In being from 1 July 2022 until a day that is missing. What takes its place is missing." in shown
        assert "(QNQ," not in shown


def test_a_council_is_entered_with_the_code_of_the_register_and_its_source(portal: str) -> None:
    with manager_of(portal) as manager:
        page = f"/people/areas/{AREA}"
        shown = words(manager.post(page, kind="local_authority", name="Reading Council"))
        assert f"Code {AREA}, from mySociety, UK local authority names and codes, July 2025" in shown
        shown = words(manager.post(page, kind="police", name="Thames Valley Police"))
        assert "Police. Code missing" in shown


def test_a_contact_is_corrected_on_the_page_of_the_person(portal: str) -> None:
    with manager_of(portal) as manager:
        page = f"/people/{entered(manager, 'Ola Officer')}"
        answer = manager.post(f"{page}/contact", page=page, address="not a mailbox", telephone="")
        assert (answer.status_code, "like name@example.com" in words(answer)) == (422, True)
        answer = manager.post(f"{page}/contact", page=page, address="Ola@police.example.com", telephone="0118 496 0001")
        assert answer.url.path == page
        for text in ("ola@police.example.com", "0118 496 0001"):
            assert text in words(answer)
    with transaction() as session:
        rows = session.exec(select(AuditEntry).where(AuditEntry.subject == page.rpartition("/")[2]))
        newest = max(rows, key=lambda row: row.number)
    assert newest.action == "person.corrected"


def test_a_person_is_corrected_on_their_page(portal: str) -> None:
    with manager_of(portal) as manager:
        page = f"/people/{entered(manager, 'Ola Oficer')}"
        with transaction() as session:
            body = next(row.id for row in session.exec(select(Organisation)) if row.name == "Ofsted")
        answer = manager.post(f"{page}/details", page=page, name="", job="", organisation="")
        assert (answer.status_code, "Enter the person's full name" in words(answer)) == (422, True)
        given = {"name": "Ola Officer", "job": "inspector", "organisation": body}
        shown = words(manager.post(f"{page}/details", page=page, **given))
        for text in ("Who they are is corrected.", "Ola Officer", "What they do inspector", "Organisation Ofsted"):
            assert text in shown


def test_l15_whoever_left_is_out_at_once_and_stands_in_no_list(portal: str) -> None:
    with manager_of(portal) as manager, manager_of(portal, "Second Manager") as second:
        with transaction() as session:
            ids = {row.name: row.id for row in session.exec(select(Person))}
        own, other = f"/people/{ids['Mia Manager']}", f"/people/{ids['Second Manager']}"
        refused = manager.post(f"{own}/leave", page=own)
        assert (refused.status_code, "Ask another programme manager" in words(refused)) == (422, True)
        left = words(manager.post(f"{other}/leave", page=other))
        assert f"It is recorded that {ids['Second Manager']} has left." in left
        assert "second.manager@example.com" not in left
        assert second.get("/people").status_code == 403
        assert manager.get(other).status_code == 404


def test_l15_an_ended_role_and_ended_sessions_shut_the_door_at_once(portal: str) -> None:
    with manager_of(portal) as manager, manager_of(portal, "Second Manager") as second:
        with transaction() as session:
            other = session.exec(select(Person).where(Person.name == "Second Manager")).one().id
        assert second.get("/people").status_code == 200
        manager.post(f"/people/{other}/sessions/end", page=f"/people/{other}")
        assert second.get("/people").status_code == 403
        second.sign_in(_renewed(portal, "second.manager@example.com", "Second Manager"))
        assert second.get("/people").status_code == 200
        page = manager.get(f"/people/{other}").text
        membership = page.partition("/roles/M-")[2].partition("/")[0]
        manager.post(f"/people/{other}/roles/M-{membership}/end", page=f"/people/{other}")
        assert second.get("/people").status_code == 403


def test_a_role_has_its_first_and_its_last_day_by_the_form(portal: str) -> None:
    with manager_of(portal) as manager:
        page = f"/people/{entered(manager, 'Olga Over')}"
        first, last = world_today() + timedelta(days=3), world_today() + timedelta(days=5)

        def given(from_day: date | None, until_day: date | None) -> str:
            days = [(name, day) for name, day in (("from", from_day), ("until", until_day)) if day]
            parts = {f"{name}-{part}": str(getattr(day, part)) for name, day in days for part in _PARTS}
            return words(manager.post(f"{page}/roles", page=page, role="oversight", **parts))

        assert "Enter a first day that is today or later" in given(world_today() - timedelta(days=1), None)
        assert "Enter a last day that is the first day or later" in given(first, first - timedelta(days=1))
        assert f"from {long(first)} until {long(last)}, given by Mia Manager" in given(first, last)
        assert f"from {long(world_today())}, given by Mia Manager" in given(None, None)


def _renewed(portal: str, address: str, name: str) -> str:
    """Ask for a new link, as somebody does whose session has ended, and return it."""
    from tests.stacks import until

    outbox = Outbox(portal)
    with Driver(portal) as stranger:
        stranger.post("/sign-in/new", page="/sign-in", mailbox=address)
    until("the link is written", lambda: any(each["kind"] == "new_link" for each in outbox.notices()))
    return outbox.link_to(name)


def test_a_persons_account_lists_their_sessions_and_ends_them_all(portal: str) -> None:
    with manager_of(portal) as manager:
        account = words(manager.get("/account"))
        assert "Mia Manager" in account
        assert "This browser" in account
        manager.post("/account/sessions/end", page="/account")
        assert manager.get("/account").status_code == 403


def test_wrong_attempts_are_recorded_and_too_many_wait(portal: str) -> None:
    with Driver(portal) as stranger:
        for _ in range(20):
            assert "not the operator" in words(stranger.post("/operator", key="wrong"))
        assert "Wait 10 minutes" in words(stranger.post("/operator", key="wrong"))
    with transaction() as session:
        refused = [entry for entry in chain(session, PROGRAMME)[0] if entry.action == "attempt.refused"]
    assert len(refused) == 20


def test_wrong_links_and_tokens_are_recorded_too(portal: str) -> None:
    with transaction() as session:
        link = make_link(session, None, role="manager", person="manager").id
    bearers = {"/api/requests": "Bearer jtai_943 476 5919_x", "/work": "Bearer wrong"}
    for path, bearer in bearers.items():
        httpx.get(f"{portal}{path}", headers={"Authorization": bearer}, trust_env=False)
    with Driver(portal) as stranger:
        stranger.post(f"/sign-in/{link}/{'0' * 40}", page="/sign-in")
        # L5: nobody writes a child's name or number into what is kept for ever.
        stranger.post(f"/sign-in/Jane Doe 943 476 5919/{'0' * 40}", page="/sign-in")
        stranger.http.post("/api/notes/slough/Jane Doe", headers={"x-pen": "x"})
    with transaction() as session:
        refused = [entry for entry in chain(session, PROGRAMME)[0] if entry.action == "attempt.refused"]
    assert [(entry.subject, entry.facts["at"]) for entry in refused] == [
        ("token", "unknown"),
        ("operator", "key"),
        ("link", link),
        ("link", "unknown"),
        ("pen", "unknown"),
    ]


def test_l13_whoever_came_in_by_a_shared_mailbox_stands_with_the_agency_whose_it_is(
    portal: str,
    police: Driver,
    reading: str,  # noqa: ARG001 - there is an inspection
) -> None:
    assert "Organisation Thames Valley Police" in words(police.get("/account"))
    with manager_of(portal) as manager:
        shown = manager.get("/people")
        assert re.search(r"A Lee \(not proven\) P-\w{8} data officer Thames Valley Police", words(shown))
        reference = re.search(r'href="/people/(P-\w{8})">A Lee<', shown.text)
        assert reference is not None
        assert "Organisation Thames Valley Police" in words(manager.get(f"/people/{reference[1]}"))
