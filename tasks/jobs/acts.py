"""The acts that may need two people: what each does, in what words it is asked for, and when one person is enough."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from models.decisions import (
    CLOSE_RETURNS,
    COMPLAINT,
    DESTROY,
    DESTROY_FILE,
    DETERMINE,
    EXTEND,
    LIFT_HOLD,
    LIFT_RESTRICTION,
    PLACE_HOLD,
    PROMISE,
    PUBLISH_REPORT,
    RELEASE_COPY,
    RELEASE_FILE,
    REPLACE,
    RESTRICT,
    REVIEW_PLAN,
    WITHDRAW,
    WITHDRAW_REPORT,
    Decided,
)
from models.england import ENGLAND
from models.events import Owed
from models.tables import Agency, Inspection, Request
from models.words import joined, long, long_weekday, moment, noun, plain, plural
from tasks.people.two_people import NeedsTwoError

Values = Mapping[str, Any]
Act = Callable[[Values, str, str], Decided]

# The libraries of one act are imported with it: every run would pay for those of all the others.


def _decide_sample(values: Values, by: str, second: str) -> Decided:
    from tasks.sampling import Decision, DecisionKind, Reason
    from tasks.sampling.draws import decide
    from tasks.sampling.replay import BelowMinimumError

    ref, kind, child = values["inspection"], DecisionKind(values["decision"]), values["child"]
    decision = Decision(kind, Reason[values["reason"]], by, child, second)
    try:
        outcome = decide(ref, decision, values["seen"])
    except BelowMinimumError:
        # Too few children would be tracked: that is for two people, and no refusal.
        raise NeedsTwoError from None
    return Decided(ref, f"{ref} - {child or 'sample'} {kind.value}", outcome, f"{ref}: {outcome}.", report=True)


def _waive_request(values: Values, by: str, _second: str) -> Decided:
    from tasks.returns.decisions import RequestReason, waive

    request = values["request"]
    ref = waive(request, RequestReason[values["reason"]], by=by)
    return Decided(ref, request, "waived", f"{request} is waived.")


def _close_returns(values: Values, by: str, _second: str) -> Decided:
    from tasks.returns.decisions import RequestReason, close_returns

    ref = values["inspection"]
    waived = close_returns(ref, RequestReason[values["reason"]], by=by)
    sentence = f"The returns of {ref} are closed. {joined(waived)} {noun(len(waived), 'is', 'are')} waived."
    return Decided(ref, f"{ref} - returns", "returns closed", sentence)


def _extend(values: Values, by: str, second: str) -> Decided:
    from tasks.returns.decisions import RequestReason, extend

    request, until = values["request"], date.fromisoformat(values["until"])
    ref, due = extend(request, until, RequestReason[values["reason"]], by=by, second=second)
    deadline = f"due by {moment(due)}"
    return Decided(ref, request, deadline, f"{request} is now {deadline}.")


def _promise(values: Values, by: str, second: str) -> Decided:
    from tasks.returns.declarations import declare_late

    request, until = values["request"], date.fromisoformat(values["until"])
    ref = declare_late(request, until=until, reason=values["reason"], by=by, agency_id=values["agency"], second=second)
    promised = f"promised for {long(until)}"
    return Decided(ref, request, promised, f"{request} is now {promised}.")


def _waive_rule(values: Values, by: str, _second: str) -> Decided:
    from tasks.returns.rule_waivers import WaiverReason, waive_rule

    request, rule, until = values["request"], values["rule"], date.fromisoformat(values["until"])
    ref, rechecked = waive_rule(request, rule, WaiverReason[values["reason"]], until, by=by)
    waiver = f"not held to {rule} until {long(until)}"
    tail = " Its newest version is checked again." if rechecked else ""
    return Decided(ref, request, waiver, f"{request} is {waiver}.{tail}")


def _admit_return(values: Values, by: str, _second: str) -> Decided:
    from tasks.sampling.newer_cohorts import CohortReason, admit

    request = values["request"]
    ref = admit(request, CohortReason[values["reason"]], by=by)
    return Decided(ref, request, "may come late", f"{request} may come late. Its agency gets a notice.")


def _publish(values: Values, by: str, _second: str) -> Decided:
    from tasks.letters.publication import publish

    ref = values["inspection"]
    publish(ref, by=by)
    sentence = f"Publication of {ref} is decided."
    then = (Owed.COMPILE_LETTER, Owed.PUBLISH_PAGES)
    return Decided(ref, ref, "publication decided", sentence, then=then)


def _withdraw_letter(values: Values, by: str, _second: str) -> Decided:
    from tasks.publishing.ending import LetterReason, withdraw

    ref = values["inspection"]
    version = withdraw(ref, LetterReason[values["reason"]], by=by)
    sentence = f"Version {version} of the letter of {ref} is withdrawn."
    return Decided(ref, f"{ref} - letter", "letter withdrawn", sentence, then=(Owed.PUBLISH_PAGES,))


def _replace_letter(values: Values, by: str, _second: str) -> Decided:
    from tasks.publishing.ending import LetterReason, replace

    ref = values["inspection"]
    version = replace(ref, LetterReason[values["reason"]], by=by)
    sentence = f"Version {version} of the letter of {ref} takes the place of the one before."
    then = (Owed.COMPILE_LETTER, Owed.PUBLISH_PAGES)
    return Decided(ref, f"{ref} - letter", "replacement decided", sentence, then=then)


def _determine(values: Values, by: str, second: str) -> Decided:
    from tasks.letters.determination import Determined, determine

    ref, due = values["inspection"], values["due"]
    determined = Determined(
        values["needed"],
        values["authority"],
        values["send_to"],
        date.fromisoformat(due) if due else None,
        values["reason"],
    )
    sentence = determine(ref, determined, by=by, second=second)
    return Decided(ref, f"{ref} - written statement", "determined", f"{sentence} for {ref}.")


def _decide_complaint(values: Values, by: str, second: str) -> Decided:
    from tasks.complaints.deciding import OUTCOMES, ComplaintDecision, decide_complaint

    ref = values["inspection"]
    decision = ComplaintDecision(values["outcome"], values["incomplete"], values["key"], values["sha256"])
    row = decide_complaint(ref, values["complaint"], decision, by=by, second=second)
    outcome = OUTCOMES[row.outcome].lower() if row.outcome else ""
    then = " The inspection is incomplete, and additional evidence is gathered." if row.incomplete else ""
    return Decided(ref, f"{ref} - complaint", outcome, f"A complaint about {ref} is {outcome}.{then}")


def _publish_report(values: Values, by: str, second: str) -> Decided:
    from tasks.theming.assuring import publish_report

    ref = values["report"]
    inspection = publish_report(ref, by=by, second=second)
    then = (Owed.COMPILE_REPORT, Owed.PUBLISH_PAGES)
    return Decided(inspection, ref, "publication decided", f"Publication of {ref} is decided.", then=then)


def _withdraw_report(values: Values, by: str, second: str) -> Decided:
    from tasks.theming.withdrawing import ReportReason, withdraw_report

    ref, reason = values["report"], ReportReason[values["reason"]]
    inspection = withdraw_report(ref, reason, by=by, second=second)
    message = f"The thematic report {ref} is withdrawn: {reason.value}."
    return Decided(inspection, ref, "withdrawn", message, then=(Owed.PUBLISH_PAGES,))


def _end_inspection(values: Values, by: str, _second: str) -> Decided:
    from tasks.inspection.ending import Ending, EndReason, end

    ref = values["inspection"]
    stage = end(ref, Ending(values["ending"]), EndReason[values["reason"]], by=by)
    return Decided(ref, f"{ref} - {values['ending']}", stage.value, f"{ref} is now {plain(stage)}.")


def _review_plan(values: Values, by: str, second: str) -> Decided:
    from tasks.plans.reviewing import record_review

    ref, version = values["inspection"], values["version"]
    outcome = record_review(ref, values, by=by, second=second)
    return Decided(ref, f"{ref} - plan v{version}", outcome, f"Version {version} of the plan of {ref} is {outcome}.")


def _destroy(values: Values, by: str, second: str) -> Decided:
    from models.retention import CLASS_LABELS, RecordClass
    from tasks.retention.deciding import confirm_destruction

    row = confirm_destruction(values["destruction"], by=by, second=second)
    what = CLASS_LABELS[RecordClass(row.record_class)]
    sentence = (
        f"{row.inspection}: the destruction of {what[:1].lower()}{what[1:]} is confirmed. Nobody can open it now."
    )
    return Decided(row.inspection, f"{row.inspection} - {what}", "destruction confirmed", sentence)


def _destroy_file(values: Values, by: str, second: str) -> Decided:
    from tasks.wrong_files.deciding import confirm_file

    row = confirm_file(values["file"], by=by, second=second)
    sentence = f"{row.inspection}: the destruction of {row.name}, which was sent in error, is confirmed."
    return Decided(row.inspection, f"{row.inspection} - {row.name}", "destruction confirmed", sentence)


def _release_file(values: Values, by: str, second: str) -> Decided:
    from tasks.wrong_files.deciding import release

    row = release(values["file"], by=by, second=second)
    sentence = f"{row.inspection}: {row.name} is released and can be opened again."
    return Decided(row.inspection, f"{row.inspection} - {row.name}", "released", sentence)


def _release_copy(values: Values, by: str, second: str) -> Decided:
    from tasks.persons_requests.copies import release_copy

    row = release_copy(values["copy"], by=by, second=second)
    return Decided(row.inspection, f"copy {row.id}", "released", f"The copy {row.id} is released.")


def _restrict(values: Values, by: str, second: str) -> Decided:
    from models.states import RestrictionGround
    from tasks.persons_requests.restricting import restrict

    ref, ground, until = values["inspection"], RestrictionGround(values["ground"]), date.fromisoformat(values["until"])
    row = restrict(values["request"], ref, ground, until, by=by, second=second)
    rows = plural(len(row.places), "row")
    return Decided(ref, f"restriction {row.id}", "set", f"The restriction {row.id} covers {rows}.")


def _lift_restriction(values: Values, by: str, second: str) -> Decided:
    from models.states import RestrictionLift
    from tasks.persons_requests.restricting import lift

    told_on = date.fromisoformat(values["told"])
    row = lift(values["restriction"], RestrictionLift(values["why"]), told_on, by=by, second=second)
    return Decided(row.inspection, f"restriction {row.id}", "lifted", f"The restriction {row.id} is lifted.")


def _place_hold(values: Values, by: str, second: str) -> Decided:
    from models.states import HoldReason
    from tasks.retention.legal_holds import place

    matter = str(values["matter"])
    rows = place(matter, values["covers"], values["classes"], HoldReason[values["reason"]], by=by, second=second)
    sentence = f"The matter {matter} holds {joined([row.inspection or 'every inspection' for row in rows])}."
    return Decided(values["inspection"], f"hold {matter}", "held", sentence)


def _lift_hold(values: Values, by: str, second: str) -> Decided:
    from tasks.retention.legal_holds import LiftReason, lift

    matter = str(values["matter"])
    lift(matter, LiftReason[values["reason"]], by=by, second=second)
    return Decided(values["inspection"], f"hold {matter}", "lifted", f"The holds of the matter {matter} are lifted.")


def _return_of(session: Session, values: Values) -> str:
    """Return which return of which agency an act is about; its id alone where it is gone."""
    request = session.get(Request, str(values["request"]).strip())
    if request is None:
        return str(values["request"])
    return f"{request.return_code} of {session.get_one(Agency, request.agency_id).name}"


def _area_of(session: Session, values: Values) -> str:
    inspection = session.get(Inspection, values["inspection"])
    return inspection.area_name if inspection else str(values["inspection"])


def _asks_for_sample(session: Session, values: Values) -> str:
    area, child = _area_of(session, values), values["child"]
    if values["decision"] == "approve":
        return f"Approve the sample of {area} with fewer children than the plan asks for"
    return f"{str(values['decision']).capitalize()} {child} in the sample of {area}"


def _asks_to_close(session: Session, values: Values) -> str:
    from tasks.returns.decisions import open_requests

    owed = joined([row.return_code for row in open_requests(session, values["inspection"])])
    return f"Close the returns of {_area_of(session, values)}{f', and go on without {owed}' if owed else ''}"


def _asks_to_extend(session: Session, values: Values) -> str:
    until = date.fromisoformat(values["until"])
    request = session.get(Request, str(values["request"]).strip())
    now = f", now due by {moment(request.due_at.astimezone(ENGLAND))}," if request else ""
    return f"Give {_return_of(session, values)}{now} more time until {long_weekday(until)}"


def _asks_to_promise(session: Session, values: Values) -> str:
    until = long_weekday(date.fromisoformat(values["until"]))
    return f"Accept that {_return_of(session, values)} comes on {until}, more than 5 working days late"


def _asks_to_waive_rule(session: Session, values: Values) -> str:
    until = long(date.fromisoformat(values["until"]))
    return f"Do not hold {_return_of(session, values)} to the rule {values['rule']} until {until}"


def _asks_to_publish(session: Session, values: Values) -> str:
    return f"Publish the letter for {_area_of(session, values)}"


def _asks_to_publish_report(_session: Session, values: Values) -> str:
    return f"Publish the thematic report {values['report']}"


def _asks_to_withdraw_report(_session: Session, values: Values) -> str:
    return f"Withdraw the thematic report {values['report']}"


def _asks_to_determine(session: Session, values: Values) -> str:
    from tasks.letters.determination import authorities

    area = _area_of(session, values)
    authority = dict(authorities(session, values["inspection"])).get(values["authority"], values["authority"])
    if not values["needed"]:
        return f"Determine that {area} needs no written statement, with {authority} as principal authority"
    by = f" by {long(date.fromisoformat(values['due']))}" if values["due"] else ""
    return f"Determine that {authority} makes a written statement for {area} and sends it to {values['send_to']}{by}"


def _asks_to_decide_complaint(session: Session, values: Values) -> str:
    from tasks.complaints.deciding import OUTCOMES

    outcome = OUTCOMES[values["outcome"]].lower()
    then = ", and gather additional evidence" if values["incomplete"] else ""
    return f"Decide that a complaint about the inspection of {_area_of(session, values)} is {outcome}{then}"


def _asks_to_review(session: Session, values: Values) -> str:
    outcome = "is adequate" if values["adequate"] else "lacks something"
    version = f"version {values['version']} of its plan"
    return f"Tell {_area_of(session, values)} that {version} {outcome}, in the words that stand on the plan's page"


def _asks_to_withdraw(session: Session, values: Values) -> str:
    return f"Withdraw the published letter for {_area_of(session, values)}"


def _asks_to_replace(session: Session, values: Values) -> str:
    return f"Replace the published letter for {_area_of(session, values)}"


def _asks_to_end(session: Session, values: Values) -> str:
    return f"{str(values['ending']).capitalize()} the inspection of {_area_of(session, values)}"


def _asks_to_destroy(session: Session, values: Values) -> str:
    from tasks.retention.deciding import asks_to_destroy

    return asks_to_destroy(session, str(values["destruction"]))


def _asks_to_release_copy(session: Session, values: Values) -> str:
    from tasks.persons_requests.copies import asks_to_release

    return asks_to_release(session, values)


def _asks_to_restrict(session: Session, values: Values) -> str:
    from tasks.persons_requests.restricting import asks_to_restrict

    return asks_to_restrict(session, values)


def _asks_to_lift_restriction(session: Session, values: Values) -> str:
    from tasks.persons_requests.restricting import asks_to_lift

    return asks_to_lift(session, values)


def _asks_about_file(verb: str) -> Callable[[Session, Values], str]:
    def asks(session: Session, values: Values) -> str:
        from tasks.wrong_files.deciding import asks_about

        return asks_about(session, verb, str(values["file"]))

    return asks


def _asks_to_hold(_session: Session, values: Values) -> str:
    from models.states import HoldReason
    from tasks.retention.legal_holds import asks_to_hold

    return asks_to_hold(values["covers"], str(values["matter"]), HoldReason[values["reason"]])


def _asks_to_lift(_session: Session, values: Values) -> str:
    return f"Lift all holds of the matter {values['matter']}"


def _reasons(where: str, name: str) -> Callable[[], Mapping[str, str]]:
    """Return what gives the listed reasons of an act, in words by their names."""

    def reasons() -> Mapping[str, str]:
        from importlib import import_module

        listed: type[StrEnum] = getattr(import_module(where), name)
        return {reason.name: reason.value for reason in listed}

    return reasons


def _sample_reasons() -> Mapping[str, str]:
    from tasks.sampling import REASON_LABELS

    return {reason.name: label for reason, label in REASON_LABELS.items()}


def _late_reasons() -> Mapping[str, str]:
    from tasks.returns.declarations import LATE_REASONS

    return LATE_REASONS


def _never(_: Values) -> bool:
    return False


def _always(_: Values) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class ActKind:
    """One kind of act.

    Attributes:
        do: does it: its values, who asked for it, and who confirmed it; empty where one person may do it alone.
        subject: the value that names what it is done to.
        asks: says what is asked for, without a full stop.
        reasons: gives its listed reasons, by their names.
        alone: whether one person may try to do it with some values; where that raises `NeedsTwoError`, it needs two.
    """

    do: Act
    subject: str
    asks: Callable[[Session, Values], str]
    reasons: Callable[[], Mapping[str, str]]
    alone: Callable[[Values], bool] = _never


_REQUEST_REASONS = _reasons("tasks.returns.decisions", "RequestReason")
_LETTER_REASONS = _reasons("tasks.publishing.ending", "LetterReason")
_REPORT_REASONS = _reasons("tasks.theming.withdrawing", "ReportReason")


def _waives(session: Session, values: Values) -> str:
    return f"Go on without {_return_of(session, values)}"


def _admits(session: Session, values: Values) -> str:
    return f"Let {_return_of(session, values)} come late"


ACTS: dict[str, ActKind] = {
    # Approving too few children needs two all the same, which the sample itself knows.
    "decide-sample": ActKind(
        _decide_sample,
        "inspection",
        _asks_for_sample,
        _sample_reasons,
        lambda values: values["decision"] in {"approve", "redraw"},
    ),
    "waive-request": ActKind(_waive_request, "request", _waives, _REQUEST_REASONS),
    CLOSE_RETURNS: ActKind(_close_returns, "inspection", _asks_to_close, _REQUEST_REASONS),
    # A day that is too late for the next step, or a promise of more than 5 working days, needs two.
    EXTEND: ActKind(_extend, "request", _asks_to_extend, _REQUEST_REASONS, _always),
    PROMISE: ActKind(_promise, "request", _asks_to_promise, _late_reasons, _always),
    "waive-rule": ActKind(
        _waive_rule, "request", _asks_to_waive_rule, _reasons("tasks.returns.rule_waivers", "WaiverReason")
    ),
    "admit-return": ActKind(
        _admit_return, "request", _admits, _reasons("tasks.sampling.newer_cohorts", "CohortReason")
    ),
    "publish": ActKind(_publish, "inspection", _asks_to_publish, dict),
    PUBLISH_REPORT: ActKind(_publish_report, "report", _asks_to_publish_report, dict),
    WITHDRAW_REPORT: ActKind(_withdraw_report, "report", _asks_to_withdraw_report, _REPORT_REASONS),
    DETERMINE: ActKind(
        _determine, "inspection", _asks_to_determine, _reasons("tasks.letters.determination", "DueReason")
    ),
    COMPLAINT: ActKind(_decide_complaint, "complaint", _asks_to_decide_complaint, dict),
    REVIEW_PLAN: ActKind(_review_plan, "inspection", _asks_to_review, dict),
    DESTROY_FILE: ActKind(_destroy_file, "file", _asks_about_file("Destroy"), dict),
    RELEASE_FILE: ActKind(_release_file, "file", _asks_about_file("Release"), dict),
    RELEASE_COPY: ActKind(_release_copy, "copy", _asks_to_release_copy, dict),
    RESTRICT: ActKind(_restrict, "request", _asks_to_restrict, dict),
    LIFT_RESTRICTION: ActKind(_lift_restriction, "restriction", _asks_to_lift_restriction, dict),
    DESTROY: ActKind(_destroy, "destruction", _asks_to_destroy, dict),
    PLACE_HOLD: ActKind(_place_hold, "matter", _asks_to_hold, dict),
    LIFT_HOLD: ActKind(_lift_hold, "matter", _asks_to_lift, _reasons("tasks.retention.legal_holds", "LiftReason")),
    WITHDRAW: ActKind(_withdraw_letter, "inspection", _asks_to_withdraw, _LETTER_REASONS),
    REPLACE: ActKind(_replace_letter, "inspection", _asks_to_replace, _LETTER_REASONS),
    # Cancelling ends everybody's access and everything owed; the others can be taken back, or end what is done.
    "end-inspection": ActKind(
        _end_inspection,
        "inspection",
        _asks_to_end,
        _reasons("tasks.inspection.ending", "EndReason"),
        lambda values: values["ending"] in {"close", "defer", "reopen"},
    ),
}
"""The one list of acts that may need two people, by their names."""
