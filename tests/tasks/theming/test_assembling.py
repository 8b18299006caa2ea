"""A report is put together the same way in any order, and is a draft until it is published."""

from dataclasses import replace

import pytest

from models.themes import theme
from tasks.theming.assembling import Material, ReportStanding, assembled
from tests.tasks.theming.reports import FINDINGS, LETTERS, PLACED, report, theme_of_two

pytestmark = pytest.mark.pure


def test_l4_order_of_material_does_not_matter() -> None:
    chosen = theme_of_two()
    material = Material(PLACED, FINDINGS, LETTERS)
    turned = Material(PLACED[::-1], FINDINGS[::-1], LETTERS[::-1])
    assert assembled(ReportStanding("r"), chosen, "", material) == assembled(ReportStanding("r"), chosen, "", turned)


def test_without_anything_written_it_is_a_draft_with_counts_alone() -> None:
    made = assembled(ReportStanding("r"), theme_of_two(), "", Material(PLACED, FINDINGS, ()))
    assert (made.status, made.prose, made.recommendations, made.earlier, made.subjects) == ("draft", {}, (), None, ())
    assert [len(message.standing) for message in made.messages] == [4, 2]
    assert report().status == "published"


def test_the_report_before_is_looked_for_in_the_areas_of_today() -> None:
    before = theme("domestic-abuse-2016")
    made = assembled(ReportStanding("r"), theme_of_two(), "", Material(PLACED, FINDINGS, LETTERS), before=before)
    assert made.earlier is not None
    assert [message.message.code for message in made.earlier.messages] == [each.code for each in before.messages]
    assert {message.of for message in made.earlier.messages} == {6}
    assert replace(made, earlier=None).earlier is None
