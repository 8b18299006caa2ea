"""The stamp on a template's first sheet, and what it gives away: wrong return, theme, area, version, period."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date

from models.words import long
from validation.contract.context import Context
from validation.contract.model import Contract
from validation.contract.outcome import CellFinding
from validation.files.marks import LINE
from validation.files.parsing import day_of
from validation.files.readers.grid import Grid, heading
from validation.files.rules import template as template_rules
from validation.returns.bundles import BUNDLES, workbook_contract

SHEET = "About"
_HEADER_WITHIN = 20
LABELS = {
    "code": "Return",
    "version": "Contract version",
    "theme": "Theme",
    "gss": "Area code",
    "area": "Area",
    "inspection": "Inspection",
    "extract": "Date of extract",
}


@dataclass(frozen=True)
class Stamp:
    """What a template says about itself; empty where it was made for nobody in particular."""

    code: str = ""
    version: str = ""
    theme: str = ""
    gss: str = ""
    area: str = ""
    inspection: str = ""
    extract: str = ""


def stamp_of(grids: tuple[Grid, ...]) -> Stamp | None:
    """Return the stamp of a workbook, or None where it carries none."""
    about = next((g for g in grids if heading(g.name) == heading(SHEET)), None)
    # Without a second column there are no answers beside the labels.
    if about is None or about.frame.width < 2:
        return None
    pairs = {heading(key): text or "" for key, text in about.frame.select("0", "1").iter_rows() if key}
    return Stamp(**{f.name: pairs.get(heading(LABELS[f.name]), "") for f in fields(Stamp)})


def marked_rows(grids: tuple[Grid, ...]) -> tuple[CellFinding, ...]:
    """Return the finding on a file that is our copy of some rows of another, which is no return."""
    if not any(_is_cut(grid) for grid in grids):
        return ()
    return (template_rules.MARKED_ROWS.at(),)


def _is_cut(grid: Grid) -> bool:
    first = grid.frame.head(_HEADER_WITHIN).to_series(0) if grid.frame.width else ()
    return any(heading(cell or "") == heading(LINE) for cell in first)


def extract_of(stamp: Stamp | None) -> date | None:
    """Return the day of the extract that the sender wrote on the first sheet, or None."""
    return day_of(stamp.extract) if stamp and stamp.extract else None


def stamp_findings(
    stamp: Stamp | None, contract: Contract, context: Context, *, has_sheet: bool = False
) -> tuple[CellFinding, ...]:
    """Return one finding for each way in which the template is not the one asked for.

    Args:
        stamp: of the file.
        contract: of the return asked for.
        context: the circumstances.
        has_sheet: whether the file has a sheet of the return, whichever template it was made from.
    """
    if stamp is None:
        return ()
    return (*_template(stamp, contract, context, has_sheet), *_period(stamp, contract, context))


def _template(stamp: Stamp, contract: Contract, context: Context, has_sheet: bool) -> Iterator[CellFinding]:
    made_for = (contract.code, *(name for name, codes in BUNDLES.items() if contract.code in codes))
    if stamp.code and stamp.code not in made_for and not has_sheet:
        yield template_rules.WRONG_TEMPLATE.at(SHEET, code=contract.code)
    if stamp.theme and stamp.theme != context.theme.rule_set:
        yield template_rules.WRONG_THEME.at(SHEET, rule_set=context.theme.rule_set)
    # A template may be made for no area in particular, and a check at home may name none.
    if stamp.gss and context.gss and stamp.gss.upper() != context.gss.upper():
        yield template_rules.WRONG_AREA.at(SHEET, gss=context.gss)
    if stamp.version and stamp.code in made_for:
        latest = contract if stamp.code == contract.code else workbook_contract(stamp.code)
        if stamp.version != str(latest.version):
            yield template_rules.OLD_TEMPLATE.at(SHEET, version=str(latest.version), code=stamp.code)


def _period(stamp: Stamp, contract: Contract, context: Context) -> Iterator[CellFinding]:
    day = extract_of(stamp)
    if stamp.extract and day is None:
        yield template_rules.NO_EXTRACT_DATE.at(SHEET)
    if day is None:
        return
    # Each kind of agency that is asked for the return has a deadline of its own; a file does not name its sender.
    owed = [each.due for each in context.theme.returns if each.code == contract.code]
    steps: list[str | None] = [*owed] or [None]
    due, announced = max(filter(None, map(context.due_by, steps)), default=None), long(context.announced)
    if due is not None and not context.announced <= day <= due:
        yield template_rules.EXTRACT_OUTSIDE.at(SHEET, announced=announced, due=long(due))
    elif day < context.announced:
        yield template_rules.EXTRACT_BEFORE.at(SHEET, announced=announced)
