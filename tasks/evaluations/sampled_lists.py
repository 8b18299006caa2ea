"""Lists of children in the wider sample: each agency its own, in versions, with a receipt of who opened which."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.refusals import Refusal
from models.tables import Agency, Inspection, SampledList, SampledListReading
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.restricted import RESTRICTED
from tasks.ledger.rows import inspection_of
from validation.telling.pages import Page, write_pages

READ = "sampled-list.read"
_HEAD = ("sample_ref", "decision_point", "records", "forename", "surname", "date_of_birth", "expected_date_of_birth")
_WIDTHS = (12, 36, 70, 20, 20, 14, 14, 18, 12)


class NoSampledListError(Refusal):
    """No child of the wider sample is in the records of an agency."""

    def __init__(self) -> None:
        super().__init__("No child of the wider sample is in the records that you sent.")


@dataclass(frozen=True, slots=True)
class SampledChild:
    """A child as one agency's list has it: what is wanted, and what the agency's own record says.

    Attributes:
        label: of the child.
        point: the decision point in words; empty where it would tell the agency what others sent.
        records: to have ready.
        forename: as the agency sent it, as all that follows.
        surname: the same.
        date_of_birth: the same, empty for an unborn child.
        expected_date_of_birth: the same, for an unborn child.
        found_in: the row of the agency's return.
        withdrawn: whether the child has left the sample.
    """

    label: str
    point: str
    records: tuple[str, ...]
    forename: str
    surname: str
    date_of_birth: str
    expected_date_of_birth: str
    found_in: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class ReadList:
    """A list that somebody opened: its version, the children on it, the workbook, and labels of restricted children."""

    release: SampledList
    children: tuple[SampledChild, ...]
    workbook: bytes
    restricted: frozenset[str] = frozenset()

    @property
    def by_point(self) -> list[tuple[str, list[SampledChild]]]:
        """Return the children by decision point, in the order of the list; those of whom none is named come last."""
        points = dict.fromkeys(child.point for child in self.children)
        groups = [(point, [child for child in self.children if child.point == point]) for point in points]
        return sorted(groups, key=lambda group: not group[0])


@dataclass(frozen=True, slots=True)
class SampledRelease:
    """The newest list of one agency as the team sees it, with who opened this version of it."""

    agency: str
    release: SampledList
    readings: tuple[SampledListReading, ...]


def newest_list(session: Session, agency_id: str) -> SampledList | None:
    """Return the newest version of an agency's list, or None where it has none."""
    query = select(SampledList).where(SampledList.agency_id == agency_id)
    return session.exec(query.order_by(col(SampledList.version).desc())).first()


def newest_lists(session: Session, ref: str) -> dict[str, SampledList]:
    """Return the newest version of each agency's list, by agency."""
    query = select(SampledList).where(SampledList.inspection == ref).order_by(col(SampledList.version))
    return {row.agency_id: row for row in session.exec(query)}


def read_sampled(agency_id: str, *, by: str, hides: Callable[[str], bool]) -> ReadList:
    """Return an agency's newest list; the audit and the receipt record the reading.

    Args:
        agency_id: whose list it is.
        by: who reads.
        hides: whether a label is of a child whose use a person has restricted: nothing else of it is read.

    Raises:
        NoSampledListError: it has none.
    """
    with transaction() as session:
        release = newest_list(session, agency_id)
        if release is None:
            raise NoSampledListError
        children = children_in(store.get(release.key))
        workbook = store.get(release.book_key)
        times = _note(session, inspection_of(session, release.inspection), release, by)
        facts = {"version": release.version, "list_sha256": release.sha256, "times": times}
        audit.append(session, release.inspection, actor=by, action=READ, subject=agency_id, facts=facts)
    restricted = frozenset(child.label for child in children if hides(child.label))
    if restricted:
        children = tuple(_closed(child) if child.label in restricted else child for child in children)
        workbook = book_of(children)
    return ReadList(release, children, workbook, restricted)


def _closed(child: SampledChild) -> SampledChild:
    closed = replace(child, forename=RESTRICTED, surname="", date_of_birth="", expected_date_of_birth="")
    return replace(closed, point="", found_in="")


def children_in(data: bytes) -> tuple[SampledChild, ...]:
    """Return the children of a stored list."""
    return tuple(SampledChild(**{**row, "records": tuple(row["records"])}) for row in json.loads(data))


def book_of(children: tuple[SampledChild, ...]) -> bytes:
    """Return a list as a workbook of text cells; children who have left the sample are struck out."""
    rows: list[list[object]] = [[*_HEAD, "found_in", "in_sample"]]
    struck = set()
    for number, child in enumerate(children, 1):
        cells = [child.label, child.point, "\n".join(child.records), child.forename, child.surname]
        cells += [child.date_of_birth, child.expected_date_of_birth, child.found_in]
        rows.append([*cells, "no longer" if child.withdrawn else "yes"])
        struck |= {number} if child.withdrawn else set()
    page = Page("Children", rows, header=True, widths=_WIDTHS, wrap=True, landscape=True, struck=frozenset(struck))
    return write_pages([page], "xlsx")


def _note(session: Session, inspection: Inspection, release: SampledList, by: str) -> int:
    """Count a reading and return how many there were; two at the same time count as two."""
    # One statement, for two readers may come at once: to read the count and write it back would lose one of them.
    now = inspection.now()
    key = {"agency_id": release.agency_id, "version": release.version, "by": by}
    values = {**key, "inspection": inspection.ref, "first_at": now, "last_at": now, "times": 1}
    more = {"times": SampledListReading.times + 1, "last_at": now}
    statement = insert(SampledListReading).values(**values)
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=more))
    return session.get_one(SampledListReading, tuple(key.values()), populate_existing=True).times


def sampled_readings(session: Session, release: SampledList) -> list[SampledListReading]:
    """Return who opened a version of a list, first reader first."""
    query = select(SampledListReading).where(
        SampledListReading.agency_id == release.agency_id, SampledListReading.version == release.version
    )
    return list(session.exec(query.order_by(col(SampledListReading.first_at), SampledListReading.by)))


def sampled_releases(session: Session, ref: str) -> list[SampledRelease]:
    """Return the newest list of each agency with who opened it, by the agency's name."""
    lists = newest_lists(session, ref)
    names = dict(session.exec(select(Agency.id, Agency.name).where(Agency.inspection == ref)).all())
    readings = session.exec(
        select(SampledListReading)
        .where(SampledListReading.inspection == ref)
        .order_by(col(SampledListReading.first_at), SampledListReading.by)
    ).all()
    rows = [
        SampledRelease(
            names[agency_id],
            release,
            tuple(row for row in readings if (row.agency_id, row.version) == (agency_id, release.version)),
        )
        for agency_id, release in lists.items()
    ]
    return sorted(rows, key=lambda row: row.agency)


def unopened(session: Session, ref: str) -> list[tuple[SampledList, datetime]]:
    """Return the newest lists that nobody of their agency has opened, each with the moment of its release."""
    return [
        (row.release, row.release.released_at)
        for row in sampled_releases(session, ref)
        if not row.readings and row.release.cases
    ]
