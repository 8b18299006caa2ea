"""Who would have missed what in a year: read from the ledger, where every deadline, arrival and chaser stands."""

from collections import Counter
from typing import Any

from sqlmodel import Session, col, select

from benchmarks.nation.programme import Planned
from models.ids import agency_kind
from models.lifecycle import RequestState
from models.returns import EVALUATION
from models.tables import Notice, Request, Submission
from tasks.ground.database import transaction

_CHASERS = ("reminder", "overdue", "partial", "escalation")


def missed(refs: list[str]) -> dict[str, Any]:
    """Return by kind of agency who sent late, never and with mistakes, and how many notices chased them.

    Args:
        refs: the inspections.
    """
    with transaction() as session:
        return {
            "asked": _asked(session, refs),
            "late": _late(session, refs),
            "never": _never(session, refs),
            "wrong": _wrong(session, refs),
            "notices": dict(sorted(_notices(session, refs).items())),
        }


def _asked(session: Session, refs: list[str]) -> dict[str, int]:
    rows = session.exec(_requests(refs)).all()
    return dict(sorted(Counter(agency_kind(row.agency_id) for row in rows).items()))


def _requests(refs: list[str]) -> Any:
    return select(Request).where(col(Request.inspection).in_(refs), Request.return_code != EVALUATION)


def _late(session: Session, refs: list[str]) -> dict[str, int]:
    query = select(Request.agency_id).join(Submission, col(Submission.request_id) == Request.id)
    query = query.where(col(Request.inspection).in_(refs), Submission.version == 1, col(Submission.late))
    return dict(sorted(Counter(agency_kind(each) for each in session.exec(query)).items()))


def _never(session: Session, refs: list[str]) -> dict[str, int]:
    rows = session.exec(_requests(refs).where(Request.state == RequestState.WAIVED)).all()
    return dict(sorted(Counter(agency_kind(row.agency_id) for row in rows).items()))


def _wrong(session: Session, refs: list[str]) -> dict[str, int]:
    query = select(Submission, Request.agency_id).join(Request, col(Submission.request_id) == Request.id)
    rows = session.exec(query.where(col(Request.inspection).in_(refs))).all()
    rejected = [agency for submission, agency in rows if submission.result.verdict in {"rejected", "unreadable"}]
    return dict(sorted(Counter(map(agency_kind, rejected)).items()))


def _notices(session: Session, refs: list[str]) -> Counter[str]:
    kinds = session.exec(select(Notice.kind).where(col(Notice.inspection).in_(refs))).all()
    return Counter(kinds)


def staff(planned: list[Planned]) -> dict[str, int]:
    """Return what the calendar and the people of a programme would have made go wrong."""
    return {
        "inspections": len(planned),
        "leads with two inspections at once": sum(each.double for each in planned),
        "samples whose approval waits for somebody on leave": sum(each.away > 0 for each in planned),
        "working days that these wait": sum(each.away for each in planned),
        "announcements that a bank holiday moves by a week": sum(each.moved for each in planned),
        "inspections with a day that differs where weekdays alone are counted": sum(
            bool(each.plain_days) for each in planned
        ),
        "days that differ": sum(len(each.plain_days) for each in planned),
    }
