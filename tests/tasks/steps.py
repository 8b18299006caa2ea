"""Steps of an inspection without Prefect, for tests that begin further on; each is what a flow calls."""

from datetime import date
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from models.events import Owed
from models.lifecycle import Stage
from models.states import WorkState
from models.tables import AuditEntry, Base, Notice, Request, Submission, Work
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.prefect_api import PrefectUnreachableError
from tasks.inspection.announcing import Announcement, announce
from tasks.jobs.build_cohort import freeze_cohort
from tasks.jobs.issue_request import issue_request
from tasks.jobs.propose_sample import propose
from tasks.jobs.validate import Verdict, validate_submission
from tasks.ledger.moves import move_stage
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import Claim, claim
from tasks.returns.declarations import declare_nil
from tasks.returns.uploads import open_upload, upload_completed
from tasks.sampling import Decision, DecisionKind, Reason

APPROVE = Decision(DecisionKind.APPROVE, Reason.SATISFIED, "B Khan")


def taken(kind: Owed, ref: str) -> Claim:
    """Claim work that must be owed."""
    claimed = claim(kind, ref)
    assert claimed is not None, kind
    return claimed


FOUR = ("LA-DA", "POL-1", "PRO-1", "HEA-1")
"""The returns by which most tests bring an inspection further."""


def announced(area: str) -> str:
    """Announce a rehearsal of an area, issue its requests, have all but four declared nil, and return its reference."""
    ref = announce(Announcement(area, "domestic-abuse-2024", date(2025, 2, 24), rehearsal=True))
    while claimed := claim(Owed.ISSUE_REQUEST, ref):
        issue_request(claimed)
    nil_but_four(ref)
    leave_anchors(ref)
    return ref


def leave_anchors(ref: str) -> None:
    """Owe no anchor of an inspection any more: each test makes its own chain, and a store keeps anchors for good."""
    with transaction() as session:
        owed = session.exec(select(Work).where(Work.kind == Owed.ANCHOR, Work.inspection == ref)).all()
        for work in owed:
            work.state = WorkState.DONE
            session.add(work)


def nil_but_four(ref: str) -> None:
    """Declare that there is nothing to send for each request but the first four."""
    with transaction() as session:
        requests = session.exec(select(Request.id).where(Request.inspection == ref)).all()
    for request_id in sorted(set(requests) - {f"{ref}-{code.lower()}" for code in FOUR}):
        declare_nil(request_id, by="test", reason="no_records")


def put(request_id: str, name: str, data: bytes) -> str:
    """Upload bytes for a request, without telling that they arrived; return the upload's id."""
    upload = open_upload(request_id, name, uploader="test")
    store.put_once(upload.key, data)
    return upload.id


def send(request_id: str, name: str, data: bytes) -> Submission:
    """Upload bytes for a request and return the receipt."""
    return upload_completed(put(request_id, name, data))


def checked(ref: str) -> list[Verdict]:
    """Check every submission that waits, as the flow does, and return the verdicts."""
    found = []
    while claimed := claim(Owed.VALIDATE, ref):
        found.append(validate_submission(claimed))
    return found


def verdict_on(ref: str, code: str, name: str, data: bytes) -> Verdict:
    """Send a file and return the verdict on it."""
    send(f"{ref}-{code}", name, data)
    (found,) = checked(ref)
    return found


def file_of(folder: Path, code: str) -> Path:
    """Return the made-up file of a return."""
    (found,) = (path for path in folder.iterdir() if path.stem == code and path.suffix != ".parquet")
    return found


def all_sent(ref: str, folder: Path) -> None:
    """Send and check all four returns."""
    for code in FOUR:
        path = file_of(folder, code)
        send(f"{ref}-{code.lower()}", path.name, path.read_bytes())
    assert {one.verdict for one in checked(ref)} == {"accepted"}


def propose_all(ref: str, folder: Path) -> None:
    """Bring an inspection to a proposed sample."""
    all_sent(ref, folder)
    freeze_cohort(taken(Owed.BUILD_COHORT, ref))
    propose(taken(Owed.PROPOSE_SAMPLE, ref))


def moved_to(ref: str, *stages: Stage) -> None:
    """Take an inspection through stages that only need time or a person."""
    for stage in stages:
        with transaction() as session:
            move_stage(session, inspection_of(session, ref, lock=True), stage, actor="test")


def request(ref: str, code: str) -> Request:
    """Return a request by its return code."""
    with transaction() as session:
        return session.get_one(Request, f"{ref}-{code}")


def stage(ref: str) -> str:
    """Return the stage of an inspection."""
    with transaction() as session:
        return inspection_of(session, ref).stage


def actions(ref: str) -> list[str]:
    """Return what the audit chain says was done, in order."""
    with transaction() as session:
        query = select(AuditEntry).where(AuditEntry.inspection == ref)
        return [one.action for one in sorted(session.exec(query), key=lambda one: one.number)]


def newest_entry(session: Session, action: str) -> AuditEntry:
    """Return the newest entry of the audit for an action."""
    return max(session.exec(select(AuditEntry).where(AuditEntry.action == action)), key=lambda one: one.number)


def notices(ref: str, *kinds: str) -> list[Notice]:
    """Return an inspection's notices of some kinds, or all, in the order in which they were written."""
    with transaction() as session:
        found = session.exec(select(Notice).where(Notice.inspection == ref).order_by(col(Notice.written_at))).all()
    return [one for one in found if not kinds or one.kind in kinds]


def ledger_text(*but: str) -> str:
    """Return every cell of every table as text, but for those of some tables."""
    from sqlalchemy import text

    with transaction() as session:
        rows: list[Any] = []
        for name in sorted(set(Base.metadata.tables) - set(but)):
            rows += session.execute(text(f'SELECT row_to_json(t)::text FROM "{name}" t')).scalars()  # noqa: S608
    return "\n".join(str(row) for row in rows)


def put_nowhere(*_: str) -> None:
    """Stand for a Prefect that does not answer where a board or a report is to be shown."""
    raise PrefectUnreachableError("ConnectError")
