"""Counts by agency over inspections: one line for each body, whatever it is called, and only what is so now."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models.lifecycle import RequestState, Stage
from models.states import DocumentKind, DocumentState, OrganisationKind
from models.tables import Agency, DocumentItem, Inspection, Request, Submission
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.people.organisations import add_organisation
from tasks.watch.agency_counts import AgencyCounts, agency_counts

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("ledger")]
PAST, COMING = datetime(2025, 2, 26, 17, tzinfo=UTC), utc_now() + timedelta(days=3)


def inspection(ref: str, gss: str) -> None:
    with transaction() as session:
        session.add(
            Inspection(
                ref=ref,
                area_gss=gss,
                area_name=ref,
                theme_id="domestic-abuse-2024",
                theme_version=1,
                announced=date(2025, 2, 24),
                seed_digest="0" * 64,
            )
        )


def asks(ref: str, kind: str, name: str, *states: tuple[RequestState, datetime], body: str | None = None) -> list[str]:
    """Let an inspection ask an agency for a return of each state and deadline, and return the requests' ids."""
    with transaction() as session:
        session.add(Agency(id=f"{ref}/{kind}", inspection=ref, kind=kind, name=name, mailbox="", organisation_id=body))
        session.flush()
        ids = [f"{ref}-{kind}-{number}" for number in range(len(states))]
        for identity, (state, due) in zip(ids, states, strict=True):
            session.add(
                Request(
                    id=identity,
                    inspection=ref,
                    agency_id=f"{ref}/{kind}",
                    return_code="POL-1",
                    step="theme_lists_due",
                    due_at=due,
                    state=state,
                )
            )
    return ids


def sent(request: str, ref: str, version: int, *, late: bool) -> None:
    with transaction() as session:
        session.add(
            Submission(
                id=f"{request}-v{version}",
                request_id=request,
                inspection=ref,
                version=version,
                key=f"{request}/{version}",
                version_id="1",
                etag="1",
                sha256="0" * 64,
                size=1,
                extension="csv",
                uploader="agency",
                received_at=PAST,
                late=late,
            )
        )


def counts(*refs: str) -> list[AgencyCounts]:
    with transaction() as session:
        return agency_counts(session, refs)


def test_one_body_of_two_inspections_is_one_line_whatever_each_calls_it() -> None:
    with transaction() as session:
        body = add_organisation(session, OrganisationKind.POLICE, "Thames Valley Police", by="operator: test").id
    inspection("reading", "E06000038")
    inspection("slough", "E06000039")
    asks("reading", "police", "Thames Valley Police", (RequestState.ISSUED, PAST), body=body)
    asks("slough", "police", "TVP", (RequestState.ACCEPTED, PAST), (RequestState.ISSUED, COMING), body=body)
    asks("slough", "education", "Slough schools", (RequestState.WITHDRAWN, PAST), (RequestState.WAIVED, PAST))
    assert counts("reading", "slough") == [
        AgencyCounts("Thames Valley Police", "police", 2, 3, 2, 1, 0),
        AgencyCounts("Slough schools", "education", 1, 1, 0, 0, 0),
    ]
    assert counts("reading") == [AgencyCounts("Thames Valley Police", "police", 1, 1, 1, 1, 0)]
    assert counts() == []


def test_a_return_came_late_where_its_first_version_did_however_many_follow() -> None:
    inspection("reading", "E06000038")
    first, second, third = asks("reading", "police", "Thames Valley Police", *[(RequestState.ACCEPTED, PAST)] * 3)
    sent(first, "reading", 1, late=True)
    sent(first, "reading", 2, late=True)
    sent(second, "reading", 1, late=False)
    sent(second, "reading", 2, late=True)
    assert third
    assert counts("reading") == [AgencyCounts("Thames Valley Police", "police", 1, 3, 0, 0, 1)]


def papers(ref: str, kind: str, *states: tuple[DocumentState, datetime]) -> None:
    """Let an inspection ask an agency for a document of each state and deadline."""
    with transaction() as session:
        for number, (state, due) in enumerate(states):
            session.add(
                DocumentItem(
                    id=f"{ref}-doc-{kind}-{number}",
                    inspection=ref,
                    agency_id=f"{ref}/{kind}",
                    number=str(number),
                    title="A protocol",
                    kind=DocumentKind.STRATEGY,
                    step="theme_lists_due",
                    due_at=due,
                    state=state,
                )
            )


def test_documents_count_beside_returns_and_are_owed_only_where_one_is_taken() -> None:
    inspection("reading", "E06000038")
    inspection("slough", "E06000039")
    asks("reading", "police", "Thames Valley Police", (RequestState.ISSUED, PAST))
    asks("slough", "police", "Thames Valley Police")
    asks("slough", "education", "Slough schools")
    asked_for, offered = DocumentState.ASKED, DocumentState.OFFERED
    papers("reading", "police", (asked_for, PAST), (asked_for, COMING), (DocumentState.RECEIVED, PAST), (offered, PAST))
    papers("slough", "police", (asked_for, PAST), (DocumentState.WITHDRAWN, PAST))
    papers("slough", "education", (asked_for, PAST))
    with transaction() as session:
        session.get_one(Agency, "slough/education").lacks = "basis"
    assert counts("reading", "slough") == [
        AgencyCounts("Thames Valley Police", "police", 2, 1, 1, 1, 0, 4, 3, 2),
        AgencyCounts("Slough schools", "education", 1, 0, 0, 0, 0, 1, 0, 0),
    ]
    with transaction() as session:
        session.get_one(Inspection, "slough").stage = Stage.PUBLISHED
    assert counts("slough") == [
        AgencyCounts("Slough schools", "education", 1, 0, 0, 0, 0, 1, 0, 0),
        AgencyCounts("Thames Valley Police", "police", 1, 0, 0, 0, 0, 1, 0, 0),
    ]
