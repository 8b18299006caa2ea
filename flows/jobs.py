"""The kinds of owed work as flows do them: the task that Prefect shows, and where its code is (`tasks/jobs/`)."""

from collections.abc import Callable
from dataclasses import dataclass

from flows.lazily import lazily
from models.events import Owed
from tasks.ledger.work import Claim


@dataclass(frozen=True, slots=True)
class Job:
    """Owed work of one kind.

    Attributes:
        kind: of the work.
        task: the name of the task in Prefect, by which its views are told apart.
        title: what people call one piece of it, such as `Reading - Thames Valley Police - POL-1 v2`.
        work: does one piece, and returns what came of it; its text is shown.
    """

    kind: Owed
    task: str
    title: Callable[[Claim], str]
    work: Callable[[Claim], object]


def _job(kind: Owed, task: str, title: str, work: str) -> Job:
    # Paths and not functions: with functions every run would import the libraries of all kinds of work.
    return Job(kind, task, lazily(f"tasks.jobs.{title}"), lazily(f"tasks.jobs.{work}"))


JOBS = {
    job.kind: job
    for job in (
        _job(Owed.ISSUE_REQUEST, "issue request", "issue_request:request_name", "issue_request:issue_request"),
        _job(Owed.VALIDATE, "validate", "validate:submission_name", "validate:validate_submission"),
        _job(Owed.RECHECK, "check again", "recheck:recheck_name", "recheck:recheck"),
        _job(Owed.CHECK_ACROSS, "compare returns", "check_across:across_name", "check_across:compare"),
        _job(Owed.BUILD_COHORT, "freeze cohort", "build_cohort:cohort_name", "build_cohort:freeze_cohort"),
        _job(Owed.PROPOSE_SAMPLE, "draw sample", "propose_sample:draw_name", "propose_sample:propose"),
        _job(
            Owed.OPEN_EVALUATIONS,
            "open evaluations",
            "open_evaluations:evaluations_name",
            "open_evaluations:open_evaluations",
        ),
        _job(Owed.SCAN_DOCUMENT, "scan document", "scan_document:document_name", "scan_document:scan_document"),
        _job(
            Owed.SCAN_COMMENT_FILE,
            "scan file of a comment",
            "scan_comment_file:file_name",
            "scan_comment_file:scan_comment_file",
        ),
        _job(
            Owed.RELEASE_SAMPLED,
            "release wider sample",
            "release_sampled:sampled_name",
            "release_sampled:release_sampled",
        ),
        _job(Owed.CHASE_CONCERN, "chase concern", "chase_concern:concern_name", "chase_concern:chase"),
        _job(Owed.COMPILE_LETTER, "compile letter", "compile_letter:letter_name", "compile_letter:compile_owed"),
        _job(Owed.PUBLISH_PAGES, "publish pages", "publish_pages:pages_name", "publish_pages:publish_pages"),
        _job(Owed.DESTROY, "destroy", "destroy:destruction_name", "destroy:destroy"),
        _job(Owed.DESTROY_FILE, "destroy file", "destroy_file:file_name", "destroy_file:destroy_file"),
        _job(Owed.ANCHOR, "anchor audit", "anchor:anchor_name", "anchor:anchor_owed"),
        _job(Owed.COMPILE_REPORT, "compile report", "compile_report:report_name", "compile_report:compile_report"),
    )
}
