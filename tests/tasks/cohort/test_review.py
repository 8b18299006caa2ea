"""Clerical review: pairs are listed by reference, decided once each, and hold in the next version of the cohort."""

import io
import json
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest

from models.events import Owed
from models.lifecycle import Stage
from models.tables import AuditEntry, Cohort, PairReview
from tasks.cohort.review import (
    DoubtfulPair,
    PairRefusedError,
    StatedValue,
    _near,
    compared,
    decide_pair,
    doubtful_pairs,
)
from tasks.cohort.versions import newest_cohort
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.jobs.build_cohort import freeze_cohort
from tasks.jobs.propose_sample import propose
from tasks.sampling.draws import decide
from tasks.sampling.newer_cohorts import CohortChoice, CohortDecided, CohortReason, decide_cohort
from tasks.watch.board import read
from tasks.watch.board_text import markdown
from tests.tasks.doubtful_cohort import NAMES
from tests.tasks.steps import APPROVE, actions, ledger_text, stage, taken


def cohort(ref: str) -> Cohort:
    with transaction() as session:
        return newest_cohort(session, ref)


def pairs(ref: str) -> list[DoubtfulPair]:
    with transaction() as session:
        return doubtful_pairs(session, newest_cohort(session, ref))


def built_again(ref: str) -> Cohort:
    decide_cohort(ref, CohortDecided(CohortChoice.REBUILD, CohortReason.LINKS_REVIEWED, "A Lee"))
    freeze_cohort(taken(Owed.BUILD_COHORT, ref))
    return cohort(ref)


def matched(ref: str, pair: DoubtfulPair, by: str = "A Lee", seen: int = 0) -> PairReview:
    return decide_pair(ref, pair.name, "match", "slips", seen=seen, by=by)


def board(ref: str) -> str:
    with transaction() as session:
        return markdown(read(session, ref))


def test_l5_doubtful_pairs_are_counted_on_the_board_and_named_in_the_evidence_store_alone(asked: str) -> None:
    count = len(pairs(asked))
    assert count >= len(NAMES)
    assert f"Doubtful pairs of records: {count}. Of these, {count} need a decision on the portal." in board(asked)
    matched(asked, pairs(asked)[0])
    assert (
        f"Of these, {count - 1} need a decision on the portal. "
        "Decisions that wait for the next version of the cohort: 1."
    ) in board(asked)
    held = ledger_text()
    assert not any(name in held for name in NAMES)
    assert cohort(asked).counts["linkage"]["method"] == "ladder, then the model shipped-1"


def test_l10_a_match_makes_two_children_one_in_the_next_version(asked: str) -> None:
    first, pair = cohort(asked), next(one for one in pairs(asked) if one.against == "the forenames differ")
    matched(asked, pair)
    assert actions(asked)[-1] == "pair.match"
    assert pair.first in ledger_text()
    second = built_again(asked)
    assert second.children == first.children - 1
    assert pair.name not in {one.name for one in pairs(asked)}
    record = json.loads(store.get(second.manifest_key))
    assert record["linkage"]["joined"]["a person"] == 1
    assert record["linkage"]["decisions"] == {"match": 1, "different": 0, "unsure": 0}
    assert "Decisions that wait for the next version of the cohort: 0." in board(asked)


def test_l4_the_next_version_is_scored_by_the_frozen_model(asked: str) -> None:
    first, second = cohort(asked), built_again(asked)
    assert first.model_key
    assert second.model_key
    assert first.model_key != second.model_key
    assert store.get(first.model_key) == store.get(second.model_key)
    one, other = (store.get(row.doubtful_key or "") for row in (first, second))
    assert pl.read_parquet(io.BytesIO(one)).equals(pl.read_parquet(io.BytesIO(other)))


def test_unsure_stays_on_the_list_and_waits_no_more(asked: str) -> None:
    pair = pairs(asked)[0]
    decide_pair(asked, pair.name, "unsure", "too_little", seen=0, by="A Lee")
    built_again(asked)
    again = next(one for one in pairs(asked) if one.name == pair.name)
    assert again.review is not None
    assert again.review.answer == "unsure"
    assert f"Of these, {len(pairs(asked)) - 1} need a decision" in board(asked)


def test_different_is_asked_no_more(asked: str) -> None:
    pair = pairs(asked)[0]
    decide_pair(asked, pair.name, "different", "related", seen=0, by="A Lee")
    built_again(asked)
    assert pair.name not in {one.name for one in pairs(asked)}


def test_of_two_reviewers_at_once_the_later_sees_the_earlier(asked: str) -> None:
    pair = pairs(asked)[0]

    def decide_as(by: str) -> str:
        try:
            return matched(asked, pair, by=by).by
        except PairRefusedError as refused:
            return str(refused)

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(decide_as, ("A Lee", "B Okoro")), key=len)
    assert said[0] in {"A Lee", "B Okoro"}
    assert said[1].startswith("Somebody has decided on this pair since you opened it: the same child.")
    review = pairs(asked)[0].review
    assert review is not None
    assert (review.number, review.by) == (1, said[0])
    changed = decide_pair(asked, pair.name, "unsure", "asked", seen=1, by="C Khan")
    assert (changed.number, changed.answer) == (2, "unsure")


def test_l3_a_decision_has_its_audit_entry_with_digests_and_a_listed_reason(asked: str) -> None:
    row = matched(asked, pairs(asked)[0])
    with transaction() as session:
        entries = session.query(AuditEntry).where(AuditEntry.action == "pair.match").all()  # type: ignore[arg-type]
    assert [one.facts for one in entries] == [{"one": row.first, "other": row.second, "reason": "slips", "cohort": 1}]
    assert entries[0].actor == "inspectorate: A Lee"


@pytest.mark.parametrize(
    ("answer", "reason", "said"),
    [
        ("perhaps", "slips", "Choose whether they are the same child"),
        ("match", "", "Choose a reason that belongs to “the same child”"),
        ("match", "related", "Choose a reason that belongs to “the same child”"),
    ],
)
def test_an_answer_needs_a_reason_of_its_own(asked: str, answer: str, reason: str, said: str) -> None:
    with pytest.raises(PairRefusedError, match=said):
        decide_pair(asked, pairs(asked)[0].name, answer, reason, seen=0, by="A Lee")


def test_pairs_that_are_not_listed_are_refused_and_so_is_every_pair_after_sign_off(asked: str) -> None:
    with pytest.raises(PairRefusedError, match="not on the list"):
        decide_pair(asked, "a-b", "match", "slips", seen=0, by="A Lee")
    pair = pairs(asked)[0]
    propose(taken(Owed.PROPOSE_SAMPLE, asked))
    decide_pair(asked, pair.name, "unsure", "asked", seen=0, by="A Lee")
    decide(asked, APPROVE)
    assert stage(asked) == Stage.SAMPLE_APPROVED
    with pytest.raises(
        PairRefusedError, match='until the sample is approved. The inspection is at the stage "sample approved"'
    ):
        matched(asked, pair, seen=1)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("SL1 1AA", "sl11zz", True),
        ("SL1 1AA", "SL2 1AA", True),
        ("SL1 1AA", "SL2 1AB", False),
        ("SL1 1AA", "SL12 1AA", False),
    ],
)
def test_postcodes_are_alike_within_a_district_or_one_sign_apart(one: str, other: str, *, near: bool) -> None:
    assert _near((StatedValue(one, ()),), (StatedValue(other, ()),)) is near


def test_what_the_agencies_say_stands_side_by_side(asked: str) -> None:
    pair = next(one for one in pairs(asked) if one.against == "the forenames differ")
    rows = {row.heading: row for row in compared(cohort(asked), pair)}
    assert rows["Forename"].agreement == "differs"
    assert rows["Date of birth"].agreement == "same"
    police = {
        said.text
        for side in (rows["Forename"].first, rows["Forename"].second)
        for said in side
        if "POL-1" in said.returns
    }
    assert police & set(NAMES)
    assert rows["Council's number"].agreement == "one"
