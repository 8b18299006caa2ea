"""Restrictions that a person asks for (UK GDPR Article 18): set by two people over their rows, and lifted by two.

The rows are found by the person's numbers in every version of every return of one inspection, also in those that come
later, and by what a cohort has linked to them. They stay stored; `tasks.ledger.restricted` says to whoever reads
which they are.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl
from sqlmodel import Session, col, select

from models.england import ENGLAND
from models.ids import code_of, once_key
from models.refusals import FormRefusedError, Mistake
from models.retention import RecordClass
from models.returns import EVALUATION
from models.states import PersonsRequestKind, RestrictionGround, RestrictionLift, WhyRestricted
from models.tables import (
    AuditEntry,
    Cohort,
    Inspection,
    PersonsPlace,
    PersonsRequest,
    PersonsRestriction,
    Request,
    Submission,
)
from models.tables.base import utc_now
from models.themes import Theme
from models.words import long, long_weekday, plural
from tasks.cohort.versions import cohorts_of
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.tables import table_at
from tasks.ground.vault import DestroyedError
from tasks.ledger import audit
from tasks.ledger.restricted import OPENED, in_force
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.oversight.unusual import FOR_PERSONS
from tasks.people.notices import write_notice
from tasks.persons_requests.matching import matches
from tasks.persons_requests.recording import PersonsRequestError, open_request, request_of, today, who_of
from tasks.persons_requests.telling_holders import labels_of, tell_holders, tell_of_the_end
from tasks.retention.gone import refusing_classes
from tasks.returns.accepted import tables_of
from validation.contract.identity import CHILDREN, sheet_of_children
from validation.contract.model import Contract
from validation.contract.persons_columns import Whose, whose
from validation.contract.persons_numbers import Number
from validation.files.senders import named_apart, row_of
from validation.returns import contract

GROUNDS = {
    RestrictionGround.ACCURACY: "The person says that it is wrong, and that is being checked",
    RestrictionGround.UNLAWFUL: "Its use is unlawful, and the person asks for this instead of erasure",
    RestrictionGround.CLAIMS: "We need it no longer, and the person needs it for a legal claim",
    RestrictionGround.OBJECTION: "The person objects, and it is being decided whose grounds prevail",
}
"""On which ground (Article 18(1)(a) to (d)), as people read it."""

LIFTS = {
    RestrictionLift.ACCURATE: "It was checked, and it is accurate",
    RestrictionLift.CORRECTED: "It was corrected",
    RestrictionLift.LAWFUL: "Its use is lawful again",
    RestrictionLift.CLAIMS_OVER: "The person needs it for no legal claim any more",
    RestrictionLift.GROUNDS_PREVAIL: "The inspectorates' grounds prevail over the person's",
    RestrictionLift.CONSENT: "The person asks for it or agrees",
    RestrictionLift.WRONG_ROWS: "It covers rows of somebody else",
}
"""Why a restriction ends, as people read it."""

ACTOR = "system: restrict"
_WEEK = timedelta(days=7)


class NoRestrictionError(PersonsRequestError):
    """There is no such restriction in force."""

    def __init__(self) -> None:
        super().__init__("There is no such restriction in force. Choose one on the page of the request.")


@dataclass(frozen=True, slots=True)
class RestrictionOpening:
    """One opening of restricted rows.

    Attributes:
        by: who, as the audit names them.
        at: when.
        why: the reason of Article 18(2).
        rows: how many were opened.
        of: on which page, by reference.
    """

    by: str
    at: datetime
    why: WhyRestricted
    rows: int
    of: str


def restrict(
    identity: str, ref: str, ground: RestrictionGround, until: date, *, by: str, second: str
) -> PersonsRestriction:
    """Restrict the use of a person's rows in one inspection from now on, as two people decided.

    Args:
        identity: of the request.
        ref: the inspection.
        ground: why.
        until: by when it is looked at again.
        by: who asked for it.
        second: who confirmed it.

    Raises:
        NoPersonsRequestError: there is no such request.
        PersonsRequestError: it is closed, asks for something else, or is restricted there already.
        FormRefusedError: the person was not found there, or the day is over.
    """
    with transaction() as session:
        request = open_request(session, identity)
        if request.kind != PersonsRequestKind.RESTRICTION:
            raise PersonsRequestError("This person does not ask for a restriction.")
        if request.identity is None:
            raise PersonsRequestError("Nothing is restricted before it is confirmed who asks. Confirm that first.")
        # Whoever freezes a cohort has locked the inspection: it sees this, or this comes after it.
        inspection = _checked(session, identity, ref, until)
        if any(each.request_id == identity for each in in_force(session, ref)):
            raise PersonsRequestError("This person's rows are restricted in this inspection already.")
        row = PersonsRestriction(
            id=f"L-{secrets.token_hex(4).upper()}",
            request_id=identity,
            inspection=ref,
            ground=ground,
            until=until,
            asked_by=by,
            confirmed_by=second,
        )
        _seek(session, row, request, inspection, by=second)
        session.add(row)
        session.flush()
        facts = {"request": identity, "reason": ground.value, "until": until.isoformat(), "second": second}
        _entry(session, row, "set", by, facts | {"rows": len(row.places), "versions": len(row.sought)})
        tell_holders(session, row)
        return row


def _checked(session: Session, identity: str, ref: str, until: date) -> Inspection:
    mistakes = []
    query = select(PersonsPlace.version).where(PersonsPlace.request_id == identity, PersonsPlace.inspection == ref)
    if session.exec(query).first() is None:
        mistakes.append(Mistake("restrict", "Choose an inspection in which the person was found."))
    elif RecordClass.CHILDREN in refusing_classes(session, ref):
        mistakes.append(Mistake("restrict", "The data about children of this inspection is destroyed."))
    if until <= today():
        mistakes.append(Mistake("until-day", "Enter a day in the future on which it is looked at again."))
    if mistakes:
        raise FormRefusedError(mistakes)
    return inspection_of(session, ref, lock=True)


def _seek(
    session: Session, row: PersonsRestriction, request: PersonsRequest, inspection: Inspection, *, by: str
) -> int:
    """Look for the person's rows in the versions in which they were not looked for yet; return how many those are."""
    sought, places, numbers = list(row.sought), list(row.places), who_of(request).numbers
    theme, unsought = theme_of(inspection), _unsought(session, row)
    for submission, code in unsought:
        if code != EVALUATION and (tables := _opened(submission)) is not None:
            by_hand = _added(session, request.id, submission.id)
            covered = covers(contract(code, theme), tables, numbers, by_hand)
            facts = {"request": request.id, "reason": request.kind.value, "rows": len(covered)}
            audit.append(session, row.inspection, actor=by, action=FOR_PERSONS, subject=submission.id, facts=facts)
            places += [
                [submission.id, sheet, str(line), "own" if own else ""]
                for (sheet, line), own in sorted(covered.items())
            ]
            sought.append(submission.id)
    # After the returns: what a cohort has linked is found by the rows that those gave.
    for cohort in cohorts_of(session, row.inspection):
        if (name := f"cohort-{cohort.version}") not in sought:
            places += _linked(session, cohort, places, theme)
            sought.append(name)
    row.places = places
    # Evaluations have no number, and name a child by its label: they come last, when it is known who the child is.
    labels = labels_of(session, row)
    for submission, code in unsought:
        if code == EVALUATION and (tables := _opened(submission)) is not None:
            by_hand = _added(session, request.id, submission.id)
            places = [*places, *_evaluated(submission, tables, labels, theme, by_hand)]
            sought.append(submission.id)
    number, row.places, row.sought = len(sought) - len(row.sought), places, sought
    return number


def _unsought(session: Session, row: PersonsRestriction) -> list[tuple[Submission, str]]:
    """Return the versions that are still to be looked through, each with the code of its return."""
    query = select(Submission, Request.return_code).join(Request, col(Request.id) == Submission.request_id)
    rows = session.exec(query.where(Submission.inspection == row.inspection).order_by(Submission.id))
    return [
        (submission, code)
        for submission, code in rows
        if submission.id not in row.sought and not submission.put_aside and submission.result.table_keys
    ]


def _opened(submission: Submission) -> dict[str, pl.DataFrame] | None:
    """Return the sheets of a version; None where it cannot be opened: it stays closed, and is shown to nobody."""
    try:
        return tables_of(submission)
    except (store.NotStoredError, store.PutAsideError, DestroyedError):
        return None


def _evaluated(
    submission: Submission,
    tables: Mapping[str, pl.DataFrame],
    labels: frozenset[str],
    theme: Theme,
    by_hand: set[tuple[str, int]],
) -> list[list[str]]:
    """Return the rows of an evaluation that are about children of some labels, or that somebody found by hand."""
    of_labels = pl.col("sample_ref").is_in(sorted(labels))
    name = contract(EVALUATION, theme).main.name
    lines = {(name, line) for line in tables[name].filter(of_labels)["row"]} | by_hand
    return [[submission.id, sheet, str(line), ""] for sheet, line in sorted(lines)]


def _linked(session: Session, cohort: Cohort, places: list[list[str]], theme: Theme) -> list[list[str]]:
    """Return further rows of the person: those without a number that a cohort has linked to one with it."""
    versions = {used["code"]: used["submission"] for used in cohort.inputs}
    table = named_apart(table_at(cohort.links_key)).with_columns(row_of(pl.col("row")).alias("row"))
    lines = [
        (versions[name], sheet_of_children(code_of(name)), row)
        for name, row in table.select("return", "row").iter_rows()
    ]
    own = {(version, sheet, int(row)) for version, sheet, row, whose_ in places if whose_}
    children = set(table.filter([line in own for line in lines])["child"])
    every = {line for line, child in zip(lines, table["child"], strict=True) if child in children}
    covered = {(version, sheet, int(row)) for version, sheet, row, _ in places}
    rows: set[tuple[str, str, int]] = set()
    for version in sorted({version for version, _, _ in every - covered}):
        submission = session.get_one(Submission, version)
        if submission.put_aside:
            continue
        of_return = contract(session.get_one(Request, submission.request_id).return_code, theme)
        more = {(sheet, line) for at, sheet, line in every - covered if at == version}
        mains = {line for sheet, line in more if sheet == of_return.main.name}
        rows |= {(version, *place) for place in more | set(_below(of_return, tables_of(submission), mains))}
    return [[version, sheet, str(line), "own"] for version, sheet, line in sorted(rows - covered)]


def _added(session: Session, request: str, version: str) -> set[tuple[str, int]]:
    query = select(PersonsPlace).where(PersonsPlace.request_id == request, PersonsPlace.version == version)
    return {(place.sheet, place.row) for place in session.exec(query) if not place.kinds}


def covers(
    of_return: Contract, tables: Mapping[str, pl.DataFrame], numbers: Iterable[Number], added: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], bool]:
    """Return sheet and row of each row of a person, with whether it is their own record as a child. Pure.

    What stands below such a record on another sheet, such as its plans, is of the same child and goes with it. The row
    of an incident that names the person is covered; the other people's rows below it are not.

    Args:
        of_return: its contract.
        tables: of one version, by sheet.
        numbers: by which the person is sought.
        added: rows that somebody found by hand.
    """
    sought = tuple(numbers)
    rows = {(match.sheet, match.row) for match in matches(tables, sought)} | set(added)
    of_children = sheet_of_children(of_return.code) if of_return.code in CHILDREN else ""
    own = {
        (match.sheet, match.row)
        for match in matches(dict(_of_the_child(of_return, tables)), sought)
        if match.sheet == of_children
    }
    below = set(_below(of_return, tables, {line for sheet, line in own if sheet == of_return.main.name}))
    return {place: place in own or place in below for place in rows | below}


def _of_the_child(of_return: Contract, tables: Mapping[str, pl.DataFrame]) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the sheets with those of their columns alone that are about the child of a row."""
    for sheet in of_return.sheets:
        if sheet.name in tables:
            names = {each.name for each in sheet.columns if whose(of_return.code, sheet.name, each) is Whose.CHILD}
            frame = tables[sheet.name]
            yield sheet.name, frame.select("row", *(name for name in frame.columns if name in names))


def _below(of_return: Contract, tables: Mapping[str, pl.DataFrame], lines: set[int]) -> Iterator[tuple[str, int]]:
    main = tables[of_return.main.name].filter(pl.col("row").is_in(sorted(lines)))
    for sheet in of_return.sheets[1:]:
        if sheet.name in tables and sheet.parent in main.columns:
            part = tables[sheet.name].join(main, on=sheet.parent, how="semi")
            yield from ((sheet.name, line) for line in part["row"])


def seek_restricted() -> list[str]:
    """Look for the rows of restrictions in force in versions that came since; return the ids of those that grew."""
    with transaction() as session:
        query = select(PersonsRestriction.id).where(col(PersonsRestriction.lifted_at).is_(None))
        rows = list(session.exec(query.order_by(PersonsRestriction.id)))
    return [identity for identity in rows if _sought_again(identity)]


def _sought_again(identity: str) -> bool:
    with transaction() as session:
        # Locked: it may be lifted, or looked for by another sweep, at this very moment.
        row = session.get(PersonsRestriction, identity, with_for_update=True)
        if (
            row is None
            or row.lifted_at is not None
            or RecordClass.CHILDREN in refusing_classes(session, row.inspection)
        ):
            return False
        request, inspection = request_of(session, row.request_id), inspection_of(session, row.inspection)
        before, versions = len(row.places), _seek(session, row, request, inspection, by=ACTOR)
        if versions:
            session.add(row)
            facts = {"request": row.request_id, "rows": len(row.places) - before, "versions": versions}
            _entry(session, row, "sought", ACTOR, facts)
        # Lists go out after the restriction too, and rows that were found since may be those of a child on one.
        tell_holders(session, row)
        return bool(versions)


def lift(identity: str, reason: RestrictionLift, told_on: date, *, by: str, second: str) -> PersonsRestriction:
    """Lift a restriction, of which the person was told before, as two people decided.

    Raises:
        NoRestrictionError: there is none in force.
        FormRefusedError: the person was not told before.
    """
    with transaction() as session:
        inspection_of(session, restriction_of(session, identity).inspection, lock=True)
        # Somebody may have lifted it meanwhile.
        row = restriction_of(session, identity, lock=True)
        # The person is told before it ends (UK GDPR Article 18(3)).
        if not row.began_at.date() <= told_on <= today():
            sentence = "Enter the day on which the person was told that it ends and why. It comes before the end."
            raise FormRefusedError([Mistake("lift-told-day", sentence)])
        row.lift_reason, row.told_on, row.lift_asked_by = reason, told_on, by
        row.lifted_by, row.lifted_at = second, utc_now()
        session.add(row)
        tell_of_the_end(session, row)
        facts = {"request": row.request_id, "reason": reason.value, "told": told_on.isoformat(), "second": second}
        _entry(session, row, "lifted", by, facts)
        return row


def restriction_of(session: Session, identity: str, *, lock: bool = False) -> PersonsRestriction:
    """Return a restriction in force.

    Raises:
        NoRestrictionError: there is none.
    """
    row = session.get(PersonsRestriction, identity, with_for_update=lock or None)
    if row is None or row.lifted_at is not None:
        raise NoRestrictionError
    return row


def restrictions_of(session: Session, request: str) -> list[PersonsRestriction]:
    """Return the restrictions of a request, the newest first."""
    query = select(PersonsRestriction).where(PersonsRestriction.request_id == request)
    return list(session.exec(query.order_by(col(PersonsRestriction.began_at).desc(), PersonsRestriction.id)))


def openings_of(session: Session, row: PersonsRestriction) -> list[RestrictionOpening]:
    """Return who opened restricted rows, when and why, the newest first."""
    query = select(AuditEntry).where(
        AuditEntry.inspection == row.inspection, AuditEntry.action == OPENED, AuditEntry.subject == row.id
    )
    return [
        RestrictionOpening(
            by=entry.actor,
            at=datetime.fromisoformat(entry.at),
            why=WhyRestricted(entry.facts["reason"]),
            rows=int(entry.facts["rows"]),
            of=str(entry.facts["of"]),
        )
        for entry in session.exec(query.order_by(col(AuditEntry.number).desc()))
    ]


def remind_of_restrictions(now: datetime | None = None) -> list[str]:
    """Remind of restrictions that are to be looked at again, a week before their day and on it; return their ids."""
    day = (now or utc_now()).astimezone(ENGLAND).date()
    with transaction() as session:
        query = select(PersonsRestriction).where(col(PersonsRestriction.lifted_at).is_(None))
        due = query.where(col(PersonsRestriction.until) <= day + _WEEK).order_by(PersonsRestriction.id)
        return [row.id for row in session.exec(due).all() if _remind(session, row, day)]


def _remind(session: Session, row: PersonsRestriction, day: date) -> bool:
    step = "day" if row.until <= day else "week"
    facts = {"restriction": row.id, "request": row.request_id, "until": long_weekday(row.until), "step": step}
    written = [
        write_notice(session, "restriction_due", role, once=once_key(row.id, step, role), facts=facts)
        for role in ("protection", "manager")
    ]
    return any(written)


def asks_to_restrict(session: Session, values: Mapping[str, str]) -> str:
    """Return what a second person is asked for, without a full stop."""
    area = session.get_one(Inspection, values["inspection"]).area_name
    ground = GROUNDS[RestrictionGround(values["ground"])]
    until = long(date.fromisoformat(values["until"]))
    return (
        f"Restrict the use of the rows of the person of the request {values['request']} in the inspection of {area} "
        f"until 2 people lift it, to be looked at again by {until}. Ground: {ground[:1].lower()}{ground[1:]}"
    )


def asks_to_lift(session: Session, values: Mapping[str, str]) -> str:
    """Return what a second person is asked for, without a full stop."""
    row = session.get(PersonsRestriction, values["restriction"])
    if row is None:
        return f"Lift the restriction {values['restriction']}"
    area, why = session.get_one(Inspection, row.inspection).area_name, LIFTS[RestrictionLift(values["why"])]
    return (
        f"Lift the restriction {row.id} of the request {row.request_id}, over {plural(len(row.places), 'row')} in the "
        f"inspection of {area}. Why: {why[:1].lower()}{why[1:]}. The person was told on "
        f"{long(date.fromisoformat(values['told']))}"
    )


def _entry(session: Session, row: PersonsRestriction, what: str, by: str, facts: Mapping[str, object]) -> None:
    action = f"persons-restriction.{what}"
    audit.append(session, row.inspection, actor=by, action=action, subject=row.id, facts=dict(facts))
