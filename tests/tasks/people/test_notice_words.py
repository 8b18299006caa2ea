"""The words of notices: each says what its facts hold, in the right number, and no more (L13)."""

import re
from typing import Any

import pytest

from models.states import DeliveryFault
from models.themes import Rung
from tasks.people.notice_facts import FIELDS, check_facts
from tasks.people.notice_words import NOTICES, lead_in_words, worded

INSPECTION = {"portal": "https://portal", "area": "Reading", "announced": "2025-02-24", "lead_inspector": "Sam Patel"}
RETURN: dict[str, Any] = {
    "return": "POL-1",
    "version": 2,
    "due": "5pm on Wednesday 26 February 2025",
    "agency": "Thames Valley Police",
}
FACTS: dict[str, dict[str, Any]] = {
    "requests_issued": {
        "returns": [{"code": "POL-1", "title": "Incidents", "due": RETURN["due"]}],
        "area_code": "E06000038",
        "period_from": "2024-08-24",
        "period_to": "2025-02-24",
    },
    "request_held": {"agency": "Thames Valley Police", "lacks": ["lapsed"], "organisation": "O-1A2B3C4D"},
    "reminder": RETURN,
    "overdue": RETURN,
    "extended": RETURN,
    "still_overdue": RETURN,
    "rejected": {**RETURN, "rows": 1, "errors": 1},
    "unreadable": RETURN,
    "not_taken": {**RETURN, "why": "The returns are closed."},
    "infected": RETURN,
    "malware": {**RETURN, "found": "Eicar", "agency_notified": True},
    "accepted": RETURN,
    "queried": {**RETURN, "queries": 1},
    "across": {**RETURN, "found": 1},
    "escalated": RETURN,
    "cohort_frozen": {"children": 1, "pairs": 1},
    "sample_proposed": {"tracked": 1, "sampled": 1},
    "admitted": {**RETURN, "why": "The file came late"},
    "cohort_changed": {"version": 2, "added": 1, "removed": 1, "changed": 1},
    "evaluations_opened": {"children": 1, "due": RETURN["due"]},
    "list_unread": {"children": 1, "due": RETURN["due"]},
    "sampled_opened": {"children": 1, "version": 1},
    "sampled_changed": {"children": 1, "version": 2, "added": 1, "withdrawn": 1},
    "sampled_unread": {"children": 1, "version": 1},
    "fieldwork": {"missing": 1},
    "draft_letter": {"due": "22 April 2025", "version": 1},
    "draft_to_read": {"due": "22 April 2025", "version": 1},
    "comment_made": {"agency": "Reading Council"},
    "replies_ready": {"comments": 1, "of_area": 2},
    "remit_concern": {"body": "CQC", "concern": "c1", "inspection": "r"},
    "remit_acknowledged": {"body": "HMICFRS", "concern": "c1", "inspection": "r"},
    "complaint_made": {"source": "an agency in scope", "late": 1},
    "complaint_received": {"late": 0},
    "complaint_decided": {"outcome": "partly upheld"},
    "inspection_incomplete": {},
    "findings_to_review": {"findings": 2},
    "words_to_pass": {},
    "words_decided": {"passed": True},
    "findings_to_moderate": {"findings": 2},
    "findings_to_assure": {"purpose": "the draft letter"},
    "letter_to_write": {},
    "pre_publication": {"publication": "6 May 2025"},
    "determine": {"publication": "6 May 2025"},
    "priority_action": {},
    "witness": {"entry": 12, "digest": "a" * 64, "after": "the approved sample", "body": "Ofsted"},
    "published": {"statement": " No written statement is needed."},
    "letter_withdrawn": {"day": "2 June 2025", "reason": "A fact in the letter was wrong"},
    "letter_replaced": {"version": 2},
    "publication_reminder": {"due": RETURN["due"]},
    "comments_reminder": {"due": "22 April 2025"},
    "report_begun": {"report": "domestic-abuse-2024-report-1", "areas": "6 areas"},
    "statement_received": {},
    "plan_sent": {"version": 1, "actions": "3 actions", "parts": 4, "answered": 3},
    "plan_reviewed": {"version": 1, "adequate": "no", "lacking": 1},
    "plan_progress": {"due": "22 August 2025", "actions": "1 action"},
    "plan_progress_overdue": {"due": "22 August 2025", "actions": "2 actions"},
    "plan_progress_told": {"round": 1, "actions": 2},
    "plan_late": {"late": 1, "undated": 1, "months": 6, "actions": ["A01", "A02"]},
    "requests_again": {
        "returns": [{"code": "POL-1", "title": "Incidents", "due": RETURN["due"]}],
        "period_from": "2025-05-06",
        "period_to": "2025-08-13",
    },
    "plan_closed": {"why": "Every action is done"},
    "step_reminder": {"what": "The draft letter", "due": RETURN["due"]},
    "step_overdue": {"what": "The draft letter", "due": RETURN["due"], "waiting": 1},
    "undeliverable": {**RETURN, "notice": "reminder", "person": "P-7KQ2M4XB", "why": "bounced", "others": 1},
    "channel_refused": {"channel": "GOV.UK Notify", "why": "it does not accept the key", "waiting": 1},
    "statement_reminder": {"due": "13 August 2025"},
    "statement_overdue": {"due": "13 August 2025"},
    "work_failed": {"kind": "validate", "subject": "x", "failures": 1, "fault": "OSError"},
    "held": RETURN,
    "rules_failed": {"subject": "x", "rules": ["POL-1.risk_grade.tool"]},
    "new_link": {},
    "concern_raised": {"concern": "c1", "agency": "Thames Valley Police"},
    "concern_chased": {"concern": "c1", "agency": "Thames Valley Police"},
    "concern_told": {"concern": "c1", "child": "T1"},
    "concern_escalated": {"concern": "c1", "agency": "Thames Valley Police", "since": RETURN["due"]},
    "concern_unanswered": {
        "concern": "c1",
        "agency": "Thames Valley Police",
        "since": RETURN["due"],
        "director": "nobody",
        "gss": "E06000038",
    },
    "concern_answered": {"concern": "c1", "agency": "Thames Valley Police", "how": "by telephone", "left": 1},
    "destruction_due": {"what": "Data about children", "objects": "212 objects"},
    "unusual_reading": {"day": "12 January 2026", "people": "1 person", "rules": "at a weekend"},
    "breach": {
        "breach": "B-1A2B3C4D",
        "kind": "Data or a device was lost or stolen",
        "people": "40 people",
        "due": RETURN["due"],
        "step": "recorded",
    },
    "persons_request": {
        "request": "S-1A2B3C4D",
        "asks": "access to data about them",
        "due": "Monday 2 March 2026",
        "step": "recorded",
        "identity": 0,
    },
    "restriction_due": {
        "restriction": "L-1A2B3C4D",
        "request": "S-1A2B3C4D",
        "until": "Monday 2 March 2026",
        "step": "week",
    },
    "list_restricted": {"restriction": "L-1A2B3C4D", "children": 1},
    "list_open_again": {"restriction": "L-1A2B3C4D", "children": 2},
    "persons_correction": {
        "correction": "K-1A2B3C4D",
        "what": "POL-1, version 2",
        "due": "Monday 2 March 2026",
        "step": "asked",
    },
    "persons_correction_late": {
        "request": "S-1A2B3C4D",
        "correction": "K-1A2B3C4D",
        "agency": "Thames Valley Police",
    },
    "persons_correction_answered": {
        "request": "S-1A2B3C4D",
        "correction": "K-1A2B3C4D",
        "agency": "Thames Valley Police",
        "outcome": "corrected in a newer version",
    },
    "destroyed": {"what": "Data about children", "certificate": "0123456789abcdef"},
    "file_put_aside": {
        "file": "W-1A2B3C4D",
        "what": "POL-1, version 2",
        "agency": "Thames Valley Police",
        "why": "It holds children of another area",
        "owed": 1,
        "cohorts": "version 1 of the cohort",
        "breach": "B-1A2B3C4D",
    },
    "file_destroyed": {
        "file": "W-1A2B3C4D",
        "what": "POL-1, version 2",
        "agency": "Thames Valley Police",
        "certificate": "0123456789abcdef",
    },
    "file_released": {
        "file": "W-1A2B3C4D",
        "what": "POL-1, version 2",
        "agency": "Thames Valley Police",
        "certificate": "",
    },
    "inspection_announced": {},
    "team_announced": {},
    "closed": {},
    "cancelled": {},
    "deferred": {},
    "reopened": {"working_days": 3},
    "in_scope": {},
    "documents_reminder": {"documents": ["1.12 Local protocols"], "due": RETURN["due"], "agency": "Reading Council"},
    "documents_overdue": {"documents": ["1.12 Local protocols"], "due": RETURN["due"], "agency": "Reading Council"},
    "documents_escalated": {"documents": ["1.12 Local protocols"], "due": RETURN["due"], "agency": "Reading Council"},
    "chronology_asked": {"children": ["T1"], "due": RETURN["due"]},
    "role_given": {"role": "manager"},
    "evaluation_admitted": {"why": "An evaluation comes after fieldwork began"},
    "decision_waits": {
        "asks": "Go on without POL-1 of Thames Valley Police",
        "asked_by": "Sam Patel",
        "reason": "An emergency in the area",
        "until": RETURN["due"],
        "decision": "D-1A2B3C4D",
    },
    "decision_answered": {
        "asks": "Go on without POL-1 of Thames Valley Police",
        "outcome": "refused",
        "answered_by": "Sam Patel",
        "reason": "It is too early to decide this",
    },
}
ONE_OF_MANY = re.compile(
    r"\b1 (?:rows|errors|queries|questions|children|evaluations|returns|times|of the chosen children are)\b"
)
MANY_OF_ONE = re.compile(r"\b(?:0|[2-9]|\d{2,}) (?:row|error|query|question|child|evaluation|return)\b")


def body(kind: str, **changes: Any) -> str:
    return worded(kind, {**INSPECTION, **FACTS[kind], **changes}).body


def test_each_kind_is_tried_here() -> None:
    assert FACTS.keys() == NOTICES.keys()


@pytest.mark.parametrize("kind", sorted(NOTICES))
def test_l13_words_need_no_fact_but_those_that_are_checked_when_a_notice_is_written(kind: str) -> None:
    needed = {name: FACTS[kind][name] for name in FIELDS[kind]}
    check_facts(kind, needed)
    # These two are known by the time a notice is read: from other notices, and from the agency itself.
    read = {"agency_notified": False, "area_gss": "E06000038"}
    words = worded(kind, {**INSPECTION, **read, **needed})
    assert words.subject.startswith("Reading: ")
    assert "None" not in words.body


@pytest.mark.parametrize(
    ("name", "telephone", "address", "end"),
    [
        ("Lena Lead", "0118 496 0000", "lena@x.uk", ", on 0118 496 0000 or at lena@x.uk."),
        ("Lena Lead", "", "lena@x.uk", ", at lena@x.uk."),
        ("Lena Lead", "0118 496 0000", "", ", on 0118 496 0000."),
        ("Lena Lead", "", "", "."),
    ],
)
def test_l13_how_the_lead_inspector_is_reached_is_what_is_entered(
    name: str, telephone: str, address: str, end: str
) -> None:
    sentence = lead_in_words(name, telephone, address)
    assert sentence == f"If you have a question, contact the lead inspector, Lena Lead{end}"


def test_l13_an_undelivered_notice_says_who_has_it_and_where_to_correct_the_contact() -> None:
    assert "1 other contact has the same notice." in body("undeliverable")
    assert "we wrote to the shared mailbox" in body("undeliverable", others=0, mailbox=True)
    assert "Nobody else there has it. Call the agency." in body("undeliverable", others=0)
    assert body("undeliverable").endswith("https://portal/people/P-7KQ2M4XB")
    of_mailbox = body("undeliverable", person="", others=0, area_gss="E06000038")
    assert "to the shared mailbox of Thames Valley Police." in of_mailbox
    assert of_mailbox.endswith("https://portal/people/areas/E06000038")


@pytest.mark.parametrize("fault", sorted(DeliveryFault))
def test_l13_each_reason_why_a_notice_did_not_arrive_has_its_sentence(fault: DeliveryFault) -> None:
    assert "P-7KQ2M4XB at Thames Valley Police. Their" in body("undeliverable", why=fault.value).replace(
        "There is no email address of theirs", "Their"
    ).replace("They do not", "Their")


@pytest.mark.parametrize("number", [0, 1, 2, 12])
@pytest.mark.parametrize("kind", sorted(NOTICES))
def test_each_number_agrees_with_its_thing(kind: str, number: int) -> None:
    counts = {key: number for key, fact in FACTS[kind].items() if isinstance(fact, int) and key != "version"}
    text = body(kind, **counts)
    assert not ONE_OF_MANY.search(text)
    assert not MANY_OF_ONE.search(text)


def test_the_request_names_each_return_its_deadline_the_period_and_the_lead_inspector() -> None:
    text = body("requests_issued")
    for fact in (
        "announced on 24 February 2025",
        "lead inspector is Sam Patel",
        "We ask you for 1 return from your records:",
        "POL-1: Incidents, by 5pm on Wednesday 26 February 2025.",
        "24 August 2024 to 24 February 2025",
    ):
        assert fact in text


@pytest.mark.parametrize("kind", ["reminder", "overdue", "still_overdue"])
@pytest.mark.parametrize(
    ("tells", "sentence"),
    [
        ((), ""),
        (("manager",), "We have told the programme manager."),
        (("inspector",), "We have told the lead inspector."),
        (("inspector", "manager"), "We have told the lead inspector and the programme manager."),
    ],
)
def test_l13_a_chaser_names_whom_the_ladder_told_and_nobody_else(
    kind: str, tells: tuple[Any, ...], sentence: str
) -> None:
    rung = Rung(key="late", working_days=1, notice="overdue", tells=tells)
    text = body(kind, tells=list(rung.tells))
    assert sentence in text
    assert ("We have told" in text) is bool(tells)


def test_l13_a_chaser_says_what_is_there_of_a_return() -> None:
    assert body("overdue").startswith("POL-1 has not arrived.")
    assert body("overdue", errors=1).startswith("We have version 2 of POL-1, but 1 error in it is not fixed yet.")
    assert body("overdue", errors=3).startswith("We have version 2 of POL-1, but 3 errors in it are not fixed yet.")
    unread = body("overdue", errors=0, verdict="unreadable")
    assert unread.startswith("We have version 2 of POL-1, but it could not be read.")


def test_l13_malware_is_said_to_be_known_to_the_agency_only_where_it_is() -> None:
    assert body("malware").endswith("The agency has been told.")
    assert body("malware", agency_notified=False).endswith("The agency has not been told.")


@pytest.mark.parametrize(("role", "sees"), [("manager", "your inspections."), ("service_operator", "in Prefect.")])
def test_l13_who_has_a_role_reads_what_they_see_by_it(role: str, sees: str) -> None:
    assert worded("role_given", {**INSPECTION, "role": role}).body.endswith(sees)


def test_l13_fieldwork_says_how_many_evaluations_are_outstanding() -> None:
    assert body("fieldwork", missing=0).startswith("No evaluation is outstanding.")
    assert body("fieldwork", missing=2).startswith("2 evaluations are outstanding.")
    assert worded("fieldwork", INSPECTION).body == "Sign in to record findings and their evidence."


def test_a_newer_draft_says_which_it_is() -> None:
    facts = {**INSPECTION, **FACTS["draft_letter"]}
    assert worded("draft_letter", facts).subject == "Reading: draft letter"
    assert worded("draft_letter", {**facts, "version": 2}).subject == "Reading: draft letter version 2"


def test_a_request_names_returns_deadline_period_and_area_and_an_older_one_what_it_holds() -> None:
    text = body("requests_issued")
    assert "POL-1: Incidents, by 5pm on Wednesday 26 February 2025." in text
    assert "24 August 2024 to 24 February 2025. The area is Reading, code E06000038." in text
    earlier = {key: fact for key, fact in FACTS["requests_issued"].items() if key != "area_code"}
    assert "The area is" not in worded("requests_issued", {**INSPECTION, **earlier}).body
