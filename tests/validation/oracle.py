"""An independent reading of the rules in plain Python, one cell and one row at a time, to compare the engine with."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import cache

from models.timetable import working_days_between
from validation.contract.context import Context
from validation.contract.model import CodeSet, Column, Sheet

Cells = dict[str, str | None]
Found = set[tuple[int, str]]

_DATES = ("%d/%m/%Y", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S")
_YES, _NO = {"yes", "y", "1", "true", "t"}, {"no", "n", "0", "false", "f"}
_TIMES = ("%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S")


def cell_rules(sheet: Sheet, prefix: str, rows: list[Cells]) -> Found:
    """Return row and id of every cell that is blank, unreadable, no code, or out of range."""
    found: Found = set()
    for n, row in enumerate(rows):
        for column in sheet.columns:
            text, start = row[column.name], f"{column.block or prefix}.{column.id}"
            if text is None:
                found |= {(n, f"{start}.required")} if column.required == "yes" else set()
                continue
            kind = "code" if column.type in ("category", "list") else "type"
            held = read(text, column)
            if held is None and (column.type != "list" or column.codes):
                found.add((n, f"{start}.{kind}"))
            elif isinstance(held, int | float) and not isinstance(held, bool) and _outside(held, column):
                found.add((n, f"{start}.range"))
    return found


def _outside(held: float, column: Column) -> bool:
    low, high = column.minimum, column.maximum
    return (low is not None and held < low) or (high is not None and held > high)


def read(text: str, column: Column) -> object:
    """Return what a cell means, or None where nobody could tell."""
    if column.type in ("date", "datetime"):
        return _day(text) if column.type == "date" else _moment(text)
    if column.type == "integer":
        return int(float(text)) if re.fullmatch(r"[+-]?\d{1,9}(\.0+)?", text) else None
    if column.type == "decimal":
        bare = text.removesuffix("%").strip()
        return float(bare) if re.fullmatch(r"[+-]?\d{1,12}(\.\d+)?", bare) else None
    if column.type == "bool":
        return True if text.lower() in _YES else False if text.lower() in _NO else None
    if column.type == "list":
        items = [i.strip() for i in re.split(r"[;,|/\n]+", text) if i.strip()]
        meant = [_code(item, column) for item in items]
        return None if not items or (column.codes and None in meant) else tuple(items)
    return _code(text, column) if column.codes else text


def _code(text: str, column: Column) -> str | None:
    if column.codes is None:
        return text
    if re.match(r"-\d", text):
        return None
    bare = _letters(re.sub(r"^\s*[a-z]\d?\)", "", text.lower()))
    for code, spelt in _spelt(column.codes):
        if bare in spelt:
            return code
    headed = re.match(r"^(?:[a-z]\d?\)\s*)?([A-Za-z]{0,3}\d{1,2}[A-Za-z]?)\s*:", text)
    return _code(headed[1], column) if headed else None


@cache
def _spelt(codes: CodeSet) -> list[tuple[str, set[str]]]:
    """Return each code with its spellings, letters and digits alone."""
    return [(c.code, {_letters(t) for t in (c.code, c.label, c.code + c.label, *c.spellings)}) for c in codes.codes]


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _day(text: str) -> date | None:
    found = _first(text, _DATES)
    return found.date() if found else None


def _moment(text: str) -> datetime | None:
    return _first(text, (*_TIMES, *_DATES))


def _first(text: str, forms: tuple[str, ...]) -> datetime | None:
    for form in forms:
        try:
            found = datetime.strptime(text, form)
        except ValueError:
            continue
        return found if 1900 <= found.year <= 2100 else None
    return None


class Rows:
    """The rows of a sheet with the meaning of every cell at hand by header."""

    def __init__(self, sheet: Sheet, rows: list[Cells], context: Context) -> None:
        self.context = context
        self.typed = rows
        self.read = [{c.name: None if (t := r[c.name]) is None else read(t, c) for c in sheet.columns} for r in rows]

    def after(self, first: str, last: str) -> Iterator[int]:
        """Yield the rows where `first` is later than `last`."""
        for n, row in enumerate(self.read):
            if row[first] is not None and row[last] is not None and row[first] > row[last]:  # type: ignore[operator]
                yield n

    def outside_window(self, column: str) -> Iterator[int]:
        """Yield the rows whose day is not in the window."""
        for n, row in enumerate(self.read):
            day = _as_day(row[column])
            if day and not self.context.window_start <= day <= self.context.announced:
                yield n

    def before_window(self, column: str) -> Iterator[int]:
        """Yield the rows whose day is before the window."""
        for n, row in enumerate(self.read):
            day = _as_day(row[column])
            if day and day < self.context.window_start:
                yield n

    def blank(self, column: str, where: str, *codes: object) -> Iterator[int]:
        """Yield the rows with a blank cell where another holds one of these codes."""
        for n, row in enumerate(self.read):
            if self.typed[n][column] is None and row[where] in codes:
                yield n

    def one_blank(self, column: str, other: str) -> Iterator[int]:
        """Yield the rows where a cell is blank and the other is not."""
        for n, row in enumerate(self.read):
            if self.typed[n][column] is None and row[other] is not None:
                yield n

    def repeated(self, *columns: str) -> Iterator[int]:
        """Yield the rows that agree in all these columns with another."""
        keys = [tuple(row[c] for c in columns) for row in self.read]
        times = Counter(keys)
        for n, key in enumerate(keys):
            if None not in key and times[key] > 1:
                yield n

    def open_twice(self, child: str, *ends: str) -> Iterator[int]:
        """Yield the rows of children who have two rows in which all these cells are blank."""
        held = defaultdict(list)
        for n, row in enumerate(self.typed):
            if row[child] and all(row[end] is None for end in ends):
                held[row[child]].append(n)
        for rows in held.values():
            if len(rows) > 1:
                yield from rows

    def longer(self, first: str, last: str, working_days: int) -> Iterator[int]:
        """Yield the rows where more working days than these lie between two days."""
        for n, row in enumerate(self.read):
            start, end = _as_day(row[first]), _as_day(row[last])
            if start and end and working_days_between(start, end) > working_days:
                yield n

    def apart(self, first: str, last: str, most: timedelta) -> Iterator[int]:
        """Yield the rows where more time than this lies between two cells."""
        for n, row in enumerate(self.read):
            start, end = row[first], row[last]
            if start is not None and end is not None and end - start > most:  # type: ignore[operator]
                yield n

    def more(self, column: str, than: str) -> Iterator[int]:
        """Yield the rows where a number is greater than another."""
        return self.after(column, than)


def _as_day(held: object) -> date | None:
    if isinstance(held, datetime):
        return held.date()
    return held if isinstance(held, date) else None


_ID = "Child Unique ID"
_S47 = "Strategy discussion initiating Section 47 Enquiry Start Date"
_ICPC = "Date of Initial Child Protection Conference"
_UNNEEDED = "Was an Initial Child Protection Conference deemed unnecessary?"
_ASSESSED = ("Continuous Assessment Start Date", "Continuous Assessment Date of Authorisation")
_CIN = ("CIN Start Date", "CIN Closure Date", "Reason for Closure")
_PLAN = ("Child Protection Plan Start Date", "Child Protection Plan End Date")
_CARE = ("Date Started to be Looked After", "Date Ceased to be Looked After", "Reason Ceased to be Looked After")

Reading = Callable[[Rows], Iterator[int]]
# Return -> id -> which rows break it, in words other than the contract's own.
TABLE_RULES: dict[str, dict[str, Reading]] = {
    "LA-DA": {
        "LA-DA.first_da_contact_date.order": lambda r: r.after("first_da_contact_date", "latest_da_contact_date"),
        "LA-DA.latest_da_contact_date.window": lambda r: r.outside_window("latest_da_contact_date"),
        "LA-DA.la_child_id.unique": lambda r: r.repeated("la_child_id"),
    },
    "LA-1": {
        "LA-1.contact.window": lambda r: r.outside_window("Date of Contact"),
        "LA-1.contact.unique": lambda r: r.repeated(_ID, "Date of Contact", "Contact Source"),
    },
    "LA-2": {
        "LA-2.end.order": lambda r: r.after("Assessment start date", "Assessment completion date"),
        "LA-2.end.window": lambda r: r.before_window("Assessment completion date"),
        "LA-2.start.unique": lambda r: r.repeated(_ID, "Assessment start date"),
    },
    "LA-3": {
        "LA-3.referral.window": lambda r: r.outside_window("Date of referral"),
        "LA-3.referral.unique": lambda r: r.repeated(_ID, "Date of referral"),
    },
    "LA-4": {
        "LA-4.authorised.order": lambda r: r.after(*_ASSESSED),
        "LA-4.authorised.late": lambda r: r.longer(*_ASSESSED, 45),
        "LA-4.start.two_open": lambda r: r.open_twice(_ID, _ASSESSED[1]),
    },
    "LA-5": {
        "LA-5.icpc.order": lambda r: r.after(_S47, _ICPC),
        "LA-5.icpc.late": lambda r: r.longer(_S47, _ICPC, 15),
        "LA-5.strategy_discussion.two_open": lambda r: r.open_twice(_ID, _ICPC, _UNNEEDED),
        "LA-5.strategy_discussion.window": lambda r: r.outside_window(_S47),
    },
    "LA-6": {
        "LA-6.closed.order": lambda r: r.after(_CIN[0], _CIN[1]),
        "LA-6.closure_reason.required": lambda r: r.one_blank(_CIN[2], _CIN[1]),
        "LA-6.closed.required": lambda r: r.one_blank(_CIN[1], _CIN[2]),
        "LA-6.start.two_open": lambda r: r.open_twice(_ID, _CIN[1]),
    },
    "LA-7": {
        "LA-7.end.order": lambda r: r.after(*_PLAN),
        "LA-7.start.two_open": lambda r: r.open_twice(_ID, _PLAN[1]),
        "LA-7.end.window": lambda r: r.before_window(_PLAN[1]),
    },
    "LA-8": {
        "LA-8.ceased.order": lambda r: r.after(_CARE[0], _CARE[1]),
        "LA-8.ceased_reason.required": lambda r: r.one_blank(_CARE[2], _CARE[1]),
        "LA-8.start.two_open": lambda r: r.open_twice(_ID, _CARE[1]),
    },
    "POL-1": {
        "POL-1.incident_ref.unique": lambda r: r.repeated("incident_ref", "child_seq"),
        "POL-1.notification_datetime.late": lambda r: r.apart(
            "reported_datetime", "notification_datetime", timedelta(hours=48)
        ),
    },
    "POL-2": {
        "POL-2.end_datetime.order": lambda r: r.after("start_datetime", "end_datetime"),
        "POL-2.end_datetime.too_long": lambda r: r.apart("start_datetime", "end_datetime", timedelta(hours=72)),
        "POL-2.start_datetime.window": lambda r: r.outside_window("start_datetime"),
    },
    "POL-3": {"POL-3.suspect_ref.unique": lambda r: r.repeated("suspect_ref")},
    "MAR-1": {
        "MAR-1.referral_date.order": lambda r: r.after("referral_date", "meeting_date"),
        "MAR-1.referral_date.late": lambda r: r.apart("referral_date", "meeting_date", timedelta(days=28)),
        "MAR-1.meeting_date.window": lambda r: r.outside_window("meeting_date"),
        "MAR-1.actions_completed.more": lambda r: r.more("actions_completed", "actions_set"),
        "MAR-1.marac_case_ref.unique": lambda r: r.repeated("marac_case_ref", "meeting_date"),
    },
    "PRO-1": {
        "PRO-1.order_start.order": lambda r: r.after("order_start", "order_end"),
        "PRO-1.crn.unique": lambda r: r.repeated("crn"),
        "PRO-1.csc_check_date.required": lambda r: r.blank("csc_check_date", "csc_checks_made", "Yes"),
    },
    "HEA-1": {
        "HEA-1.first_contact.order": lambda r: r.after("first_contact", "last_contact"),
        "HEA-1.hv_level.required": lambda r: r.blank("hv_level", "service", "health_visiting"),
    },
    "HEA-2": {
        "HEA-2.referral_datetime.order": lambda r: r.after("attend_datetime", "referral_datetime"),
        "HEA-2.referral_datetime.required": lambda r: r.blank("referral_datetime", "safeguarding_referral", "Yes"),
        "HEA-2.attendance_ref.unique": lambda r: r.repeated("attendance_ref"),
    },
    "EDU-1": {
        "EDU-1.setting_urn.required": lambda r: r.blank(
            "setting_urn", "setting_type", "nursery", "childminder", "school"
        ),
        "EDU-1.latest_encompass_date.window": lambda r: r.outside_window("latest_encompass_date"),
    },
    "YJS-1": {
        "YJS-1.end_date.order": lambda r: r.after("start_date", "end_date"),
        "YJS-1.end_date.window": lambda r: r.before_window("end_date"),
    },
    "EVAL": {
        "EVAL.period_reviewed_from.order": lambda r: r.after("period_reviewed_from", "period_reviewed_to"),
        "EVAL.completed_date.order": lambda r: r.after("period_reviewed_from", "completed_date"),
        "EVAL.sample_ref.unique": lambda r: r.repeated("sample_ref", "agency"),
    },
    "VOL-1": {
        "VOL-1.closed_date.order": lambda r: r.after("referral_date", "closed_date"),
        "VOL-1.closed_date.window": lambda r: r.before_window("closed_date"),
        "VOL-1.outcome.required": lambda r: r.one_blank("outcome", "closed_date"),
    },
}
