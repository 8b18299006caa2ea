"""L13: the state in which a run ends is what became of its work: for every deployment, planted and looked at."""

import inspect
import logging
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import yaml
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_URL,
    PREFECT_LOGGING_TO_API_ENABLED,
    temporary_settings,
)

from deployments.stack import Stack
from flows.admit_return import admit_return
from flows.anchor import anchor
from flows.announce_inspection import AreaChoice, announce_inspection
from flows.ask_again import ask_again
from flows.begin_thematic_report import begin_thematic_report
from flows.build_cohort import build_cohort
from flows.chase_returns import chase_returns
from flows.close_returns import close_returns
from flows.compile_findings import compile_findings
from flows.compile_thematic_report import compile_thematic_report
from flows.confirm_decision import Answer, confirm_decision
from flows.decide_cohort import decide_on_cohort
from flows.decide_sample import ReasonChoice, decide_sample
from flows.end_inspection import end_inspection
from flows.extend_request import extend_request
from flows.factual_accuracy import factual_accuracy
from flows.jobs import JOBS, Job
from flows.move_clock import move_clock
from flows.open_evaluations import open_evaluations
from flows.propose_sample import propose_sample
from flows.publish import publish
from flows.receive_returns import receive_returns
from flows.recheck_returns import recheck_returns
from flows.record_recipient import record_recipient
from flows.replace_letter import replace_letter
from flows.report_failures import report_failures
from flows.retain import retain
from flows.send_notices import send_notices
from flows.sweep import sweep
from flows.track_statement import track_statement
from flows.waive_request import waive_request
from flows.waive_rule import waive_rule
from flows.withdraw_letter import withdraw_letter
from models.decisions import CONFIRM, is_decision
from models.decisions import FORMS as DECISIONS
from models.decisions import WORK as DONE
from models.england import ENGLAND
from models.events import Owed
from models.roles import Role
from models.settings import CHECKOUT, reread
from models.states import SignInWay
from models.tables import Inspection, Notice, Work
from models.tables.base import utc_now
from models.words import short_weekday
from tasks.ground.database import transaction
from tasks.ground.store import NotStoredError
from tasks.inspection.ending import Ending, EndReason
from tasks.jobs.ask_again import AgainReason
from tasks.ledger.work import Claim, LeaseLostError, owe
from tasks.people.notices import write_notice
from tasks.people.persons import PROGRAMME, Entered, add_person, give_role
from tasks.people.sessions import begin, signed_in
from tasks.people.sessions import end as end_session
from tasks.people.warrants import make_warrant
from tasks.publishing.ending import LetterReason
from tasks.returns.decisions import RequestReason
from tasks.returns.rule_waivers import WaiverReason
from tasks.sampling import DecisionKind
from tasks.sampling.newer_cohorts import CohortChoice, CohortReason
from tests.notify_server import KEY, TEMPLATE, notify_server
from tests.stacks import no_addresses, pointed_at
from tests.tasks.snapshots import empty

REF = "reading-domestic-abuse-2024-20250224"
NAME = "Zebedee Quackenbush"

WORK: dict[str, tuple[Any, Owed]] = {
    "receive-returns": (receive_returns, Owed.VALIDATE),
    "build-cohort": (build_cohort, Owed.BUILD_COHORT),
    "propose-sample": (propose_sample, Owed.PROPOSE_SAMPLE),
    "open-evaluations": (open_evaluations, Owed.OPEN_EVALUATIONS),
    "compile-findings": (compile_findings, Owed.COMPILE_LETTER),
    "compile-thematic-report": (compile_thematic_report, Owed.COMPILE_REPORT),
    "sweep": (sweep, Owed.ISSUE_REQUEST),
    "anchor": (anchor, Owed.ANCHOR),
    "retain": (retain, Owed.DESTROY),
}
_AREA = next(area for area in AreaChoice if area.name == "E06000038")
_UNKNOWN_INSPECTION = "There is no inspection 'nowhere'. Copy its reference from its board, or from `jtai status`."
_UNKNOWN_REQUEST = "There is no request 'nowhere'. Choose it in the form's list, or use the form's link on the board."
FORMS: dict[str, tuple[Any, dict[str, Any], str, str]] = {
    "announce-inspection": (
        announce_inspection,
        {"area": _AREA, "theme": "domestic-abuse-2024", "announced": date(2025, 2, 23)},
        "Sunday 23 February 2025 is at a weekend. Give a working day. The next one is Monday 24 February 2025.",
        "flows.announce_inspection.announce",
    ),
    "begin-thematic-report": (
        begin_thematic_report,
        {"theme": "domestic-abuse-2024", "inspections": ["nowhere"]},
        "No letter of nowhere on domestic-abuse-2024 is published that counts. Name inspections of this theme whose "
        "letters are published.",
        "flows.begin_thematic_report.begin",
    ),
    "chase-returns": (chase_returns, {"inspection": "nowhere"}, _UNKNOWN_INSPECTION, "flows.chase_returns.chase"),
    "extend-request": (
        extend_request,
        {"request": "nowhere", "until": date(2025, 3, 3), "reason": next(iter(RequestReason))},
        _UNKNOWN_REQUEST,
        "tasks.returns.decisions.extend",
    ),
    "waive-request": (
        waive_request,
        {"request": "nowhere", "reason": next(iter(RequestReason))},
        _UNKNOWN_REQUEST,
        "tasks.returns.decisions.waive",
    ),
    "close-returns": (
        close_returns,
        {"inspection": "nowhere", "reason": next(iter(RequestReason))},
        _UNKNOWN_INSPECTION,
        "tasks.returns.decisions.close_returns",
    ),
    "waive-rule": (
        waive_rule,
        {
            "request": "nowhere",
            "rule": "X",
            "reason": next(iter(WaiverReason)),
            "until": date(2099, 1, 1),
        },
        _UNKNOWN_REQUEST,
        "tasks.returns.rule_waivers.waive_rule",
    ),
    "ask-again": (
        ask_again,
        {"inspection": "nowhere", "reason": next(iter(AgainReason))},
        _UNKNOWN_INSPECTION,
        "flows.ask_again.ask",
    ),
    "recheck-returns": (
        recheck_returns,
        {"inspection": "nowhere"},
        _UNKNOWN_INSPECTION,
        "flows.recheck_returns.ask_all",
    ),
    "admit-return": (
        admit_return,
        {"request": "nowhere", "reason": next(iter(CohortReason))},
        _UNKNOWN_REQUEST,
        "tasks.sampling.newer_cohorts.admit",
    ),
    "decide-cohort": (
        decide_on_cohort,
        {"inspection": "nowhere", "decision": CohortChoice.KEEP, "reason": next(iter(CohortReason))},
        _UNKNOWN_INSPECTION,
        "flows.decide_cohort.decide_cohort",
    ),
    "decide-sample": (
        decide_sample,
        {"inspection": "nowhere", "decision": DecisionKind.APPROVE, "reason": next(iter(ReasonChoice))},
        _UNKNOWN_INSPECTION,
        "tasks.sampling.draws.decide",
    ),
    "factual-accuracy": (
        factual_accuracy,
        {"inspection": "nowhere"},
        _UNKNOWN_INSPECTION,
        "flows.factual_accuracy.close_accuracy",
    ),
    "compile-findings": (
        compile_findings,
        {"inspection": "nowhere"},
        _UNKNOWN_INSPECTION,
        "flows.compile_findings.ask_for_draft",
    ),
    "publish": (publish, {"inspection": "nowhere"}, _UNKNOWN_INSPECTION, "tasks.letters.publication.publish"),
    "withdraw-letter": (
        withdraw_letter,
        {"inspection": "nowhere", "reason": next(iter(LetterReason))},
        _UNKNOWN_INSPECTION,
        "tasks.publishing.ending.withdraw",
    ),
    "replace-letter": (
        replace_letter,
        {"inspection": "nowhere", "reason": next(iter(LetterReason))},
        _UNKNOWN_INSPECTION,
        "tasks.publishing.ending.replace",
    ),
    "record-recipient": (
        record_recipient,
        {
            "inspection": "nowhere",
            "agency": "police",
            "postal_address": "1 Example Street",
            "web_address": "https://example.org",
        },
        _UNKNOWN_INSPECTION,
        "flows.record_recipient.record",
    ),
    "move-clock": (
        move_clock,
        {"inspection": "nowhere", "day": "2025-03-10"},
        _UNKNOWN_INSPECTION,
        "flows.move_clock.move",
    ),
    "end-inspection": (
        end_inspection,
        {"inspection": "nowhere", "ending": Ending.CLOSE, "reason": next(iter(EndReason))},
        _UNKNOWN_INSPECTION,
        "tasks.inspection.ending.end",
    ),
}
FORMS["confirm-decision"] = (
    confirm_decision,
    {"proposal": "D-00000000", "answer": Answer.CONFIRM},
    "Nothing waits for a second person under 'D-00000000'.",
    "flows.confirm_decision.confirm",
)
CLOCKS: dict[str, tuple[Any, str]] = {
    "track-statement": (track_statement, "flows.track_statement.chase_statements"),
    "send-notices": (send_notices, "flows.send_notices.channel"),
    "report-failures": (report_failures, "flows.report_failures.report"),
}


class _Heard(logging.Handler):
    """Keeps every line of a run's log, tracebacks included."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append(self.format(record))

    @property
    def text(self) -> str:
        """Return all lines."""
        return "\n".join(self.lines)


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Start a ledger and Prefect without a worker: flows run here, and nobody else takes their work."""
    with no_addresses():
        stack = Stack(tmp_path_factory.mktemp("states") / "state", worker=False, portal=False)
        with stack, pointed_at(stack):
            there = {
                PREFECT_API_URL: stack.addresses["JTAI_PREFECT_API_URL"],
                PREFECT_API_AUTH_STRING: stack.addresses["JTAI_PREFECT_AUTH"],
                # What flows log is listened to here. Sent to Prefect as well, it would be tried for a minute when the
                # tests end and the server is gone.
                PREFECT_LOGGING_TO_API_ENABLED: False,
            }
            with temporary_settings(there), pytest.MonkeyPatch.context() as patch:
                # As in a worker, where each run would wait for up to a second at its end.
                patch.setattr("prefect.flow_engine.BaseFlowRunEngine.heartbeat_seconds", None)
                yield
        stack.destroy()


@pytest.fixture
def heard(prefect: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Heard]:  # noqa: ARG001 - it must be there
    """Listen to the logs of runs, on an inspection that owes nothing."""
    # Nothing is deployed here, so there are no automations that a sweep could put right.
    monkeypatch.setattr("tasks.watch.sweep.put_right", list)
    # The ledger is emptied for each test and the store is not: what was anchored in it would be missed, rightly.
    monkeypatch.setattr("flows.anchor.chains_due", list)
    empty()
    with transaction() as session:
        session.add(
            Inspection(
                ref=REF,
                area_gss="E06000038",
                area_name="Reading",
                theme_id="domestic-abuse-2024",
                theme_version=1,
                announced=date(2025, 2, 24),
                rehearsal=True,
                seed_digest="0" * 64,
            )
        )
    with transaction() as session:
        manager = add_person(session, Entered("Sam Patel"), by="test")
        give_role(session, manager, Role.MANAGER, by="test", from_day=date(2020, 1, 1))
        SECRET[:] = [begin(session, manager, SignInWay.OWN_LINK)]
    handler = _Heard()
    loggers = [logging.getLogger(name) for name in ("prefect.flow_runs", "prefect.task_runs", "jtai")]
    for logger in loggers:
        logger.addHandler(handler)
    yield handler
    for logger in loggers:
        logger.removeHandler(handler)


def ordered(name: str) -> dict[str, str]:
    """Return the order of a signed-in programme manager to start a form; work and clocks need none."""
    if not is_decision(name):
        return {}
    with transaction() as session:
        visitor = signed_in(session, SECRET[0])
        assert visitor is not None
        return {"by": make_warrant(session, visitor, name)}


SECRET: list[str] = []
"""The secret of the manager's session, as their browser keeps it."""


def ended(flow: Any, **parameters: Any) -> tuple[str, str]:
    """Run a flow here and return the type of the state in which it ended, and its message."""
    state = flow(**parameters, return_state=True)
    return state.type.value, state.message or ""


def plant(monkeypatch: pytest.MonkeyPatch, kind: Owed, work: Callable[[Claim], object], *subjects: str) -> None:
    """Owe work, and let `work` stand for what is done about it."""
    monkeypatch.setitem(JOBS, kind, Job(kind, JOBS[kind].task, lambda claimed: f"piece {claimed.subject}", work))
    with transaction() as session:
        for subject in subjects:
            owe(session, kind, subject, REF)


def lost(_: Claim) -> object:
    """Fail as work does whose file was removed from the store."""
    raise NotStoredError("incoming/a")


def test_every_deployment_is_looked_at_here() -> None:
    deployed = {one["name"] for one in yaml.safe_load((CHECKOUT / "prefect.yaml").read_text())["deployments"]}
    assert deployed == {*WORK, *FORMS, *CLOCKS}


@pytest.mark.parametrize("name", WORK)
@pytest.mark.usefixtures("heard")
def test_l13_nothing_to_do_is_completed_and_says_so(name: str) -> None:
    kind, message = ended(WORK[name][0])
    assert kind == "COMPLETED"
    assert message.startswith("Nothing w")


@pytest.mark.parametrize("name", WORK)
@pytest.mark.usefixtures("heard")
def test_l13_a_run_whose_only_piece_failed_is_failed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    flow, kind = WORK[name]
    plant(monkeypatch, kind, lost, "a")
    state, message = ended(flow)
    assert state == "FAILED"
    assert re.search(r"1 of 1 failed \(file not in the store\), tried again at \d\d:\d\d: piece a\.$", message), message


@pytest.mark.parametrize("name", WORK)
@pytest.mark.usefixtures("heard")
def test_l13_a_run_that_did_part_of_its_work_is_failed_and_says_what_it_did(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow, kind = WORK[name]

    def work(claimed: Claim) -> object:
        return "as it should be" if claimed.subject == "b" else lost(claimed)

    plant(monkeypatch, kind, work, "a", "b", "c")
    state, message = ended(flow)
    assert state == "FAILED"
    assert "2 of 3 failed: piece a (file not in the store), tried again at " in message
    assert message.endswith("Done: piece b: as it should be.")


@pytest.mark.parametrize("name", WORK)
@pytest.mark.usefixtures("heard")
def test_l13_a_run_whose_work_another_took_over_is_cancelled(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    flow, kind = WORK[name]

    def taken(_: Claim) -> object:
        raise LeaseLostError("taken over")

    plant(monkeypatch, kind, taken, "a")
    assert ended(flow) == ("CANCELLED", "Gave way: another run does piece a.")


@pytest.mark.parametrize("name", WORK)
def test_l5_a_fault_of_ours_is_told_by_its_kind_alone(
    name: str, heard: _Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow, kind = WORK[name]

    def slip(_: Claim) -> object:
        raise KeyError(NAME)

    plant(monkeypatch, kind, slip, "a")
    state, message = ended(flow)
    assert (state, "internal fault: KeyError" in message) == ("FAILED", True)
    assert NAME not in message + heard.text


@pytest.mark.parametrize("name", FORMS)
def test_l13_a_refused_form_is_failed_by_its_own_sentence_without_a_traceback(name: str, heard: _Heard) -> None:
    flow, answers, sentence, _ = FORMS[name]
    assert ended(flow, **answers, **ordered(name)) == ("FAILED", sentence)
    assert "Traceback" not in heard.text


@pytest.mark.parametrize("name", [*FORMS, *CLOCKS])
def test_l9_a_slip_of_ours_is_never_told_as_a_refusal(
    name: str, heard: _Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow, answers, where = (
        (FORMS[name][0], FORMS[name][1], FORMS[name][3]) if name in FORMS else (CLOCKS[name][0], {}, CLOCKS[name][1])
    )

    def slip(*_: object, **__: object) -> object:
        raise ValueError(f"not enough values to unpack: {NAME}")

    monkeypatch.setattr(where, slip)
    assert ended(flow, **answers, **ordered(name)) == (
        "FAILED",
        "There is an internal fault (ValueError). It is our fault and not yours.",
    )
    assert NAME not in heard.text
    assert "Traceback" not in heard.text


_NOBODY = "Nobody who is signed in ordered this. Sign in, then fill in the form again."


@pytest.mark.parametrize(
    ("name", "by"),
    [
        *((name, "Mickey Mouse") for name in FORMS if is_decision(name)),
        *(("publish", by) for by in ("", "P-AAAAAAAA", "W-x")),
    ],
)
@pytest.mark.usefixtures("heard")
def test_l11_a_decision_that_nobody_ordered_is_refused(name: str, by: str) -> None:
    flow, answers, _, _ = FORMS[name]
    assert ended(flow, **answers, by=by) == ("FAILED", _NOBODY)


@pytest.mark.usefixtures("heard")
def test_l11_an_order_is_for_one_form_and_one_run() -> None:
    order = ordered("factual-accuracy")
    flow, answers, sentence, _ = FORMS["end-inspection"]
    assert ended(flow, **answers, **order) == ("FAILED", _NOBODY)
    flow, answers, sentence, _ = FORMS["factual-accuracy"]
    assert ended(flow, **answers, **order) == ("FAILED", sentence)
    again = "This order was already used for another run. Fill in the form again."
    assert ended(flow, **answers, **order) == ("FAILED", again)


@pytest.mark.usefixtures("heard")
def test_l15_an_order_of_a_session_that_ended_decides_nothing() -> None:
    flow, answers, _, _ = FORMS["factual-accuracy"]
    order = ordered("factual-accuracy")
    with transaction() as session:
        visitor = signed_in(session, SECRET[0])
        assert visitor is not None
        end_session(session, visitor.session, by=visitor.person)
    sentence = "You signed out, or the order is too old. Sign in, then fill in the form again."
    assert ended(flow, **answers, **order) == ("FAILED", sentence)


def test_every_form_that_decides_is_known_to_the_gate() -> None:
    deployed = yaml.safe_load((CHECKOUT / "prefect.yaml").read_text())["deployments"]
    assert {each["name"] for each in deployed} == {*DECISIONS, CONFIRM} | DONE
    assert {name for name in FORMS if "by" in inspect.signature(FORMS[name][0].fn).parameters} == {*DECISIONS, CONFIRM}


@pytest.mark.parametrize("name", CLOCKS)
@pytest.mark.usefixtures("heard")
def test_l13_a_round_that_found_nothing_is_completed(name: str) -> None:
    state, message = ended(CLOCKS[name][0])
    assert (state, message.split()[0] in {"Nothing", "No"}) == ("COMPLETED", True)


@pytest.mark.parametrize("name", FORMS)
def test_no_form_takes_control_characters(name: str) -> None:
    from prefect.utilities.callables import parameter_schema

    schema = parameter_schema(FORMS[name][0]).model_dump()
    texts = {
        field: shape
        for field, shape in schema["properties"].items()
        if shape.get("type") == "string" and "enum" not in shape and "format" not in shape
    }
    assert texts
    for field, shape in texts.items():
        # The form and the server hold a text against this pattern before anything is stored of it.
        assert re.search(shape["pattern"], "A Lee, 1 Example Street"), field
        assert not any(re.search(shape["pattern"], f"A{char}Lee") for char in "\x00\x07\n\x7f\x9f"), field


@pytest.mark.usefixtures("heard")
def test_the_operator_is_told_once_a_day_of_each_piece_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, Owed.VALIDATE, lost, "a", "b")
    ended(receive_returns)
    first, again = ended(report_failures), ended(report_failures)
    assert first == ("COMPLETED", "validate a: the operator is told; validate b: the operator is told")
    assert again == ("COMPLETED", "Nothing new. The operator was told today of all work that failed.")
    with transaction() as session:
        from sqlmodel import select

        notices = session.exec(select(Notice).where(Notice.kind == "work_failed")).all()
        assert sorted((notice.to_name, notice.facts["subject"]) for notice in notices) == [
            ("operator", "a"),
            ("operator", "b"),
        ]
        assert {work.state for work in session.exec(select(Work))} == {"owed"}


@pytest.mark.usefixtures("heard")
def test_l13_a_run_that_sent_a_part_of_the_notices_is_failed_and_says_what_it_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with notify_server() as server:
        for name, value in {"KEY": KEY, "TEMPLATE": TEMPLATE, "URL": server.url}.items():
            monkeypatch.setenv(f"JTAI_NOTIFY_{name}", value)
        reread()
        with transaction() as session:
            session.get_one(Inspection, REF).rehearsal = False
            person = add_person(session, Entered(NAME, "", "zeb@inspect.jtai-area.uk"), by="test")
            for number in range(3):
                facts = {"missing": number}
                write_notice(session, "fieldwork", person, once=f"n{number}", inspection=REF, facts=facts)
        # 2 are answered, then the service takes no more.
        server.busy_after = 2
        state, message = ended(send_notices)
    monkeypatch.undo()
    reread()
    assert (state, len(server.taken)) == ("FAILED", 2)
    assert "GOV.UK Notify takes no more for now" in message
    assert message.endswith(f"Done: {REF}: 2 notices sent.")
    assert NAME not in message


@pytest.mark.usefixtures("heard")
def test_l9_a_chain_that_cannot_be_anchored_stops_no_other_and_the_run_is_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def anchored(ref: str) -> str:
        if ref == REF:
            raise NotStoredError("incoming/a")
        return "1 entry"

    monkeypatch.setattr("flows.anchor.chains_due", lambda: [REF, PROGRAMME])
    monkeypatch.setattr("flows.anchor.anchor_due", anchored)
    tomorrow = short_weekday((utc_now() + timedelta(days=1)).astimezone(ENGLAND).date())
    state, message = ended(anchor)
    assert state == "FAILED"
    assert message.startswith("1 of 2 failed (file not in the store), tried again at ")
    assert message.endswith(f" on {tomorrow}: {REF}. Done: programme: 1 entry.")


@pytest.mark.usefixtures("heard")
def test_kinds_of_work_are_tasks_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from tasks.ground.prefect_api import call

    plant(monkeypatch, Owed.BUILD_COHORT, lambda _: "frozen", "of-its-own")
    ended(build_cohort)
    runs = call("POST", "/task_runs/filter", json={"task_runs": {"name": {"any_": ["piece of-its-own"]}}})
    assert {run["task_key"].split("-")[0] for run in runs} == {"freeze_cohort"}
