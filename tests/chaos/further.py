"""What the rehearsal leaves out: more time, a waiver, checks again, a late correction, recipients, the statement."""

from datetime import date

from sqlmodel import func, select

from deployments.demo.people import Decider
from deployments.demo.rehearsal import Rehearsal
from deployments.demo.story import STEPS, Steps
from deployments.demo.watch import REF, clock, nudge_sweep, past, request, stage, submit, submit_by_two, until
from models.england import ENGLAND
from models.lifecycle import RequestState, Stage
from models.tables import ActionPlan, Agency, Notice, Recheck, RuleWaiver, Statement
from tasks.cohort.versions import cohorts_of, newest_draw, undecided
from tasks.ground.database import transaction

_PROBATION = f"{REF}-pro-1"
_RULE = "LA-DA.ethnicity.required"
_ADDRESS = "1 Castle Street, Reading RG1 1AA"


def more_time(_: Rehearsal) -> str:
    """Probation is given a day more."""
    day = date(2025, 2, 28)
    if request("pro-1").due_at.astimezone(ENGLAND).date() < day and request("pro-1").state == RequestState.ISSUED:
        reason = "The agency asked and the lead inspector agrees"
        submit(Decider.MANAGER, "extend-request", request=_PROBATION, until=day.isoformat(), reason=reason)
    return "due on 28 February"


def waived(_: Rehearsal) -> str:
    """The council is let off a rule that it keeps."""
    with transaction() as session:
        known = session.exec(select(RuleWaiver).where(RuleWaiver.inspection == REF)).first()
    if known is None:
        reason = "The agency's record system does not hold it"
        values = {"request": f"{REF}-la-da", "rule": _RULE, "reason": reason}
        submit_by_two(Decider.MANAGER, Decider.SECOND, "waive-rule", until=date(2025, 3, 31).isoformat(), **values)
    return f"let off {_RULE}"


def checked_again(_: Rehearsal) -> str:
    """Every return that is in is checked again."""
    if not _rechecks():
        submit(Decider.MANAGER, "recheck-returns", inspection=REF, counts=True)
    until("the returns are checked again", lambda: _rechecks() > 0 and _rechecks(open_only=True) == 0)
    return "checked again, the new verdicts count"


def _rechecks(*, open_only: bool = False) -> int:
    query = select(func.count()).select_from(Recheck).where(Recheck.inspection == REF)
    if open_only:
        query = query.where(Recheck.done_at == None)  # noqa: E711 -- SQL's IS NULL
    with transaction() as session:
        return session.exec(query).one()


def corrected_late(story: Rehearsal) -> str:
    """The police may correct their list although the cohort is frozen, and do; a new version of the cohort is built."""
    if request("pol-1").current_version == 2:
        if request("pol-1").admitted is None:
            values = {"request": f"{REF}-pol-1", "reason": "An agency corrects a return"}
            submit_by_two(Decider.LEAD, Decider.MANAGER, "admit-return", **values)
        corrected = story.folder / "corrected" / "POL-1.csv"
        corrected.parent.mkdir(exist_ok=True)
        # An empty line at the end: the very same file would make no version.
        corrected.write_bytes((story.folder / "clean" / "POL-1.csv").read_bytes() + b"\n")
        story.person("police").upload(f"{REF}-pol-1", corrected)
    until("the second version of the cohort is frozen", lambda: _cohorts() == 2, nudge_sweep)
    return "version 2 of the cohort"


def _cohorts() -> int:
    with transaction() as session:
        return len(cohorts_of(session, REF))


def sample_kept(_: Rehearsal) -> str:
    """The sample drawn from the first version is kept."""
    if _undecided():
        reason = "The change does not touch the children drawn"
        submit(Decider.MANAGER, "decide-cohort", inspection=REF, decision="keep", reason=reason)
    until("the sample is kept", lambda: not _undecided())
    return "kept beside version 2 of the cohort"


def _undecided() -> bool:
    with transaction() as session:
        drawn = newest_draw(session, REF)
        return drawn is not None and undecided(session, drawn) is not None


def addressed(_: Rehearsal) -> str:
    """The address of the police is recorded anew."""
    with transaction() as session:
        known = session.get_one(Agency, f"{REF}/police").postal_address
    if known != _ADDRESS:
        values = {"inspection": REF, "agency": "police", "postal_address": _ADDRESS}
        submit(Decider.MANAGER, "record-recipient", web_address="https://example.org/police", **values)
    return _ADDRESS


def statement_comes(story: Rehearsal) -> str:
    """The council is reminded of its written statement, and sends it."""
    clock(date(2025, 8, 6), 10)
    if stage() == Stage.STATEMENT_DUE:
        if not _reminded():
            submit(Decider.MANAGER, "track-statement")
        council = story.person("local_authority")
        file = {"file": ("statement.pdf", b"%PDF-1.7 what we will do")}
        name = council.submit("/statement", "/statement/check", files=file).url.params["file"]
        council.submit(f"/statement/check?file={name}", "/statement", {"file": name})
    until("the statement is in", lambda: past(Stage.STATEMENT_RECEIVED))
    with transaction() as session:
        return f"received, {str(session.get_one(Statement, REF).sha256)[:12]}"


def _reminded() -> bool:
    query = select(Notice).where(Notice.inspection == REF, Notice.kind == "statement_reminder")
    with transaction() as session:
        return session.exec(query).first() is not None


def closed(story: Rehearsal) -> str:
    """The lead inspector closes the plan, then the inspection is closed."""
    if stage() == Stage.STATEMENT_RECEIVED:
        with transaction() as session:
            followed = session.get_one(ActionPlan, REF).closed_at is None
        if followed:
            page = f"/inspections/{REF}/plan"
            story.person("inspector").submit(page, f"{page}/close", {"reason": "followed_elsewhere"})
        values = {"inspection": REF, "ending": "close", "reason": "The written statement was read"}
        submit(Decider.MANAGER, "end-inspection", **values)
    return str(stage())


_AFTER: dict[str, Steps] = {
    "Police correct POL-1": (("Probation has more time", more_time), ("Council let off a rule", waived)),
    "Probation sends PRO-1": (("Returns checked again", checked_again),),
    "Sample drawn": (("Police correct late", corrected_late), ("Sample kept", sample_kept)),
    "Facts checked": (("Police addressed anew", addressed),),
    "Plan reviewed": (("Statement received", statement_comes), ("Inspection closed", closed)),
}


def every_step() -> Steps:
    """Return the rehearsal's steps with those that it leaves out."""
    return tuple(one for title, step in STEPS for one in ((title, step), *_AFTER.get(title, ())))
