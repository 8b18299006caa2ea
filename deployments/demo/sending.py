"""How the agencies of the rehearsal send their returns: in time, with mistakes, late, or that they hold none."""

from datetime import date
from pathlib import Path

from sqlmodel import select

from deployments.demo.cast import Sender
from deployments.demo.people import Decider
from deployments.demo.rehearsal import Rehearsal
from deployments.demo.returns import MadeUp, file_of, made_returns
from deployments.demo.watch import nudge_sweep, until
from models.ids import agency_id, agency_kind, submission_id
from models.lifecycle import RequestState, Stage
from models.returns import EVALUATION
from models.tables import Request, Submission
from models.timetable import add_working_days
from models.words import long
from tasks.ground.database import transaction

SEED, DIRTY = 20250224, 0.02


def announce_it(rehearsal: Rehearsal) -> str:
    """Announce the area by the form of Prefect."""
    if rehearsal.inspection() is None:
        rehearsal.submit(
            Decider.MANAGER,
            "announce-inspection",
            area=f"{rehearsal.setting.area.name} ({rehearsal.setting.area.gss})",
            theme=rehearsal.setting.theme.id,
            announced=rehearsal.setting.announced.isoformat(),
            rehearsal=True,
        )
    until("the returns are open", lambda: rehearsal.past(Stage.RETURNS_OPEN), nudge_sweep)
    return f"{len(returns_asked(rehearsal.ref))} requests issued with templates and notices"


def make_returns(rehearsal: Rehearsal) -> str:
    """Make the returns of all agencies, one of them once more with mistakes."""
    setting = rehearsal.setting
    made_up = MadeUp(setting.theme.id, setting.area.gss, setting.children, SEED, DIRTY, setting.announced)
    rows = made_returns(rehearsal.folder, made_up, rehearsal.cast.spoiled.code)
    return f"{setting.children:,} children, {rows:,} rows; truth kept apart"


def council_sends(rehearsal: Rehearsal) -> str:
    """The council acknowledges the request and sends its list."""
    return _send(rehearsal, rehearsal.cast.first, (add_working_days(rehearsal.setting.announced, 1), 14))


def spoiled_is_sent(rehearsal: Rehearsal) -> str:
    """An agency sends a file with mistakes on the day it is due; it is rejected with each cell named."""
    sender = rehearsal.cast.spoiled
    request_ = rehearsal.request_of(sender)
    if request_.current_version == 0:
        rehearsal.clock(_due(rehearsal, request_), 16, 30)
        rehearsal.person(sender.kind).upload(request_.id, file_of(rehearsal.folder / "dirty", sender.kind, sender.code))
    return _verdict(rehearsal, sender, 1)


def spoiled_is_corrected(rehearsal: Rehearsal) -> str:
    """The agency fixes its file and sends it again before the deadline."""
    sender = rehearsal.cast.spoiled
    request_ = rehearsal.request_of(sender)
    if request_.current_version == 1:
        rehearsal.person(sender.kind).upload(request_.id, _clean(rehearsal, sender))
    return _verdict(rehearsal, sender, 2)


def punctual_sends(rehearsal: Rehearsal) -> str:
    """Another agency sends its list in time."""
    sender = rehearsal.cast.punctual
    return _send(rehearsal, sender, (_due(rehearsal, rehearsal.request_of(sender)), 10)) if sender else "nobody"


def is_late(rehearsal: Rehearsal) -> str:
    """An agency says that it will be late, and is chased once the deadline has passed."""
    sender = rehearsal.cast.late
    request_ = rehearsal.request_of(sender)
    due = _due(rehearsal, request_)
    until_day = add_working_days(due, 1)
    if request_.current_version == 0 and request_.late_until is None:
        rehearsal.clock(due, 15)
        page = f"/requests/{request_.id}/late"
        day = {"until-day": f"{until_day.day}", "until-month": f"{until_day.month}", "until-year": f"{until_day.year}"}
        rehearsal.person(sender.kind).submit(page, page, {**day, "reason": "data_quality"})
    rehearsal.clock(due, 17, 30)
    if rehearsal.request_of(sender).state in {RequestState.ISSUED, RequestState.ACKNOWLEDGED}:
        rehearsal.submit(Decider.MANAGER, "chase-returns", inspection=rehearsal.ref)
    return f"declared late until {long(until_day)}, chased after the deadline"


def late_comes(rehearsal: Rehearsal) -> str:
    """The late agency sends its list on the day for which it promised it."""
    sender = rehearsal.cast.late
    return _send(rehearsal, sender, (add_working_days(_due(rehearsal, rehearsal.request_of(sender)), 1), 11))


def _due(rehearsal: Rehearsal, request_: Request) -> date:
    # By the timetable: a deadline that was moved moves the rehearsal nowhere.
    return rehearsal.day(request_.step)


def _send(rehearsal: Rehearsal, sender: Sender, at: tuple[date, int]) -> str:
    request_ = rehearsal.request_of(sender)
    if request_.current_version == 0:
        rehearsal.clock(*at)
        person = rehearsal.person(sender.kind)
        page = f"/requests/{request_.id}"
        if request_.state == RequestState.ISSUED:
            person.submit(page, f"{page}/acknowledge")
        person.upload(request_.id, _clean(rehearsal, sender))
    return _verdict(rehearsal, sender)


def _verdict(rehearsal: Rehearsal, sender: Sender, version: int = 0) -> str:
    """Wait for the verdict on a return, and say what it is on one version, or on the newest."""
    until(f"{sender.does('has', 'have')} a verdict on {sender.code}", lambda: rehearsal.has_verdict(sender))
    request_ = rehearsal.request_of(sender)
    with transaction() as session:
        submission = session.get_one(Submission, submission_id(request_.id, version or request_.current_version))
        late = ", late" if submission.late else ""
        result = submission.result
        rows, errors = result.rows or 0, result.errors or 0
        return f"version {submission.version} {result.verdict}{late}: {rows:,} rows, {errors:,} errors"


def returns_asked(ref: str) -> list[Request]:
    """Return the requests for returns, without the evaluations."""
    with transaction() as session:
        query = select(Request).where(Request.inspection == ref, Request.return_code != EVALUATION).order_by(Request.id)
        return list(session.exec(query))


def all_others_send(rehearsal: Rehearsal) -> str:
    """Everybody sends what else they are asked for; one agency says that it holds no such records, where it may."""
    one_by_one = {(agency_id(rehearsal.ref, each.kind), each.code) for each in rehearsal.cast.one_by_one}
    others = [each for each in returns_asked(rehearsal.ref) if (each.agency_id, each.return_code) not in one_by_one]
    if any(each.state == RequestState.ISSUED for each in others):
        rehearsal.clock(max(_due(rehearsal, each) for each in others), 11)
    for each in others:
        if each.state == RequestState.ISSUED:
            _answer(rehearsal, each)
    for each in others:
        until(f"{each.id} has its verdict", lambda each=each: rehearsal.is_settled(each.id))  # type: ignore[misc]
    nil = sum(each.state == RequestState.NIL_DECLARED for each in returns_asked(rehearsal.ref))
    return f"{len(others)} returns of {len({each.agency_id for each in others})} agencies, {nil} of them nil"


def _answer(rehearsal: Rehearsal, request_: Request) -> None:
    sender, page = Sender(agency_kind(request_.agency_id), request_.return_code), f"/requests/{request_.id}"
    if sender == rehearsal.cast.not_held:
        elsewhere = len(rehearsal.setting.theme.kinds_asked(sender.code)) > 1
        declared = {"declare": "yes", "reason": "held_elsewhere" if elsewhere else "no_records"}
        rehearsal.person(sender.kind).submit(f"{page}/nil", f"{page}/nil", declared)
    else:
        rehearsal.person(sender.kind).upload(request_.id, _clean(rehearsal, sender))


def _clean(rehearsal: Rehearsal, sender: Sender) -> Path:
    return file_of(rehearsal.folder / "clean", sender.kind, sender.code)
