"""The inspection as its team sees it: stage, timetable, who owes what, the cohort and the sample with its decisions."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, select

from models.decisions import ABOUT_REQUESTS, forms_at, right_for
from models.lifecycle import SETTLED, Stage
from models.roles import ROLE_LABELS, Act, Role, may
from models.tables import Inspection, SampleDecision, Statement
from models.timetable import became_holiday
from models.words import plain
from portal.pages.frame import page
from portal.pages.session import Member
from tasks.cohort import versions
from tasks.cohort.review_counts import standing
from tasks.comparing.later_rounds import later_rounds
from tasks.evaluations.list_receipts import releases
from tasks.evaluations.sampled_lists import sampled_releases
from tasks.ground.database import transaction
from tasks.ground.prefect_api import for_people
from tasks.jobs.second_person import waiting_of
from tasks.ledger.commitments import commitment
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.people.persons import lead_name, team_of
from tasks.people.two_people import open_proposals
from tasks.publishing.recipients import counting_letter
from tasks.watch import board
from tasks.watch.burden import burdens

router = APIRouter(prefix="/inspections/{ref}")


@router.get("")
def overview(request: Request, ref: str, member: Member) -> Response:
    """Show where the inspection stands."""
    with transaction() as session:
        read = board.read(session, ref)
        facts = {"board": read, "inspection": read.inspection, **_sample(session, read.inspection)}
        facts |= {**_cohorts(session, ref), "releases": releases(session, ref)}
        facts["burdens"] = burdens(session, ref)
        facts["sampled_releases"] = sampled_releases(session, ref)
        facts |= {"lead": lead_name(session, ref), "team": team_of(session, ref), "roles": ROLE_LABELS}
        facts["waiting"] = waiting_of(session, open_proposals(session, ref))
        facts["answerable"] = {row.id for row in facts["waiting"] if may(Role(member.role), right_for(row.act))}
        facts["again"] = bool(later_rounds(session, ref))
        facts["statement"] = session.get(Statement, ref)
        facts["public"] = counting_letter(session, read.inspection) is not None
        prefect = for_people() if may(Role(member.role), Act.WATCH_RUNS) else ""
        facts |= {"prefect": prefect, "bound": commitment(session, ref)}
        stage, rehearsal = Stage(read.inspection.stage), read.inspection.rehearsal
        facts |= {"forms": forms_at(stage, Role(member.role), rehearsal=rehearsal), "of_requests": ABOUT_REQUESTS}
    title = f"Inspection of {read.inspection.area_name}"
    return page(request, "inspection", title, member=member, settled=SETTLED, became_holiday=became_holiday, **facts)


def _cohorts(session: Session, ref: str) -> dict[str, Any]:
    # Imported here, because reviewing brings frames that other pages do not need.
    from tasks.cohort.review import open_for_review

    cohorts = versions.cohorts_of(session, ref)
    return {
        "reviewing": open_for_review(inspection_of(session, ref)),
        "cohorts": cohorts,
        "cohort": cohorts[-1] if cohorts else None,
        "pairs": standing(session, cohorts[-1]) if cohorts else None,
        "on_cohort": [(row, versions.decision_in_words(row)) for row in versions.decisions_in(session, ref)],
        "changed": versions.changes_in_words,
    }


# What of the groups of a chosen child stands on the page, whose reading is not recorded: as much as ever did.
_SHOWN = frozenset({"age_band", "plan_status", "police_risk"})


def _shown(groups: tuple[str, ...]) -> list[str]:
    parts = (group.partition(" / ") for group in groups)
    return [value for column, _, value in parts if column in _SHOWN]


def _sample(session: Session, inspection: Inspection) -> dict[str, Any]:
    ref, theme_ = inspection.ref, theme_of(inspection)
    drawn = versions.newest_draw(session, ref)
    if drawn is None:
        return {"drawn": None}
    # Imported here, because the sampling brings frames that other pages do not need.
    from tasks.sampling import REASON_LABELS
    from tasks.sampling.draws import sample_now, state_of

    sample = sample_now(session, drawn)
    query = select(SampleDecision).where(SampleDecision.inspection == ref)
    return {
        "drawn": drawn,
        "state": state_of(session, drawn),
        "rows": sample.chosen(),
        "shares": [share for share in sample.shares if share.places or share.chosen],
        "empty": [share for share in sample.shares if not share.places and not share.chosen],
        "strata": [plain(name) for name in theme_.sampling.strata],
        "by_margins": any(row.groups for row in sample.rows),
        "groups": {row.label: ", ".join(_shown(row.groups)) for row in sample.chosen()},
        "points": {point.key: point.label for point in theme_.sampling.decision_points},
        "shortfalls": sample.shortfalls,
        "decisions": sorted(session.exec(query), key=lambda row: row.number),
        "why": {reason.value: label for reason, label in REASON_LABELS.items()},
    }
