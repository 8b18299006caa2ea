"""The guidance that is published with a theme: made from the theme and the contracts of its returns alone."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from models.england import ENGLAND
from models.returns import EVALUATION
from models.themes import WEEKDAYS, DocumentAsked, ReturnAsked, SamplingPlan, Theme
from models.timetable import is_working_day, timetable
from models.words import agencies, agency_in_words, band, clock, joined, long_weekday, plain, plural, titled
from tasks.letters.blocks import Block, Bullets, Document, RunningText, Section, Subheading, TableBlock
from tasks.sampling.groups import MARGIN_WORDS
from validation.contract.context import Context
from validation.contract.model import Column, Contract, Sheet
from validation.returns import contract
from validation.telling.csvw import metadata
from validation.telling.examples import with_examples_of

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_NEEDED = {"yes": "Always", "no": "Where it is held", "conditional": "Sometimes"}
_KINDS = {"category": "One of its codes", "list": "Codes with semicolons between", "bool": "Yes or No"}


def guidance(theme: Theme, announced: date) -> Document:
    """Return the guidance of a theme.

    Args:
        theme: its version stands on the first page.
        announced: a day on which an inspection could be announced, for the example of the timetable.
    """
    return Document(
        title=theme.title,
        subtitle="Guidance for areas and agencies",
        banner="",
        details=(
            ("About", theme.subject),
            ("Inspectorates", joined(theme.inspectorates)),
            ("Theme", f"{theme.id}, version {theme.version}"),
        ),
        sections=(
            Section("Who and what is inspected", tuple(_scope(theme))),
            Section("Timetable", tuple(_timetable(theme, announced))),
            Section("What we ask for", tuple(_returns(theme, announced))),
            Section("How children are chosen", tuple(_choosing(theme))),
            Section("What inspectors look at", tuple(_looked_at(theme))),
            Section("What the letter holds", tuple(_letter(theme))),
            Section("Privacy", tuple(_privacy())),
            Section("The columns of each return", tuple(_columns(theme, announced)), annex=True),
        ),
    )


def example_day(theme: Theme, after: date) -> date:
    """Return the next day after another on which an inspection of a theme can be announced."""
    day = after + timedelta(days=1)
    while day.weekday() != WEEKDAYS.index(theme.timetable.notification_weekday) or not is_working_day(day):
        day += timedelta(days=1)
    return day


def _scope(theme: Theme) -> Iterator[Block]:
    ages = theme.age_band
    unborn = "Unborn children and children" if ages.unborn else "Children"
    yield RunningText(
        f"{unborn} aged {ages.youngest} to {ages.oldest} on the day of the announcement are in scope. We ask about the "
        f"{plural(theme.window_months, 'month')} before that day."
    )
    yield RunningText(f"These kinds of agency take part: {joined([agency_in_words(kind) for kind in theme.in_scope])}.")
    yield RunningText("Several agencies of one kind in an area each take part by themselves.")
    for inspectorate, kinds in theme.sees.items():
        yield RunningText(f"Inspectors of {inspectorate} see the records of {agencies(kinds).lower()}.")


def _timetable(theme: Theme, announced: date) -> Iterator[Block]:
    yield RunningText(
        f"An inspection is announced on a {theme.timetable.notification_weekday}. Working days leave out weekends "
        f"and bank holidays in England. Whatever is due on a day is due by {_hour(theme)}."
    )
    # The timetable is in the order of its days, which the theme's own order need not be.
    rules = {step.step: step.rule for step in theme.timetable.steps}
    rows = tuple(
        (step.label, str(step.working_day), rules[step.step], long_weekday(step.date))
        for step in timetable(theme, announced)
    )
    yield TableBlock(
        caption=f"Steps, with an inspection announced on {long_weekday(announced)} as an example",
        header=("Step", "Working day", "Where it comes from", "In the example"),
        rows=rows,
        widths=(6, 3, 8, 6),
    )


def _hour(theme: Theme) -> str:
    return clock(datetime.combine(date(2025, 1, 6), theme.timetable.deadline_time, ENGLAND))


def _due(theme: Theme, announced: date, step: str) -> str:
    dated = next(each for each in timetable(theme, announced) if each.step == step)
    return f"working day {dated.working_day}"


def _returns(theme: Theme, announced: date) -> Iterator[Block]:
    yield RunningText("We ask each agency for its own records. A return may be nil: say so on the portal.")
    if not all(owed.must for owed in theme.returns):
        yield RunningText(
            "A return that is needed only if it is held is asked for where the agency holds such records. If it holds "
            "none, it says so on the portal, with a reason. We chase it, and then go on without it."
        )
    yield TableBlock(
        caption="Returns",
        header=("Return", "What it is", "From", "Due", "Needed"),
        rows=tuple(
            (owed.code, contract(owed.code).title, titled(owed.agency), _due(theme, announced, owed.due), _needed(owed))
            for owed in theme.returns
        ),
        widths=(1, 4, 2, 2, 2),
    )
    yield RunningText(
        f"When children are chosen, each agency that knows one of them evaluates its own work with the child "
        f"({EVALUATION}), by {_due(theme, announced, theme.evaluation_due)}."
    )
    shares = theme.partial_acceptance
    if shares:
        lines = tuple(f"{code}: up to {share:.0%} of its rows" for code, share in shares.items())
        yield RunningText("Rows with errors are left out, and the others accepted, in these returns:")
        yield Bullets(lines)
    yield from _documents(theme, announced)


def _needed(owed: ReturnAsked | DocumentAsked) -> str:
    return "Yes" if owed.must else "If it is held"


def _documents(theme: Theme, announced: date) -> Iterator[Block]:
    if not theme.documents:
        return
    yield TableBlock(
        caption="Documents",
        header=("Number", "What it is", "From", "Due", "Needed"),
        rows=tuple(
            (item.number, item.title, agencies(item.agencies), _due(theme, announced, item.due), _needed(item))
            for item in theme.documents
        ),
        widths=(1, 4, 2, 2, 2),
    )
    if any(item.kind == "case_file" for item in theme.documents):
        yield RunningText("A case file is asked for once for each chosen child whom the agency knows.")


def _choosing(theme: Theme) -> Iterator[Block]:
    plan = theme.sampling
    yield RunningText(
        f"We choose {plural(plan.tracked, 'child', 'children')} to track, at least {plan.tracked_minimum}, each known "
        f"to at least {plural(plan.agencies_minimum, 'agency', 'agencies')}, and {plan.sampled} for a wider sample."
        + (" At most one child of a household is tracked." if plan.one_per_household else "")
    )
    yield from _minimums(plan) if plan.margins else _strata(plan)
    yield RunningText(f"Ages are grouped as {joined([band(name) for name in theme.age_band.groups])}.")
    yield TableBlock(
        caption="The wider sample",
        header=("Point in a child's experience", "Children"),
        rows=(*((point.label, str(point.children)) for point in plan.decision_points), ("All", str(plan.sampled))),
        widths=(4, 1),
        numeric=True,
    )
    yield RunningText(
        "The draw is by lot, from a number that is fixed before any return is in. Its fingerprint stands in the "
        "notices of the announcement. When the sample is approved the number is shown. Anybody who may see the list "
        "of children can then draw again with the command jtai sample verify, and get the same children."
    )
    yield RunningText(
        "Inspectors can replace a child or leave one out for a listed reason. Two people decide, and it is recorded."
    )


def _strata(plan: SamplingPlan) -> Iterator[Block]:
    if plan.strata:
        yield RunningText(f"Places are shared out by {joined([plain(name) for name in plan.strata])}.")


def _minimums(plan: SamplingPlan) -> Iterator[Block]:
    """Yield the groups of which some must be among the tracked children, hidden children first."""
    yield RunningText(
        "Children whom other agencies know and the council does not have at least their share of the places."
        if not plan.hidden_below
        else f"Children whom the council does not know may be fewer than their share of the places: {plan.hidden_below}"
    )
    yield RunningText("Among the tracked children there are, wherever that can be met together:")
    lines = []
    for margin in plan.margins:
        name = MARGIN_WORDS[margin.by]
        least = [f"{own.children} of {_group(own.group)}" for own in margin.minimums]
        lines += [f"{name}: at least {joined(least)}"] if least else []
        lines += [f"{name}: at least 1 of every group with {margin.every} or more children"] if margin.every else []
    yield Bullets(tuple(lines))


def _group(group: str) -> str:
    words = {"F": "girls", "M": "boys"}.get(group)
    return words or (band(group) if group[:1].isdigit() else plain(group))


def _letter(theme: Theme) -> Iterator[Block]:
    yield Bullets(tuple(heading.label for heading in theme.letter.headings))
    recipients = [agency_in_words(name) if name == name.lower() else name for name in theme.letter.recipients]
    yield RunningText(f"It goes to the {joined(recipients)}, and is published.")


def _privacy() -> Iterator[Block]:
    yield RunningText(
        "What agencies send is kept in one evidence store. Names, numbers and addresses of children are in no log, no "
        "database and no notice. The letter names no child. Each opening of a record is written down with the person."
    )
    yield RunningText("Send only the columns that a return asks for. Other columns are left out of what is read.")


def _looked_at(theme: Theme) -> Iterator[Block]:
    yield Bullets(tuple(area.label for area in theme.evaluation_areas))
    labels = {point.key: point.label for point in theme.sampling.decision_points}
    yield Subheading("The wider sample")
    yield RunningText(
        f"For each child of the wider sample, have ready: {joined([_small(each) for each in theme.sampled.records])}. "
        "Where a point of the child's experience has records of its own, these agencies have them ready in their place."
    )
    yield TableBlock(
        caption="Records for each point of the wider sample",
        header=("Point in a child's experience", "From", "Records"),
        rows=tuple(
            (labels[key], titled(kind), "; ".join(records))
            for key, point in theme.sampled.points.items()
            for kind, records in point.records.items()
        ),
        widths=(3, 2, 6),
    )
    yield RunningText("Of each child inspectors answer some of these questions:")
    yield Bullets(tuple(question.label for question in theme.sampled.questions))
    yield RunningText(
        "They judge the work with each tracked child apart, and then together, on this scale: "
        f"{', '.join(each.label for each in theme.judgements)}."
    )


def _small(words: str) -> str:
    return f"{words[:1].lower()}{words[1:]}"


def _columns(theme: Theme, announced: date) -> Iterator[Block]:
    for code in dict.fromkeys((*(owed.code for owed in theme.returns), EVALUATION)):
        # A good value is of this theme: its factors, and a child of its ages on the day of the example.
        return_ = with_examples_of(contract(code, theme), Context(theme, announced), announced=False)
        yield Subheading(f"{return_.code}: {return_.title}")
        yield RunningText(return_.purpose)
        for sheet in return_.sheets:
            yield TableBlock(
                caption=columns_of(return_, sheet),
                header=("Column", "Needed", "What to enter", "A good value"),
                rows=tuple(_row(column) for column in sheet.columns),
                widths=(3, 2, 5, 3),
            )


def columns_of(return_: Contract, sheet: Sheet) -> str:
    """Return the caption of a sheet's columns; several returns have a sheet of children."""
    return f"Columns of {return_.code}" + ("" if sheet is return_.main else f", sheet {sheet.name}")


def _row(column: Column) -> tuple[str, str, str, str]:
    needed = _NEEDED[column.required] + (f": {column.when}" if column.when else "")
    form = _KINDS.get(column.type, "")
    codes = f" {', '.join(column.codes.values)}" if column.codes else ""
    entry = " ".join(filter(None, (column.guidance, f"{form}." if form else "", f"Codes:{codes}." if codes else "")))
    return column.name, needed, entry, column.example


def templates(theme: Theme) -> bytes:
    """Return a zip file with the empty workbook of each return of a theme, and its CSV-on-the-Web metadata."""
    # Imported here: of all that is made in this module the workbooks alone need them.
    from validation.telling.pages import write_pages
    from validation.telling.templates import workbook_pages

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for return_ in (contract(code, theme) for code in dict.fromkeys(owed.code for owed in theme.returns)):
            for name, content in (
                (f"{return_.code}.xlsx", write_pages(workbook_pages(return_, theme, "xlsx", None, {}), "xlsx")),
                *_metadata(return_),
            ):
                # What an entry of its own says of compression goes before what the file says.
                packed.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _metadata(return_: Contract) -> Iterator[tuple[str, bytes]]:
    for sheet in return_.sheets:
        name = return_.code if sheet is return_.main else f"{return_.code} {sheet.name}"
        described = json.dumps(metadata(return_, sheet), indent=2, ensure_ascii=False)
        yield f"{name}.csv-metadata.json", described.encode()
