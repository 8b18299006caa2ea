"""How the agencies of the rehearsal send their returns: in time, with mistakes, late, or that they hold none."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sqlmodel import select

from deployments.demo.cast import Sender
from deployments.demo.people import Decider
from deployments.demo.returns import MadeUp, file_of, made_returns
from deployments.demo.watch import nudge_sweep, until
from models.ids import agency_id, agency_kind, submission_id
from models.lifecycle import RequestState, Stage
from models.returns import EVALUATION
from models.tables import Request, Submission
from models.timetable import add_working_days
from models.words import long
from tasks.ground.database import transaction

if TYPE_CHECKING:
    from deployments.demo.story import Story

SEED, DIRTY = 20250224, 0.02


def announce_it(story: "Story") -> str:
    """Announce the area by the form of Prefect."""
    if story.inspection() is None:
        story.submit(
            Decider.MANAGER,
            "announce-inspection",
            area=f"{story.setting.area.name} ({story.setting.area.gss})",
            theme=story.setting.theme.id,
            announced=story.setting.announced.isoformat(),
            rehearsal=True,
        )
    until("the returns are open", lambda: story.past(Stage.RETURNS_OPEN), nudge_sweep)
    return f"{len(returns_asked(story.ref))} requests issued with templates and notices"


def make_returns(story: "Story") -> str:
    """Make the returns of all agencies, one of them once more with mistakes."""
    setting = story.setting
    made_up = MadeUp(setting.theme.id, setting.area.gss, setting.children, SEED, DIRTY, setting.announced)
    rows = made_returns(story.folder, made_up, story.cast.spoiled.code)
    return f"{setting.children:,} children, {rows:,} rows; truth kept apart"


def council_sends(story: "Story") -> str:
    """The council acknowledges the request and sends its list."""
    return _send(story, story.cast.first, (add_working_days(story.setting.announced, 1), 14))


def spoiled_is_sent(story: "Story") -> str:
    """An agency sends a file with mistakes on the day it is due; it is rejected with each cell named."""
    sender = story.cast.spoiled
    request_ = story.request_of(sender)
    if request_.current_version == 0:
        story.clock(_due(story, request_), 16, 30)
        story.person(sender.kind).upload(request_.id, file_of(story.folder / "dirty", sender.kind, sender.code))
    return _verdict(story, sender, 1)


def spoiled_is_corrected(story: "Story") -> str:
    """The agency fixes its file and sends it again before the deadline."""
    sender = story.cast.spoiled
    request_ = story.request_of(sender)
    if request_.current_version == 1:
        story.person(sender.kind).upload(request_.id, _clean(story, sender))
    return _verdict(story, sender, 2)


def punctual_sends(story: "Story") -> str:
    """Another agency sends its list in time."""
    sender = story.cast.punctual
    return _send(story, sender, (_due(story, story.request_of(sender)), 10)) if sender else "nobody"


def is_late(story: "Story") -> str:
    """An agency says that it will be late, and is chased once the deadline has passed."""
    sender = story.cast.late
    request_ = story.request_of(sender)
    due = _due(story, request_)
    until_day = add_working_days(due, 1)
    if request_.current_version == 0 and request_.late_until is None:
        story.clock(due, 15)
        page = f"/requests/{request_.id}/late"
        day = {"until-day": f"{until_day.day}", "until-month": f"{until_day.month}", "until-year": f"{until_day.year}"}
        story.person(sender.kind).submit(page, page, {**day, "reason": "data_quality"})
    story.clock(due, 17, 30)
    if story.request_of(sender).state in {RequestState.ISSUED, RequestState.ACKNOWLEDGED}:
        story.submit(Decider.MANAGER, "chase-returns", inspection=story.ref)
    return f"declared late until {long(until_day)}, chased after the deadline"


def late_comes(story: "Story") -> str:
    """The late agency sends its list on the day for which it promised it."""
    sender = story.cast.late
    return _send(story, sender, (add_working_days(_due(story, story.request_of(sender)), 1), 11))


def _due(story: "Story", request_: Request) -> date:
    # By the timetable: a deadline that was moved moves the story nowhere.
    return story.day(request_.step)


def _send(story: "Story", sender: Sender, at: tuple[date, int]) -> str:
    request_ = story.request_of(sender)
    if request_.current_version == 0:
        story.clock(*at)
        person = story.person(sender.kind)
        page = f"/requests/{request_.id}"
        if request_.state == RequestState.ISSUED:
            person.submit(page, f"{page}/acknowledge")
        person.upload(request_.id, _clean(story, sender))
    return _verdict(story, sender)


def _verdict(story: "Story", sender: Sender, version: int = 0) -> str:
    """Wait for the verdict on a return, and say what it is on one version, or on the newest."""
    until(f"{sender.does('has', 'have')} a verdict on {sender.code}", lambda: story.has_verdict(sender))
    request_ = story.request_of(sender)
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


def all_others_send(story: "Story") -> str:
    """Everybody sends what else they are asked for; one agency says that it holds no such records, where it may."""
    one_by_one = {(agency_id(story.ref, each.kind), each.code) for each in story.cast.one_by_one}
    others = [each for each in returns_asked(story.ref) if (each.agency_id, each.return_code) not in one_by_one]
    if any(each.state == RequestState.ISSUED for each in others):
        story.clock(max(_due(story, each) for each in others), 11)
    for each in others:
        if each.state == RequestState.ISSUED:
            _answer(story, each)
    for each in others:
        until(f"{each.id} has its verdict", lambda each=each: story.is_settled(each.id))  # type: ignore[misc]
    nil = sum(each.state == RequestState.NIL_DECLARED for each in returns_asked(story.ref))
    return f"{len(others)} returns of {len({each.agency_id for each in others})} agencies, {nil} of them nil"


def _answer(story: "Story", request_: Request) -> None:
    sender, page = Sender(agency_kind(request_.agency_id), request_.return_code), f"/requests/{request_.id}"
    if sender == story.cast.not_held:
        elsewhere = len(story.setting.theme.kinds_asked(sender.code)) > 1
        declared = {"declare": "yes", "reason": "held_elsewhere" if elsewhere else "no_records"}
        story.person(sender.kind).submit(f"{page}/nil", f"{page}/nil", declared)
    else:
        story.person(sender.kind).upload(request_.id, _clean(story, sender))


def _clean(story: "Story", sender: Sender) -> Path:
    return file_of(story.folder / "clean", sender.kind, sender.code)
