"""The portal: where agencies and inspectors come in."""

import logging

from fastapi import FastAPI

from portal.agency import comments as own_comments
from portal.agency import complaints as own_complaints
from portal.agency import corrections as own_corrections
from portal.agency import (
    declarations,
    documents,
    family_meetings,
    filling,
    home,
    letters,
    mappings,
    marked_copy,
    opened,
    own_records,
    plan,
    plan_progress,
    publication,
    queries,
    requests,
    sampled,
    sent_files,
    statement,
    upload_checks,
    uploads,
    verdicts,
)
from portal.agency import replies as own_replies
from portal.agency import wrong_files as own_wrong_files
from portal.doors import hooks, machines, note_batches, provider, sign_in
from portal.operator import dead_work, door, first_people, health, metrics, outbox, security_contact, sign_ins
from portal.pages import errors, static
from portal.pages.cookies import HostCookies
from portal.pages.headers import BodyLimit, SafeHeaders
from portal.pages.traces import Traces
from portal.people import (
    account,
    concerns,
    days,
    decisions,
    holds,
    life,
    organisation,
    oversight,
    persons_requests,
    register,
    reports,
)
from portal.people import home as own_home
from portal.service import about, guidance, public
from portal.team import (
    addressees,
    assurance,
    basis,
    children,
    comments,
    complaints,
    copy_openings,
    desk,
    determination,
    discussions,
    draft,
    earlier,
    evidence,
    exchange,
    explanations,
    finding_evidence,
    findings,
    findings_workbook,
    judgements,
    looking,
    marked,
    meetings,
    notes,
    notices,
    openings,
    overlaps,
    overview,
    pairs,
    paragraphs,
    record,
    remit,
    retention,
    returns,
    rounds,
    sample,
    sight,
    standing,
    unlisted,
    word,
    wrong_files,
)
from portal.team import documents as team_documents
from portal.team import letters as team_letters
from portal.team import plan as team_plan
from portal.team import publication as recipients
from portal.team import (
    sampled as wider_sample,
)
from portal.team import verdicts as team_verdicts

# The workbook's addresses come before those of single findings, which take any last word.
_SHARED = (
    *(static, health, security_contact, hooks, metrics, machines, note_batches),
    *(dead_work, provider, sign_in, door, outbox, first_people, sign_ins, about, guidance, public),
)
_AGENCY = (
    *(home, requests, declarations, uploads, upload_checks, verdicts, marked_copy, sent_files, queries),
    *(filling, mappings),
    *(own_records, sampled, letters, own_comments, own_replies, publication, statement, plan, plan_progress),
    *(documents, family_meetings, own_complaints, own_corrections, opened, own_wrong_files),
)
_PEOPLE = (
    *(own_home, account, days, life, organisation, register, decisions, concerns, reports, holds, oversight),
    persons_requests,
)
_TEAM = (
    wrong_files,
    desk,
    overview,
    basis,
    returns,
    team_verdicts,
    children,
    wider_sample,
    judgements,
    overlaps,
    unlisted,
    earlier,
    rounds,
    pairs,
    sample,
    sight,
    explanations,
    findings_workbook,
    findings,
    finding_evidence,
    standing,
    discussions,
    assurance,
    marked,
    looking,
    notes,
    notices,
    openings,
    record,
    evidence,
    exchange,
    comments,
    draft,
    word,
    paragraphs,
    team_letters,
    copy_openings,
    addressees,
    determination,
    team_plan,
    recipients,
    remit,
    complaints,
    team_documents,
    meetings,
    retention,
)


def create() -> FastAPI:
    """Return the application with all its rooms."""
    application = FastAPI(title="JTAI portal", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    # As routes of its own: behind a router that is included, each request is matched twice, which took a millisecond.
    for room in (*_SHARED, *_PEOPLE, *_AGENCY, *_TEAM):
        application.router.routes.extend(room.router.routes)
    errors.register(application)
    # The last one added is the outermost: headers also guard the pages of faults and of refused bodies.
    application.add_middleware(BodyLimit)
    application.add_middleware(errors.Faults)
    application.add_middleware(HostCookies)
    application.add_middleware(SafeHeaders)
    application.add_middleware(Traces)
    _hush()
    return application


def _hush() -> None:
    """Silence the loggers of libraries that would write personal data or secrets (L5).

    The server's log of requests holds addresses, which hold the secrets of sign-in links; the store's client and the
    reader of forms write headers and bodies, file names among them, when somebody turns on all debugging.
    """
    logging.getLogger("uvicorn.access").disabled = True
    for name in ("boto3", "botocore", "s3transfer", "urllib3", "python_multipart"):
        logging.getLogger(name).setLevel(logging.INFO)


app = create()
