"""After the freezing: late and corrected returns make new versions; no frame or sample moves without a decision."""

import csv
import dataclasses
import io
import json
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import polars as pl
import pytest
from sqlmodel import select

from models.events import Owed
from models.lifecycle import RequestState, Stage
from models.states import WorkState
from models.tables import Cohort, CohortDecision, SampleDecision, SampleDraw, Submission, Work
from tasks.cohort.versions import cohort_in_force, cohorts_of, newest_draw
from tasks.findings.evidence import traces
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.tables import table_at
from tasks.jobs import build_cohort
from tasks.jobs.build_cohort import freeze_cohort
from tasks.jobs.open_evaluations import open_evaluations
from tasks.jobs.propose_sample import propose
from tasks.jobs.recheck import recheck
from tasks.ledger.rows import ReturnRefusedError, inspection_of
from tasks.ledger.work import HeldError, claim, owe
from tasks.returns.cohort_versions import owe_cohort
from tasks.returns.declarations import declare_nil
from tasks.returns.rechecks import ask_all, rechecks_in
from tasks.returns.rule_waivers import WaiverReason, waive_rule
from tasks.sampling import Decision, DecisionError, DecisionKind, Reason
from tasks.sampling.draws import DecisionRefusedError, decide, sample_now
from tasks.sampling.newer_cohorts import (
    CohortChoice,
    CohortDecided,
    CohortReason,
    CohortRefusedError,
    admit,
    decide_cohort,
)
from tasks.watch.board import read
from tasks.watch.board_text import markdown
from tests.tasks.snapshots import keep, put_back
from tests.tasks.steps import APPROVE, actions, checked, moved_to, notices, request, send, stage, taken

Rows = list[dict[str, str]]
KEEP, REDRAW, REBUILD, WITHDRAW = CohortChoice


def rows_of(ref: str) -> Rows:
    """Return the rows of the police's first version."""
    with transaction() as session:
        sent = session.get_one(Submission, f"{ref}-pol-1-v1")
    return list(csv.DictReader(io.StringIO(store.get(sent.key, sent.version_id).decode("utf-8-sig"))))


def as_csv(rows: Rows) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def without_last(rows: Rows) -> Rows:
    last = rows[-1]["incident_ref"]
    return [row for row in rows if row["incident_ref"] != last]


def spoiled(rows: Rows) -> Rows:
    return [{**rows[0], "postcode": "RG1"}, *rows[1:]]


def let_in(ref: str, code: str = "pol-1") -> None:
    admit(f"{ref}-{code}", CohortReason.CORRECTED_RETURN, by="Sam Patel")


def come(ref: str, change: Callable[[Rows], Rows] = without_last) -> str:
    """Send a changed return of the police and return the verdict on it."""
    send(f"{ref}-pol-1", "late.csv", as_csv(change(rows_of(ref))))
    (verdict,) = checked(ref)
    return verdict.verdict


def built(ref: str) -> Cohort:
    freeze_cohort(taken(Owed.BUILD_COHORT, ref))
    with transaction() as session:
        return cohorts_of(session, ref)[-1]


def changed(ref: str, change: Callable[[Rows], Rows] = without_last) -> Cohort:
    """Let a changed return in and freeze the version that follows."""
    let_in(ref)
    assert come(ref, change) == "accepted"
    return built(ref)


@pytest.fixture(scope="session")
def kept_versions(kept: str) -> str:
    """Freeze a second version of Slough's cohort once, while its sample waits for a decision."""
    put_back("proposed")
    changed(kept)
    keep("versions")
    return kept


@pytest.fixture
def versions(kept_versions: str) -> str:
    """Return an inspection whose sample is of version 1 while version 2 of its cohort is there."""
    put_back("versions")
    return kept_versions


def decided(ref: str, choice: CohortChoice, request_id: str = "") -> str:
    return decide_cohort(ref, CohortDecided(choice, CohortReason.CORRECTED_RETURN, "Sam Patel", request_id))


def drawn(ref: str) -> SampleDraw:
    with transaction() as session:
        found = newest_draw(session, ref)
    assert found is not None
    return found


def ledger(ref: str) -> list[CohortDecision]:
    with transaction() as session:
        rows = session.exec(select(CohortDecision).where(CohortDecision.inspection == ref)).all()
    return sorted(rows, key=lambda row: row.number)


def owed(ref: str, kind: Owed) -> list[str]:
    with transaction() as session:
        query = select(Work.subject).where(Work.kind == kind, Work.inspection == ref, Work.state == WorkState.OWED)
        return sorted(session.exec(query))


def test_a_return_after_the_freezing_is_refused_unless_a_person_lets_it_in(proposed: str) -> None:
    with pytest.raises(ReturnRefusedError, match="the inspection has moved on to sample proposed"):
        send(f"{proposed}-pol-1", "late.csv", b"a\n1\n")
    let_in(proposed)
    assert send(f"{proposed}-pol-1", "late.csv", as_csv(rows_of(proposed))).version == 2
    with pytest.raises(ReturnRefusedError):
        send(f"{proposed}-hea-1", "late.csv", b"a\n1\n")


def test_l10_who_lets_a_return_in_and_why_is_kept_and_its_agency_is_told(proposed: str) -> None:
    let_in(proposed)
    (row,) = ledger(proposed)
    assert (row.kind, row.by, row.reason, row.request_id) == (
        "admit",
        "Sam Patel",
        "corrected_return",
        f"{proposed}-pol-1",
    )
    assert actions(proposed)[-1] == "cohort.admit"
    (told,) = notices(proposed, "admitted")
    assert told.facts["return"] == "POL-1"
    assert told.link_id


def test_a_corrected_return_makes_the_next_version_and_moves_neither_frame_nor_sample(proposed: str) -> None:
    with transaction() as session:
        before = session.get_one(Cohort, (proposed, 1))
        sample = sample_now(session, drawn(proposed))
    second = changed(proposed)
    assert (second.version, second.manifest_sha256 == before.manifest_sha256) == (2, False)
    with transaction() as session:
        assert session.get_one(Cohort, (proposed, 1)) == before
        assert sample_now(session, drawn(proposed)) == sample
    assert drawn(proposed).version == 1
    assert stage(proposed) == Stage.SAMPLE_PROPOSED
    assert request(proposed, "pol-1").admitted is None


def test_a_version_says_what_differs_from_the_one_before(versions: str) -> None:
    with transaction() as session:
        second = session.get_one(Cohort, (versions, 2))
    told = json.loads(store.get(second.manifest_key))
    assert told["version"] == 2
    assert told["since"]["version"] == 1
    assert told["since"]["returns"] == [{"code": "POL-1", "before": "1", "after": "2"}]
    counts = told["since"]["children"]
    assert counts["added"] == 0
    assert counts["removed"] + counts["changed"] >= 1
    assert counts["same"] + counts["changed"] + counts["added"] == second.children
    with transaction() as session:
        assert told["since"]["manifest_sha256"] == session.get_one(Cohort, (versions, 1)).manifest_sha256
    assert [one["version"] for one in second.inputs if one["code"] == "POL-1"] == [2]


def test_no_sample_is_signed_off_while_a_newer_version_waits(versions: str) -> None:
    with pytest.raises(DecisionRefusedError, match="Version 2 of the cohort was frozen after this sample"):
        decide(versions, APPROVE)
    told = notices(versions, "cohort_changed")
    assert [notice.facts["version"] for notice in told] == [2, 2]
    assert {notice.to_name == "manager" for notice in told} == {True, False}
    with transaction() as session:
        assert "**decide-cohort**" in markdown(read(session, versions))


def test_l10_the_sample_is_kept_by_a_recorded_decision_and_its_own_version_holds(versions: str) -> None:
    assert decided(versions, KEEP) == "the sample of version 1 is kept"
    row = ledger(versions)[-1]
    assert (row.kind, row.cohort_version, row.draw_version, row.by) == ("keep", 2, 1, "Sam Patel")
    with transaction() as session:
        assert cohort_in_force(session, versions).version == 1
    assert decide(versions, APPROVE) == "approved"
    with transaction() as session:
        tracked = [row.label for row in sample_now(session, drawn(versions)).chosen("tracked")]
        used = {one.version for one in traces(session, versions, tracked) if one.return_code == "POL-1"}
        assert used == {1}


def test_l10_the_sample_is_set_aside_by_a_recorded_decision_and_drawn_from_the_newer_version(versions: str) -> None:
    assert decided(versions, REDRAW) == "draw 1 set aside, and draw 2 follows"
    propose(taken(Owed.PROPOSE_SAMPLE, versions))
    second = drawn(versions)
    assert (second.version, second.cohort_version) == (2, 2)
    with transaction() as session:
        (row,) = session.exec(select(SampleDecision).where(SampleDecision.inspection == versions)).all()
    assert (row.kind, row.draw_version, row.reason) == ("redraw", 1, "cohort_corrected")
    assert decide(versions, APPROVE) == "approved"
    open_evaluations(taken(Owed.OPEN_EVALUATIONS, versions))
    assert stage(versions) == Stage.EVALUATIONS_OPEN


def test_a_draw_after_a_kept_sample_is_taken_from_the_version_that_was_kept(versions: str) -> None:
    decided(versions, KEEP)
    decide(versions, Decision(DecisionKind.REDRAW, Reason.SEED_DISCLOSED, "A Lee"))
    propose(taken(Owed.PROPOSE_SAMPLE, versions))
    assert (drawn(versions).version, drawn(versions).cohort_version) == (2, 1)


def test_a_third_version_waits_again_after_the_second_was_decided(versions: str) -> None:
    decided(versions, KEEP)
    decided(versions, REBUILD)
    assert built(versions).version == 3
    with pytest.raises(DecisionRefusedError, match="Version 3"):
        decide(versions, APPROVE)
    decided(versions, KEEP)
    with pytest.raises(CohortRefusedError, match="No newer version"):
        decided(versions, KEEP)


def test_a_cohort_built_again_of_the_same_is_the_same(proposed: str) -> None:
    assert decided(proposed, REBUILD) == "version 2 of the cohort is being built"
    with pytest.raises(DecisionRefusedError, match="is being built"):
        decide(proposed, APPROVE)
    again = built(proposed)
    with transaction() as session:
        first = session.get_one(Cohort, (proposed, 1))
    assert again.frame_digest == first.frame_digest
    counts = again.changes["children"]
    assert (counts["added"], counts["removed"], counts["changed"]) == (0, 0, 0)
    assert again.changes["sample"] == {"removed": [], "changed": []}
    assert again.changes["returns"] == []


def test_a_late_return_that_must_be_corrected_leaves_the_accepted_one_in_place(proposed: str) -> None:
    let_in(proposed)
    assert come(proposed, spoiled) == "rejected"
    assert owed(proposed, Owed.BUILD_COHORT) == []
    with pytest.raises(DecisionRefusedError, match="POL-1 may come late and has not arrived"):
        decide(proposed, APPROVE)
    decided(proposed, REBUILD)
    assert [one["version"] for one in built(proposed).inputs if one["code"] == "POL-1"] == [1]


def test_nobody_waits_any_longer_for_what_was_let_in_and_withdrawn(proposed: str) -> None:
    let_in(proposed)
    with pytest.raises(CohortRefusedError, match="is not waited for"):
        decided(proposed, WITHDRAW, f"{proposed}-hea-1")
    assert decided(proposed, WITHDRAW, f"{proposed}-pol-1") == "POL-1 is no longer waited for"
    with pytest.raises(ReturnRefusedError):
        send(f"{proposed}-pol-1", "late.csv", b"a\n1\n")
    assert decide(proposed, APPROVE) == "approved"


def test_what_has_come_is_not_withdrawn_unread(proposed: str) -> None:
    let_in(proposed)
    send(f"{proposed}-pol-1", "late.csv", as_csv(rows_of(proposed)))
    with pytest.raises(CohortRefusedError, match="has come and is being checked"):
        decided(proposed, WITHDRAW, f"{proposed}-pol-1")


def test_nothing_comes_after_the_sign_off(chosen: str) -> None:
    with pytest.raises(CohortRefusedError, match="is signed off and its cohort can no longer change"):
        let_in(chosen)
    for choice in CohortChoice:
        with pytest.raises(CohortRefusedError, match="evaluations open"):
            decided(chosen, choice)


@pytest.mark.usefixtures("area")
def test_nothing_is_let_in_while_the_returns_are_open_or_twice(proposed: str) -> None:
    let_in(proposed)
    with pytest.raises(CohortRefusedError, match="may come late already"):
        let_in(proposed)
    with transaction() as session:
        inspection_of(session, proposed, lock=True).stage = Stage.RETURNS_OPEN
    with pytest.raises(CohortRefusedError, match="can send a newer file"):
        let_in(proposed, "hea-1")


def test_two_returns_that_come_before_anybody_builds_make_one_version(proposed: str) -> None:
    let_in(proposed)
    let_in(proposed, "hea-1")
    assert come(proposed) == "accepted"
    with transaction() as session:
        sent = session.get_one(Submission, f"{proposed}-hea-1-v1")
    # A comment in the archive makes it another file of the same rows: the very same bytes would make no version.
    archive = io.BytesIO(store.get(sent.key, sent.version_id))
    with zipfile.ZipFile(archive, "a") as book:
        book.comment = b"late"
    send(f"{proposed}-hea-1", f"late{sent.extension}", archive.getvalue())
    assert checked(proposed)[0].verdict == "accepted"
    assert owed(proposed, Owed.BUILD_COHORT) == [f"{proposed}/2"]
    assert {one["code"] for one in built(proposed).changes["returns"]} == {"POL-1", "HEA-1"}


def test_a_return_that_comes_while_a_version_is_built_makes_the_next(proposed: str) -> None:
    decided(proposed, REBUILD)
    begun = taken(Owed.BUILD_COHORT, proposed)
    let_in(proposed)
    assert come(proposed) == "accepted"
    assert owed(proposed, Owed.BUILD_COHORT) == [f"{proposed}/3"]
    with pytest.raises(HeldError, match="Version 2"):
        freeze_cohort(taken(Owed.BUILD_COHORT, proposed))
    freeze_cohort(begun)
    with transaction() as session:
        assert [one.version for one in cohorts_of(session, proposed)] == [1, 2]


def test_l3_a_version_that_was_owed_before_the_end_of_an_inspection_is_not_frozen(proposed: str) -> None:
    decided(proposed, REBUILD)
    moved_to(proposed, Stage.CANCELLED)
    assert freeze_cohort(taken(Owed.BUILD_COHORT, proposed)) == "not needed: the inspection is cancelled"
    assert claim(Owed.BUILD_COHORT, proposed) is None
    with transaction() as session:
        assert len(cohorts_of(session, proposed)) == 1


class Death(Exception):  # noqa: N818 - what happens, not an error
    """The worker dies."""


def test_l4_a_death_before_the_commit_and_a_newer_release_leave_no_version_that_cannot_be_frozen(
    proposed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided(proposed, REBUILD)

    def die(*_: object) -> None:
        raise Death

    with monkeypatch.context() as dying:
        dying.setattr(build_cohort, "finish", die)
        with pytest.raises(Death):
            freeze_cohort(taken(Owed.BUILD_COHORT, proposed))
    with transaction() as session:
        session.get_one(Work, (Owed.BUILD_COHORT, f"{proposed}/2")).state = WorkState.OWED
    monkeypatch.setattr(build_cohort, "CODE_VERSION", "the-next-release")
    assert json.loads(store.get(built(proposed).manifest_key))["code_version"] == "the-next-release"


def test_l4_a_death_after_any_write_of_a_version_ends_in_the_same_version(
    proposed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided(proposed, REBUILD)
    put_once, stored = store.put_once, []

    def dying(deadly: int) -> Callable[..., store.Stored]:
        left = iter(range(deadly))

        def put(key: str, data: bytes, **more: Any) -> store.Stored:
            stored.append(put_once(key, data, **more))
            if next(left, None) == deadly - 1:
                raise Death
            return stored[-1]

        return put

    with transaction() as session:
        first = session.get_one(Cohort, (proposed, 1))
    keys = [name for name in Cohort.model_fields if name.endswith("_key") and getattr(first, name)]
    for deadly in (1, len(keys) // 2, len(keys)):
        with monkeypatch.context() as patched:
            patched.setattr(store, "put_once", dying(deadly))
            with pytest.raises(Death):
                freeze_cohort(taken(Owed.BUILD_COHORT, proposed))
        with transaction() as session:
            session.get_one(Work, (Owed.BUILD_COHORT, f"{proposed}/2")).state = WorkState.OWED
    second = built(proposed)
    assert {one.key for one in stored} == {getattr(second, name) for name in keys}
    assert actions(proposed).count("cohort.frozen") == 2


def test_a_deferred_inspection_that_was_reopened_freezes_another_version_and_draws_again(proposed: str) -> None:
    from tasks.returns.closing import close_if_complete

    moved_to(proposed, Stage.DEFERRED, Stage.RETURNS_OPEN)
    with transaction() as session:
        assert close_if_complete(session, inspection_of(session, proposed, lock=True))
    assert built(proposed).version == 2
    propose(taken(Owed.PROPOSE_SAMPLE, proposed))
    assert (drawn(proposed).version, drawn(proposed).cohort_version, stage(proposed)) == (
        2,
        2,
        Stage.SAMPLE_PROPOSED,
    )
    assert decide(proposed, APPROVE) == "approved"


def test_a_waived_return_may_come_after_all(proposed: str) -> None:
    with transaction() as session:
        asked = request(proposed, "pol-1")
        asked.state, asked.admitted = RequestState.WAIVED, asked.current_version
        session.add(asked)
    assert come(proposed) == "accepted"
    assert owed(proposed, Owed.BUILD_COHORT) == [f"{proposed}/2"]


def test_l3_work_that_somebody_is_taking_counts_as_begun(proposed: str) -> None:
    with transaction() as session:
        owe(session, Owed.BUILD_COHORT, f"{proposed}/2", proposed)
    with transaction() as taking:
        query = select(Work).where(Work.kind == Owed.BUILD_COHORT, Work.subject == f"{proposed}/2").with_for_update()
        taking.exec(query).one()
        with transaction() as session:
            assert owe_cohort(session, proposed) == 3


def corrected_birth(ref: str, label: str) -> Callable[[Rows], Rows]:
    """Return what corrects the birth date of a chosen child in the police's rows, so that the child is too old."""
    with transaction() as session:
        (child,) = (row.child for row in sample_now(session, drawn(ref)).chosen() if row.label == label)
        links = pl.read_parquet(store.get(session.get_one(Cohort, (ref, 1)).links_key))
    lines = set(links.filter(pl.col("child") == child, pl.col("return") == "POL-1")["row"])

    def change(rows: Rows) -> Rows:
        return [
            {**row, "child_date_of_birth": "2010-05-05", "unborn": "No"} if line in lines else row
            for line, row in enumerate(rows, start=2)
        ]

    return change


def hidden_and_chosen(ref: str) -> str:
    """Return the label of a chosen child whom the police know and the council does not."""
    with transaction() as session:
        frame = table_at(session.get_one(Cohort, (ref, 1)).frame_key)
        known = frame.filter(pl.col("agencies").list.contains("police"), ~pl.col("agencies").list.contains("health"))
        chosen_ones = sample_now(session, drawn(ref)).chosen()
    return next(row.label for row in chosen_ones if row.child in set(known["child"]))


def test_a_corrected_identifier_after_the_draw_names_the_chosen_children_whom_it_concerns(proposed: str) -> None:
    label = hidden_and_chosen(proposed)
    second = changed(proposed, corrected_birth(proposed, label))
    concerned = second.changes["sample"]
    assert label in [*concerned["removed"], *concerned["changed"]]
    assert second.changes["draw"] == 1


def test_of_two_managers_at_once_one_decides_on_the_newer_version(proposed: str) -> None:
    decided(proposed, REBUILD)
    built(proposed)

    def choose(choice: CohortChoice) -> str:
        try:
            return decided(proposed, choice)
        except CohortRefusedError as refused:
            return str(refused)

    with ThreadPoolExecutor(4) as pool:
        came = list(pool.map(choose, [KEEP, REDRAW, KEEP, REDRAW]))
    assert sum("No newer version" in one for one in came) == 3
    assert len([one for one in ledger(proposed) if one.kind in {"keep", "redraw"}]) == 1


def test_an_inspection_in_which_nobody_holds_anything_has_an_empty_cohort_and_says_so(area: str) -> None:
    for code in ("la-da", "pol-1", "pro-1", "hea-1"):
        declare_nil(f"{area}-{code}", by="agency: test")
    empty = built(area)
    assert (empty.children, empty.inputs, empty.counts["hidden"]) == (0, [], 0)
    told = json.loads(store.get(empty.manifest_key))
    assert {"HEA-1", "HEA-1 (101)", "LA-DA", "POL-1", "PRO-1"} <= set(told["absent"])
    assert set(told["absent"].values()) == {"nil_declared"}
    propose(taken(Owed.PROPOSE_SAMPLE, area))
    assert (drawn(area).tracked, drawn(area).sampled) == (0, 0)
    assert drawn(area).notes
    with transaction() as session:
        assert "0 children" in markdown(read(session, area))
    with pytest.raises(DecisionError, match="Only 0 children would be tracked, and the theme needs at least 5"):
        decide(area, APPROVE)
    assert decide(area, dataclasses.replace(APPROVE, second_approver="A Lee")) == "approved"
    open_evaluations(taken(Owed.OPEN_EVALUATIONS, area))
    assert stage(area) == Stage.EVALUATIONS_OPEN


def test_a_sample_from_which_everybody_was_taken_can_be_signed_off_empty(proposed: str) -> None:
    with transaction() as session:
        labels = [row.label for row in sample_now(session, drawn(proposed)).chosen()]
    for label in labels:
        decide(proposed, Decision(DecisionKind.ELIMINATE, Reason.LEFT_AREA, "A Lee", label, "B Okoro"))
    with transaction() as session:
        assert sample_now(session, drawn(proposed)).chosen() == ()
    assert decide(proposed, dataclasses.replace(APPROVE, second_approver="A Lee")) == "approved"
    open_evaluations(taken(Owed.OPEN_EVALUATIONS, proposed))
    assert stage(proposed) == Stage.EVALUATIONS_OPEN


def test_a_late_return_that_is_let_off_a_rule_is_checked_again_and_makes_the_next_version(proposed: str) -> None:
    let_in(proposed)
    assert come(proposed, spoiled) == "rejected"
    with transaction() as session:
        until = inspection_of(session, proposed).now().date()
    waive_rule(f"{proposed}-pol-1", "ID.postcode.format", WaiverReason.SYSTEM_CANNOT, until, by="Sam Patel")
    recheck(taken(Owed.RECHECK, proposed))
    assert request(proposed, "pol-1").state == RequestState.ACCEPTED
    assert owed(proposed, Owed.BUILD_COHORT) == [f"{proposed}/2"]
    assert "cohort.owed" in actions(proposed)


def test_a_return_that_is_in_a_frozen_cohort_keeps_its_verdict_when_checked_again(proposed: str) -> None:
    let_in(proposed)
    ask_all(proposed, counts=True, by="test")
    while claimed := claim(Owed.RECHECK, proposed):
        recheck(claimed)
    with transaction() as session:
        assert {one.applied for one in rechecks_in(session, proposed)} == {False}
    assert owed(proposed, Owed.BUILD_COHORT) == []
