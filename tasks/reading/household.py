"""Who lives with a chosen child: its siblings, and the adults whom the abuse is about, each with what agencies sent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from models.tables import Cohort
from tasks.ground.tables import table_at
from tasks.linkage.adults import PERPETRATOR, VICTIM
from tasks.reading.collected import SenderRows, SentRecord, collected_of
from validation.files.senders import named_apart, row_of

_ROLES = {VICTIM: "Victim", PERPETRATOR: "Perpetrator"}


@dataclass(frozen=True, slots=True)
class Relative:
    """A sibling, or an adult victim or perpetrator, next to whom the chosen child is read.

    Attributes:
        name: as the page calls them, such as `Sibling 1`; an adult has no name in any return.
        adult: whether this is an adult.
        label: of a sibling who is chosen too; empty for all others.
        who: of a sibling, each name and birth, and who says so.
        of_child: whether an agency's row joins this adult to the chosen child; all others are joined to a sibling.
        probability: that all of the rows are about this one person.
        records: the rows about them.
        agencies: references of those whose rows these are.
    """

    name: str
    adult: bool
    label: str
    who: tuple[tuple[str, tuple[str, ...]], ...]
    of_child: bool
    probability: float
    records: tuple[SentRecord, ...]
    agencies: frozenset[str]


@dataclass(frozen=True, slots=True)
class SourceRows:
    """The rows of one return of one agency side by side: about the child, then about each relative."""

    agency: str
    return_code: str
    by_person: tuple[tuple[SentRecord, ...], ...]


@dataclass(frozen=True, slots=True)
class SentReturn:
    """The rows about one person in one version of a return of one agency."""

    agency: str
    return_code: str
    submission: str
    rows: tuple[SentRecord, ...]


def by_return(records: Iterable[SentRecord]) -> list[SentReturn]:
    """Return rows by the version in which they were sent, in the order in which each is first met."""
    groups: dict[tuple[str, str, str], list[SentRecord]] = {}
    for row in records:
        groups.setdefault((row.agency, row.return_code, row.submission), []).append(row)
    return [SentReturn(*of, tuple(rows)) for of, rows in groups.items()]


def side_by_side(records: Sequence[SentRecord], family: Sequence[Relative]) -> list[SourceRows]:
    """Return everything that was sent of a child and its relatives by return, in the order in which it is first met."""
    people = [tuple(records), *(each.records for each in family)]
    sources = dict.fromkeys((row.agency, row.return_code) for rows in people for row in rows)
    return [
        SourceRows(
            *source, tuple(tuple(row for row in rows if (row.agency, row.return_code) == source) for rows in people)
        )
        for source in sources
    ]


def further_rows(records: Sequence[SentRecord], family: Sequence[Relative]) -> list[tuple[SentRecord, ...]]:
    """Return of each relative the rows that stand with nobody before; an incident is about several people at once."""
    shown = {row.place_of for row in records}
    further = []
    for each in family:
        further.append(tuple(row for row in each.records if row.place_of not in shown))
        shown |= {row.place_of for row in each.records}
    return further


def relatives(
    child: str, cohort: Cohort, linked: pl.DataFrame, read: Mapping[str, SenderRows], labels: Mapping[str, str]
) -> tuple[Relative, ...]:
    """Return the siblings of a child, then the adults of its household.

    The household is the cohort's: joined by the rows of all agencies, whatever `read` leaves out.

    Args:
        child: the pseudonym.
        cohort: from which the child was drawn.
        linked: its identifiers, named apart.
        read: the returns that are read, by source.
        labels: of the chosen children, by pseudonym.
    """
    siblings = _siblings(child, cohort)
    return (*_children(siblings, linked, read, labels), *_adults(child, siblings, cohort, read))


def _siblings(child: str, cohort: Cohort) -> list[str]:
    frame = table_at(cohort.frame_key).select("child", "household").drop_nulls()
    home = frame.filter(pl.col("child") == child).select("household")
    return frame.join(home, on="household", how="semi").filter(pl.col("child") != child)["child"].sort().to_list()


def _children(
    siblings: Sequence[str], linked: pl.DataFrame, read: Mapping[str, SenderRows], labels: Mapping[str, str]
) -> Iterator[Relative]:
    number = 0
    for sibling in siblings:
        sent = collected_of(sibling, linked, read)
        if sent.records:
            number += 1
            who = tuple((name, tuple(senders)) for name, senders in sent.who.items())
            label = labels.get(sibling, "")
            records = tuple(sent.records)
            yield Relative(f"Sibling {number}", False, label, who, False, 1.0, records, frozenset(sent.agencies))


def _adults(child: str, siblings: Sequence[str], cohort: Cohort, read: Mapping[str, SenderRows]) -> Iterator[Relative]:
    # Versions from before adults were joined have none.
    if not cohort.adults_key or not cohort.adult_children_key:
        return
    concerned = table_at(cohort.adult_children_key).filter(pl.col("child").is_in([child, *siblings]))
    records = named_apart(table_at(cohort.adults_key)).with_columns(row_of(pl.col("row")).alias("row"))
    numbers = dict.fromkeys(_ROLES, 0)
    # Those of the child itself first, then in an order that stays.
    own = concerned.group_by("adult", "role").agg(of_child=(pl.col("child") == child).any())
    for adult, role, of_child in own.sort(-pl.col("of_child").cast(pl.Int8), pl.col("role"), "adult").iter_rows():
        rows = records.filter((pl.col("adult") == adult) & (pl.col("role") == role))
        kept = list(_rows(rows, read))
        if kept:
            numbers[role] += 1
            name = f"{_ROLES[role]} {numbers[role]}"
            sent = tuple(record for _, part in kept for record in part)
            agencies = frozenset(sender.agency_id for sender, _ in kept)
            yield Relative(name, True, "", (), of_child, min(rows["probability"]), sent, agencies)


def _rows(rows: pl.DataFrame, read: Mapping[str, SenderRows]) -> Iterator[tuple[SenderRows, list[SentRecord]]]:
    for source, sender in read.items():
        numbers = rows.filter(pl.col("return") == source)["row"].unique().sort().to_list()
        if numbers:
            yield sender, sender.main_rows(numbers)
