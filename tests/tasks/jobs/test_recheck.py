"""Waived rules and returns checked again: who let whom off what until when, and what newer rules change."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from models.events import Owed
from models.lifecycle import RequestState, Stage
from models.tables import Inspection, Recheck, Submission
from models.themes import Theme, theme
from tasks.ground.database import transaction
from tasks.jobs.recheck import recheck, recheck_name
from tasks.ledger.rows import ReturnRefusedError, UnknownInspectionError, inspection_of
from tasks.ledger.work import claim
from tasks.returns import checking
from tasks.returns.decisions import waivers_for
from tasks.returns.declarations import declare_nil
from tasks.returns.rechecks import NothingToRecheckError, ask_all, rechecks_in
from tasks.returns.rule_waivers import WaiverReason, waive_rule, waivers_in
from tests.tasks.steps import actions, file_of, notices, request, send, verdict_on

RULE = "ID.postcode.format"


@pytest.fixture
def spoiled(synthetic: Path) -> bytes:
    """Return the police's return with a postcode that is none."""
    lines = file_of(synthetic, "POL-1").read_text(encoding="utf-8-sig").splitlines()
    at = lines[0].split(",").index("postcode")
    cells = lines[1].split(",")
    cells[at] = "RG1"
    return "\n".join([lines[0], ",".join(cells), *lines[2:]]).encode()


@pytest.fixture
def rejected(area: str, spoiled: bytes) -> str:
    """Return an inspection whose police return was rejected for one postcode."""
    assert verdict_on(area, "pol-1", "a.csv", spoiled).errors == 1
    return area


def again(ref: str) -> list[str]:
    """Check again what is owed, as the flow does."""
    came = []
    while claimed := claim(Owed.RECHECK, ref):
        came.append(f"{recheck_name(claimed)}: {recheck(claimed)}")
    return came


def today(ref: str) -> date:
    with transaction() as session:
        return inspection_of(session, ref).now().date()


def waive(ref: str, rule: str = RULE, days: int = 3, code: str = "pol-1") -> bool:
    until = today(ref) + timedelta(days=days)
    return waive_rule(f"{ref}-{code}", rule, WaiverReason.SYSTEM_CANNOT, until, by="Sam Patel")[1]


def ledger(ref: str) -> list[Recheck]:
    with transaction() as session:
        return rechecks_in(session, ref)


def submission(ref: str, version: int = 1) -> Submission:
    with transaction() as session:
        return session.get_one(Submission, f"{ref}-pol-1-v{version}")


def test_l10_a_waived_rule_lets_the_stored_return_pass(rejected: str) -> None:
    assert waive(rejected)
    assert again(rejected) == ["Reading - POL-1 v1 again: rejected, now accepted, 0 rules with other counts"]
    assert request(rejected, "pol-1").state == RequestState.ACCEPTED
    found = submission(rejected)
    assert (found.result.verdict, found.result.errors) == ("accepted", 0)
    assert "waived" in str(found.result.rule_set)
    assert found.result.table_keys
    assert notices(rejected, "accepted")[0].facts["version"] == 1
    done = actions(rejected)
    assert done.index("rule.waived") < done.index("recheck.asked") < done.index("return.rechecked")
    with transaction() as session:
        (one,) = waivers_in(session, rejected)
    assert (one.approved_by, one.reason, one.rule) == ("Sam Patel", "system_cannot", RULE)


def test_a_waiver_holds_for_the_next_version_until_its_day(rejected: str, spoiled: bytes) -> None:
    waive(rejected, days=0)
    assert verdict_on(rejected, "pol-1", "b.csv", spoiled + b"\n").verdict == "accepted"
    with transaction() as session:
        inspection = session.get_one(Inspection, rejected)
        inspection.clock_shift_seconds += 24 * 3600
        session.add(inspection)
    assert verdict_on(rejected, "pol-1", "c.csv", spoiled).verdict == "rejected"
    with transaction() as session:
        assert waivers_for(session, f"{rejected}-pol-1", today(rejected)) == []


def test_a_waiver_before_anything_was_sent_checks_nothing_again(area: str, spoiled: bytes) -> None:
    assert not waive(area)
    assert again(area) == []
    assert verdict_on(area, "pol-1", "a.csv", spoiled).verdict == "accepted"


@pytest.mark.parametrize(
    ("rule", "days", "said"),
    [
        ("POL-1.nothing", 3, "has no rule"),
        (RULE, -1, "a day that is in the future"),
        ("LA-DA.sex.code", 3, "POL-1 has no rule"),
        ("X01", 3, "POL-1 has no rule"),
    ],
)
def test_a_waiver_that_makes_no_sense_is_refused(area: str, rule: str, days: int, said: str) -> None:
    with pytest.raises(ReturnRefusedError, match=said):
        waive(area, rule, days)


def test_a_file_that_is_not_the_return_cannot_be_waived_into_one(area: str) -> None:
    verdict_on(area, "pol-1", "a.csv", b"what,is\nthis,even\n")
    with pytest.raises(ReturnRefusedError, match="cannot be waived"):
        waive(area, "FILE.no_header")


def stricter(monkeypatch: pytest.MonkeyPatch, **changes: object) -> None:
    """Let the theme be a newer version from now on."""
    newer = Theme.model_validate({**theme("domestic-abuse-2024").model_dump(), "version": 3, **changes})
    monkeypatch.setattr(checking, "theme_of", lambda _: newer)


def test_newer_rules_are_told_and_change_nothing_unless_asked(rejected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stricter(monkeypatch, rules={"severities": {RULE: "query"}})
    assert ask_all(rejected, counts=False, by="inspectorate: Sam Patel") == 1
    assert again(rejected) == ["Reading - POL-1 v1 again: rejected, now queried, 0 rules with other counts"]
    (row,) = ledger(rejected)
    assert (row.before["verdict"], row.after["verdict"], row.applied) == ("rejected", "queried", False)
    assert (row.before["rule_set"], row.after["rule_set"]) == ("domestic-abuse-2024@2", "domestic-abuse-2024@3")
    assert request(rejected, "pol-1").state == RequestState.REJECTED
    assert submission(rejected).result.verdict == "rejected"


def test_newer_rules_may_count(rejected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stricter(monkeypatch, rules={"removes": [RULE]})
    ask_all(rejected, counts=True, by="inspectorate: Sam Patel")
    assert again(rejected) == ["Reading - POL-1 v1 again: rejected, now accepted, 1 rule with other counts"]
    (row,) = ledger(rejected)
    assert (row.by_rule, row.applied) == ({RULE: [1, 0]}, True)
    assert request(rejected, "pol-1").state == RequestState.ACCEPTED
    assert claim(Owed.CHECK_ACROSS, rejected) is not None


def test_the_same_rules_change_nothing(rejected: str) -> None:
    before = submission(rejected)
    ask_all(rejected, counts=True, by="inspectorate: Sam Patel")
    again(rejected)
    (row,) = ledger(rejected)
    after = submission(rejected)
    assert (row.before, row.by_rule) == (row.after, {})
    assert (after.result.report_sha256, after.result.report_key, after.result.table_keys) == (
        before.result.report_sha256,
        before.result.report_key,
        before.result.table_keys,
    )
    assert len(notices(rejected, "rejected")) == 1


def test_a_recheck_never_touches_a_return_that_can_no_longer_change(
    area: str, synthetic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in ("la-da", "pro-1", "hea-1"):
        declare_nil(f"{area}-{code}", by="agency")
    verdict_on(area, "pol-1", "a.csv", file_of(synthetic, "POL-1").read_bytes())
    with transaction() as session:
        assert inspection_of(session, area).stage == Stage.RETURNS_CLOSED
    stricter(monkeypatch, rules={"severities": {"POL-1.offence_group.code": "error"}}, partial_acceptance={})
    ask_all(area, counts=True, by="inspectorate: Sam Patel")
    again(area)
    assert ledger(area)[0].applied is False
    assert request(area, "pol-1").state == RequestState.ACCEPTED


def test_a_recheck_of_a_version_that_was_replaced_meanwhile_is_only_told(
    rejected: str, spoiled: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    stricter(monkeypatch, rules={"removes": [RULE]})
    ask_all(rejected, counts=True, by="inspectorate: Sam Patel")
    send(f"{rejected}-pol-1", "b.csv", spoiled + b"\n")
    again(rejected)
    assert ledger(rejected)[0].applied is False
    assert request(rejected, "pol-1").state == RequestState.RECEIVED


def test_nothing_to_check_again_is_said(area: str) -> None:
    with pytest.raises(NothingToRecheckError, match="has a verdict yet"):
        ask_all(area, counts=False, by="x")
    with pytest.raises(UnknownInspectionError):
        ask_all("nowhere", counts=False, by="x")
