"""The engine: verdicts, exact counts, layout findings, and the laws it holds."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from models.themes import theme
from tests.validation.rows import CONTEXT, checked, csv_of, example_row
from validation.contract.context import Context
from validation.contract.errors import InternalFaultError
from validation.contract.outcome import Options, Outcome
from validation.contract.rules import Row, Rule
from validation.engine.checking import check_file
from validation.engine.running import run
from validation.files.stamp import Stamp
from validation.returns import CONTRACTS, contract
from validation.telling.pages import write_pages
from validation.telling.reports import FORMS, render
from validation.telling.templates import workbook_pages

_LA = CONTRACTS["LA-DA"]
_CANARY = ("Zebulonia", "Quackenbush", "9434765918", "ZZ99 9ZZX")


def _numbered(count: int, **cells: str | None) -> Iterator[dict[str, str | None]]:
    for n in range(count):
        yield {"la_child_id": f"CH{n:05}", "nhs_number": None, "upn": None, "forename": f"N{n}", **cells}


def test_good_row_is_accepted_with_typed_frame() -> None:
    outcome = checked(_LA, {})
    assert (outcome.verdict, outcome.rows, outcome.errors, outcome.queries) == ("accepted", 1, 0, 0)
    frame = outcome.frames["LA-DA"]
    assert frame.columns == ["row", *_LA.main.names]
    assert frame.row(0, named=True)["date_of_birth"] == date(2020, 3, 14)
    assert frame.row(0, named=True)["da_factor_codes"] == ["3B", "3C"]


def test_query_alone_asks_for_an_explanation_and_keeps_the_frame() -> None:
    outcome = checked(CONTRACTS["PRO-1"], {"sara_completed": "No", "sara_partner": None, "sara_others": None})
    assert outcome.verdict == "queried"
    assert outcome.by_rule["PRO-1.sara_completed.no"] == 1
    assert outcome.frames


def test_error_rejects_and_keeps_no_frame() -> None:
    outcome = checked(_LA, {"sex": "zz"})
    assert (outcome.verdict, dict(outcome.frames)) == ("rejected", {})


def test_headers_without_rows_ask_for_a_nil_return() -> None:
    outcome = checked(_LA)
    assert outcome.verdict == "rejected"
    assert "nil return" in outcome.findings[0].message


@pytest.mark.parametrize("other", [c for c in CONTRACTS if c != "LA-DA"])
def test_another_return_is_recognised_by_its_headers(other: str) -> None:
    data = csv_of(CONTRACTS[other].main, [{}]).encode()
    outcome = check_file(data, _LA, CONTEXT)
    assert [f.rule for f in outcome.findings] == ["FILE.wrong_return"]
    assert f"looks like {other}" in outcome.findings[0].message
    assert "not LA-DA" in outcome.findings[0].message


def test_table_without_any_known_header_is_told_what_headers_look_like() -> None:
    assert [f.rule for f in check_file(b"x,y\n1,2\n", _LA, CONTEXT).findings] == ["FILE.no_header"]


@pytest.mark.parametrize(
    ("stamp", "changes", "rule"),
    [
        (Stamp(gss="E08000019"), {}, "FILE.wrong_area"),
        (Stamp(), {"theme": theme("domestic-abuse-2016")}, "FILE.wrong_theme"),
        (Stamp(extract="01/02/2025"), {}, "FILE.extract_date"),
        (Stamp(extract="01/06/2025"), {}, "FILE.extract_date"),
        (Stamp(extract="soon"), {}, "FILE.extract_date"),
    ],
)
@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_stamp_gives_the_wrong_template_away(stamp: Stamp, changes: dict[str, object], rule: str, form: str) -> None:
    rows = {"LA-DA": [list(example_row(_LA.main).values())]}
    data = write_pages(workbook_pages(_LA, CONTEXT.theme, form, stamp, rows), form)  # type: ignore[arg-type]
    outcome = check_file(data, _LA, replace(CONTEXT, **changes))  # type: ignore[arg-type]
    assert [f.rule for f in outcome.findings] == [rule]


def test_last_years_template_and_another_returns_template_are_given_away() -> None:
    rows = {"LA-DA": [list(example_row(_LA.main).values())]}
    data = write_pages(workbook_pages(_LA, CONTEXT.theme, "xlsx", None, rows), "xlsx")
    assert [f.rule for f in check_file(data, replace(_LA, version=2), CONTEXT).findings] == ["FILE.old_template"]
    assert [f.rule for f in check_file(data, contract("pol-1"), CONTEXT).findings] == ["FILE.wrong_return"]


def test_stamped_extract_date_is_the_day_births_are_measured_by() -> None:
    rows = {
        "LA-DA": [
            list(
                {**example_row(_LA.main), "date_of_birth": "25/02/2025", "first_da_contact_date": "12/11/2024"}.values()
            )
        ]
    }
    for extract, verdict in (("", "rejected"), ("26/02/2025", "accepted")):
        data = write_pages(workbook_pages(_LA, CONTEXT.theme, "xlsx", Stamp(extract=extract), rows), "xlsx")
        outcome = check_file(data, _LA, CONTEXT)
        assert outcome.verdict == verdict


def test_list_of_another_area_is_refused() -> None:
    assert "POL-1.gss_code.area" in checked(CONTRACTS["POL-1"], {"gss_code": "E08000019"}).by_rule


def test_child_on_second_sheet_must_be_linked_to_a_person_on_the_first() -> None:
    pro = CONTRACTS["PRO-1"]
    child = {**example_row(pro.sheets[1]), "crn": "X000001"}
    rows = {"PRO-1": [list(example_row(pro.main).values())], "Children": [list(child.values())]}
    outcome = check_file(write_pages(workbook_pages(pro, CONTEXT.theme, "xlsx", None, rows), "xlsx"), pro, CONTEXT)
    assert [(f.rule, f.sheet, f.cell) for f in outcome.findings] == [("PRO-1.Children.crn.known", "Children", "A2")]


def test_evaluation_must_cover_every_child_chosen() -> None:
    context = replace(CONTEXT, sample_refs=("C-7F3K", "C-8G4L"))
    outcome = checked(CONTRACTS["EVAL"], {"period_reviewed_to": "20/02/2025"}, context=context)
    assert [f.rule for f in outcome.findings] == ["EVAL.sample_ref.complete"]
    assert "C-8G4L" in outcome.findings[0].message


def test_many_children_of_unknown_sex_are_one_query_on_the_list() -> None:
    outcome = checked(
        _LA, *_numbered(100), *({**r, "la_child_id": f"U{n}"} for n, r in enumerate(_numbered(3, sex="U")))
    )
    assert outcome.by_rule["LA-DA.sex.unknown_share"] == 1
    assert next(f for f in outcome.findings if f.rule == "LA-DA.sex.unknown_share").row is None
    assert "LA-DA.sex.unknown_share" not in checked(_LA, *_numbered(2, sex="U")).by_rule


def test_counts_are_exact_while_the_list_is_capped() -> None:
    rows = [{**row, "sex": "zz" if n % 2 else "M"} for n, row in enumerate(_numbered(300))]
    outcome = checked(_LA, *rows)
    assert (outcome.by_rule["LA-DA.sex.code"], len(outcome.findings), outcome.truncated) == (150, 100, True)


def test_what_is_wrong_with_a_whole_column_is_said_once_and_counted_in_full() -> None:
    rows = list(_numbered(150, sex="zz"))
    outcome = checked(_LA, *rows)
    (finding,) = outcome.findings
    assert (finding.rule, finding.row, outcome.by_rule[finding.rule], outcome.errors) == ("LA-DA.sex.code", 2, 150, 150)
    assert finding.message.startswith("This is so in 150 cells of the column")
    everything = check_file(csv_of(_LA.main, rows).encode(), _LA, CONTEXT, Options(everything=True))
    assert (len(everything.findings), everything.truncated) == (150, False)


def test_values_are_shown_only_on_request() -> None:
    data = csv_of(_LA.main, [{"sex": "zz"}]).encode()
    assert "value" not in check_file(data, _LA, CONTEXT).findings[0].to_dict()
    assert check_file(data, _LA, CONTEXT, Options(show_values=True)).findings[0].to_dict()["value"] == "zz"


def test_age_is_counted_on_the_day_of_the_announcement() -> None:
    for born, verdict in (("24/02/2017", "rejected"), ("25/02/2017", "accepted")):
        assert checked(_LA, {"date_of_birth": born, "first_da_contact_date": "12/11/2024"}).verdict == verdict


def test_window_has_its_first_and_last_day() -> None:
    for day, verdict in (
        ("23/08/2024", "rejected"),
        ("24/08/2024", "accepted"),
        ("24/02/2025", "accepted"),
        ("25/02/2025", "rejected"),
    ):
        row = {"first_da_contact_date": "01/08/2024", "latest_da_contact_date": day}
        assert checked(_LA, row).verdict == verdict


def test_context_survives_json() -> None:
    context = replace(CONTEXT, extract=date(2025, 2, 26), sample_refs=("A", "B"))
    assert Context.from_json(json.loads(json.dumps(context.to_json()))) == context


def test_l4_same_file_gives_the_same_report_bytes() -> None:
    data = csv_of(_LA.main, [*_numbered(30, sex="zz"), {"postcode": "RG1"}]).encode()
    first, second = (check_file(data, _LA, CONTEXT) for _ in range(2))
    for form in FORMS:
        assert render(first, form) == render(second, form)
    assert Outcome.from_json(first.to_json()).to_json() == first.to_json()


def test_l4_verdict_does_not_depend_on_the_order_of_rows() -> None:
    rows: list[Row] = [*_numbered(40), *_numbered(3, sex="zz"), {"postcode": "RG1"}]
    shuffled = rows.copy()
    random.Random(1).shuffle(shuffled)  # noqa: S311 - repeatable, not secret
    one, other = checked(_LA, *rows), checked(_LA, *shuffled)
    assert (one.by_rule, one.verdict) == (other.by_rule, other.verdict)


def test_l5_no_report_holds_what_a_cell_holds() -> None:
    name, surname, number, postcode = _CANARY
    bad = {
        "forename": name,
        "surname": surname,
        "nhs_number": number,
        "postcode": postcode,
        "sex": name,
        "upn": surname,
    }
    outcome = checked(_LA, {**bad, "date_of_birth": name, "case_status": surname}, {**bad, "la_child_id": name * 4})
    assert outcome.errors > 5
    for form in (".html", ".csv", ".json"):
        text = render(outcome, form).decode()
        assert not [c for c in (*_CANARY, name.lower()) if c in text]


def test_l5_header_row_of_data_is_not_quoted() -> None:
    text = f"la_child_id,sex,unborn,{_CANARY[0]}\nA,F,No,x\n"
    assert _CANARY[0] not in check_file(text.encode(), _LA, CONTEXT).to_json().decode()


def test_l9_rule_that_fails_to_run_is_our_fault_and_quotes_nothing() -> None:
    frame = pl.DataFrame({"sex": [_CANARY[0]]})
    rule = Rule(
        "X.sex.broken",
        column="sex",
        severity="error",
        fails_where=pl.col("sex").cast(pl.Int64) > pl.col("absent"),
        message="m",
        source="s",
    )
    with pytest.raises(InternalFaultError) as caught:
        run(frame, [rule])
    assert caught.value.what == "X.sex.broken"
    assert caught.value.__cause__ is None
    assert _CANARY[0] not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_formulas_are_harmless_in_reports() -> None:
    outcome = check_file(csv_of(_LA.main, [{"sex": "=cmd()"}]).encode(), _LA, CONTEXT, Options(show_values=True))
    assert "'=cmd()" in render(outcome, ".csv").decode()
    assert (
        "<script>"
        not in render(
            check_file(csv_of(_LA.main, [{"sex": "<script>"}]).encode(), _LA, CONTEXT, Options(show_values=True)),
            ".html",
        ).decode()
    )
