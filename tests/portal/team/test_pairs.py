"""Inspectors see doubtful pairs side by side, decide them one after the other, and have the cohort built again."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect
from sqlmodel import select

from models.tables import AuditEntry, PairReview
from tasks.cohort.frozen import identifiers_of
from tasks.cohort.versions import newest_cohort
from tasks.ground.database import transaction
from tests.portal.driving import Driver, plain_actor, words
from tests.portal.test_browser import checked, signed
from tests.tasks.doubtful_cohort import NAMES, keep_doubtful
from tests.tasks.snapshots import put_back


@pytest.fixture
def reading(storage: dict[str, str]) -> str:  # noqa: ARG001 - there is a database
    """Return an inspection whose cohort is frozen and has doubtful pairs, instead of one with open returns."""
    ref = keep_doubtful()
    put_back("doubtful")
    return ref


def first_pair(driver: Driver, reading: str) -> str:
    """Return the address of the first pair of a child whom the police hold under another forename."""
    listed = driver.get(f"/inspections/{reading}/pairs").text
    paths: list[str] = re.findall(rf"/inspections/{reading}/pairs/[0-9a-f]+-[0-9a-f]+", listed)
    return next(path for path in paths if any(name in words(driver.get(path)) for name in NAMES))


def test_a_pair_is_decided_and_the_next_one_follows(inspector: Driver, reading: str) -> None:
    base = f"/inspections/{reading}/pairs"
    listed = words(inspector.get(base))
    assert "pairs need a decision, of" in listed
    assert "Build the cohort" not in listed
    pair = first_pair(inspector, reading)
    seen = words(inspector.get(pair))
    assert any(name in seen for name in NAMES)
    assert "Differs" in seen
    assert "POL-1" in seen
    answer = inspector.post(pair, decision="match/slips", seen="0", following="")
    assert answer.url.path == base
    after = words(answer)
    assert "The same child, by Alex Lee" in after
    assert "Build the cohort with 1 decision" in after
    waits = inspector.post(f"{base}/list", page=base, **{"only-decision": "Needs a decision"})
    assert re.search(r"\d+ of \d+ pairs", words(waits))
    assert "The same child, by Alex Lee" not in words(waits)
    decided = inspector.post(f"{base}/list", page=base, download="csv", words="the same child").text.splitlines()
    assert len(decided) == 2
    assert ',The same child,"Alex Lee, ' in decided[1]
    with transaction() as session:
        assert plain_actor(session.get_one(PairReview, (reading, 1)).by) == "lead_inspector: P"
    assert "1 decision waits for the next version" in words(inspector.get(f"/inspections/{reading}"))
    built = inspector.post(base)
    assert "A new version of the cohort is being built" in words(built)


def test_a_decision_without_a_reason_or_after_somebody_elses_is_refused(inspector: Driver, reading: str) -> None:
    pair = first_pair(inspector, reading)
    refused = inspector.post(pair, decision="match", seen="0")
    assert refused.status_code == 422
    assert "Choose a reason" in words(refused)
    inspector.post(pair, decision="match/slips", seen="0")
    later = inspector.post(pair, decision="different/related", seen="0")
    assert later.status_code == 422
    assert "has decided on this pair since you opened it: the same child" in words(later)


def test_the_probability_is_shown_only_after_the_decision(inspector: Driver, reading: str) -> None:
    pair = first_pair(inspector, reading)
    base = f"/inspections/{reading}/pairs"
    shown = re.findall(r"/pairs/([0-9a-f]+-[0-9a-f]+)", inspector.get(base).text)
    assert list(dict.fromkeys(shown)) == sorted(set(shown))
    assert "%" not in words(inspector.get(base))
    assert "%" not in words(inspector.get(pair))
    inspector.post(pair, decision="different/related", seen="0")
    for path in (base, pair):
        assert "% probability" in words(inspector.get(path))


def test_pairs_exist_for_the_team_alone(police: Driver, inspector: Driver, reading: str) -> None:
    pair = first_pair(inspector, reading)
    for path in (pair, f"/inspections/{reading}/pairs"):
        assert police.get(path).status_code == 404
    assert inspector.get(f"/inspections/{reading}/pairs/a-b").status_code == 404


def test_l5_names_are_on_the_page_and_not_in_its_address_or_the_audit(inspector: Driver, reading: str) -> None:
    pair = first_pair(inspector, reading)
    inspector.get(pair)
    inspector.post(pair, decision="unsure/too_little", seen="0")
    with transaction() as session:
        entries = session.exec(select(AuditEntry)).all()
    assert {plain_actor(one.actor) for one in entries if one.action == "pair.read"} == {"lead_inspector: P"}
    told = " ".join(f"{one.subject} {one.facts}" for one in entries)
    assert not any(name in told + pair for name in NAMES)


def test_where_the_children_of_a_pair_live_is_kept_back_until_somebody_says_why(
    inspector: Driver, reading: str
) -> None:
    pair = first_pair(inspector, reading)
    with transaction() as session:
        homes = set(identifiers_of(newest_cohort(session, reading))["postcode"].drop_nulls())

    def told(answer: str) -> set[str]:
        return {home for home in homes if home in answer}

    plain = inspector.get(pair)
    assert "Postcode" in words(plain)
    assert "Hidden" in words(plain)
    for answer in (
        plain,
        inspector.post(pair, show="addresses", why="curious"),
        inspector.post(pair, decision="match"),
    ):
        assert told(answer.text) == set()
    seen = inspector.post(pair, show="addresses", why="same_child")
    assert told(seen.text)
    assert "Your reason is recorded: To check if records are about one child" in words(seen)
    with transaction() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.action == "pair.read")).all()
        assert session.exec(select(PairReview)).all() == []
    given = [entry.facts.get("addresses") for entry in sorted(entries, key=lambda entry: entry.number)]
    assert given[-1] == "same_child"
    assert not any(given[:-1])


def test_pairs_are_decided_in_a_browser_and_accessible(
    window: BrowserContext, portal: str, inspector: Driver, reading: str
) -> None:
    page, base = signed(window, inspector, portal), f"/inspections/{reading}/pairs"
    first = first_pair(inspector, reading)
    assert checked(page, portal, base, first) == {}
    page.get_by_label("Different children: they are brothers or sisters, or twins").check()
    page.get_by_role("button", name="Record the decision").click()
    expect(page).not_to_have_url(portal + first)
    page.goto(portal + base)
    expect(page.get_by_text("Different children, by Alex Lee")).to_be_visible()
    assert checked(page, portal, base) == {}
