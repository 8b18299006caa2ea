"""Good values of an inspection: whoever enters them as they are and sends them is accepted, whatever theme and day."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import product

import pytest

from models.themes import theme, theme_ids
from validation.contract.context import Context
from validation.contract.model import Contract
from validation.engine.checking import check_file
from validation.files.readers import read
from validation.returns import CONTRACTS
from validation.returns import contract as contract_of
from validation.telling.examples import applies, good_row, with_examples_of
from validation.telling.pages import write_pages
from validation.telling.templates import Format, template_pages

# The good values must move over a leap day and Easter, a new year, and into weeks of bank holidays.
_BY_FORM: dict[Format, tuple[date, str]] = {
    "xlsx": (date(2026, 11, 26), "E06000045"),
    "ods": (date(2024, 4, 12), "E08000025"),
    "csv": (date(2028, 3, 3), "E09000033"),
}


def _context(theme_id: str, day: date, contract: Contract, gss: str) -> Context:
    refs = ("T1",) if contract.code == "EVAL" else ()
    return Context(theme(theme_id), day, gss, sample_refs=refs, agency="health")


def _filled(contract: Contract, context: Context, form: Format) -> bytes:
    """Return the template with the good values of its own guidance entered below its headers."""
    pages = template_pages(contract, context.theme, form, context=context)
    # As a person reads them: the column of the guidance, which a CSV template does not have.
    guidance = next(p for p in template_pages(contract, context.theme, context=context) if p.name == "Guidance").rows
    sheet, column, good = (guidance[0].index(name) for name in ("Sheet", "Column", "A good value"))
    values = {(row[sheet], row[column]): row[good] for row in guidance[1:]}
    for page in pages:
        if page.name in {s.name for s in contract.sheets}:
            page.rows.append([values[page.name, name] for name in page.rows[0]])  # type: ignore[attr-defined]
    return write_pages(pages, form)


def _cases() -> Iterator[object]:
    """Yield each return under each theme in each form: quick tests meet each pair of the three, long ones the rest."""
    forms = list(_BY_FORM)
    for (n, code), (m, theme_id), (k, form) in product(*map(enumerate, (CONTRACTS, theme_ids(), forms))):
        marks = () if (n + m + k) % len(forms) == 0 else (pytest.mark.long,)
        yield pytest.param(code, theme_id, form, marks=marks, id=f"{code}-{theme_id}-{form}")


@pytest.mark.parametrize(("code", "theme_id", "form"), _cases())
def test_l8_the_good_values_entered_as_they_are_are_accepted(code: str, theme_id: str, form: Format) -> None:
    contract, (day, gss) = contract_of(code, theme(theme_id)), _BY_FORM[form]
    context = _context(theme_id, day, contract, gss)
    outcome = check_file(_filled(contract, context, form), contract, context)
    # A CSV file has one sheet, so the others are asked about.
    asked_about = [f for f in outcome.findings if form == "csv" and f.rule == "FILE.missing_sheet"]
    assert (list(outcome.findings), outcome.rows, outcome.errors) == (asked_about, 1, 0)


def test_good_values_are_of_the_inspection() -> None:
    context = Context(
        theme("domestic-abuse-2024"), date(2026, 11, 26), "E06000045", sample_refs=("T4",), agency="health"
    )
    pol, pro, evaluation = (with_examples_of(CONTRACTS[code], context).main for code in ("POL-1", "PRO-1", "EVAL"))
    assert pol.column("gss_code").example == "E06000045"
    incident = datetime.strptime(pol.column("incident_datetime").example, "%d/%m/%Y %H:%M").date()
    assert context.window_start <= incident <= context.announced
    assert pro.column("pdu").example == "Southampton"
    assert (evaluation.column("sample_ref").example, evaluation.column("agency").example) == ("T4", "health")
    assert "the window (26 May 2026 to 26 November 2026)" in pol.column("incident_datetime").guidance


def test_children_are_of_an_age_that_the_theme_asks_about() -> None:
    context = Context(theme("child-sexual-exploitation-2016"), date(2025, 2, 24), "E06000038")
    la_da, la_3 = (with_examples_of(CONTRACTS[code], context).main for code in ("LA-DA", "LA-3"))
    assert la_da.column("date_of_birth").example == "14/03/2013"
    assert la_3.column("Age of Child (Years)").example == "11"


def test_what_only_an_unborn_child_needs_stands_apart() -> None:
    sheet = CONTRACTS["LA-DA"].main
    assert good_row(sheet)["expected_date_of_birth"] is None
    assert [c.name for c in sheet.columns if not applies(c)] == ["expected_date_of_birth", "pre_birth_assessment"]


def test_l13_without_an_announcement_no_day_is_named_as_the_window_s() -> None:
    contract = CONTRACTS["POL-1"]
    about, guidance = template_pages(contract, theme("domestic-abuse-2024"))[:2]
    text = str([*about.rows, *guidance.rows])
    assert "the window (" not in text
    assert "announced on 24 February 2025" in text


def test_the_first_page_says_window_area_and_deadline() -> None:
    contract = CONTRACTS["POL-1"]
    context = Context(theme("domestic-abuse-2024"), date(2026, 11, 26), "E06000045")
    pages = template_pages(contract, context.theme, context=context, due="5pm on Monday 30 November 2026")
    grid = next(g for g in read(write_pages(pages, "xlsx"), frozenset()).grids if g.name == "About")
    facts = dict(grid.frame.select("0", "1").iter_rows())
    assert facts["Period asked about"].startswith("26 May 2026 to 26 November 2026, the day of the announcement.")
    assert facts["Due by"].startswith("5pm on Monday 30 November 2026")
