"""What an operator sees: metrics behind a token, and work that was put aside, to be started again."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import BrowserContext
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from models.events import Owed
from models.settings import settings
from models.tables import Work
from portal.operator.door import COOKIE
from tasks.ground.database import transaction
from tasks.ledger.audit import chain
from tasks.ledger.counts import LEASE_LOST, counted
from tasks.ledger.work import MOST_ATTEMPTS, NoDeadWorkError, claim, give_back, owe, start_again, unfinished
from tasks.people.sign_in_links import outbox_key
from tests.portal.driving import Driver, apart, validated, words
from tests.portal.test_browser import violations
from tests.tasks.ledger.test_work import end_leases


@pytest.fixture
def dead(reading: str) -> str:
    """Return the subject of a comparison that failed too often."""
    subject = f"{reading}/pol-1"
    with transaction() as session:
        owe(session, Owed.CHECK_ACROSS, subject, reading)
    for _ in range(MOST_ATTEMPTS):
        with transaction() as session:
            row = session.get_one(Work, (Owed.CHECK_ACROSS, subject))
            row.not_before = row.owed_at
            session.add(row)
        taken = claim(Owed.CHECK_ACROSS, reading)
        assert taken is not None
        give_back(taken, ZeroDivisionError("Amelia Smith"))
    return subject


def state(subject: str) -> tuple[str, int]:
    with transaction() as session:
        row = session.get_one(Work, (Owed.CHECK_ACROSS, subject))
        return row.state, row.attempts


def test_dead_work_is_started_again_once_and_says_who_did(reading: str, dead: str) -> None:
    assert state(dead) == ("dead", MOST_ATTEMPTS)
    start_again(Owed.CHECK_ACROSS, dead, by="operator: test")
    assert state(dead) == ("owed", 0)
    assert claim(Owed.CHECK_ACROSS, reading) is not None
    with pytest.raises(NoDeadWorkError, match="was put aside"):
        start_again(Owed.CHECK_ACROSS, dead, by="operator: test")
    with transaction() as session:
        last = chain(session, reading)[0][-1]
    assert (last.action, last.actor) == ("work.again", "operator: test")


@pytest.mark.usefixtures("reading")
def test_the_operators_page_lists_dead_work_and_starts_it_again(window: BrowserContext, portal: str, dead: str) -> None:
    page = window.new_page()
    page.goto(f"{portal}/operator")
    assert violations(page) == []
    page.get_by_label("Operator's key").fill(outbox_key())
    page.get_by_label("Work that failed too often").check()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/work")
    assert violations(page) == []
    assert "ZeroDivisionError" in page.inner_text("main")
    assert "Amelia" not in page.content()
    page.get_by_role("button", name="Start again").click()
    page.get_by_text("No work was put aside").wait_for()
    assert state(dead) == ("owed", 0)
    assert violations(page) == []


@pytest.mark.usefixtures("reading")
def test_the_operators_page_is_for_who_holds_the_key(portal: str, dead: str) -> None:
    for path in ("/work", "/work?key=wrong"):
        assert httpx.get(portal + path, trust_env=False).status_code == 404
    for given in ("Bearer wrong", f"Bearer {outbox_key()[:-1]}", f"Basic {outbox_key()}", outbox_key()):
        answer = httpx.get(f"{portal}/work", headers={"Authorization": given}, trust_env=False)
        assert answer.status_code == 404, given
    for kept in ("x", outbox_key(), "eyJhIjoxfQ.x.x"):
        assert httpx.get(f"{portal}/work", cookies={COOKIE: kept}, trust_env=False).status_code == 404
    with Driver(portal) as stranger:
        body = {"kind": "check-across", "subject": dead}
        assert stranger.http.post("/work", data=body).status_code in {403, 404}
    assert state(dead)[0] == "dead"


@pytest.mark.usefixtures("reading")
def test_dead_work_is_searched_and_downloaded(portal: str, dead: str) -> None:
    with Driver(portal) as operator:
        operator.operate("work")
        narrowed = operator.post("/work/list", page="/work", words="no such work")
        assert ("0 of 1 piece of work." in words(narrowed), dead in narrowed.text) == (True, False)
        table = operator.post("/work/list", page="/work", download="csv").text.splitlines()
        assert (len(table), f",{dead}," in table[1], "ZeroDivisionError" in table[1]) == (2, True, True)


@pytest.mark.usefixtures("reading")
def test_what_is_unfinished_is_listed_oldest_first(dead: str) -> None:
    assert [one.subject for one in unfinished()] == [dead]


@pytest.fixture
def metrics(portal: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    monkeypatch.setattr(settings(), "metrics_token", SecretStr("scrape"))
    with httpx.Client(base_url=portal, trust_env=False, headers={"Authorization": "Bearer scrape"}) as found:
        yield found


def samples(metrics: httpx.Client) -> dict[str, float]:
    answer = metrics.get("/api/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        f"{one.name}{{{','.join(f'{key}={value}' for key, value in sorted(one.labels.items()))}}}": one.value
        for family in text_string_to_metric_families(answer.text)
        for one in family.samples
    }


@pytest.mark.usefixtures("dead")
def test_metrics_count_what_the_ledger_holds(metrics: httpx.Client, police: Driver, reading: str) -> None:
    apart(f"{reading}-pol-1", after=95)
    police.upload(f"{reading}-pol-1", "a.csv", b"incident_ref\n1\n")
    counted(LEASE_LOST, "validate", 2)
    waiting = samples(metrics)
    assert waiting["jtai_uploads_total{late=false,return=POL-1}"] == 1
    assert waiting["jtai_work{kind=validate,state=owed}"] == 1
    assert waiting["jtai_work_oldest_seconds{kind=validate}"] > 0
    assert waiting["jtai_work_dead_letters_total{kind=check-across}"] == 1
    assert waiting["jtai_work_retries_total{kind=check-across}"] == MOST_ATTEMPTS - 1
    assert waiting["jtai_leases_lost_total{kind=validate}"] == 2
    assert waiting["jtai_notices_unsent{}"] == 14
    validated(reading)
    after = samples(metrics)
    assert after["jtai_verdicts_total{return=POL-1,verdict=rejected}"] == 1
    assert after["jtai_work_took_seconds{kind=validate,quantile=0.95}"] >= 0
    end_leases()


@pytest.mark.usefixtures("reading", "dead")
def test_l5_metrics_name_nobody_and_nothing(metrics: httpx.Client) -> None:
    text = metrics.get("/api/metrics").text
    assert "reading" not in text
    assert "Amelia" not in text


@pytest.mark.usefixtures("metrics")
def test_metrics_need_their_token(portal: str) -> None:
    for given in ("", "Bearer wrong"):
        assert httpx.get(f"{portal}/api/metrics", headers={"Authorization": given}, trust_env=False).status_code == 401


@pytest.mark.usefixtures("storage")
def test_without_a_token_there_are_no_metrics(portal: str) -> None:
    assert httpx.get(f"{portal}/api/metrics", trust_env=False).status_code == 404
