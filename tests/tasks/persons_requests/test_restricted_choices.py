"""A restricted child is chosen no more, and linked no more, until the restriction is lifted; what is frozen stays."""

import json

import polars as pl
import pytest
from sqlmodel import select

from models.events import Owed
from models.roles import Role
from models.tables import Cohort, Membership, SampleDraw
from tasks.cohort.frozen import identifiers_of, restricted_children
from tasks.cohort.review import PairRefusedError, decide_pair, doubtful_pairs
from tasks.cohort.versions import cohort_of, newest_cohort, newest_draw
from tasks.concerns.raising import ConcernWords, raise_concern
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.tables import table_at
from tasks.jobs.build_cohort import freeze_cohort
from tasks.jobs.propose_sample import propose
from tasks.ledger.work import HeldError
from tasks.persons_requests.restricting import seek_restricted
from tasks.returns.cohort_versions import owe_cohort
from tasks.sampling import Decision, DecisionKind, Reason, verify_decisions
from tasks.sampling.draws import DecisionRefusedError, decide, record_of, sample_now
from tasks.sampling.export import decisions_file
from tests.tasks.persons_requests.test_restricting import child_of, lifted, restricted
from tests.tasks.steps import APPROVE, taken

pytestmark = pytest.mark.parts
REDRAW = Decision(DecisionKind.REDRAW, Reason.COVERAGE_GAP, "A Lee")


def drawn_now(ref: str) -> SampleDraw:
    with transaction() as session:
        drawn = newest_draw(session, ref)
        assert drawn
        return drawn


def child_named(ref: str, label: str) -> str:
    with transaction() as session:
        drawn = newest_draw(session, ref)
        assert drawn
        return next(row.child for row in sample_now(session, drawn).chosen() if row.label == label)


def test_l10_a_sample_with_a_restricted_child_is_not_approved_and_the_next_draw_leaves_it_out(proposed: str) -> None:
    label, number = child_of(proposed)
    child = child_named(proposed, label)
    row = restricted(proposed, number)
    with pytest.raises(DecisionRefusedError, match=f"records of {label} is restricted. Replace each"):
        decide(proposed, APPROVE)
    decide(proposed, REDRAW)
    propose(taken(Owed.PROPOSE_SAMPLE, proposed))
    drawn = drawn_now(proposed)
    assert record_of(drawn)["without"] == [child]
    with transaction() as session:
        assert child not in {each.child for each in sample_now(session, drawn).chosen()}
    lifted(row.id)
    # Afterwards too, the draw is checked as it was made.
    with transaction() as session:
        assert json.loads(decisions_file(session, drawn))["earlier"] == [child]
    assert decide(proposed, APPROVE) == "approved"
    assert verify_decisions(record_of(drawn), decisions_file_of(drawn)) == []


def decisions_file_of(drawn: SampleDraw) -> dict[str, object]:
    with transaction() as session:
        document: dict[str, object] = json.loads(decisions_file(session, drawn))
        return document


def test_a_new_cohort_leaves_restricted_rows_out_and_says_which(proposed: str) -> None:
    label, number = child_of(proposed)
    child = child_named(proposed, label)
    before = cohort_now(proposed)
    row = restricted(proposed, number)
    with transaction() as session:
        owe_cohort(session, proposed)
    freeze_cohort(taken(Owed.BUILD_COHORT, proposed))
    after = cohort_now(proposed)
    assert after.version == before.version + 1
    assert number not in identifiers_of(after, restricted=True)["nhs_number"].to_list()
    assert number in identifiers_of(before, restricted=True)["nhs_number"].to_list()
    # Also rows that have no number, which the first cohort linked to those that have.
    assert child not in pl.read_parquet(store.get(after.links_key))["child"]
    left_out = json.loads(store.get(after.manifest_key))["restricted"]
    used = {entry["submission"] for entry in after.inputs}
    assert sum(map(len, left_out.values())) == sum(place[0] in used for place in row.places)
    # Nobody else moved: the other children are the same, under the same names.
    earlier, later = set(table_at(before.frame_key)["child"]), set(table_at(after.frame_key)["child"])
    assert earlier - later == {child}
    assert later <= earlier
    lifted(row.id)
    with transaction() as session:
        owe_cohort(session, proposed)
    freeze_cohort(taken(Owed.BUILD_COHORT, proposed))
    assert "restricted" not in json.loads(store.get(cohort_now(proposed).manifest_key))
    assert number in identifiers_of(cohort_now(proposed))["nhs_number"].to_list()


def cohort_now(ref: str) -> Cohort:
    with transaction() as session:
        return newest_cohort(session, ref)


def test_nothing_is_drawn_linked_or_approved_while_rows_are_still_looked_for(proposed: str) -> None:
    _, number = child_of(proposed)
    row = restricted(proposed, number)
    with transaction() as session:
        kept = session.get_one(type(row), row.id)
        kept.sought = []
        session.add(kept)
        owe_cohort(session, proposed)
    with transaction() as session:
        assert restricted_children(session, cohort_of(session, drawn_now(proposed))) is None
    with pytest.raises(HeldError, match="still looked for"):
        freeze_cohort(taken(Owed.BUILD_COHORT, proposed))
    seek_restricted()
    with transaction() as session:
        assert restricted_children(session, cohort_of(session, drawn_now(proposed)))


def test_a_pair_with_a_restricted_record_waits(asked: str) -> None:
    with transaction() as session:
        cohort = newest_cohort(session, asked)
        pairs = doubtful_pairs(session, cohort)
    table = identifiers_of(cohort).filter(pl.col("nhs_number").is_not_null())
    numbers = dict(table.select("child", "nhs_number").iter_rows())
    pair, number = next(
        (pair, numbers[child]) for pair in pairs for child in (pair.child, pair.other_child) if child in numbers
    )
    row = restricted(asked, number)
    with pytest.raises(PairRefusedError, match="restricted the use"):
        decide_pair(asked, pair.name, "match", "slips", seen=0, by="manager: P-A")
    lifted(row.id)


def test_a_childs_safety_is_never_hindered(chosen: str) -> None:
    label, number = child_of(chosen)
    restricted(chosen, number)
    words = ConcernWords("She is at home.", "He is there.")
    with transaction() as session:
        query = select(Membership.person_id).where(Membership.role == Role.INSPECTOR, Membership.inspection == chosen)
        person = session.exec(query).first()
    assert raise_concern(chosen, words, child=label, once="a", by=f"inspector: {person}")
