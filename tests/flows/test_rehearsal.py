"""One whole inspection on real parts: what the Prefect UI tells of it, and how it refuses what is wrong."""

import json
import re
from typing import Any

import httpx
import pytest
import yaml
from sqlmodel import select

from deployments.demo.rehearsal import letter
from deployments.demo.story import STEPS, Story
from deployments.demo.watch import REF, stage
from deployments.demo.watch import inspection as rehearsal
from models.areas import areas
from models.events import Owed
from models.key_ring import REMEMBERED, Purpose
from models.settings import CHECKOUT
from models.states import WorkState
from models.tables import AuditEntry, Statement, Work
from tasks.cohort.versions import newest_draw
from tasks.ground.database import transaction
from tasks.ground.keys import ring
from tasks.ground.prefect_api import PrefectRefusedError, call
from tasks.ground.signing import public_keys
from tasks.ledger.anchors import exported, kept_in_store
from tasks.ledger.audit import chain, line, seal, verify
from tasks.ledger.proof import examine
from tasks.people.persons import PROGRAMME, REFERENCE
from tasks.sampling.draws import sample_now
from tasks.watch.board import read
from tasks.watch.board_text import markdown
from tests.flows.running import DAY, THEME, form, runs_of
from tests.stacks import until

pytestmark = [pytest.mark.timeout(600), pytest.mark.usefixtures("rehearsed")]


def test_the_whole_rehearsal_ends_with_a_published_letter_and_a_statement_due(rehearsed: Story) -> None:
    assert [one.title for one in rehearsed.taken_steps] == [title for title, _ in STEPS]
    assert stage() == "statement_due"
    with transaction() as session:
        assert f"{session.get_one(Statement, REF).due_at:%Y-%m-%d}" == "2025-08-13"
    for kind, start in {"pdf": b"%PDF-", "docx": b"PK", "odt": b"PK", "html": b"<!DOCTYPE html>", "json": b"{"}.items():
        assert letter(kind).lstrip().lower().startswith(start.lower())


def test_l6_the_whole_rehearsal_leaves_a_chain_that_verifies_without_the_database() -> None:
    with transaction() as session:
        entries, head = chain(session, REF)
    lines = [line(one) for one in entries]
    told = [AuditEntry(**json.loads(one)) for one in lines]
    assert verify(told, head) is None
    assert [seal(one) for one in told] == [one.hash for one in entries]
    moves = [one.facts["to"] for one in entries if one.action == "stage.moved"]
    assert moves[-1] == "statement_due"
    assert moves == list(dict.fromkeys(moves))


def test_every_key_was_replaced_while_the_inspection_went_on_and_old_ones_stay_where_they_must() -> None:
    replaced = {entry.subject for entry in _entries(PROGRAMME) if entry.action == "key.replaced"}
    assert replaced == set(Purpose)
    # What was sealed was wrapped anew, so that nothing needs the old key of the evidence.
    stays = REMEMBERED - {Purpose.EVIDENCE}
    assert {purpose: len(keys) for purpose, keys in ring().keys.items()} == {
        purpose: 2 if purpose in stays else 1 for purpose in Purpose
    }


def _entries(ref: str) -> list[AuditEntry]:
    with transaction() as session:
        return list(chain(session, ref)[0])


def _anchors_owed() -> int:
    with transaction() as session:
        query = select(Work).where(Work.kind == Owed.ANCHOR, Work.inspection == REF, Work.state != WorkState.DONE)
        return len(session.exec(query).all())


def test_l6_each_stage_of_the_rehearsal_is_anchored_and_its_whole_story_holds() -> None:
    # Nobody starts it: what a stage owes is done within minutes, and not by the schedule of the night.
    until("no stage owes an anchor", lambda: not _anchors_owed(), 240)
    with transaction() as session:
        export = exported(session, REF)
        owed = session.exec(select(Work).where(Work.kind == Owed.ANCHOR, Work.inspection == REF)).all()
    assert export.rows
    assert len(export.rows.draws) == 1
    assert len(export.rows.decisions) == 2
    kept, faults = kept_in_store(REF)
    assert faults == []
    assert examine(REF, export, kept, public_keys()) == []
    moves = [entry.number for entry in export.entries if entry.action == "stage.moved"]
    assert {work.state for work in owed} == {WorkState.DONE}
    assert len(owed) == len(moves)
    assert kept == list(export.anchors)
    assert kept[-1].number >= moves[-1]


def test_one_id_leads_from_the_click_of_an_upload_to_its_verdict() -> None:
    with transaction() as session:
        entries, _ = chain(session, REF)
    moved = [entry for entry in entries if entry.action == "request.moved"]
    moves = [(entry.subject, entry.facts["to"], entry.facts["trace"]) for entry in moved]
    clicks = [(subject, trace) for subject, state, trace in moves if state == "received"]
    verdicts = [(subject, trace) for subject, state, trace in moves if state in ("accepted", "queried", "rejected")]
    assert len(verdicts) >= 9
    # The police sent twice: each verdict has the click of its own version.
    assert sorted(verdicts) == sorted(clicks)
    assert len({trace for _, trace in clicks}) == len(clicks)


def test_l10_every_choice_of_the_rehearsal_says_who_why_and_when() -> None:
    with transaction() as session:
        entries, _ = chain(session, REF)
    chosen = {one.action: one for one in entries if one.action.startswith("sample.")}
    assert set(chosen) == {"sample.drawn", "sample.replace", "sample.approve"}
    replaced = chosen["sample.replace"]
    assert re.fullmatch(rf"lead inspector: {REFERENCE.pattern}", replaced.actor)
    assert replaced.at
    assert re.fullmatch(r"T\d", replaced.facts["label"])
    assert replaced.facts["reason"] == "left_area"
    assert re.fullmatch(rf"programme manager: {REFERENCE.pattern}", replaced.facts["second_approver"])


def test_l11_what_needed_two_people_was_asked_for_by_one_and_confirmed_by_another() -> None:
    with transaction() as session:
        entries, _ = chain(session, REF)
    asked = [(one.facts["act"], one.actor) for one in entries if one.action == "decision.asked"]
    confirmed = [
        (one.facts["act"], one.facts["asked_by"], one.actor) for one in entries if one.action == "decision.confirmed"
    ]
    assert [(act, first) for act, first, _ in confirmed] == asked
    # The first version of the plan lacks something, and the second is adequate.
    reviews = ["review-plan", "review-plan"]
    assert [act for act, _ in asked] == ["decide-sample", "determine-statement", "publish", *reviews]
    assert all(REFERENCE.findall(first) != REFERENCE.findall(second) for _, first, second in confirmed)


def test_the_prefect_ui_says_whether_the_sample_is_fair_and_names_no_child() -> None:
    wanted = {"artifacts": {"key": {"any_": [f"sample-{REF}"]}}, "sort": "CREATED_DESC"}
    newest, *earlier = call("POST", "/artifacts/filter", json=wanted)
    assert newest["description"] == "Reading: is the sample of draw 1 fair?"
    assert len(earlier) == 2
    text = str(newest["data"])
    assert "](data:image/svg+xml;base64," in text
    assert "tell as much as" in text
    assert "## By ethnic group" in text
    assert "| Not known to council |" in text
    assert newest["data"] != earlier[-1]["data"]
    with transaction() as session:
        drawn = newest_draw(session, REF)
        assert drawn
        children = {row.child for row in sample_now(session, drawn).rows}
    assert children
    assert not [child for child in children if child in text]


@pytest.mark.parametrize(
    "name",
    [
        "receive-returns - Reading - Reading Council - LA-DA v1",
        "receive-returns - Reading - Thames Valley Police - POL-1 v1",
        "receive-returns - Reading - Thames Valley Police - POL-1 v2",
        "build-cohort - Reading - cohort 1",
        "propose-sample - Reading - draw 1",
        "open-evaluations - Reading - evaluations",
    ],
)
def test_a_run_says_in_its_name_what_it_did_for_whom_and_is_found_by_tag(name: str) -> None:
    flow, what = name.split(" - ", 1)
    # A run that is still at work when another file comes takes that too, and says both.
    (run,) = [one for one in runs_of(flow) if what in one["name"].removeprefix(f"{flow} - ").split("; ")]
    assert run["state_type"] == "COMPLETED"
    tagged = runs_of(flow, tags={"all_": [f"inspection:{REF}"]})
    assert run["id"] in {one["id"] for one in tagged}


def test_the_board_in_prefect_is_true() -> None:
    def truth() -> str:
        with transaction() as session:
            return markdown(read(session, REF))

    def shown() -> str:
        return str(call("GET", f"/artifacts/board-{REF}/latest")["data"])

    until("the board is true", lambda: shown() == truth())
    assert shown().startswith("# Reading: statement due\n")
    assert "Thames Valley Police | POL-1 | accepted | 26 Feb 2025, 5pm | 2 |" in shown()


def test_every_deployment_of_prefect_yaml_is_there_and_can_run() -> None:
    wanted = {one["name"] for one in yaml.safe_load((CHECKOUT / "prefect.yaml").read_text())["deployments"]}
    found = {one["name"]: one for one in call("POST", "/deployments/filter", json={})}
    assert set(found) == wanted
    assert all(one["status"] == "READY" and one["description"] for one in found.values())


def _resolved(schema: dict[str, Any], name: str) -> dict[str, Any]:
    asked = schema["properties"][name]
    reference = asked.get("$ref") or next((one["$ref"] for one in asked.get("allOf", ()) if "$ref" in one), "")
    return {**schema["definitions"].get(reference.rsplit("/", 1)[-1], {}), **asked} if reference else asked


def test_the_announce_form_offers_every_area_by_name_and_takes_a_new_theme_without_a_restart() -> None:
    found = call("GET", "/deployments/name/announce-inspection/announce-inspection")
    schema = found["parameter_openapi_schema"]
    assert _resolved(schema, "area")["enum"] == sorted(f"{place.name} ({gss})" for gss, place in areas().items())
    # Which themes there are is put into the form when somebody opens it: `tests/tasks/watch/test_choices.py`.
    assert _resolved(schema, "theme")["type"] == "string"
    assert _resolved(schema, "announced")["format"] == "date"
    titles = {name: one.get("title") for name, one in schema["properties"].items()}
    assert titles == {
        "area": "Area",
        "theme": "Theme",
        "announced": "Date",
        "lead": "Lead inspector",
        "inspectors": "Inspectors",
        "quality_assurer": "Quality assurer",
        "rehearsal": "Rehearsal",
        "by": "Order",
    }
    assert set(schema["required"]) == {"area", "theme", "announced"}


def _announce(**changes: object) -> tuple[str, str]:
    values = {"area": "Reading (E06000038)", "theme": THEME, "announced": DAY}
    return form("announce-inspection", **{**values, "rehearsal": True, **changes})


def test_a_second_announcement_fails_with_a_sentence() -> None:
    state, said = _announce(announced="2025-03-03")
    assert state == "FAILED"
    assert said == (
        f"Reading already has a live inspection under {THEME}. "
        "Close or cancel it before announcing another. `jtai status` shows it."
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"announced": "2025-04-21"}, "Monday 21 April 2025 is a bank holiday (Easter Monday)"),
        ({"announced": "2025-02-24", "rehearsal": False}, "24 February 2025 is past."),
    ],
)
def test_a_wrong_date_fails_with_a_sentence(changes: dict[str, object], sentence: str) -> None:
    state, said = _announce(area="Slough (E06000039)", **changes)
    assert state == "FAILED"
    assert said.startswith(sentence)


def test_a_value_that_the_form_does_not_offer_is_refused_at_the_door() -> None:
    with pytest.raises(PrefectRefusedError, match="Prefect refused the values"):
        form("announce-inspection", area="Atlantis", theme=THEME, announced=DAY)


@pytest.mark.parametrize(
    ("flow", "values", "sentence"),
    [
        ("publish", {}, 'is published after the facts are checked. The inspection is at the stage "statement due"'),
        ("factual-accuracy", {}, f"The draft letter of {REF} is not being checked now."),
        ("compile-findings", {}, "A draft is compiled after fieldwork"),
        (
            "decide-sample",
            {"decision": "approve", "reason": "The draw follows the plan and its coverage is acceptable"},
            f'No sample of {REF} waits for a decision. The inspection is at the stage "statement due".',
        ),
        (
            "decide-cohort",
            {"decision": "rebuild", "reason": "Doubtful links were reviewed"},
            f"The sample of {REF} is signed off and its cohort can no longer change",
        ),
    ],
)
def test_a_form_that_comes_at_the_wrong_time_fails_with_a_sentence(
    flow: str, values: dict[str, object], sentence: str
) -> None:
    state, said = form(flow, inspection=REF, **values)
    assert state == "FAILED"
    assert sentence in said


def test_an_unknown_inspection_is_told_in_a_sentence() -> None:
    state, said = form("chase-returns", inspection="atlantis")
    assert (state, said) == (
        "FAILED",
        "There is no inspection 'atlantis'. Copy its reference from its board, or from `jtai status`.",
    )


def test_the_letter_is_on_the_portal_for_who_is_signed_in_and_for_nobody_else(rehearsed: Story) -> None:
    # Half an hour without a page ends a session, and what was tested before may have taken that long.
    rehearsed.people.pop("local_authority", None)
    assert rehearsed.person("local_authority").get("/letter").status_code == httpx.codes.OK
    stranger = httpx.get(f"{rehearsed.portal}/letter", trust_env=False, follow_redirects=True)
    assert "Sign in" in stranger.text
    assert "Areas for priority action" not in stranger.text


def test_what_was_refused_left_no_trace_in_the_ledger() -> None:
    from models.tables import Inspection

    found = rehearsal()
    assert found is not None
    assert found.rehearsal
    with transaction() as session:
        assert session.exec(select(Inspection.ref).where(Inspection.area_gss == "E06000039")).all() == []
