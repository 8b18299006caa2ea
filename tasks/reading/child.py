"""A chosen child as the team reads them: what each agency sent, in time and side by side, and what agencies think."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl
from sqlmodel import Session, col, select

from models.ids import child_subject, code_of
from models.lifecycle import RequestState
from models.refusals import Refusal
from models.returns import EVALUATION
from models.tables import Agency, Cohort, Request, Submission
from tasks.cohort.frozen import identifiers_of
from tasks.cohort.hidden_children import HeldRecord, record_of
from tasks.cohort.versions import cohort_of, newest_draw
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.reading.cells import WhyAddresses, readable
from tasks.reading.notes import WrittenNote, notes_about
from tasks.reading.timeline import Timeline, timeline
from tasks.reading.visibility import CHILD_READ, ROWS_OF, Reader
from tasks.returns.accepted import tables_of
from tasks.sampling.draws import sample_now
from validation.contract.identity import sheet_of_children
from validation.contract.model import Contract, Sheet
from validation.files.parts import row_in_words
from validation.files.senders import named_apart, row_of
from validation.returns import contract

_HOUSEHOLD = "household_id"
_ANSWERED = frozenset({RequestState.ACCEPTED, RequestState.QUERIED})


class NotChosenError(Refusal):
    """No child of the sample in force has this label."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A child of the sample in force, by label: `T1` is tracked, `S1` sampled at decision points."""

    label: str
    set: str
    stratum: str


@dataclass(frozen=True, slots=True)
class SentRecord:
    """A row that an agency sent.

    Attributes:
        agency: who sent it.
        return_code: in which return.
        submission: id of the version.
        sheet: of the return.
        place: its row in the file, as the sender counts.
        cells: what it says, by column, blank cells left out.
    """

    agency: str
    return_code: str
    submission: str
    sheet: str
    place: str
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Happening:
    """A day of which a row tells."""

    day: date
    what: str
    agency: str
    return_code: str
    place: str


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question of the evaluation with what each agency answers; `differ` where agencies that chose do not agree."""

    question: str
    means: str
    by_agency: dict[str, str]
    differ: bool


@dataclass(frozen=True, slots=True)
class ChildPage:
    """Everything that was collected about a chosen child, first who it is: each name and birth, and who says so.

    `wrong` are the returns on which the cohort rests and that were sent in error: nothing of them is shown.
    """

    child: Chosen
    who: tuple[tuple[str, tuple[str, ...]], ...]
    cohort: Cohort
    records: tuple[SentRecord, ...]
    household: tuple[SentRecord, ...]
    happenings: tuple[Happening, ...]
    answers: tuple[AnsweredQuestion, ...]
    evaluators: tuple[str, ...]
    notes: tuple[WrittenNote, ...]
    timeline: Timeline | None
    wrong: tuple[str, ...] = ()


def chosen_children(session: Session, ref: str) -> list[Chosen]:
    """Return the children of the sample in force, tracked ones first; none before a sample is drawn."""
    drawn = newest_draw(session, ref)
    if drawn is None:
        return []
    rows = sample_now(session, drawn).chosen()
    children = [Chosen(row.label, row.set, row.stratum) for row in rows]
    # By the number of the label and not by its text, which has T10 before T2.
    return sorted(children, key=lambda child: (child.label[0] != "T", child.label[0], int(child.label[1:])))


def read_child(ref: str, label: str, reader: Reader, person: str, *, why: WhyAddresses | None = None) -> ChildPage:
    """Return what was collected about a chosen child; the audit records who read it.

    Args:
        ref: the inspection.
        label: of the child, such as `T1`.
        reader: who reads; of agencies that they do not see, nothing is there.
        person: their reference; they see their own notes on any agency.
        why: why they need to see where the family lives; None keeps that back.

    Raises:
        NotChosenError: no child of the sample in force has the label.
    """
    with transaction() as session:
        drawn = newest_draw(session, ref)
        rows = {row.label: row for row in sample_now(session, drawn).chosen()} if drawn else {}
        if drawn is None or label not in rows:
            raise NotChosenError(f"No child of the sample has the label {label}.")
        cohort = cohort_of(session, drawn)
        sent = _collected(session, cohort, rows[label].child, reader, addresses=why is not None)
        answers, evaluators, answering = _evaluations(session, ref, label, reader)
        notes = tuple(notes_about(session, ref, label, reader, person))
        facts: dict[str, object] = {
            "cohort": cohort.version,
            "records": len(sent.records),
            "household": len(sent.household),
            # Each agency is shown who opened its own data: whose rows this page shows is known here alone.
            ROWS_OF: sorted(sent.agencies | answering),
        }
        if why:
            facts["addresses"] = why.value
        # In the same transaction, so that nobody reads of a child without an entry (L6).
        audit.append(session, ref, actor=reader.by, action=CHILD_READ, subject=child_subject(ref, label), facts=facts)
    child = Chosen(label, rows[label].set, rows[label].stratum)
    who = tuple((name, tuple(senders)) for name, senders in sent.who.items())
    collected = tuple(sent.records), tuple(sent.household), tuple(sent.happenings)
    days = timeline(sent.happenings)
    return ChildPage(child, who, cohort, *collected, answers, evaluators, notes, days, tuple(sent.wrong))


@dataclass(slots=True)
class _CollectedChild:
    """What was sent of a child so far: who it is by whom, rows, rows of others in the household, days, and left out.

    `agencies` are the references of those whose rows these are.
    """

    who: dict[str, list[str]] = field(default_factory=dict)
    records: list[SentRecord] = field(default_factory=list)
    household: list[SentRecord] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    agencies: set[str] = field(default_factory=set)


def _collected(session: Session, cohort: Cohort, child: str, reader: Reader, *, addresses: bool) -> _CollectedChild:
    """Return what agencies that a reader sees sent of a child, days in order of time."""
    theme = theme_of(inspection_of(session, cohort.inspection))
    linked = named_apart(identifiers_of(cohort).filter(pl.col("child") == child))
    to = _CollectedChild()
    for used in cohort.inputs:
        own = linked.filter(pl.col("return") == used["code"]).with_columns(row_of(pl.col("row")).alias("row"))
        submission = session.get_one(Submission, used["submission"])
        agency = session.get_one(Agency, session.get_one(Request, submission.request_id).agency_id)
        if submission.put_aside:
            # Its rows were taken out of `linked` already: whoever reads is told that something is left out.
            if reader.sees(agency.id):
                to.wrong.append(f"{code_of(used['code'])} of {agency.name}")
            continue
        # An inspectorate reads of agencies in its own remit; others are as if they had sent nothing.
        if not own.height or not reader.sees(agency.id):
            continue
        to.agencies.add(agency.id)
        for row in own.iter_rows(named=True):
            senders = to.who.setdefault(_named(record_of(row)), [])
            if agency.name not in senders:
                senders.append(agency.name)
        _Sender(agency.name, contract(code_of(used["code"]), theme), submission, addresses).add(
            own["row"].to_list(), to
        )
    to.happenings.sort(key=lambda happening: (happening.day, happening.agency, happening.what, happening.place))
    return to


def _named(record: HeldRecord) -> str:
    born = record.born if record.born.startswith("due") else f"born {record.born}"
    return ", ".join(filter(None, (record.name or "No name", record.born and born)))


@dataclass(frozen=True, slots=True)
class _Sender:
    """One return of one agency, from which a child's rows are read."""

    agency: str
    contract: Contract
    submission: Submission
    addresses: bool

    def add(self, numbers: Sequence[int], to: _CollectedChild) -> None:
        """Add the rows of a child, those of others in the same household or case, and the days of which its rows tell.

        Args:
            numbers: of the child's rows, which are lines of the sheet on which the children of this return stand.
            to: what was sent of the child so far.
        """
        tables = tables_of(self.submission)
        main, of_children = self.contract.main, self._children
        children = tables[of_children.name]
        own = children.filter(pl.col("row").is_in(list(numbers)))
        # Children on a sheet of their own belong to a person or a case of the main sheet, whose row tells of them.
        above = own if of_children is main else tables[main.name].join(own, on=of_children.parent, how="semi")
        sheets = [(main, above)]
        for sheet in self.contract.sheets[1:]:
            if sheet is of_children:
                sheets.append((sheet, own))
            elif sheet.name in tables and sheet.parent in above.columns:
                sheets.append((sheet, tables[sheet.name].join(above, on=sheet.parent, how="semi")))
        for sheet, rows in sheets:
            to.records += self._records_in(sheet, rows)
            to.happenings += self._days(sheet, rows)
        shared = of_children.parent if of_children is not main else _HOUSEHOLD
        if shared in children.columns:
            home = own.select(shared).drop_nulls()
            # Siblings are shown apart: their rows say how this child lives, and are not about it.
            same = children.join(home, on=shared, how="semi").filter(~pl.col("row").is_in(list(numbers)))
            to.household += self._records_in(of_children, same)

    @property
    def _children(self) -> Sheet:
        """Return the sheet on which the children of the return stand."""
        name = sheet_of_children(self.contract.code)
        return next(sheet for sheet in self.contract.sheets if sheet.name == name)

    def _records_in(self, sheet: Sheet, frame: pl.DataFrame) -> Iterator[SentRecord]:
        for number, cells in zip(frame["row"], readable(frame, sheet, addresses=self.addresses), strict=True):
            filled = {name: cell for name, cell in cells.items() if cell}
            place = row_in_words(number)
            yield SentRecord(self.agency, self.contract.code, self.submission.id, sheet.name, place, filled)

    def _days(self, sheet: Sheet, frame: pl.DataFrame) -> Iterator[Happening]:
        columns = [column for column in sheet.columns if column.is_happening]
        for row in frame.iter_rows(named=True):
            for column in columns:
                when = row.get(column.name)
                if when is not None:
                    day = when.date() if isinstance(when, datetime) else when
                    place = row_in_words(row["row"])
                    # The first part says what happened on the day; what follows is for whoever fills the column.
                    what = column.guidance.partition(";")[0].rstrip(".")
                    yield Happening(day, what, self.agency, self.contract.code, place)


def _evaluations(
    session: Session, ref: str, label: str, reader: Reader
) -> tuple[tuple[AnsweredQuestion, ...], tuple[str, ...], set[str]]:
    """Return the questions of the evaluation with each agency's answers about a child, and the agencies with ids."""
    requests = session.exec(
        select(Request, Agency.name)
        .join(Agency, col(Agency.id) == Request.agency_id)
        .where(Request.inspection == ref, Request.return_code == EVALUATION, col(Request.state).in_(_ANSWERED))
        .order_by(col(Agency.name))
    ).all()
    sheet = contract(EVALUATION, theme_of(inspection_of(session, ref))).main
    answers_by_agency: dict[str, dict[str, str]] = {}
    answering = set()
    for request, agency in requests:
        if not reader.sees(request.agency_id):
            continue
        frame = tables_of(session.get_one(Submission, request.newest_id))[sheet.name]
        rows = readable(frame.filter(pl.col("sample_ref") == label), sheet, addresses=False)
        if rows:
            answers_by_agency[agency] = rows[0]
            answering.add(request.agency_id)
    return tuple(_answers(sheet, answers_by_agency)), tuple(answers_by_agency), answering


def _answers(sheet: Sheet, answers_by_agency: dict[str, dict[str, str]]) -> Iterator[AnsweredQuestion]:
    for column in sheet.columns:
        if column.name in ("sample_ref", "agency", "evaluation_id"):
            continue
        by_agency = {agency: answers[column.name] for agency, answers in answers_by_agency.items()}
        given = {answer for answer in by_agency.values() if answer}
        if given:
            yield AnsweredQuestion(
                # Free words differ always, and say nothing of whether agencies agree.
                column.name,
                column.guidance,
                by_agency,
                column.type == "category" and len(given) > 1,
            )
