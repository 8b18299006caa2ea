"""A chosen child as the team reads them: what each agency sent, in time and side by side, and what agencies think."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl
from sqlmodel import Session, col, select

from models.england import ENGLAND
from models.ids import child_subject
from models.refusals import Refusal
from models.returns import EVALUATION
from models.tables import Agency, Cohort, SampleDecision
from models.words import long
from tasks.cohort.frozen import identifiers_of
from tasks.cohort.versions import cohort_of, newest_draw
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.restricted import covered_rows, record_opening
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.reading.cells import WhyAddresses, readable, worded
from tasks.reading.collected import CollectedChild, Happening, SentRecord, collected_of, senders
from tasks.reading.household import Relative, relatives
from tasks.reading.notes import WrittenNote, notes_about
from tasks.reading.timeline import Timeline, timeline
from tasks.reading.visibility import CHILD_READ, ROWS_OF, Reader
from tasks.returns.accepted import accepted_evaluations, tables_of
from tasks.sampling.draws import sample_now
from tasks.sampling.sample import Row
from validation.contract.model import Sheet
from validation.files.senders import named_apart
from validation.returns import contract


class NotChosenError(Refusal):
    """No child of the sample in force has this label."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A child of the sample in force, by label: `T1` is tracked, `S1` sampled at decision points."""

    label: str
    set: str
    stratum: str


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question of the evaluation with what each agency answers; `differ` where agencies that chose do not agree."""

    question: str
    means: str
    by_agency: dict[str, str]
    differ: bool

    @property
    def sides(self) -> list[tuple[str, list[str]]]:
        """Return each answer that was given with the agencies that gave it, that of most agencies first."""
        answers = dict.fromkeys(answer for answer in self.by_agency.values() if answer)
        sides = [(answer, [name for name, own in self.by_agency.items() if own == answer]) for answer in answers]
        return sorted(sides, key=lambda side: -len(side[1]))


@dataclass(frozen=True, slots=True)
class ChildPage:
    """Everything that was collected about a chosen child, first who it is: each name and birth, and who says so.

    `relatives` are the siblings and adults of the household, none where `narrowed`: somebody who does not see the
    records of all agencies, by which a household is joined, is not told of it. `household` are rows of yet other
    children. `wrong` are the returns on which the cohort rests and that were sent in error: nothing of them is shown.
    `restricted` counts the rows whose use a person has restricted. Where that person is the child, `closed` says that
    nothing of the page is shown.
    """

    child: Chosen
    who: tuple[tuple[str, tuple[str, ...]], ...]
    cohort: Cohort
    records: tuple[SentRecord, ...]
    relatives: tuple[Relative, ...]
    narrowed: bool
    household: tuple[SentRecord, ...]
    happenings: tuple[Happening, ...]
    answers: tuple[AnsweredQuestion, ...]
    evaluators: tuple[str, ...]
    notes: tuple[WrittenNote, ...]
    timeline: Timeline | None
    wrong: tuple[str, ...] = ()
    restricted: int = 0
    closed: bool = False


def chosen_children(session: Session, ref: str) -> list[Chosen]:
    """Return the children of the sample in force, tracked ones first; none before a sample is drawn."""
    drawn = newest_draw(session, ref)
    if drawn is None:
        return []
    rows = sample_now(session, drawn).chosen()
    children = [Chosen(row.label, row.set, row.stratum) for row in rows]
    # By the number of the label and not by its text, which has T10 before T2.
    return sorted(children, key=lambda child: (child.label[0] != "T", child.label[0], int(child.label[1:])))


def left_sample(session: Session, ref: str) -> dict[str, str]:
    """Return, by label, in a sentence when each child left the sample in force and who came in."""
    drawn = newest_draw(session, ref)
    if drawn is None:
        return {}
    query = select(SampleDecision).where(
        SampleDecision.inspection == ref,
        SampleDecision.draw_version == drawn.version,
        col(SampleDecision.label).is_not(None),
    )
    return {str(row.label): _left(row) for row in session.exec(query.order_by(col(SampleDecision.number)))}


def _left(decision: SampleDecision) -> str:
    day = long(decision.decided_at.astimezone(ENGLAND).date())
    return f"{decision.label} left the sample on {day}, and {decision.new_label or 'nobody'} came in."


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
            why_not = left_sample(session, ref).get(label, f"No child of the sample has the label {label}.")
            raise NotChosenError(f"{why_not} Choose from the list of chosen children.")
        cohort = cohort_of(session, drawn)
        sent, family, wrong = _sent(session, cohort, reader, label, rows, addresses=why is not None)
        answers, evaluators, answering = _evaluations(session, ref, label, reader)
        notes = tuple(notes_about(session, ref, label, reader, person))
        hidden = _restricted(sent, family)
        closed = sent.own_restricted and reader.opens is None
        if closed:
            # The child is who asked: not only its rows, but whatever is collected about it is not used.
            sent, family, answers, evaluators, answering, notes = CollectedChild(), (), (), (), set(), ()
        elif hidden and reader.opens is not None:
            record_opening(session, ref, hidden, reader.opens, child_subject(ref, label), by=reader.by)
        facts: dict[str, object] = {
            "cohort": cohort.version,
            "records": len(sent.records),
            "household": len(sent.household),
            "siblings": sum(not each.adult for each in family),
            "adults": sum(each.adult for each in family),
            # Each agency is shown who opened its own data: whose rows this page shows is known here alone.
            ROWS_OF: sorted(sent.agencies.union(answering, *(each.agencies for each in family))),
        }
        if hidden:
            facts["restricted"] = len(hidden)
        if why:
            facts["addresses"] = why.value
        # In the same transaction, so that nobody reads of a child without an entry (L6).
        audit.append(session, ref, actor=reader.by, action=CHILD_READ, subject=child_subject(ref, label), facts=facts)
    child = Chosen(label, rows[label].set, rows[label].stratum)
    who = tuple((name, tuple(senders)) for name, senders in sent.who.items())
    return ChildPage(
        child=child,
        who=who,
        cohort=cohort,
        records=tuple(sent.records),
        relatives=family,
        narrowed=reader.kinds is not None,
        household=tuple(sent.household),
        happenings=tuple(sent.happenings),
        answers=answers,
        evaluators=evaluators,
        notes=notes,
        timeline=timeline(sent.happenings),
        wrong=wrong,
        restricted=len(hidden),
        closed=closed,
    )


def _restricted(sent: CollectedChild, family: Iterable[Relative]) -> set[tuple[str, str, int]]:
    """Return the places of the rows whose use a person has restricted, shown or not."""
    rows = [*sent.records, *sent.household, *(row for each in family for row in each.records)]
    return {row.place_of for row in rows if row.restricted}


def _sent(
    session: Session, cohort: Cohort, reader: Reader, label: str, rows: Mapping[str, Row], *, addresses: bool
) -> tuple[CollectedChild, tuple[Relative, ...], tuple[str, ...]]:
    """Return what was sent of a child, its siblings and the adults of its household, and what was left out."""
    child = rows[label].child
    linked = named_apart(identifiers_of(cohort, restricted=True))
    read, wrong = senders(session, cohort, reader, addresses=addresses)
    sent = collected_of(child, linked, read)
    labels = {row.child: row.label for row in rows.values()}
    family = relatives(child, cohort, linked, read, labels) if reader.kinds is None else ()
    # What stands with a sibling is not shown a second time.
    shown = {row.place_of for each in family for row in each.records}
    sent.household = [row for row in sent.household if row.place_of not in shown]
    return sent, family, wrong


def _evaluations(
    session: Session, ref: str, label: str, reader: Reader
) -> tuple[tuple[AnsweredQuestion, ...], tuple[str, ...], set[str]]:
    """Return the questions of the evaluation with each agency's answers about a child, and the agencies with ids."""
    names = dict(session.exec(select(Agency.id, Agency.name).where(Agency.inspection == ref)).all())
    evaluations = sorted(accepted_evaluations(session, ref), key=lambda pair: names[pair[0].agency_id])
    sheet = contract(EVALUATION, theme_of(inspection_of(session, ref))).main
    covered = covered_rows(session, ref)
    answers_by_agency: dict[str, dict[str, str]] = {}
    answering = set()
    for request, submission in evaluations:
        if not reader.sees(request.agency_id):
            continue
        frame = tables_of(submission)[sheet.name].filter(pl.col("sample_ref") == label)
        if reader.opens is None:
            hidden = covered.hidden(submission.id, sheet.name, frame["row"])
            frame = frame.filter(~pl.col("row").is_in(sorted(hidden)))
        rows = readable(frame, sheet, addresses=False)
        if rows:
            answers_by_agency[names[request.agency_id]] = rows[0]
            answering.add(request.agency_id)
    return tuple(_answers(sheet, answers_by_agency)), tuple(answers_by_agency), answering


def _answers(sheet: Sheet, answers_by_agency: dict[str, dict[str, str]]) -> Iterator[AnsweredQuestion]:
    for column in sheet.columns:
        if column.name in ("sample_ref", "agency", "evaluation_id"):
            continue
        by_agency = {agency: worded(column, answers[column.name]) for agency, answers in answers_by_agency.items()}
        given = {answer for answer in by_agency.values() if answer}
        if given:
            # Free words differ always, and say nothing of whether agencies agree.
            differ = column.type == "category" and len(given) > 1
            yield AnsweredQuestion(column.name, column.guidance, by_agency, differ)
