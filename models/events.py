"""The names of events and of owed work, and which deployment does which work."""

from enum import StrEnum


class Event(StrEnum):
    """Events that Prefect hears; each only makes something happen sooner (L3)."""

    ANNOUNCED = "jtai.inspection.announced"
    RETURN_UPLOADED = "jtai.return.uploaded"
    RETURN_DECIDED = "jtai.return.decided"
    DOCUMENT_SENT = "jtai.document.sent"
    RECHECK_ASKED = "jtai.return.recheck-asked"
    RETURNS_COMPLETE = "jtai.returns.complete"
    REBUILD_ASKED = "jtai.cohort.rebuild-asked"
    COHORT_FROZEN = "jtai.cohort.frozen"
    SAMPLE_PROPOSED = "jtai.sample.proposed"
    SAMPLE_APPROVED = "jtai.sample.approved"
    SAMPLE_CHANGED = "jtai.sample.changed"
    EVALUATIONS_OPENED = "jtai.evaluations.opened"
    EVALUATIONS_COMPLETE = "jtai.evaluations.complete"
    FIELDWORK_STARTED = "jtai.fieldwork.started"
    FIELDWORK_ENDED = "jtai.fieldwork.ended"
    FINDINGS_READY = "jtai.findings.ready"
    LETTER_DRAFTED = "jtai.letter.drafted"
    ACCURACY_CLOSED = "jtai.accuracy.closed"
    PUBLISHED = "jtai.letter.published"
    LETTER_ENDED = "jtai.letter.ended"
    REPORT_OWED = "jtai.report.owed"
    STATEMENT_RECEIVED = "jtai.statement.received"
    PLAN_SENT = "jtai.plan.sent"
    ASKED_AGAIN = "jtai.returns.asked-again"
    DESTRUCTION_CONFIRMED = "jtai.destruction.confirmed"
    CHANGED = "jtai.inspection.changed"


DRAINED_BY: dict[Event, str] = {
    Event.RETURN_UPLOADED: "receive-returns",
    Event.DOCUMENT_SENT: "receive-returns",
    Event.RECHECK_ASKED: "receive-returns",
}
"""Events that only say that there is more work of a deployment which takes all that waits: one wakes for many."""

AT_WORK = {"receive-returns": 2}
"""Runs of such a deployment that may work side by side, for each worker: its concurrency limit in `prefect.yaml`."""


class Owed(StrEnum):
    """Kinds of work that the ledger can owe."""

    ISSUE_REQUEST = "issue-request"
    VALIDATE = "validate"
    RECHECK = "recheck"
    CHECK_ACROSS = "check-across"
    BUILD_COHORT = "build-cohort"
    PROPOSE_SAMPLE = "propose-sample"
    OPEN_EVALUATIONS = "open-evaluations"
    RELEASE_SAMPLED = "release-sampled"
    COMPILE_LETTER = "compile-letter"
    PUBLISH_PAGES = "publish-pages"
    COMPILE_REPORT = "compile-report"
    CHASE_CONCERN = "chase-concern"
    SCAN_DOCUMENT = "scan-document"
    SCAN_COMMENT_FILE = "scan-comment-file"
    DESTROY = "destroy"
    DESTROY_FILE = "destroy-file"
    ANCHOR = "anchor"


DEPLOYMENT_FOR: dict[Owed, str] = {
    Owed.ISSUE_REQUEST: "sweep",
    Owed.VALIDATE: "receive-returns",
    Owed.RECHECK: "receive-returns",
    Owed.CHECK_ACROSS: "receive-returns",
    Owed.BUILD_COHORT: "build-cohort",
    Owed.PROPOSE_SAMPLE: "propose-sample",
    Owed.OPEN_EVALUATIONS: "open-evaluations",
    Owed.RELEASE_SAMPLED: "open-evaluations",
    Owed.COMPILE_LETTER: "compile-findings",
    Owed.PUBLISH_PAGES: "compile-findings",
    Owed.COMPILE_REPORT: "compile-thematic-report",
    Owed.CHASE_CONCERN: "sweep",
    Owed.SCAN_DOCUMENT: "receive-returns",
    Owed.SCAN_COMMENT_FILE: "receive-returns",
    Owed.DESTROY: "retain",
    Owed.DESTROY_FILE: "retain",
    Owed.ANCHOR: "anchor",
}
