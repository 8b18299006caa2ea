"""Runs the rules of a contract over a file's sheets and gathers every finding with its cell."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from validation.contract.context import Context
from validation.contract.errors import InternalFaultError, UnreadableError
from validation.contract.model import CHILD_ROWS, PARENT_KNOWN, ROW, Contract, value
from validation.contract.outcome import OVERALL, CellFinding, Options, Outcome, Verdict, unreadable
from validation.contract.rules import Rule
from validation.engine.accepted import accepted
from validation.engine.consequences import without_consequences
from validation.engine.listing import TableFailures, listed_failures, listed_layout
from validation.engine.month_first import month_first
from validation.engine.places import Places, layout_places, table_places
from validation.engine.running import failures_of
from validation.engine.schemas import WAIVED, schema_of
from validation.files.explained import explained_records
from validation.files.parsing import Spelt, parse_spelt
from validation.files.readers import Read, guarded, heading, read
from validation.files.rules.rows import NO_ROWS
from validation.files.splitting import Split, split
from validation.files.stamp import Stamp, extract_of, marked_rows, stamp_findings, stamp_of
from validation.files.tables import SheetTable, gather
from validation.returns import CONTRACTS


def _weighed(findings: Iterable[CellFinding], context: Context) -> list[CellFinding]:
    """Return findings on a file; those of rules that were waived only count."""
    return [
        replace(finding, severity="info", message=f"{finding.message} {WAIVED}")
        if finding.rule in context.waived
        else finding
        for finding in findings
    ]


@cache
def headings(contracts: tuple[Contract, ...] = ()) -> frozenset[str]:
    """Return the headers of all returns in comparable form, by which readers know a header line.

    Args:
        contracts: as the theme of a request has them; the others stand as domestic abuse has them.
    """
    every = (*CONTRACTS.values(), *contracts)
    return frozenset(heading(name) for c in every for s in c.sheets for name in s.names)


def check_file(source: Path | bytes, contract: Contract, context: Context, options: Options | None = None) -> Outcome:
    """Read a file and check it; a file that cannot be read has the verdict `unreadable`.

    Raises:
        InternalFaultError: a rule of ours failed.
        OSError: the path cannot be opened.
    """
    return check_files((source,), (contract,), context, options)[0]


def check_files(
    sources: Sequence[Path | bytes | Read],
    contracts: Sequence[Contract],
    context: Context,
    options: Options | None = None,
    when_read: Callable[[], object] = lambda: None,
    keep: Callable[[int, Read], Read] = lambda _, file: file,
) -> tuple[Outcome, ...]:
    """Read files once and check them together against each of several contracts.

    Args:
        sources: the files of one sending, or what was read of them; each may hold some sheets, or some rows, of each
            return.
        contracts: of the returns that they hold.
        context: the circumstances.
        options: how much the reports show.
        when_read: called once all files are read, before any rule looks at them.
        keep: returns what is kept of a file, by its number from 1: that is what is checked.

    Returns:
        One outcome a contract; all are `unreadable` where any file is.

    Raises:
        InternalFaultError: a rule of ours failed.
        OSError: a path cannot be opened.
    """
    files: list[Read] = []
    headers = headings(tuple(contracts))
    for number, source in enumerate(sources, 1):
        try:
            files.append(source if isinstance(source, Read) else read(source, headers))
        except UnreadableError as error:
            return _unreadable(error, contracts, context, number if len(sources) > 1 else None)
    when_read()
    every = contracts_with(contracts)
    try:
        files = guarded(lambda: [keep(number, file) for number, file in enumerate(files, 1)])
        parts = guarded(lambda: [split(file.grids, every, [c.code for c in contracts]) for file in files])
        return tuple(_checked(files, parts, contract, context, options or Options()) for contract in contracts)
    except UnreadableError as error:
        return _unreadable(error, contracts, context)
    except pl.exceptions.PolarsError as error:
        # The text of such an error may quote cells; its kind may not (L5).
        fault = type(error).__name__
    # Raised out here, where the error of polars is no longer attached to it.
    raise InternalFaultError(fault)


def contracts_with(contracts: Sequence[Contract]) -> tuple[Contract, ...]:
    """Return the contracts of all returns, in which one that a caller has changed replaces ours of the same code."""
    return tuple({**CONTRACTS, **{c.code: c for c in contracts}}.values())


def _unreadable(
    error: UnreadableError, contracts: Sequence[Contract], context: Context, file: int | None = None
) -> tuple[Outcome, ...]:
    return tuple(
        unreadable(c.code, str(error), context.rule_set, c.version, file, error.row, error.fault) for c in contracts
    )


def _checked(
    files: Sequence[Read], parts: Sequence[Split], contract: Contract, context: Context, options: Options
) -> Outcome:
    # Only the rules are ours alone: what stops us before them is something in the file that we do not know.
    tables, layout, drawn = guarded(lambda: _laid_out(files, parts, contract, context))
    context = replace(context, extract=context.extract or drawn, drawn=drawn)
    # The stamp names the day of extract that rules about dates need, so it is read before any rule runs.
    failures = [_failures(contract, parsed, context) for parsed in _parsed(tables)]
    layout = _weighed(layout, context)
    for failed in failures:
        layout += _weighed([*failed.table.findings, *_no_rows(failed)], context)
        layout += failed.sheet
    outcome = _outcome(contract, context, _notes(files), tables, layout, failures, options)
    others = {code for part in parts for code in part.others(contract.code)}
    also = tuple(code for code in CONTRACTS if code in others)
    not_checked = tuple(sorted({rule for failed in failures for rule in failed.not_run}))
    reckoned = tuple(r for table in tables for r in table.reckoned)
    return replace(outcome, also=also, reckoned=reckoned, not_checked=not_checked)


def _laid_out(
    files: Sequence[Read], parts: Sequence[Split], contract: Contract, context: Context
) -> tuple[list[SheetTable], list[CellFinding], date | None]:
    """Return the tables of a contract in files, findings on their layout, and the day of extract that they tell."""
    stamps = [stamp_of(file.grids) for file in files]
    # Rows of a file that is another return, or another area's, would break rules that say nothing of the real fault.
    wrong = [*_stamped(stamps, parts, contract, context), *_marked(files)]
    tables, layout = ([], wrong) if wrong else gather(parts, contract)
    return tables, layout, max((day for stamp in stamps if (day := extract_of(stamp))), default=None)


def _stamped(
    stamps: Sequence[Stamp | None], parts: Sequence[Split], contract: Contract, context: Context
) -> Iterator[CellFinding]:
    """Yield what the stamps of the files give away; which return a stamp names counts where its sheets do not."""
    for number, (stamp, part) in enumerate(zip(stamps, parts, strict=True), 1):
        # A single file has no number: reports speak of `file 2` only where there is one.
        for finding in stamp_findings(stamp, contract, context, has_sheet=contract.code in part.claims):
            yield replace(finding, file=number) if len(stamps) > 1 else finding


def _marked(files: Sequence[Read]) -> Iterator[CellFinding]:
    """Yield a finding for each file that is the marked rows alone of a copy of ours."""
    for number, file in enumerate(files, 1):
        for finding in marked_rows(file.grids):
            yield replace(finding, file=number) if len(files) > 1 else finding


def _notes(files: Sequence[Read]) -> tuple[str, ...]:
    if len(files) == 1:
        return files[0].notes
    return tuple(f"File {number}: {note}" for number, file in enumerate(files, 1) for note in file.notes)


@dataclass(frozen=True)
class _Parsed:
    """A table, its frame with parsed side columns, and its columns of few spellings."""

    table: SheetTable
    frame: pl.DataFrame
    few: dict[str, Spelt]


def _parsed(tables: list[SheetTable]) -> list[_Parsed]:
    """Return each table's frame with its parsed side columns, and how parent and child sheets hang together."""
    read = [parse_spelt(t.frame, t.sheet) for t in tables]
    frames = [frame.with_columns(pl.lit(None, pl.UInt32).alias(CHILD_ROWS)) for frame, _ in read]
    for n, table in enumerate(tables):
        parent = value(table.sheet.parent)
        if table.sheet.parent:
            parents = frames[0][parent].implode()
            counts = frames[n].group_by(parent).agg(pl.len().cast(pl.UInt32).alias(CHILD_ROWS))
            frames[n] = frames[n].with_columns(pl.col(parent).is_in(parents).alias(PARENT_KNOWN))
            counted = frames[0].drop(CHILD_ROWS).join(counts, on=parent, how="left", maintain_order="left")
            frames[0] = counted.with_columns(pl.col(CHILD_ROWS).fill_null(0))
    return [_Parsed(table, frame, few) for table, frame, (_, few) in zip(tables, frames, read, strict=True)]


def _no_rows(failed: TableFailures) -> list[CellFinding]:
    table = failed.table
    if table.sheet.optional or not failed.parsed.is_empty():
        return []
    return [NO_ROWS.at(table.name)]


def _failures(contract: Contract, parsed: _Parsed, context: Context) -> TableFailures:
    # A column that is not in the file is one finding on the layout, not one a row.
    table = parsed.table
    schema = schema_of(contract, table.sheet, context, present=table.letters)
    failures = failures_of(schema, parsed.frame, parsed.few)
    rules = tuple(rule for rule in schema.checks if isinstance(rule, Rule))
    hits = {rule.id: failures.records[rule.id] for rule in rules}
    for rule in rules:
        # Where several files make the table, the rows of one that lacks the column break no rule about it.
        lacking = table.without(rule.column)
        if lacking is not None:
            hits[rule.id] = hits[rule.id].filter(~hits[rule.id].is_in(lacking.implode()))
    sheet = tuple(
        CellFinding(rule.id, rule.severity, table.name, None, rule.column, None, rule.about(failures.sheet[rule.id]))
        for rule in schema.checks
        if rule.id in failures.sheet
    )
    explained = explained_records(table.explained, table.frame, context.waived)
    swapped = month_first(table.frame, rules, hits, table.sheet)
    of_column = {rule.id: hits[rule.id] for rule in rules if rule.column in swapped and rule.id.endswith(".type")}
    for column, records in swapped.items():
        explained[column] = pl.concat([explained[column], records]).unique() if column in explained else records
    hits = without_consequences(hits, rules, table.sheet, table.letters, explained) | of_column
    # What was waived asks for nothing, so nobody waits for it either.
    not_run = tuple(rule for rule in failures.not_run if rule not in context.waived)
    return TableFailures(table, rules, hits, sheet, parsed.frame, not_run, frozenset(of_column))


def _outcome(
    contract: Contract,
    context: Context,
    notes: tuple[str, ...],
    tables: list[SheetTable],
    layout: list[CellFinding],
    failures: list[TableFailures],
    options: Options,
) -> Outcome:
    counts, severity = Counter(f.rule for f in layout), {f.rule: f.severity for f in layout}
    for failed in failures:
        severity.update({r.id: r.severity for r in failed.rules})
        counts.update({rule: len(hits) for rule, hits in failed.hits.items() if len(hits)})
    errors = sum(n for rule, n in counts.items() if severity[rule] == "error")
    queries = sum(n for rule, n in counts.items() if severity[rule] == "query")
    shown = [*listed_layout(layout, options), *(f for failed in failures for f in listed_failures(failed, options))]
    # What is counted is complete; what is listed is capped, so that a report of a spoiled file can still be opened.
    findings = tuple(shown if options.everything else shown[:OVERALL])
    rows = next((t.frame.height for t in tables if t.sheet is contract.main), 0)
    frames, left_out = _kept(contract, context, layout, failures, rows) if errors else (_canonical(failures), 0)
    verdict: Verdict = "rejected" if errors and not frames else "queried" if queries or errors else "accepted"
    truncated = len(findings) < sum(counts.values())
    return Outcome(
        contract.code,
        verdict,
        rows,
        errors,
        queries,
        findings,
        dict(sorted(counts.items())),
        truncated,
        (*notes, *_left_out_note(left_out, rows)),
        context.rule_set,
        contract.version,
        left_out,
        frames,
        _places(layout, failures) if options.places else None,
    )


def _places(layout: list[CellFinding], failures: list[TableFailures]) -> pl.DataFrame:
    of_tables = (table_places(failed.table, failed.rules, failed.hits) for failed in failures)
    return Places.crossing(pl.concat([layout_places(layout), *of_tables]))


def _kept(
    contract: Contract, context: Context, layout: list[CellFinding], failures: list[TableFailures], rows: int
) -> tuple[dict[str, pl.DataFrame], int]:
    """Return the frames without the rows that hold errors, and how many rows of the main sheet those are.

    No frames where the theme accepts no part of this return, too many rows hold errors, or the sheets do not have the
    layout that the contract wants.
    """
    # A layout at fault may put whole columns out of place, so no row of such a file can be trusted.
    share = context.theme.partial_acceptance.get(contract.code, 0)
    if not share or any(finding.severity == "error" for finding in layout):
        return {}, 0
    bad = {f.table.sheet.name: _in_error(f) for f in failures}
    if max(len(records) for records in bad.values()) > rows * share:
        return {}, 0
    frames = _canonical(failures)
    whole = {name: frame.with_row_index("n") for name, frame in frames.items()}
    kept = {n: f.filter(~pl.col("n").is_in(bad[n].implode())).drop("n") for n, f in whole.items()}
    for sheet in contract.sheets:
        # A row whose parent is left out would hang in the air, so it is left out as well.
        if sheet.parent and sheet.name in kept:
            kept[sheet.name] = kept[sheet.name].join(kept[contract.main.name], on=sheet.parent, how="semi")
    return kept, rows - kept[contract.main.name].height


def _in_error(failed: TableFailures) -> pl.Series:
    hits = [failed.hits[rule.id] for rule in failed.rules if rule.severity == "error"]
    return pl.concat([pl.Series(dtype=pl.UInt32), *hits]).unique()


def _left_out_note(left_out: int, rows: int) -> tuple[str, ...]:
    if not left_out:
        return ()
    these = "1 row holds errors and was" if left_out == 1 else f"{left_out:,} rows hold errors and were"
    return (f"{these} left out; the other {rows - left_out:,} are accepted. Fix them and send the file again.",)


def _canonical(failures: list[TableFailures]) -> dict[str, pl.DataFrame]:
    """Return each sheet's typed frame: the line as `row`, then the contract's columns and nothing else."""
    frames = {}
    for failed in failures:
        sheet = failed.table.sheet
        typed = [pl.col(value(name)).alias(name) for name in sheet.names]
        frame = failed.parsed.select(pl.col(ROW).cast(pl.Int64).alias("row"), *typed)
        frames[sheet.name] = accepted(sheet).crossing(frame)
    return frames
