"""People at the real Prefect: what they see in the UI, what their forms do, and what nobody can do any more."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Response
from sqlmodel import select

from deployments.demo.people import Decider, cookie_of
from deployments.demo.watch import PROPOSAL
from deployments.stack import Stack
from models.tables import AuditEntry, Person
from portal.pages.session import COOKIE
from tasks.ground.database import transaction
from tasks.ground.prefect_api import PrefectRefusedError, call, start_as, wait_for
from tasks.people.persons import PROGRAMME
from tests.flows.running import announced, form, form_as, runs_of
from tests.stacks import until

pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("stack")]

CANCEL = {"ending": "cancel", "reason": "The announcement was made in error"}


@pytest.fixture(scope="module")
def ref(stack: Stack) -> str:  # noqa: ARG001 - it runs there
    """Announce a rehearsal of Isle of Wight through the gate."""
    return announced("E06000046", "Isle of Wight")


def entries(chain: str, action: str) -> list[AuditEntry]:
    """Return the entries of an audit chain of one kind."""
    with transaction() as session:
        query = select(AuditEntry).where(AuditEntry.inspection == chain, AuditEntry.action == action)
        return list(session.exec(query.order_by(AuditEntry.number)))  # type: ignore[arg-type]


def reference_of(who: Decider) -> str:
    """Return the reference of a manager."""
    with transaction() as session:
        return session.exec(select(Person.id).where(Person.name == who.value)).one()


def test_l11_an_announcement_names_who_made_it(ref: str) -> None:
    actors = {entry.actor for entry in entries(ref, "inspection.announced")}
    assert actors == {f"programme manager: {reference_of(Decider.MANAGER)}"}


def test_l11_what_needs_two_people_waits_for_a_second_who_is_somebody_else(ref: str) -> None:
    request = f"{ref}-pro-1"
    values = {"request": request, "reason": "An emergency in the area"}
    state, sentence = form("waive-request", **values)
    assert state == "COMPLETED"
    assert f"Asked for by programme manager: {reference_of(Decider.MANAGER)}. It waits for a second person" in sentence
    (proposal,) = PROPOSAL.findall(sentence)
    own = form("confirm-decision", proposal=proposal, answer="confirm")
    assert own == ("FAILED", "You asked for this yourself. Another person must confirm it.")
    assert entries(ref, "request.waived") == []
    state, sentence = form_as(Decider.LEAD, ref, "confirm-decision", proposal=proposal, answer="confirm")
    assert (state, f"{request} is waived." in sentence) == ("COMPLETED", True)
    (asked,), (confirmed,) = entries(ref, "decision.asked"), entries(ref, "decision.confirmed")
    assert (asked.actor, asked.subject) == (f"programme manager: {reference_of(Decider.MANAGER)}", request)
    assert confirmed.actor.startswith("lead inspector: P-")
    assert confirmed.facts["asked_by"] == asked.actor


def test_a_wrong_value_is_refused_to_whoever_gave_it_and_asks_nobody(ref: str) -> None:
    before = len(entries(ref, "decision.asked"))
    state, sentence = form("admit-return", request=f"{ref}-pol-1", reason="An agency corrects a return")
    assert (state, "is not frozen yet" in sentence) == ("FAILED", True)
    assert len(entries(ref, "decision.asked")) == before


def test_a_lead_inspector_decides_in_their_own_inspection_alone(ref: str) -> None:
    with pytest.raises(PrefectRefusedError, match="Your role does not include end-inspection"):
        start_as(cookie_of(Decider.LEAD, ref), "end-inspection", {"inspection": ref, **CANCEL})
    with pytest.raises(PrefectRefusedError, match="Your role does not include factual-accuracy in elsewhere"):
        start_as(cookie_of(Decider.LEAD, ref), "factual-accuracy", {"inspection": "elsewhere"})


def test_nobody_runs_a_program_of_their_own_on_the_worker(ref: str, stack: Stack) -> None:
    address = stack.addresses["JTAI_PREFECT_API_URL"]
    path = f"{address}/deployments/{deployment('chase-returns')}/create_flow_run"
    body = {"parameters": {"inspection": ref}, "job_variables": {"command": "true"}}
    before = len(runs_of("chase-returns"))
    as_person = httpx.post(path, json=body, cookies={COOKIE: cookie_of(Decider.MANAGER, ref)}, trust_env=False)
    as_program = httpx.post(path, json=body, auth=credential(stack), trust_env=False)
    assert (as_person.status_code, as_program.status_code) == (403, 422)
    assert len(runs_of("chase-returns")) == before
    assert entries(PROGRAMME, "prefect.refused")[-1].facts["why"] == "RunRefusedError"
    # Nothing holds the one slot of that deployment: its next run is done.
    state, _ = form("chase-returns", inspection=ref)
    assert state == "COMPLETED"


def deployment(name: str) -> str:
    """Return the id of a deployment."""
    return str(call("GET", f"/deployments/name/{name}/{name}")["id"])


def credential(stack: Stack) -> tuple[str, str]:
    """Return the credential that programs have."""
    user, _, password = stack.addresses["JTAI_PREFECT_AUTH"].partition(":")
    return user, password


def test_l11_a_program_decides_nothing(ref: str, stack: Stack) -> None:
    address = stack.addresses["JTAI_PREFECT_API_URL"]
    path = f"{address}/deployments/{deployment('end-inspection')}/create_flow_run"
    values = {"inspection": ref, **CANCEL}
    typed = httpx.post(path, json={"parameters": {**values, "by": "HMCI"}}, auth=credential(stack), trust_env=False)
    assert (typed.status_code, typed.json()["detail"]) == (
        403,
        "A person must order this. Sign in, then fill in the form.",
    )
    made_up = httpx.post(path, json={"parameters": {**values, "by": "W-x"}}, auth=credential(stack), trust_env=False)
    ended = wait_for(made_up.json()["id"], 180)
    assert ended["state_type"] == "FAILED"
    assert ended["state"]["message"].startswith("Nobody who is signed in ordered this.")


def _note(answer: Response, refused: list[str]) -> None:
    # Each page asks for the server's settings, which are not for people, and goes on without them.
    if answer.status in {401, 403} and not answer.url.endswith("/api/admin/settings"):
        refused.append(f"{answer.status} {answer.request.method} {answer.url}")


Browsing = tuple[BrowserContext, str, list[str]]


@pytest.fixture(scope="module")
def browsing(ref: str, stack: Stack, chromium: Browser) -> Iterator[Browsing]:
    """Return a browser of a signed-in manager, the address of the UI, and what it was refused."""
    root = stack.addresses["JTAI_PREFECT_API_URL"].removesuffix("/api")
    context = chromium.new_context(viewport={"width": 1300, "height": 1000})
    context.set_default_timeout(30_000)
    cookie = {"name": COOKIE, "value": cookie_of(Decider.MANAGER, ref), "url": root, "httpOnly": True}
    context.add_cookies([cookie])  # type: ignore[list-item]
    refused: list[str] = []
    context.on("response", lambda answer: _note(answer, refused))
    yield context, root, refused
    context.close()


@pytest.mark.parametrize(
    ("page", "shows"),
    [
        ("/v2/dashboard", "Flow Runs"),
        ("/v2/runs", "announce-inspection - Isle of Wight"),
        ("/v2/flows", "build-cohort"),
        ("/v2/deployments", "announce-inspection"),
        ("/v2/artifacts", "board-isle-of-wight"),
        ("/boards/isle-of-wight-domestic-abuse-2024-20250224", "What to do next"),
        ("/forms/extend-request?request=isle-of-wight-x-pol-1", "isle-of-wight-x-pol-1"),
    ],
)
def test_the_ui_works_for_a_person_without_a_password(browsing: Browsing, page: str, shows: str) -> None:
    context, root, refused = browsing
    refused.clear()
    tab = context.new_page()
    tab.goto(f"{root}{page}")
    tab.get_by_text(shows).first.wait_for()
    assert "password" not in tab.inner_text("body").lower()
    assert refused == []
    tab.close()


def test_a_person_chooses_what_is_there_now_and_prefect_keeps_the_reference(browsing: Browsing, ref: str) -> None:
    context, root, refused = browsing
    refused.clear()
    tab = context.new_page()
    tab.goto(f"{root}/forms/waive-request?request={ref}-pol-1")
    tab.get_by_label("Select Request").filter(has_text=f"{ref}-pol-1 - ").click()
    tab.get_by_role("option").filter(has_text=f"{ref}-hea-1 - ").click()
    tab.get_by_label("Select Reason").click()
    tab.get_by_role("option").filter(has_text="An emergency in the area").click()
    before = len(runs_of("waive-request"))
    tab.get_by_role("button", name="Submit").click()
    until("the run is there", lambda: len(runs_of("waive-request")) > before)
    run = runs_of("waive-request")[0]
    assert run["parameters"]["request"] == f"{ref}-hea-1"
    assert wait_for(run["id"], 180)["state_type"] == "COMPLETED"
    assert refused == []
    tab.close()


def test_the_menu_shows_no_room_that_is_refused(browsing: Browsing) -> None:
    context, root, _ = browsing
    tab = context.new_page()
    tab.goto(f"{root}/v2/deployments")
    tab.get_by_role("link", name="Runs").wait_for()
    for room in ("Blocks", "Variables", "Automations", "Concurrency", "Settings"):
        assert not tab.get_by_role("link", name=room, exact=True).is_visible(), room
    tab.close()


def test_a_person_fills_in_a_form_of_the_ui_without_a_field_for_a_name(browsing: Browsing, ref: str) -> None:
    context, root, refused = browsing
    refused.clear()
    tab = context.new_page()
    tab.goto(f"{root}/forms/recheck-returns?inspection={ref}")
    tab.get_by_text("Let new verdicts count").first.wait_for()
    assert "Order" not in tab.inner_text("body").split("\n")
    tab.get_by_role("button", name="Submit").click()
    until("the run is there", lambda: runs_of("recheck-returns"))
    ended = wait_for(runs_of("recheck-returns")[0]["id"], 180)
    # It was for this person to ask, and there is nothing to check yet.
    assert "no return" in ended["state"]["message"].lower() or ended["state_type"] == "COMPLETED"
    assert refused == []
    tab.close()
