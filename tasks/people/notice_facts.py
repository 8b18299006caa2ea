"""The facts that each kind of notice needs, checked when it is written, so that its words can be rendered (L13)."""

from typing import Any

_Fields = dict[str, type]

_RETURN: _Fields = {"return": str}
_VERSION: _Fields = {**_RETURN, "version": int}
_OWED: _Fields = {**_RETURN, "agency": str, "due": str}
_CHILDREN: _Fields = {"children": int, "due": str}
_DOCUMENTS: _Fields = {"documents": list, "due": str, "agency": str}
_LIST: _Fields = {"children": int, "version": int}
_ASKED: _Fields = {"actions": str, "due": str}
_STEP: _Fields = {"what": str, "due": str}
_WRONG_FILE: _Fields = {"file": str, "what": str, "agency": str, "certificate": str}

# Kind -> the facts that its words cannot do without. What the inspection and its people say is read with the notice.
FIELDS: dict[str, _Fields] = {
    "requests_issued": {"returns": list, "area_code": str, "period_from": str, "period_to": str},
    "request_held": {"agency": str, "lacks": list, "organisation": str},
    "reminder": _OWED,
    "overdue": _OWED,
    "still_overdue": _OWED,
    "escalated": _OWED,
    "extended": {**_RETURN, "due": str},
    "rejected": {**_VERSION, "rows": int, "errors": int},
    "unreadable": _VERSION,
    "not_taken": {**_RETURN, "why": str},
    "infected": _VERSION,
    "malware": {**_VERSION, "agency": str, "found": str},
    "accepted": _VERSION,
    "queried": {**_VERSION, "queries": int},
    "across": {**_VERSION, "found": int},
    "cohort_frozen": {"children": int, "pairs": int},
    "sample_proposed": {"tracked": int, "sampled": int},
    "admitted": {**_RETURN, "why": str},
    "cohort_changed": {"version": int, "added": int, "removed": int, "changed": int},
    "evaluations_opened": _CHILDREN,
    "list_unread": _CHILDREN,
    "sampled_opened": _LIST,
    "sampled_changed": {**_LIST, "added": int, "withdrawn": int},
    "sampled_unread": _LIST,
    "fieldwork": {"missing": int},
    "draft_letter": {"due": str, "version": int},
    "draft_to_read": {"due": str, "version": int},
    "comment_made": {"agency": str},
    "complaint_made": {"source": str, "late": int},
    "complaint_received": {"late": int},
    "complaint_decided": {"outcome": str},
    "inspection_incomplete": {},
    "remit_concern": {"body": str, "concern": str, "inspection": str},
    "remit_acknowledged": {"body": str, "concern": str, "inspection": str},
    "replies_ready": {"comments": int, "of_area": int},
    "findings_to_review": {"findings": int},
    "words_to_pass": {},
    "words_decided": {"passed": bool},
    "findings_to_moderate": {"findings": int},
    "findings_to_assure": {"purpose": str},
    "letter_to_write": {},
    "pre_publication": {"publication": str},
    "determine": {"publication": str},
    "priority_action": {},
    "witness": {"entry": int, "digest": str, "after": str, "body": str},
    "published": {"statement": str},
    "letter_withdrawn": {"day": str, "reason": str},
    "letter_replaced": {"version": int},
    "publication_reminder": {"due": str},
    "comments_reminder": {"due": str},
    "report_begun": {"report": str, "areas": str},
    "statement_received": {},
    "plan_sent": {"version": int, "actions": str, "parts": int, "answered": int},
    "plan_reviewed": {"version": int, "adequate": str, "lacking": int},
    "plan_progress": _ASKED,
    "plan_progress_overdue": _ASKED,
    "plan_progress_told": {"round": int, "actions": int},
    "plan_late": {"late": int, "undated": int, "months": int, "actions": list},
    "requests_again": {"returns": list, "period_from": str, "period_to": str},
    "plan_closed": {"why": str},
    "step_reminder": _STEP,
    "step_overdue": _STEP,
    "statement_reminder": {"due": str},
    "statement_overdue": {"due": str},
    "work_failed": {"kind": str, "subject": str, "failures": int, "fault": str},
    "held": _VERSION,
    "rules_failed": {"subject": str, "rules": list},
    "undeliverable": {"notice": str, "person": str, "why": str},
    "channel_refused": {"channel": str, "why": str, "waiting": int},
    "destruction_due": {"what": str, "objects": str},
    "unusual_reading": {"day": str, "people": str, "rules": str},
    "breach": {"breach": str, "kind": str, "people": str, "due": str, "step": str},
    "persons_request": {"request": str, "asks": str, "due": str, "step": str, "identity": int},
    "restriction_due": {"restriction": str, "request": str, "until": str, "step": str},
    "list_restricted": {"restriction": str, "children": int},
    "list_open_again": {"restriction": str, "children": int},
    "persons_correction": {"correction": str, "what": str, "due": str, "step": str},
    "persons_correction_late": {"request": str, "correction": str, "agency": str},
    "persons_correction_answered": {"request": str, "correction": str, "agency": str, "outcome": str},
    "destroyed": {"what": str, "certificate": str},
    "file_put_aside": {
        "file": str,
        "what": str,
        "agency": str,
        "why": str,
        "owed": int,
        "cohorts": str,
        "breach": str,
    },
    "file_destroyed": _WRONG_FILE,
    "file_released": _WRONG_FILE,
    "inspection_announced": {},
    "team_announced": {},
    "in_scope": {},
    "role_given": {"role": str},
    "closed": {},
    "cancelled": {},
    "deferred": {},
    "reopened": {"working_days": int},
    "new_link": {},
    "decision_waits": {"asks": str, "asked_by": str, "reason": str, "until": str, "decision": str},
    "decision_answered": {"asks": str, "outcome": str, "answered_by": str, "reason": str},
    "evaluation_admitted": {"why": str},
    "documents_reminder": _DOCUMENTS,
    "documents_overdue": _DOCUMENTS,
    "documents_escalated": _DOCUMENTS,
    "chronology_asked": {"children": list, "due": str},
    "concern_raised": {"concern": str, "agency": str},
    "concern_chased": {"concern": str, "agency": str},
    "concern_told": {"concern": str, "child": str},
    "concern_escalated": {"concern": str, "agency": str, "since": str},
    "concern_unanswered": {"concern": str, "agency": str, "since": str, "director": str, "gss": str},
    "concern_answered": {"concern": str, "agency": str, "how": str, "left": int},
}


class NoticeFactsError(RuntimeError):
    """A notice was about to be written without what its words need: a slip of ours, which nobody must get to read."""

    def __init__(self, kind: str, wrong: list[str]) -> None:
        super().__init__(f"A notice of kind {kind!r} lacks facts, or has them in another form: {', '.join(wrong)}.")


def check_facts(kind: str, facts: dict[str, Any]) -> None:
    """Refuse to write a notice whose words could not be rendered.

    Raises:
        NoticeFactsError: there is no such kind, or a fact is missing, empty or of another type.
    """
    if kind not in FIELDS:
        raise NoticeFactsError(kind, ["there is no such kind"])
    wrong = [name for name, form in FIELDS[kind].items() if not _is(facts.get(name), form)]
    if wrong:
        raise NoticeFactsError(kind, wrong)


def _is(fact: object, form: type) -> bool:
    # A truth is a number to Python, and no number to a reader.
    return isinstance(fact, form) and not (form is int and isinstance(fact, bool))
