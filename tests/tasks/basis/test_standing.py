"""What is missing before an agency may be asked, on each day: values alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.legal_bases import LACK_CLAUSES, ItemKind
from models.states import Instrument, Lack
from models.tables import Agency, DataSharing
from models.themes import theme
from tasks.basis.standing import as_text, items_asked_of, judge, lacks_of, sentences

DAY = date(2026, 11, 2)
ITEMS = tuple(ItemKind)


def record(from_day: date = DAY, until_day: date | None = None, kind: Instrument = Instrument.NOTICE) -> DataSharing:
    """Return a record of an organisation."""
    return DataSharing(
        id="DS-1",
        organisation_id="O-1",
        controller="The council",
        contact_id="P-1",
        instrument=kind,
        title="Notice 1",
        from_day=from_day,
        until_day=until_day,
        entered_by="manager: P-2",
    )


def test_a_notice_in_force_is_enough_where_the_law_reaches_the_agency() -> None:
    standing = judge("police", ITEMS, record(), DAY)
    assert standing.lacks == ()
    assert standing.titles[0] == "Children Act 2004, section 20"


def test_a_charity_needs_an_agreement_and_not_only_a_notice() -> None:
    assert judge("voluntary", ITEMS, record(), DAY).lacks == (Lack.NOTICE_IS_NOT_ENOUGH,)
    assert judge("voluntary", ITEMS, record(kind=Instrument.AGREEMENT), DAY).lacks == ()


def test_what_is_missing_is_all_named_at_once() -> None:
    assert judge("police", ITEMS, None, DAY).lacks == (Lack.NOTHING_ENTERED,)
    lapsed = record(until_day=DAY - timedelta(1), from_day=DAY - timedelta(9))
    assert judge("police", ITEMS, lapsed, DAY, contact_is_there=False).lacks == (Lack.LAPSED, Lack.NO_CONTACT)
    assert judge("a circus", ITEMS, record(), DAY).lacks == (Lack.NO_BASIS,)


@given(
    st.integers(-40, 40),
    st.integers(0, 40),
    st.integers(-60, 60),
)
def test_nothing_is_asked_for_outside_the_days_in_force_and_everything_within(first: int, lasts: int, day: int) -> None:
    begins = DAY + timedelta(first)
    ends, asked_on = begins + timedelta(lasts), DAY + timedelta(day)
    lacks = judge("health", ITEMS, record(begins, ends), asked_on).lacks
    assert (not lacks) == (begins <= asked_on <= ends)
    assert (Lack.LAPSED in lacks) == (asked_on > ends)
    assert (Lack.NOT_YET_IN_FORCE in lacks) == (asked_on < begins)


@pytest.mark.parametrize("lacks", [(), (Lack.LAPSED,), tuple(Lack)])
def test_an_agency_keeps_what_is_missing(lacks: tuple[Lack, ...]) -> None:
    agency = Agency(id="x/police", inspection="x", kind="police", name="Police", mailbox="", lacks=as_text(lacks))
    assert lacks_of(agency) == lacks


def test_each_thing_that_can_be_missing_has_a_sentence_with_its_day_where_one_decides() -> None:
    assert LACK_CLAUSES.keys() == set(Lack)
    assert sentences([Lack.LAPSED], record(until_day=date(2026, 3, 3))) == [
        "Its agreement or notice lapsed after 3 March 2026."
    ]
    assert sentences([Lack.LAPSED]) == ["Its agreement or notice has lapsed."]


def test_an_agency_in_scope_that_owes_nothing_may_still_know_a_chosen_child() -> None:
    theme_ = theme("child-sexual-exploitation-2016")
    assert all(ItemKind.CASE_FILE in items_asked_of(theme_, kind) for kind in theme_.in_scope)
    assert ItemKind.RETURN in items_asked_of(theme_, "local_authority")
