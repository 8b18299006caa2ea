"""A later round of returns beside the first one, as shares with intervals, of counts that may be shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from sqlmodel import Session

from models.tables import Inspection
from models.theme_followed import Measure
from tasks.comparing.intervals import AnswerShare, ComparedShares, difference_in_words, share_in_words
from tasks.disclosure.leaving import leave
from tasks.disclosure.tables import Cell, Method, Publication, Relation, Shown, Table, cell_id
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.rows import UnknownInspectionError, inspection_of
from tasks.ledger.themes import theme_of
from tasks.letters.gathering import letters_unrecorded
from tasks.returns.accepted import accepted, tables_of

READ = "rounds.read"


@dataclass(frozen=True, slots=True)
class MeasuredRow:
    """One share of two rounds, in words as a page shows it."""

    about: str
    code: str
    first: str
    second: str
    difference: str
    change: str


@dataclass(frozen=True, slots=True)
class Rounds:
    """A later round beside the first one.

    Attributes:
        number: of the later round.
        asked_on: the day from which its windows are counted.
        rows: the shares that both rounds have.
        lacking: returns of the later round of which nothing is accepted in one of the two.
    """

    number: int
    asked_on: date
    rows: tuple[MeasuredRow, ...]
    lacking: tuple[str, ...]


Counts = Mapping[str, AnswerShare]
"""Name of a measure -> how many of its rows are good, of how many with an answer."""


def share_of(frames: Sequence[pl.DataFrame], measure: Measure) -> AnswerShare:
    """Return the share of rows whose cell is good, of those with an answer; an answer such as Unknown is not good."""
    good = of = 0
    for frame in frames:
        if measure.column in frame.columns:
            cells = frame[measure.column].drop_nulls()
            good, of = good + int(cells.is_in(measure.good).sum()), of + cells.len()
    return AnswerShare(good, of)


def name_of(measure: Measure) -> str:
    """Return what a measure is called among the counts that leave."""
    return f"{measure.code}.{measure.column}"


def publication_of(number: int, counts: Counts) -> Publication:
    """Return the counts of one round, all of them rounded: for each measure the good rows, the others and all."""
    tables = []
    for name, share in sorted(counts.items()):
        counts_of = {"all": share.of, "good": share.good, "other": share.of - share.good}
        whole, *parts = (Cell(_cell(number, name, what), count) for what, count in counts_of.items())
        adds_up = Relation(whole.id, tuple(part.id for part in parts), complete=True)
        tables.append(Table(f"rows by {name}", (whole, *parts), (adds_up,)))
    return Publication(f"round {number} of the returns", Method.ROUND, tuple(tables))


def _cell(number: int, name: str, what: str) -> str:
    # Two rounds count different rows: neither is a newer version of the other's counts.
    return cell_id(1, f"round {number}: {name}={what}")


def shown_shares(number: int, counts: Counts, shown: Mapping[str, Shown]) -> dict[str, AnswerShare]:
    """Return the shares of one round from the counts that may be shown; one that is withheld is left out."""
    shares = {}
    for name in counts:
        good, of = shown.get(_cell(number, name, "good")), shown.get(_cell(number, name, "all"))
        if good is not None and of is not None:
            # Each count is rounded for itself, and no share is more than all.
            shares[name] = AnswerShare(min(good, of), of)
    return shares


def rows_of(measures: Sequence[Measure], first: Counts, second: Counts) -> Iterator[MeasuredRow]:
    """Yield each share that both rounds have, in the theme's order, with whether it got better."""
    for measure in measures:
        name = name_of(measure)
        if name in first and name in second and first[name].of and second[name].of:
            compared = ComparedShares(first[name], second[name])
            yield MeasuredRow(
                measure.label,
                measure.code,
                share_in_words(compared.first),
                share_in_words(compared.second),
                difference_in_words(compared),
                compared.change.value,
            )


def read_rounds(ref: str, *, by: str) -> list[Rounds]:
    """Return each later round beside the first one, the newest first; audited.

    Raises:
        UnknownInspectionError: nothing was asked for again.
        DisclosureRefusedError: the counts cannot leave.
    """
    from tasks.comparing.later_rounds import later_rounds

    with transaction() as session:
        inspection, later = inspection_of(session, ref), later_rounds(session, ref)
        if not later:
            raise UnknownInspectionError(ref)
        audit.append(
            session, ref, actor=by, action=READ, subject=ref, facts={"rounds": [each.number for each in later]}
        )
        measures = theme_of(inspection).followed.measures
        # Once for all later rounds: each call lets counts leave, and holds them to all that left before.
        first = _left(session, inspection, 1, measures, by)
        rounds = []
        for each in later:
            second = _left(session, inspection, each.number, measures, by)
            there = {name.partition(".")[0] for name in {*first} & {*second}}
            rows = tuple(rows_of(measures, first, second))
            rounds.append(Rounds(each.number, each.asked_on, rows, tuple(sorted(set(each.codes) - there))))
    return rounds


def _left(
    session: Session, inspection: Inspection, number: int, measures: Sequence[Measure], by: str
) -> dict[str, AnswerShare]:
    """Return the shares of one round whose counts left, checked against all that left of the inspection."""
    ref = inspection.ref
    tables: dict[str, list[pl.DataFrame]] = {}
    for request, submission in accepted(session, ref, number):
        # The main sheet has the return's own name.
        if (frame := tables_of(submission).get(request.return_code)) is not None:
            tables.setdefault(request.return_code, []).append(frame)
    counts = {
        name_of(each): share
        for each in measures
        if each.code in tables and (share := share_of(tables[each.code], each)).of
    }
    if not counts:
        return {}
    unrecorded = letters_unrecorded(session, ref)
    protected = leave(session, ref, publication_of(number, counts), by=by, unrecorded=unrecorded)
    return shown_shares(number, counts, protected.shown)
