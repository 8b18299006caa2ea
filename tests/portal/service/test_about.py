"""What the service says of itself: open to all, from the settings, and no more than is so."""

import re

import pytest
import yaml

from models.retention import CLASS_LABELS, RecordClass, usual_schedule
from models.settings import CHECKOUT
from portal.app import app
from portal.service.about import STANDARD
from tests.portal.driving import Driver
from tests.portal.pages.made_up import TestClient, set_to
from tests.portal.test_browser import _RULES

PAGES = ("/accessibility", "/privacy", "/cookies", "/help", "/contact", "/feedback")


def text_of(path: str, **settings: object) -> str:
    with set_to(**settings), TestClient(app) as client:
        answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_open_to_all_and_linked_from_the_foot_of_every_other(path: str) -> None:
    with set_to(), TestClient(app) as client:
        foot = client.get(path).text.split("<footer")[1]
    assert all(f'href="{other}"' in foot for other in PAGES)


@pytest.mark.parametrize("path", ["/accessibility", "/privacy", "/contact", "/feedback"])
def test_an_address_is_shown_where_one_is_set_and_never_made_up(path: str) -> None:
    assert "help@inspect.jtai-area.uk" in text_of(path, contact_address="help@inspect.jtai-area.uk")
    without = text_of(path, contact_address=None)
    assert "@" not in without
    assert "lead inspector" in without


def test_every_page_says_that_the_service_is_new_inside_a_landmark() -> None:
    with set_to(), TestClient(app) as client:
        text = client.get("/help").text
    assert "Alpha" in text.split("</header>")[0]


def test_l13_the_standard_that_is_named_is_the_one_that_tests_hold_pages_against() -> None:
    assert STANDARD == "WCAG 2.2, levels A and AA"
    assert STANDARD in text_of("/accessibility")
    assert {"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"} <= set(_RULES["runOnly"]["values"])


def test_l13_the_privacy_notice_says_whether_email_leaves() -> None:
    assert "notices stay inside this service" in text_of("/privacy", smtp_url=None, notify_key=None)
    assert "notices are sent by email" in text_of("/privacy", smtp_url="smtps://mail.jtai-area.uk")


def test_l13_the_privacy_notice_says_for_how_long_each_class_of_record_is_kept() -> None:
    deployments = {row["name"] for row in yaml.safe_load((CHECKOUT / "prefect.yaml").read_text())["deployments"]}
    assert "retain" in deployments
    text = text_of("/privacy")
    for kind in RecordClass:
        assert f"{CLASS_LABELS[kind]}: {usual_schedule().longest(kind, ()).months} months after" in text


def test_the_privacy_notice_names_the_power() -> None:
    text = text_of("/privacy")
    assert "section 20 of the Children Act 2004" in text
    assert "SI 2015/1792" in text


def test_help_says_how_long_links_and_sessions_last() -> None:
    text = text_of("/help", link_days=3, session_hours=1)
    assert "within 3 days" in text
    assert "for 1 hour at most" in text


@pytest.mark.parts
def test_l12_a_signed_in_person_sees_who_leads_and_how_to_reach_them(police: Driver) -> None:
    text = police.get("/contact").text
    assert "Reading: " in text
    assert ", lead inspector" in text
    with Driver(str(police.http.base_url)) as stranger:
        assert "Sign in to see who leads your inspection" in stranger.get("/contact").text
