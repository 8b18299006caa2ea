"""Legal bases are data with a source and a day, and reach kinds of agency that exist."""

from datetime import date
from typing import get_args

import pytest

from models.legal_bases import ItemKind, bases_of, gateways
from models.themes import AgencyKind, theme, theme_ids
from tasks.basis.standing import items_asked_of


def test_no_gateway_is_without_a_source_and_a_day() -> None:
    for gateway in gateways():
        assert gateway.source
        assert gateway.checked <= date(2026, 11, 28)
        assert gateway.agencies <= set(get_args(AgencyKind))
        assert gateway.covers


@pytest.mark.parametrize("name", theme_ids())
def test_every_shipped_theme_asks_only_for_what_some_gateway_reaches(name: str) -> None:
    theme_ = theme(name)
    for kind in theme_.in_scope:
        for item in items_asked_of(theme_, kind):
            assert bases_of(kind, item, date(2026, 11, 2)), (kind, item)


def test_a_duty_counts_from_its_first_day_and_reaches_no_document_about_an_organisation() -> None:
    def codes(item: ItemKind, day: date) -> set[str]:
        return {gateway.code for gateway in bases_of("police", item, day)}

    assert "ca2004-s16la" not in codes(ItemKind.RETURN, date(2026, 4, 28))
    assert "ca2004-s16la" in codes(ItemKind.RETURN, date(2026, 4, 29))
    assert "ca2004-s16la" not in codes(ItemKind.DOCUMENT, date(2026, 4, 29))
    assert "si-2015-1792" not in codes(ItemKind.RETURN, date(2015, 11, 8))


def test_what_the_law_does_not_reach_needs_an_agreement() -> None:
    for kind in ("voluntary", "marac"):
        assert all(gateway.needs_agreement for gateway in bases_of(kind, ItemKind.RETURN, date(2026, 11, 2)))
    assert bases_of("a circus", ItemKind.RETURN, date(2026, 11, 2)) == ()
