"""However fast the engine becomes, its report stays the same: digests of reports of a fixed dirty return.

The return has a contract of its own, so that no change of a real contract moves the digests, and messages are left out:
they are the contract's, not the engine's.
"""

import csv
import hashlib
import io
import json
from random import Random

import polars as pl
import pytest

from tests.validation.rows import CONTEXT
from validation.contract.codes import YN, code_set
from validation.contract.context import Context
from validation.contract.model import Column, Contract, Sheet, raw, v
from validation.contract.outcome import Options, Outcome
from validation.contract.rules import Rule, Severity
from validation.engine.checking import check_file
from validation.telling.pages import Page, write_pages

_ROWS = 1_200
_SEED = 20_240_917
_THREE = code_set("THREE", ("A", "Alpha", "first"), ("B", "Beta"), ("C1", "Gamma: third"))

# For each column: its type, shape, and what people type there, good and bad.
_COLUMNS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "la_child_id": ("string", "text", ("",)),
    "nhs_number": ("string", "compact", ("943 476 5919", "9434765919", "", "943-476-5870", "n/k")),
    "postcode": ("string", "postcode", ("rg1 1aa", "RG11AA", "", "W1A", " sw1a2aa ", "é1")),
    "allocated_team": ("string", "upper", ("Team 1", "team 2", "", "Straße\u00a0", "'; drop")),
    "forename": ("string", "text", ("Siân", "Bo", "", " Jo ", "O'Brien, Pat", 'the "one"')),
    "unborn": ("bool", "text", ("Yes", "no", "Y", "0", "", "perhaps")),
    "date_of_birth": (
        "date",
        "text",
        (
            "14/03/2020",
            "2020-03-14",
            "1 March 2020",
            "14.03.2020",
            "31/02/2020",
            "14/03/0202",
            "",
            "2020-03-14 00:00:00",
        ),
    ),
    "incident_datetime": (
        "datetime",
        "text",
        ("14/03/2020 10:30", "2020-03-14T10:30", "14/03/2020", "25:99", "", "2020-03-14 10:30:59", "soon"),
    ),
    "sex": ("category", "text", ("a", "b) Beta", "C1: Gamma", "first", "zz", "", "ALPHA")),
    "da_factor_codes": ("list", "text", ("A", "A;B", "b, C1", "A | zz", "", ";", "C1;A;B")),
    "team_list": ("list", "text", ("x;y", "", "z", ";", "x / y")),
    "contacts_in_window": ("integer", "text", ("1", "2.0", "+3", "40", "-1", "many", "", "1e3")),
    "share": ("decimal", "text", ("1.5", "20%", "-3", "n/a", "", "1,5", "200")),
    "marac_heard": ("category", "text", ("Yes", "", "No", "y", "maybe")),
}
_CODES = {"sex": _THREE, "da_factor_codes": _THREE, "marac_heard": YN}
_RANGES: dict[str, tuple[float, float]] = {"contacts_in_window": (0, 30), "share": (0, 100)}
_REQUIRED = ("la_child_id", "sex", "date_of_birth", "contacts_in_window")


def _column(name: str) -> Column:
    kind, shape, typed = _COLUMNS[name]
    low, high = _RANGES.get(name, (None, None))
    needed = "yes" if name in _REQUIRED else "no"
    return Column(name, kind, "Guidance.", typed[0], needed, _CODES.get(name), low, high, shape=shape)  # type: ignore[arg-type]


def _rules(context: Context) -> tuple[Rule, ...]:
    latest = v("date_of_birth") > context.announced
    both = v("forename").str.to_lowercase().is_not_null() & pl.struct(v("forename"), v("sex")).is_duplicated()
    fails = {
        "la_child_id": v("la_child_id").is_not_null() & v("la_child_id").is_duplicated(),
        "nhs_number": ~v("nhs_number").str.contains(r"^[0-9]{10}$"),
        "postcode": ~v("postcode").str.contains(r"^[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}$"),
        "allocated_team": v("allocated_team").str.len_chars() > v("allocated_team").str.len_chars().mean(),
        "forename": both,
        "unborn": v("unborn") & raw("date_of_birth").is_not_null(),
        "incident_datetime": v("incident_datetime").dt.date() < v("date_of_birth"),
        "da_factor_codes": v("da_factor_codes").list.contains("B") & (v("da_factor_codes").list.len() > 2),
        "team_list": v("team_list").list.len() > 1,
        "date_of_birth": latest | (v("date_of_birth") != v("date_of_birth").max()),
        "share": v("share").rank() > 900,
        "marac_heard": pl.lit(True) & raw("marac_heard").is_null() & v("unborn"),
    }
    severity: dict[str, Severity] = {"forename": "query", "team_list": "info"}
    return tuple(
        Rule(
            f"T.{name}.own",
            column=name,
            severity=severity.get(name, "error"),
            fails_where=fail,
            message="Message.",
            source="a test",
        )
        for name, fail in fails.items()
    )


_CONTRACT = Contract(
    "LA-DA", "Test", None, "A test.", (Sheet("LA-DA", tuple(map(_column, _COLUMNS)), ("la_child_id",), _rules),)
)


def _typed() -> list[list[str]]:
    rng = Random(_SEED)  # noqa: S311 - repeatable, not secret
    rows = []
    for number in range(_ROWS):
        row = [rng.choice(typed) for _, _, typed in _COLUMNS.values()]
        row[0] = f"CH{number % 1_100:05}" if number % 50 else ""
        rows.append(row)
    for blank in (100, 700):
        rows[blank] = [""] * len(_COLUMNS)
    return rows


def _csv(rows: list[list[str]], delimiter: str = ",", ending: str = "\n") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ending)
    writer.writerows([list(_COLUMNS), *rows])
    return out.getvalue().encode()


def _indented() -> list[list[object]]:
    return [[None, *row] for row in _typed()]


def _workbook(form: str) -> bytes:
    rows: list[list[object]] = [["A title"], [], [None, *_COLUMNS], *_indented()]
    return write_pages([Page("LA-DA", rows)], form)  # type: ignore[arg-type]


def _file(kind: str) -> bytes:
    rows = _typed()
    match kind:
        case "lines in cells":
            rows[10][4] = "Two\nlines"
            return _csv(rows, ending="\r\n")
        case "long row":
            return _csv([*rows, ["x"] * (len(_COLUMNS) + 1)])
        case "xlsx" | "ods":
            return _workbook(kind)
    delimiter, ending = {"plain": (",", "\n"), "windows": (";", "\r\n"), "old mac": ("\t", "\r")}[kind]
    return _csv(rows, delimiter, ending)


def _digest(outcome: Outcome) -> str:
    told = outcome.to_dict()
    del told["rule_set"], told["also"], told["lines"], told["reckoned"], told["not_checked"]
    for finding in told["findings"]:
        del finding["message"]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


# Of the report as it is shown, and of all findings with their values.
_PINNED = {
    "plain": (
        "4e65a1992a1abe0f4da6e967a03ee8664a7766702559ff673ee047b3e64b0afe",
        "6c3e1ac593e4ba60292fc71d93257e1818a04ba184b47a269c799a097191426c",
    ),
    "windows": (
        "4e65a1992a1abe0f4da6e967a03ee8664a7766702559ff673ee047b3e64b0afe",
        "6c3e1ac593e4ba60292fc71d93257e1818a04ba184b47a269c799a097191426c",
    ),
    "old mac": (
        "4e65a1992a1abe0f4da6e967a03ee8664a7766702559ff673ee047b3e64b0afe",
        "6c3e1ac593e4ba60292fc71d93257e1818a04ba184b47a269c799a097191426c",
    ),
    "lines in cells": (
        "eacb4333121bb36f19b0686bedab521c44b234c63ce7283f7378f7bf010086d4",
        "6c4eea25474f93d9d9eef76857df93b5c5ff85a934e61b2ef3e9dcea608e3411",
    ),
    "long row": (
        "37b61c2eabb3b7a0edef61bc0659ef1fab0f86e7a873edca38644b1a8cfaadd7",
        "ca3ade44f02412b48e2222107e51607bc37c8de702a2a861f07d17c5266bbdb5",
    ),
    "xlsx": (
        "8175a6f883179a07cab0c63ed96ce2c8ae5ffd232b55ce7650f5eec252d69954",
        "d26331dab87186835a5c2f078ccdb05e2522c42547a73a0335999f4c14a0f74e",
    ),
    "ods": (
        "8175a6f883179a07cab0c63ed96ce2c8ae5ffd232b55ce7650f5eec252d69954",
        "d26331dab87186835a5c2f078ccdb05e2522c42547a73a0335999f4c14a0f74e",
    ),
}
_FRAME = "75f4c7117814a28bbb76ec817dc3c409f21aba33061f7e7fa9d967bd5f9f533f"


@pytest.mark.parametrize("kind", ["plain", "windows", "old mac", "lines in cells", "long row", "xlsx", "ods"])
def test_l4_report_of_a_fixed_return_is_what_it_always_was(kind: str) -> None:
    data = _file(kind)
    capped = check_file(data, _CONTRACT, CONTEXT)
    whole = check_file(data, _CONTRACT, CONTEXT, Options(everything=True, show_values=True))
    assert (_digest(capped), _digest(whole)) == _PINNED[kind]
    assert capped.by_rule == whole.by_rule
    assert len(whole.findings) == sum(whole.by_rule.values()) > len(capped.findings)


def _frame_digest(outcome: Outcome) -> str:
    frame = outcome.frames["LA-DA"]
    text = frame.with_columns(pl.col(pl.List(pl.String)).list.join(";")).write_csv()
    return hashlib.sha256(repr(frame.schema).encode() + text.encode()).hexdigest()


def test_l4_canonical_frame_of_a_fixed_return_is_what_it_always_was() -> None:
    lenient = Sheet("LA-DA", tuple(map(_column, _COLUMNS)), ("la_child_id",))
    contract = Contract("LA-DA", "Test", None, "A test.", (lenient,))
    good = {0: ("CH1", "CH2"), 4: ("Siân", " Jo "), 6: ("14/03/2020", "2020-03-14", "1 March 2020")}
    rows = []
    for number in range(60):
        row = [typed[0] for _, _, typed in _COLUMNS.values()]
        for at, choices in good.items():
            row[at] = choices[number % len(choices)]
        rows.append(row)
    outcome = check_file(_csv(rows), contract, CONTEXT)
    assert outcome.verdict == "accepted"
    assert _frame_digest(outcome) == _FRAME
