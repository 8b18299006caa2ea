"""The page on linkage says of rungs, weights and thresholds what the code does."""

from tasks.linkage.linking import DOUBTED, JOINED
from tasks.linkage.page import BEGIN, END, PAGE, tables
from tasks.linkage.tiers import TIERS


def test_the_tables_of_the_page_are_those_of_the_code() -> None:
    _, _, rest = PAGE.read_text().partition(BEGIN)
    assert rest.partition(END)[0].strip() == tables(), "write them anew: python -m tasks.linkage.page"


def test_the_tables_name_every_rung_and_threshold() -> None:
    page = tables()
    assert all(f"| {tier.name} | {tier.probability} |" in page for tier in TIERS)
    assert f"Joined from p = {JOINED}; asked about from p = {DOUBTED}" in page
    assert "| nhs | the same |" in page
