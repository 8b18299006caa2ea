"""The draft of a plan: actions typed one at a time, or all of a workbook; nothing of it is sent by that."""

import json
from dataclasses import replace
from pathlib import PurePosixPath

from sqlmodel import Session

from models.ids import action_number
from models.keys import by_content, plan_file_folder, plan_folder
from models.refusals import FormRefusedError, Mistake
from models.settings import settings
from models.tables import Inspection
from models.words import long
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.plans.checking import CheckedFile, check_plan, check_workbook, context_of
from tasks.plans.standing import (
    PlanRefusedError,
    actions_of,
    answered_letter,
    draft_of,
    plan_of,
    plan_refusal,
    senders_people,
)
from tasks.plans.values import Action, Plan
from tasks.recognition.passing import Recogniser
from tasks.returns.screening import ScreenedOutError, screen

FILE_TYPES = (".xlsx", ".ods", ".csv")
LONGEST = {"action": 1_000, "owner": 120, "measure": 500}
MOST = 200
"""So many actions a plan may have."""


def save_action(ref: str, action: Action, *, by: str, seen: str = "") -> str:
    """Add an action to the draft, or change one of it, and return its id; the very same again is not added.

    Args:
        ref: the inspection.
        action: as typed; without an id it is a new one.
        by: who typed it.
        seen: digest of the draft that the form was opened on; a change over somebody else's is refused.

    Raises:
        FormRefusedError: it cannot stand; each mistake names its field.
        PlanRefusedError: no plan is taken now, somebody changed the draft meanwhile, or there is no such action.
    """
    with transaction() as session:
        inspection, draft = _open(session, ref)
        context = context_of(session, inspection)
        _check_typed(action, {identity for identity, _ in context.origins}, senders_people(session, ref))
        if not action.id:
            # A form that is sent twice adds one action.
            same = next((each.id for each in draft.actions if replace(each, id="") == action), "")
            if same:
                return same
            # An id that was ever sent is not given again: what was said of that action is kept under it.
            taken = [row.id for row in actions_of(session, ref, every=True)]
            new = replace(action, id=draft.next_id(taken))
            changed = replace(draft, actions=(*draft.actions, new))
        else:
            _check_seen(session, ref, draft, action.id, seen)
            new = action
            changed = replace(draft, actions=tuple(new if each.id == new.id else each for each in draft.actions))
        _check_size(changed)
        _keep(session, inspection, check_plan(changed, context, new.id), "action", by=by)
        return new.id


def _check_typed(action: Action, origins: set[str], people: Recogniser) -> None:
    """Refuse what a form lacks in the words of a form: the contract speaks of cells."""
    mistakes = []
    if action.origin not in origins:
        mistakes.append(Mistake("origin", "Choose which part of the letter the action answers."))
    if not action.action.strip():
        example = "Hold every strategy discussion within 1 working day"
        mistakes.append(Mistake("text", f"Say what will be done, for example: {example}."))
    for field, text in (("text", action.action), ("measure", action.measure)):
        if sentence := people.sentence(text):
            mistakes.append(Mistake(field, sentence))
    if mistakes:
        raise FormRefusedError(mistakes)


def remove_action(ref: str, identity: str, *, by: str, seen: str = "") -> None:
    """Take an action out of the draft.

    Raises:
        PlanRefusedError: no plan is taken now, somebody changed the draft meanwhile, or there is no such action.
    """
    with transaction() as session:
        inspection, draft = _open(session, ref)
        _check_seen(session, ref, draft, identity, seen)
        left = replace(draft, actions=tuple(each for each in draft.actions if each.id != identity))
        _keep(session, inspection, check_plan(left, context_of(session, inspection)), "action", by=by)


def keep_workbook(ref: str, *, filename: str, data: bytes, by: str) -> str:
    """Check a workbook of the plan and keep it with what came of it, and return its digest; the draft stays as it is.

    Raises:
        PlanRefusedError: no plan is taken now, or the file is of no kind that is read, empty, too large or infected.
        OurFaultError: the checking itself failed.
    """
    extension = PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    if extension not in FILE_TYPES:
        raise PlanRefusedError("The selected file must be an XLSX, ODS or CSV file.", field="file")
    if not 0 < len(data) <= settings().max_upload_bytes:
        raise PlanRefusedError("The selected file is empty or too large.", field="file")
    with transaction() as session:
        inspection, _ = _open(session, ref)
        context, letter = context_of(session, inspection), answered_letter(session, ref)
    try:
        # No row is locked here: a scan and a check may take minutes, and others type meanwhile.
        screen(data, ref, by=by)
    except ScreenedOutError as screened_out:
        raise PlanRefusedError(screened_out.sentence, field="file") from None
    digest = sha256(data)
    folder = plan_file_folder(ref, digest)
    checked = check_workbook(data, context, letter.version if letter else 0)
    store.put_once(f"{folder}/file{extension}", data, filename=filename)
    report = json.dumps(checked.report, sort_keys=True).encode()
    plan = checked.plan.to_json() if checked.plan else b""
    # What came of the check depends on the day and the letter: the newest pair is read by its own digest.
    name = sha256(report + plan)
    store.put_once(f"{plan_file_folder(ref, name)}/report.json", report)
    if plan:
        store.put_once(f"{plan_file_folder(ref, name)}/plan.json", plan)
    return name


def kept_workbook(ref: str, name: str) -> CheckedFile:
    """Return what came of checking a workbook that `keep_workbook` kept.

    Raises:
        NotStoredError: there is none of this name.
    """
    # The name comes from an address: nothing but a digest may become a part of a key.
    if len(name) != len(sha256(b"")) or not name.isalnum():
        raise store.NotStoredError(name)
    folder = plan_file_folder(ref, name)
    report = json.loads(store.get(f"{folder}/report.json"))
    plan = Plan.from_json(store.get(f"{folder}/plan.json")) if store.exists(f"{folder}/plan.json") else None
    return CheckedFile(report, plan)


def take_workbook(ref: str, name: str, *, by: str) -> int:
    """Make the actions of a checked workbook the draft, and return how many there are.

    Raises:
        NotStoredError: there is none of this name.
        PlanRefusedError: no plan is taken now, the file was rejected, or it answers another letter than now counts.
    """
    checked = kept_workbook(ref, name)
    if checked.plan is None:
        raise PlanRefusedError("The file has errors. Correct them and send it again.", field="file")
    with transaction() as session:
        inspection, _ = _open(session, ref)
        letter = answered_letter(session, ref)
        if letter is None or letter.version != checked.plan.letter:
            raise PlanRefusedError("The letter was replaced since. Download the template again.", field="file")
        _check_size(checked.plan)
        # Once more as of today: a day may have passed since the check.
        _keep(session, inspection, check_plan(checked.plan, context_of(session, inspection)), "workbook", by=by)
    return len(checked.plan.actions)


def _open(session: Session, ref: str) -> tuple[Inspection, Plan]:
    inspection = inspection_of(session, ref, lock=True)
    if refusal := plan_refusal(session, inspection):
        raise PlanRefusedError(refusal)
    draft, letter = draft_of(session, ref), answered_letter(session, ref)
    return inspection, replace(draft, letter=letter.version if letter else draft.letter)


def _check_seen(session: Session, ref: str, draft: Plan, identity: str, seen: str) -> None:
    if draft.find(identity) is None:
        raise PlanRefusedError(f"The plan has no action {identity}. Somebody may have taken it out.")
    row = plan_of(session, ref)
    if seen != row.draft_sha256:
        when = f" on {long(row.drafted_at)}" if row.drafted_at else ""
        raise PlanRefusedError(
            f"Somebody changed the plan{when} after you opened this page. Open the action again, then change it."
        )


def _check_size(plan: Plan) -> None:
    if len(plan.actions) > MOST:
        raise PlanRefusedError(f"A plan has at most {MOST} actions. Bring some of them together.", field="text")
    for action in plan.actions:
        for name, most in LONGEST.items():
            if len(getattr(action, name)) > most:
                field = {"action": "text"}.get(name, name)
                raise PlanRefusedError(
                    f"{action.id} has more than {most:,} characters in one answer. Say it in fewer.", field=field
                )


def _keep(session: Session, inspection: Inspection, plan: Plan, how: str, *, by: str) -> None:
    # By number, so that the same actions are the same bytes in whatever order they were typed (L4).
    plan = replace(plan, actions=tuple(sorted(plan.actions, key=lambda each: action_number(each.id))))
    data = plan.to_json()
    digest, row = sha256(data), plan_of(session, inspection.ref)
    # What is saved as it stood is no change, and the audit tells of none.
    if digest == row.draft_sha256:
        return
    row.draft_key = store.put_once(by_content(plan_folder(inspection.ref), "draft", digest, "json"), data).key
    row.draft_sha256, row.draft_actions, row.draft_queries = digest, len(plan.actions), len(plan.queries)
    row.drafted_by, row.drafted_at = by, inspection.now()
    session.add(row)
    facts = {"sha256": digest, "actions": len(plan.actions), "queries": len(plan.queries), "by": how}
    audit.append(session, inspection.ref, actor=by, action="plan.drafted", subject=inspection.ref, facts=facts)
