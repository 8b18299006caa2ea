"""Waivers of rules: a rule does not count for a request until a day, approved by a person for a listed reason."""

import json
from datetime import date
from enum import StrEnum
from uuid import uuid4

from sqlmodel import Session, col, select

from models.actors import inspectorate
from models.events import Event, Owed
from models.ids import AcrossSubject
from models.tables import RuleWaiver, Submission
from models.words import long
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.inspection.days import day_of
from tasks.ledger import audit
from tasks.ledger.outbox import send_soon, tell
from tasks.ledger.rows import ReturnRefusedError, locked
from tasks.ledger.work import owe
from tasks.returns.checking import context_of
from tasks.returns.rechecks import ask
from validation.contract.context import Context
from validation.returns import contract


class WaiverReason(StrEnum):
    """Why a rule is waived; a reason from the list, because free words could name a child."""

    SYSTEM_CANNOT = "The agency's record system does not hold it"
    NOT_RECORDED_THEN = "It was not recorded in the period that the return covers"
    RIGHT_AS_SENT = "The agency has shown that what it sent is right"
    RULE_IN_DOUBT = "The rule is in doubt and is being looked at"
    HOLDS_ELSEWHERE = "Another return holds what was asked for"


_LAYOUT = "FILE."
# Without a column a return can still be read and checked; without its other layout it cannot.
_WAIVABLE_LAYOUT = frozenset({"FILE.missing_column"})


def waive_rule(request_id: str, rule: str, reason: WaiverReason, until: date, *, by: str) -> tuple[str, bool]:
    """Waive a rule for a request until a day, and owe another check of its newest version if that breaks the rule.

    Where the rule is one across returns and the version breaks it there, it is compared again instead.

    Returns:
        The inspection, and True where the newest version is checked again.

    Raises:
        UnknownRequestError: no such request.
        ReturnRefusedError: the return has no such rule, it cannot be waived, or the day has passed.
    """
    with transaction() as session:
        inspection, request = locked(session, request_id)
        if until < inspection.today():
            raise ReturnRefusedError(f"The waiver would have ended on {long(until)}. Give a day that is in the future.")
        last = day_of(session, inspection.ref, "publication")
        if until > last:
            raise ReturnRefusedError(
                f"The letter is published on {long(last)}, and nothing is checked after that. Give a day up to then."
            )
        newest = session.get(Submission, request.newest_id)
        broken = _broken(newest)
        _check_rule(rule, request.return_code, context_of(session, inspection, request, newest), broken)
        waiver = RuleWaiver(
            id=uuid4().hex,
            request_id=request.id,
            inspection=inspection.ref,
            rule=rule,
            reason=reason.name.lower(),
            approved_by=by,
            expires_on=until,
            granted_at=inspection.now(),
        )
        session.add(waiver)
        # The recheck that is owed below reads the waivers of its request.
        session.flush()
        actor = inspectorate(by)
        facts = {"rule": rule, "reason": waiver.reason, "until": until.isoformat()}
        audit.append(session, inspection.ref, actor=actor, action="rule.waived", subject=request.id, facts=facts)
        again = newest is not None and rule in broken
        if newest is not None and again:
            ask(session, newest, counts=True, by=actor)
        elif newest is not None and rule in _rules_across(newest):
            subject = AcrossSubject(inspection.ref, newest.id, waiver.id)
            owe(session, Owed.CHECK_ACROSS, str(subject), inspection.ref)
            tell(session, Event.RECHECK_ASKED, inspection.ref, newest.id)
    send_soon()
    return inspection.ref, again


def _broken(newest: Submission | None) -> frozenset[str]:
    """Return the rules that the newest version breaks."""
    if newest is None or newest.result.report_key is None:
        return frozenset()
    return frozenset(json.loads(store.get(newest.result.report_key))["by_rule"])


def _rules_across(newest: Submission) -> frozenset[str]:
    """Return the rules across returns that the newest version breaks."""
    key = newest.result.across_key
    return frozenset(finding["rule"] for finding in json.loads(store.get(key))) if key else frozenset()


def _check_rule(rule: str, code: str, context: Context, broken: frozenset[str]) -> None:
    # Imported here, because the frames behind the rules cost half a second that other work never needs.
    from validation.across import CROSS_RULES
    from validation.engine.schemas import rules_of

    # Rules about the layout of a file belong to no sheet: those that the version breaks are in its report alone.
    contract_ = contract(code, context.theme)
    ids = {rule_.id for sheet in contract_.sheets for rule_ in rules_of(contract_, sheet, context)} | broken
    ids |= {rule_.id for rule_ in CROSS_RULES if code in rule_.on}
    if rule not in ids:
        raise ReturnRefusedError(f"{code} has no rule {rule!r}. Copy its id from the report or the page of rules.")
    if rule.startswith(_LAYOUT) and rule not in _WAIVABLE_LAYOUT:
        raise ReturnRefusedError(f"{rule} says that the file cannot be read as {code}, so it cannot be waived.")


def waivers_in(session: Session, ref: str) -> list[RuleWaiver]:
    """Return the waivers of an inspection, newest first."""
    query = select(RuleWaiver).where(RuleWaiver.inspection == ref)
    return list(session.exec(query.order_by(col(RuleWaiver.granted_at).desc(), RuleWaiver.id)))
