"""Says of each column of a theme's returns what uses it, so that what nothing uses can be left out (minimisation).

A column has a use where a rule compares it with something else, where it tells who a child or an adult is, where the
draw or a comparison reads it, or where it dates what happened on a child's page. That a person can read it there is
no use by itself: then everything that is asked for would have one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from models.themes import Theme, theme
from tasks.cohort.frame import INCIDENTS, REGISTER
from tasks.cohort.points import own_points
from tasks.linkage.adults import SOURCES
from validation.across.rule import CrossRule
from validation.across.rule_sets import rule_set
from validation.across.rules import CROSS_RULES
from validation.contract.context import Context
from validation.contract.identity import CHILDREN, Record
from validation.contract.model import Column, Contract, Sheet
from validation.engine.schemas import rules_of
from validation.returns import contract


class ColumnUse(StrEnum):
    """What a column is used for."""

    IDENTITY = "identity"
    DRAW = "draw"
    ACROSS = "across"
    RULE = "rule"
    COMPARISON = "comparison"
    TIMELINE = "timeline"
    STRUCTURE = "structure"


USE_LABELS = {
    ColumnUse.IDENTITY: "Tells which records are about one person",
    ColumnUse.DRAW: "Decides which children can be chosen, and how",
    ColumnUse.ACROSS: "Is compared with another agency's return",
    ColumnUse.RULE: "Is checked against another column",
    ColumnUse.COMPARISON: "Shows whether something got better",
    ColumnUse.TIMELINE: "Dates what happened to a child",
    ColumnUse.STRUCTURE: "Ties rows and sheets together",
}
"""Each use as people read it."""

_COUNCIL = ("household_id", "ethnicity", "disability", "case_status", "marac_heard", "contacts_in_window")
_POLICE = ("incident_ref", "risk_grade")
# Without the place in the file, and without what is worked out from other columns.
_OF_A_CHILD = frozenset(Record.schema) - {"sheet", "row", "unborn", "twin", "copy"}


@dataclass(frozen=True, slots=True)
class UsedColumn:
    """One column that a theme asks for.

    Attributes:
        code: of the return.
        sheet: of the return.
        column: its header and contract.
        uses: what it is used for; empty where nothing but a reader's eye uses it.
    """

    code: str
    sheet: str
    column: Column
    uses: tuple[ColumnUse, ...]


Places = dict[tuple[str, str, str], set[ColumnUse]]


def used_columns(theme_: Theme, day: date) -> tuple[UsedColumn, ...]:
    """Return every column that a theme asks for with its uses, in the order of the returns.

    Args:
        theme_: the theme.
        day: of an announcement, for rules that begin on a day.
    """
    contracts = {owed.code: contract(owed.code, theme_) for owed in theme_.returns}
    places: Places = {
        (code, sheet.name, column.name): set()
        for code, each in contracts.items()
        for sheet in each.sheets
        for column in sheet.columns
    }
    for use, code, sheet, column in _all_uses(theme_, contracts, Context(theme_, day)):
        # Uses are named for all returns, of which this theme may ask for fewer.
        if (code, sheet, column) in places:
            places[code, sheet, column].add(use)
    return tuple(
        UsedColumn(
            code, sheet.name, column, tuple(use for use in ColumnUse if use in places[code, sheet.name, column.name])
        )
        for code, each in contracts.items()
        for sheet in each.sheets
        for column in sheet.columns
    )


def unused(theme_: Theme, day: date) -> tuple[UsedColumn, ...]:
    """Return the columns of a theme that no rule, draw, comparison or timeline uses: whoever asks for them says why."""
    return tuple(each for each in used_columns(theme_, day) if not each.uses)


_Used = tuple[ColumnUse, str, str, str]


def _all_uses(theme_: Theme, contracts: Mapping[str, Contract], context: Context) -> Iterator[_Used]:
    for code, each in contracts.items():
        yield from _identities(code)
        for sheet in each.sheets:
            yield from _of_sheet(code, each, sheet, context)
    yield from _adults()
    yield from _draw(theme_)
    for measure in theme_.followed.measures:
        yield ColumnUse.COMPARISON, measure.code, measure.code, measure.column
    for rule in rule_set(theme_).applied(CROSS_RULES):
        yield from _across(rule, contracts)


def _draw(theme_: Theme) -> Iterator[_Used]:
    latest = theme_.lists.named("latest_da_contact_date")
    for name in (*_COUNCIL, latest, *(where.column for where in own_points(theme_).values())):
        yield ColumnUse.DRAW, REGISTER, REGISTER, name
    for name in _POLICE:
        yield ColumnUse.DRAW, INCIDENTS, INCIDENTS, name


def _across(rule: CrossRule, contracts: Mapping[str, Contract]) -> Iterator[_Used]:
    for code, column in rule.on.items():
        for sheet in contracts[code].sheets if code in contracts else ():
            yield ColumnUse.ACROSS, code, sheet.name, column
    # The rows of its examples change what the rule looks at.
    for place, rows in (*rule.passes_on.items(), *rule.fails_on.items()):
        code, _, sheet_name = place.partition(".")
        for row in rows:
            yield from ((ColumnUse.ACROSS, code, sheet_name or code, column) for column in row)


def _identities(code: str) -> Iterator[_Used]:
    if code not in CHILDREN:
        return
    sheet, roles = CHILDREN[code]
    columns = {roles.of(part) for part in _OF_A_CHILD} | set(roles.event)
    columns |= {roles.flag} if roles.flag else set()
    columns |= {roles.about[0]} if roles.about else set()
    yield from ((ColumnUse.IDENTITY, code, sheet, column) for column in columns)


def _adults() -> Iterator[_Used]:
    for source in SOURCES:
        for column in source.columns.values():
            yield ColumnUse.IDENTITY, source.code, source.code, column
        if source.children:
            yield ColumnUse.STRUCTURE, source.code, source.code, source.children


def _of_sheet(code: str, contract_: Contract, sheet: Sheet, context: Context) -> Iterator[_Used]:
    names = set(sheet.names)
    for column in sheet.key:
        yield ColumnUse.STRUCTURE, code, sheet.name, column
    if sheet.parent:
        for each in contract_.sheets:
            yield ColumnUse.STRUCTURE, code, each.name, sheet.parent
    for rule in rules_of(contract_, sheet, context):
        reads = rule.reads & names
        # A rule that reads its own column alone checks how it is written, which is no use of it.
        if len(reads) > 1:
            yield from ((ColumnUse.RULE, code, sheet.name, column) for column in reads)
    for column_ in sheet.columns:
        if column_.is_happening:
            yield ColumnUse.TIMELINE, code, sheet.name, column_.name


@lru_cache
def unused_of(theme_id: str, day: date) -> tuple[UsedColumn, ...]:
    """Return the same for a shipped theme by its id; worked out once."""
    return unused(theme(theme_id), day)
