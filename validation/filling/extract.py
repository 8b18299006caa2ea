"""Says what an extract is, and fills from it every return that it can."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import polars as pl

from models.words import plural
from validation.contract.context import Context
from validation.contract.errors import UnreadableError
from validation.contract.file_rules import FileRule
from validation.contract.model import Contract, value
from validation.files.readers import guarded
from validation.files.readers.grid import Read
from validation.files.splitting import Split, split
from validation.files.tables import SheetTable, gather
from validation.filling import cohort
from validation.filling.cases import Cases
from validation.filling.dialects import other_headers
from validation.filling.filled import Filled, Filling, LeftOut
from validation.filling.lists import filled_list
from validation.filling.recognised import in_our_words
from validation.filling.safeguarding import read_tables, taken
from validation.returns import contract
from validation.returns.annex_a import ID
from validation.returns.bundles import ANNEX_A, BUNDLES

NOT_AN_EXTRACT = FileRule(
    "file.extract",
    severity="error",
    message=(
        "We found no list that we know in this file. We can fill your returns from an Annex A workbook, with List 1 to "
        "List 8 on sheets of their own and their headers in one row. The XML file of your children in need census "
        "works too, and so do tables of the standard safeguarding dataset. For an export with headers of its own, make "
        "a mapping first. Check that you chose the right file."
    ),
)
_LISTS = BUNDLES[ANNEX_A]


def filled_from(files: Sequence[Read], context: Context, census: Cases | None = None) -> Filling:
    """Return the returns of a theme filled from the files of one extract.

    Args:
        files: as their readers have them; an extract may be a workbook, or one text file a list. Tables of the standard
            safeguarding dataset among them are read as such, and go before a census.
        context: the circumstances.
        census: where the extract has the file of a census, too: its factors are taken, and each list that no other file
            of the extract holds.

    Raises:
        UnreadableError: they hold nothing that we know.
    """
    tables, files = guarded(partial(taken, files))
    cases = guarded(partial(read_tables, tables, context)) if tables else census
    contracts = [contract(code, context.theme) for code in _LISTS]
    headers = {each.code: other_headers(each) for each in contracts}
    renamed: Counter[str] = Counter()
    parts = []
    for file in files:
        # Only up to here can what stops us be something in the file that we do not know (L9).
        part, other_words = guarded(partial(_taken_apart, file, contracts, headers))
        renamed.update({code: len(names) for code, names in other_words.items()})
        parts.append(part)
    returns, lists, outside = {}, {}, {}
    for each in contracts:
        holding = [part for part in parts if each.code in part.claims]
        if not holding:
            if cases and (each.code in cases.lists or each.code in cases.outside):
                filled, lists[each.code], outside[each.code] = _of_cases(each, cases, context)
                returns[each.code] = filled
            continue
        table = gather(holding, each)[0][0]
        of = each.code.replace("LA-", "List ") + " of the extract"
        filled, lists[each.code], outside[each.code] = filled_list(each, table.frame, context, of)
        returns[each.code] = _with_notes(filled, table, renamed[each.code])
    if not lists:
        raise UnreadableError(NOT_AN_EXTRACT)
    filled_cohort = cohort.filled_cohort(contract(cohort.CODE, context.theme), lists, outside, context, cases)
    every = {cohort.CODE: filled_cohort, **returns}
    requested = {code: each for code, each in every.items() if context.theme.kinds_asked(code)}
    kinds = [*(["Annex A"] if any(part.claims for part in parts) else []), *([cases.source.kind] if cases else [])]
    notes = [*_about(parts), *(cases.notes if cases else ())]
    if tables and census:
        notes.append("Nothing is taken from the census: the tables of the safeguarding dataset go before it.")
    return Filling(" and ".join(kinds), requested, tuple(notes))


def _of_cases(contract_: Contract, cases: Cases, context: Context) -> tuple[Filled, pl.DataFrame, pl.DataFrame]:
    """Return a list filled from cases; its rows, parsed; and those outside the window, by their child alone."""
    rows = cases.lists.get(contract_.code, pl.DataFrame(schema={ID: pl.String}))
    blank = pl.lit(None, pl.String)
    frame = rows.select((pl.col(name) if name in rows.columns else blank).alias(name) for name in contract_.main.names)
    filled, kept, gone = filled_list(contract_, frame, context, cases.source.of)
    over = cases.outside.get(contract_.code, ())
    reason = LeftOut("over before the window, or begun after it", len(over))
    left_out = (*filled.left_out, *([reason] if over else []))
    outside = pl.DataFrame({value(ID): [each or None for each in over]}, schema={value(ID): pl.String})
    filled = replace(
        filled, counted=filled.counted + len(over), left_out=left_out, notes=(*filled.notes, cases.source.note)
    )
    return filled, kept, pl.concat([gone.select(value(ID)), outside])


def _taken_apart(
    file: Read, contracts: Sequence[Contract], headers: Mapping[str, Mapping[str, str]]
) -> tuple[Split, dict[str, tuple[str, ...]]]:
    grids, other_words = in_our_words(file.grids, contracts, headers)
    return split(grids, contracts, ()), other_words


def _with_notes(filled: Filled, table: SheetTable, renamed: int) -> Filled:
    """Return a filled return with what its reader said of the extract: nothing is repaired in silence (L14)."""
    notes = [*filled.notes, *(reckoning.sentence for reckoning in table.reckoned)]
    if renamed:
        notes.append(f"{plural(renamed, 'header')} of another system {'is' if renamed == 1 else 'are'} read as ours.")
    messages = Counter(finding.message for finding in table.findings if finding.severity != "info")
    notes += [f"{message} ({plural(count, 'place')})" if count > 1 else message for message, count in messages.items()]
    return replace(filled, notes=tuple(notes))


def _about(parts: Sequence[Split]) -> list[str]:
    unasked = [name for part in parts for name in part.unasked]
    hidden = [name for part in parts for name in part.hidden]
    notes = []
    if unasked:
        notes.append(f"Nothing is taken from {', '.join(unasked)}: we know no return that they fill.")
    if hidden:
        notes.append(f"Nothing is taken from hidden sheets: {', '.join(hidden)}.")
    return notes
