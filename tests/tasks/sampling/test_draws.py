"""Cohort, draw and decisions: recomputed to the same bytes, decided once, and nothing chosen without its record."""

import contextlib
import dataclasses
import json
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import make_transient
from sqlmodel import select

from models.events import Owed
from models.lifecycle import RequestState, Stage
from models.settings import settings
from models.states import WorkState
from models.tables import AuditEntry, Cohort, Inspection, Request, SampleDecision, SampleDraw, Work
from models.themes import theme
from tasks.cohort.versions import newest_draw
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ground.keys import SEEDS_COMMITTED, commit, seed_for
from tasks.ground.tables import table_at
from tasks.jobs.build_cohort import cohort_name, freeze_cohort
from tasks.jobs.propose_sample import propose
from tasks.ledger.audit import chain
from tasks.ledger.proof import story
from tasks.ledger.work import LeaseLostError
from tasks.people.persons import lead_reference
from tasks.sampling import (
    Decision,
    DecisionError,
    DecisionKind,
    Reason,
    again,
    checked_decisions,
    coverage,
    coverage_bytes,
    replayed,
    sample_of,
    verify,
    verify_decisions,
)
from tasks.sampling.against_audit import against
from tasks.sampling.draws import DecisionRefusedError, decide, record_of, sample_now
from tasks.sampling.export import COVERAGE, DECISIONS, FRAME, MANIFEST, draw_files
from tasks.sampling.report import publish_report, report_of
from tests.tasks.steps import APPROVE, actions, ledger_text, notices, put_nowhere, stage, taken


def replacement(ref: str) -> Decision:
    """Return the decision to replace the first child who can be replaced."""
    for label in labels(ref):
        decision = Decision(DecisionKind.REPLACE, Reason.LEFT_AREA, "A Lee", label, "B Okoro")
        with transaction() as session, contextlib.suppress(DecisionError):
            sample_now(session, drawn(ref), (decision,))
            return decision
    raise AssertionError("no child can be replaced")


def cohort(ref: str) -> Cohort:
    with transaction() as session:
        return session.exec(select(Cohort).where(Cohort.inspection == ref)).one()


def drawn(ref: str) -> SampleDraw:
    with transaction() as session:
        found = newest_draw(session, ref)
    assert found is not None
    return found


def labels(ref: str) -> list[str]:
    with transaction() as session:
        return [row.label for row in sample_now(session, drawn(ref)).chosen()]


def owe_again(kind: Owed, ref: str) -> None:
    with transaction() as session:
        for work in session.exec(select(Work).where(Work.kind == kind, Work.inspection == ref)):
            work.state = WorkState.OWED
            session.add(work)


def test_l4_freezing_again_writes_the_same_manifest_and_frame(proposed: str) -> None:
    first = cohort(proposed)
    before = {key: store.look(key) for key in (first.manifest_key, first.frame_key, first.links_key)}
    with transaction() as session:
        session.delete(session.get_one(Cohort, (proposed, 1)))
        session.get_one(Inspection, proposed).stage = Stage.RETURNS_CLOSED
    owe_again(Owed.BUILD_COHORT, proposed)
    freeze_cohort(taken(Owed.BUILD_COHORT, proposed))
    again = cohort(proposed)
    assert (again.manifest_sha256, again.frame_digest) == (first.manifest_sha256, first.frame_digest)
    assert {key: store.look(key) for key in (again.manifest_key, again.frame_key, again.links_key)} == before


def test_l4_drawing_again_writes_the_same_manifest(proposed: str) -> None:
    first = drawn(proposed)
    with transaction() as session:
        session.delete(session.get_one(SampleDraw, (proposed, 1)))
        session.get_one(Inspection, proposed).stage = Stage.COHORT_FROZEN
    owe_again(Owed.PROPOSE_SAMPLE, proposed)
    propose(taken(Owed.PROPOSE_SAMPLE, proposed))
    assert drawn(proposed).manifest_sha256 == first.manifest_sha256


def test_l4_the_manifest_names_every_version_that_the_cohort_was_made_of(proposed: str) -> None:
    told = json.loads(store.get(cohort(proposed).manifest_key))
    with transaction() as session:
        wanted = {one.return_code for one in session.exec(select(Request)) if one.state == RequestState.ACCEPTED}
    assert {one["code"] for one in told["inputs"]} == wanted == {"LA-DA", "POL-1", "PRO-1", "HEA-1"}
    # The tests have all others declared nil.
    assert set(told["absent"].values()) == {"nil_declared"}
    assert not told["absent"].keys() & wanted


def test_l2_frozen_manifests_and_frames_are_under_lock(proposed: str) -> None:
    row = drawn(proposed)
    for key in (cohort(proposed).manifest_key, cohort(proposed).frame_key, row.manifest_key, row.coverage_key):
        assert key
        held = store.client().get_object_retention(Bucket=settings().s3_bucket, Key=key)
        assert held["Retention"]["Mode"] == "GOVERNANCE"
    assert sha256(store.get(drawn(proposed).manifest_key)) == drawn(proposed).manifest_sha256


def test_l5_the_frame_holds_pseudonyms_and_no_identifier(proposed: str) -> None:
    frame = table_at(cohort(proposed).frame_key)
    identifiers = pl.read_parquet(store.get(cohort(proposed).identifiers_key))
    surnames = set(identifiers["surname"].drop_nulls())
    assert surnames
    assert not {"surname", "forename", "nhs_number", "date_of_birth"} & set(frame.columns)
    text = frame.write_json()
    assert not [one for one in surnames if f'"{one}"' in text]
    dump = ledger_text()
    assert not [one for one in surnames if f'"{one}"' in dump]


def test_l10_the_seed_was_committed_before_any_return_came(proposed: str) -> None:
    with transaction() as session:
        inspection = session.get_one(Inspection, proposed)
        first = session.get_one(AuditEntry, (proposed, 1))
    assert first.facts["seed_sha256"] == commit(drawn(proposed).seed) == inspection.seed_digest
    assert drawn(proposed).seed == seed_for(inspection, 1)


def test_l5_the_ledger_holds_sentences_about_groups_and_no_child_of_the_report(proposed: str) -> None:
    row = drawn(proposed)
    report = report_of(row)
    assert report
    assert row.gaps == report["sample"]["gaps"]
    children = {one["child"] for one in report["sample"]["weights"]}
    assert len(children) == row.tracked + row.sampled
    dump = ledger_text()
    assert not [child for child in children if child in dump]


def test_a_report_without_a_prefect_server_is_no_fault(proposed: str) -> None:
    assert publish_report(proposed, put_nowhere) is False


def test_a_stale_worker_records_no_second_cohort(proposed: str) -> None:
    owe_again(Owed.BUILD_COHORT, proposed)
    claimed = taken(Owed.BUILD_COHORT, proposed)
    assert cohort_name(claimed) == "Slough - cohort 1"
    owe_again(Owed.BUILD_COHORT, proposed)
    before = ledger_text()
    with pytest.raises(LeaseLostError):
        freeze_cohort(claimed)
    assert ledger_text() == before


def test_the_manager_and_the_lead_inspector_are_told_that_a_sample_waits(proposed: str) -> None:
    told = notices(proposed, "sample_proposed")
    with transaction() as session:
        assert {notice.to_name for notice in told} == {"manager", lead_reference(session, proposed)}
    assert all(notice.facts == {"tracked": drawn(proposed).tracked, "sampled": 40} for notice in told)


def test_l10_of_two_managers_at_once_exactly_one_approves(proposed: str) -> None:
    def approve(by: str) -> str:
        try:
            return decide(proposed, Decision(DecisionKind.APPROVE, Reason.SATISFIED, by))
        except DecisionRefusedError as refused:
            return str(refused)

    with ThreadPoolExecutor(4) as pool:
        came = sorted(pool.map(approve, ["A Lee", "B Khan", "C Ray", "D Fox"]))
    assert came.count("approved") == 1
    assert sum('waits for a decision. The inspection is at the stage "sample approved"' in one for one in came) == 3
    assert actions(proposed).count("sample.approve") == 1
    with transaction() as session:
        (row,) = session.exec(select(SampleDecision)).all()
    assert row.by == drawn(proposed).approved_by


def test_l10_of_two_replacements_of_one_child_at_once_exactly_one_is_made(proposed: str) -> None:
    decision = replacement(proposed)

    def replace(_: int) -> bool:
        try:
            decide(proposed, decision)
        except DecisionError:
            return False
        return True

    before = set(labels(proposed))
    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(replace, range(3))) == 1
    after = set(labels(proposed))
    assert before - after == {decision.child}
    assert len(after - before) == 1
    assert actions(proposed).count("sample.replace") == 1


def test_l10_of_an_approval_and_a_redraw_at_once_exactly_one_wins(proposed: str) -> None:
    def taken_by(decision: Decision) -> bool:
        try:
            decide(proposed, decision)
        except DecisionRefusedError:
            return False
        return True

    redraw = Decision(DecisionKind.REDRAW, Reason.COVERAGE_GAP, "A Lee")
    with ThreadPoolExecutor(4) as pool:
        came = list(pool.map(taken_by, [APPROVE, redraw, APPROVE, redraw]))
    assert sum(came) == 1
    approved = stage(proposed) == Stage.SAMPLE_APPROVED
    assert approved is (drawn(proposed).approved_by is not None)
    assert actions(proposed).count("sample.approve" if approved else "sample.redraw") == 1


def test_l10_of_two_workers_that_draw_at_once_exactly_one_is_recorded(proposed: str) -> None:
    decide(proposed, Decision(DecisionKind.REDRAW, Reason.COVERAGE_GAP, "A Lee"))
    first = taken(Owed.PROPOSE_SAMPLE, proposed)
    with transaction() as session:
        session.get_one(Work, (Owed.PROPOSE_SAMPLE, first.subject)).state = WorkState.OWED
    second = taken(Owed.PROPOSE_SAMPLE, proposed)
    propose(second)
    with pytest.raises(LeaseLostError):
        propose(first)
    assert actions(proposed).count("sample.drawn") == 2
    assert drawn(proposed).version == 2


def test_l10_a_replacement_says_who_why_and_with_whom_and_needs_two(proposed: str) -> None:
    decision = replacement(proposed)
    for second in ("", "A Lee"):
        with pytest.raises(DecisionError, match="needs 2 different people"):
            decide(proposed, dataclasses.replace(decision, second_approver=second))
    assert decide(proposed, decision).startswith(f"{decision.child} replaced by ")
    with transaction() as session:
        (row,) = session.exec(select(SampleDecision)).all()
    assert (row.by, row.second_approver, row.reason, row.label) == ("A Lee", "B Okoro", "left_area", decision.child)
    with pytest.raises(DecisionError, match="no child T99"):
        decide(proposed, Decision(DecisionKind.ELIMINATE, Reason.LEFT_AREA, "A Lee", "T99", "B Okoro"))


def test_l10_a_redraw_has_a_reason_a_new_seed_and_a_new_sample(proposed: str) -> None:
    first = drawn(proposed)
    assert (
        decide(proposed, Decision(DecisionKind.REDRAW, Reason.SEED_DISCLOSED, "A Lee"))
        == "draw 1 set aside, and draw 2 follows"
    )
    assert stage(proposed) == Stage.COHORT_FROZEN
    with pytest.raises(DecisionRefusedError, match='The inspection is at the stage "cohort frozen"'):
        decide(proposed, APPROVE)
    propose(taken(Owed.PROPOSE_SAMPLE, proposed))
    second = drawn(proposed)
    assert second.version == 2
    assert second.seed != first.seed
    with transaction() as session:
        announced = session.get_one(AuditEntry, (proposed, 1)).facts["seeds_sha256"]
        assert story(chain(session, proposed)[0]) == []
    assert [commit(one.seed) for one in (first, second)] == announced[:2]
    assert len(set(announced)) == SEEDS_COMMITTED
    assert decide(proposed, APPROVE) == "approved"


def test_l10_a_redraw_leaves_out_whom_people_had_taken_out(proposed: str) -> None:
    with transaction() as session:
        gone = sample_now(session, drawn(proposed)).rows[0]
    decide(proposed, Decision(DecisionKind.ELIMINATE, Reason.LEFT_AREA, "A Lee", gone.label, "B Okoro"))
    decide(proposed, Decision(DecisionKind.REDRAW, Reason.COVERAGE_GAP, "A Lee"))
    with transaction() as session:
        assert gone.child not in {row.child for row in sample_now(session, drawn(proposed)).rows}
    propose(taken(Owed.PROPOSE_SAMPLE, proposed))
    record = record_of(drawn(proposed))
    assert (record["draw"], record["without"]) == (2, [gone.child])
    assert gone.child not in {row["child"] for row in record["rows"]}


def test_l10_when_all_committed_seeds_are_used_there_is_no_redraw(proposed: str) -> None:
    with transaction() as session:
        last = session.get_one(SampleDraw, (proposed, 1))
        session.expunge(last)
        make_transient(last)
        last.version = SEEDS_COMMITTED
        session.add(last)
    with pytest.raises(DecisionRefusedError, match="All 20 seeds"):
        decide(proposed, Decision(DecisionKind.REDRAW, Reason.COVERAGE_GAP, "A Lee"))


def test_l10_who_saw_another_state_of_the_sample_is_refused(proposed: str) -> None:
    decision = replacement(proposed)
    assert decide(proposed, decision, seen="1.0")
    for seen in ("1.0", "2.0"):
        with pytest.raises(DecisionRefusedError, match="no longer as you saw it"):
            decide(proposed, APPROVE, seen=seen)
    assert decide(proposed, APPROVE, seen="1.1") == "approved"


def test_l10_the_database_refuses_changes_after_sign_off(proposed: str) -> None:
    decide(proposed, replacement(proposed))
    decide(proposed, APPROVE)
    for statement in (
        "UPDATE sampledraw SET seed = 'another'",
        "UPDATE sampledraw SET approved_by = 'Somebody Else'",
        "DELETE FROM sampledraw",
        "UPDATE sampledecision SET label = 'T2'",
        "DELETE FROM sampledecision",
        "INSERT INTO sampledecision (inspection, number, draw_version, kind, by, decided_at) "
        "SELECT inspection, number + 1, draw_version, 'eliminate', 'A Lee', now() FROM sampledecision "
        "WHERE kind = 'approve'",
    ):
        with pytest.raises(DBAPIError, match="cannot be changed|nothing can be decided"), transaction() as session:
            session.execute(text(statement))
    with transaction() as session:
        assert len(session.exec(select(SampleDecision)).all()) == 2


def test_l10_a_decision_once_taken_is_never_changed_even_before_sign_off(proposed: str) -> None:
    decide(proposed, replacement(proposed))
    with pytest.raises(DBAPIError, match="cannot be changed"), transaction() as session:
        session.execute(text("UPDATE sampledecision SET by = 'Somebody Else'"))


def test_l10_the_rows_of_an_inspection_that_ended_can_be_destroyed_by_retention(proposed: str) -> None:
    decide(proposed, APPROVE)
    with transaction() as session:
        session.get_one(Inspection, proposed).stage = Stage.CANCELLED
        session.flush()
        session.execute(text("DELETE FROM sampledecision"))
        session.execute(text("DELETE FROM sampledraw"))
    with transaction() as session:
        assert session.exec(select(SampleDraw)).all() == []


def test_l4_the_files_of_a_draw_verify_elsewhere_with_decisions_and_audit(proposed: str) -> None:
    first = drawn(proposed).coverage_sha256
    decide(proposed, replacement(proposed))
    decide(proposed, APPROVE)
    with transaction() as session:
        files = draw_files(session, drawn(proposed))
        entries, _ = chain(session, proposed)
    record, found = json.loads(files[MANIFEST]), checked_decisions(json.loads(files[DECISIONS]))
    frame, asked = pl.read_parquet(files[FRAME]), theme("domestic-abuse-2024")
    assert (
        verify(record, frame, asked)
        == verify_decisions(record, found, lambda: frame)
        == against(entries, record, found)
        == []
    )
    assert [one["kind"] for one in found["decisions"]] == ["replace", "approve"]
    assert all(one["decided_at"] for one in found["decisions"])
    assert found["approved_by"] == "B Khan"
    report = coverage(frame, asked.sampling, sample_of(record))
    for sample in replayed(record, found, lambda: frame):
        report = again(report, frame, sample, record)
    assert files[COVERAGE] == coverage_bytes(report)
    assert sha256(files[COVERAGE]) == drawn(proposed).coverage_sha256
    assert first
    assert first != drawn(proposed).coverage_sha256
    told = {
        one.action: one.facts["coverage_sha256"] for one in entries if one.action in {"sample.drawn", "sample.replace"}
    }
    assert told == {"sample.drawn": first, "sample.replace": drawn(proposed).coverage_sha256}
    moved = {**found, "decisions": [{**found["decisions"][0], "reason": "child_died"}, found["decisions"][1]]}
    apart = "Decision 1 on draw 1 is not the one in the audit chain"
    assert against(entries, record, moved) == [f"{apart}: another reason."]
    # Who approved and who replaced, in both places where the file says it, and when.
    replaced, approved = found["decisions"]
    for step, what in (({"by": "C Doe"}, "person"), ({"decided_at": "2025-03-01T09:00:00+00:00"}, "time")):
        for number, steps in enumerate(([{**replaced, **step}, approved], [replaced, {**approved, **step}]), 1):
            apart = f"Decision {number} on draw 1 is not the one in the audit chain: another {what}."
            assert against(entries, record, {**found, "decisions": steps}) == [apart]
    another = "The file names another approver of draw 1 than the audit chain."
    assert against(entries, record, {**found, "approved_by": "C Doe"}) == [another]
    assert "audit chain records manifest" in against(entries, {**record, "code_version": "x"}, None)[0]
    assert against(entries, {**record, "draw": 7}, None) == ["The audit chain knows of no draw 7."]
    other = [one.model_copy() for one in entries]
    other[0].facts = {**other[0].facts, "lead": "somebody"}
    assert against(other, record, None)[0].startswith("The audit chain does not hold. Entry 1 was changed")


def test_l10_each_tracked_child_can_be_replaced_and_the_files_verify(proposed: str) -> None:
    """Whether a reserve keeps the minimums or not; what gave way stands in the audit as it does in the file."""
    for label in [label for label in labels(proposed) if label.startswith("T")]:
        decide(proposed, Decision(DecisionKind.REPLACE, Reason.LEFT_AREA, "A Lee", label, "B Okoro"))
    with transaction() as session:
        files = draw_files(session, drawn(proposed))
        entries, _ = chain(session, proposed)
    record, document = json.loads(files[MANIFEST]), checked_decisions(json.loads(files[DECISIONS]))
    frame = pl.read_parquet(files[FRAME])
    assert verify_decisions(record, document, lambda: frame) == against(entries, record, document) == []
    denied = {**document, "decisions": [{**step, "gave_up": ["sex / F"]} for step in document["decisions"]]}
    apart = "Decision 1 on draw 1 is not the one in the audit chain"
    assert against(entries, record, denied) == [f"{apart}: another list of minimums given up."]
    recorded = [entry.facts.get("gave_up", []) for entry in entries if entry.action == "sample.replace"]
    assert recorded == [step["gave_up"] for step in document["decisions"]]
    report = coverage(frame, theme("domestic-abuse-2024").sampling, sample_of(record))
    for sample in replayed(record, document, lambda: frame):
        report = again(report, frame, sample, record)
    assert files[COVERAGE] == coverage_bytes(report)


def test_nothing_is_decided_once_the_sample_is_approved(chosen: str) -> None:
    replace = Decision(DecisionKind.REPLACE, Reason.LEFT_AREA, "A Lee", "T1", "B Okoro")
    for decision in (APPROVE, replace, Decision(DecisionKind.REDRAW, Reason.SEED_DISCLOSED, "A Lee")):
        with pytest.raises(DecisionRefusedError, match='The inspection is at the stage "evaluations open"'):
            decide(chosen, decision)


def test_l5_each_agency_is_shown_its_own_children_alone(chosen: str) -> None:
    with transaction() as session:
        requests = session.exec(select(Request).where(Request.return_code == "EVAL")).all()
    assert 1 < len(requests) <= 4
    for asked in requests:
        (key,) = [one for one in asked.template_keys if "children" in one]
        kind = asked.agency_id.rsplit("/", 1)[-1]
        assert key.startswith(f"evaluations/{chosen}/{kind}/")
        listed = pl.read_excel(store.get(key), infer_schema_length=0)
        assert listed["sample_ref"].to_list() == asked.cases
        own = {"local_authority": "LA-DA", "police": "POL-1", "probation": "PRO-1", "health": "HEA-1"}[kind]
        assert {one.split(" row ")[0] for one in listed["found_in"]} == {own}
