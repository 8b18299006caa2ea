"""What an earlier version linked stays so until a person decides, whatever number comes later (L10)."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from tasks.linkage import Linkage, PairAnswer, PairDecision, linkage
from tasks.linkage.clusters import JoinRefusal
from tests.tasks.linkage.people import frame, record

_NHS, _OTHER_NHS = "9434765919", "9434765870"
Records = dict[str, pl.DataFrame]


def _linked(
    records: Records, before: Linkage | None = None, *decisions: PairDecision, of: Records | None = None
) -> Linkage:
    return linkage(records, b"key", decisions, earlier=_identifiers(of or {}, before) if before else None)


def _identifiers(records: Records, made: Linkage) -> pl.DataFrame:
    stacked = [rows.with_columns(pl.lit(code).alias("return")) for code, rows in records.items()]
    return pl.concat(stacked).join(made.links.select("return", "row", "child"), on=["return", "row"])


def _returns(council: dict[str, Any], police: dict[str, Any]) -> Records:
    return {"LA-DA": frame(record(2, la_child_id="CH1", **council)), "POL-1": frame(record(2, **police))}


_WITHOUT = _returns({"nhs_number": _NHS}, {"postcode": "RG2 2BB"})
_CONTRADICTED = _returns({"nhs_number": _NHS}, {"postcode": "RG2 2BB", "nhs_number": _OTHER_NHS})


def _against(made: Linkage) -> list[str]:
    return made.doubtful["against"].to_list()


def test_a_number_that_contradicts_an_earlier_link_splits_nothing_and_waits_for_a_person() -> None:
    first = _linked(_WITHOUT)
    assert first.links["child"].n_unique() == 1
    assert _linked(_CONTRADICTED).links["child"].n_unique() == 2
    second = _linked(_CONTRADICTED, first, of=_WITHOUT)
    assert second.links["child"].n_unique() == 1
    assert _against(second) == [JoinRefusal.LINKED.value]
    assert second.facts["joined"] == {"an earlier version": 1}


@pytest.mark.parametrize(("answer", "children"), [(PairAnswer.DIFFERENT, 2), (PairAnswer.MATCH, 1)])
def test_a_persons_decision_on_it_holds_from_the_next_version_on(answer: PairAnswer, children: int) -> None:
    second = _linked(_CONTRADICTED, _linked(_WITHOUT), of=_WITHOUT)
    (pair,) = second.doubtful.iter_rows(named=True)
    decided = PairDecision(pair["one"], pair["other"], answer)
    third = _linked(_CONTRADICTED, second, decided, of=_CONTRADICTED)
    assert third.links["child"].n_unique() == children
    assert third.doubtful.is_empty()


def test_a_contradiction_waits_on_in_every_later_version() -> None:
    second = _linked(_CONTRADICTED, _linked(_WITHOUT), of=_WITHOUT)
    third = _linked(_CONTRADICTED, second, of=_CONTRADICTED)
    assert third.links["child"].n_unique() == 1
    assert third.doubtful["one"].to_list() == second.doubtful["one"].to_list()


def test_a_number_that_two_children_come_to_share_joins_nothing_and_waits_for_a_person() -> None:
    moved = {"forename": "Zo\u00eb", "surname": "Khan", "postcode": "RG2 2BB", "date_of_birth": date(2018, 9, 21)}
    apart = _returns({"nhs_number": _NHS}, moved)
    shared = _returns({"nhs_number": _NHS}, {**moved, "nhs_number": _NHS})
    first = _linked(apart)
    assert first.links["child"].n_unique() == 2
    assert _linked(shared).links["child"].n_unique() == 1
    second = _linked(shared, first, of=apart)
    assert second.links["child"].n_unique() == 2
    (pair,) = second.doubtful.iter_rows(named=True)
    assert (pair["evidence"], pair["against"]) == ("NHS number", JoinRefusal.EARLIER.value)
    match = PairDecision(pair["one"], pair["other"], PairAnswer.MATCH)
    assert _linked(shared, second, match, of=shared).links["child"].n_unique() == 1


def test_a_persons_match_outlives_a_number_that_comes_later() -> None:
    twins = _returns({}, {"forename": "Ada"})
    (pair,) = _linked(twins).doubtful.iter_rows(named=True)
    joined = _linked(twins, None, PairDecision(pair["one"], pair["other"], PairAnswer.MATCH))
    numbered = _returns({}, {"forename": "Ada", "nhs_number": _NHS})
    assert _linked(numbered, joined, of=twins).links["child"].n_unique() == 1


def test_a_record_of_other_words_is_linked_anew() -> None:
    first = _linked(_WITHOUT)
    changed = _returns({"nhs_number": _NHS}, {"postcode": "RG2 2BB", "nhs_number": _OTHER_NHS, "sex": "M"})
    assert _linked(changed, first, of=_WITHOUT).links["child"].n_unique() == 2
