"""Returns are filled from an Annex A workbook: how far, with each row accounted for, and nothing made up."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.themes import Theme, theme
from tests.examples import examples
from tests.validation.annex_a import LISTS, WRITERS, sheets_of
from validation.contract.context import Context
from validation.contract.errors import UnreadableError
from validation.engine.checking import check_file, headings
from validation.files.readers import read
from validation.filling.extract import filled_from
from validation.filling.filled import Filling
from validation.filling.workbook import workbook_of
from validation.returns import contract
from validation.synthetic import Synthetic, synthesise
from validation.telling.pages import Page, to_csv, write_pages

READING = "E06000038"
ANNOUNCED = date(2025, 2, 24)
_DA = theme("domestic-abuse-2024")


@lru_cache
def _made(theme_id: str = "domestic-abuse-2024", seed: int = 5, children: int = 300) -> Synthetic:
    return synthesise(theme(theme_id), READING, children, seed, returns=(*LISTS, "LA-DA"))


@lru_cache
def _filled(theme_id: str = "domestic-abuse-2024", seed: int = 5, form: str = "xlsx") -> Filling:
    made = _made(theme_id, seed)
    return filled_from([read(WRITERS[form](sheets_of(made)), headings())], made.context)


def _of(sheets: Mapping[str, Sequence[Sequence[object]]], asked: Theme = _DA) -> Filling:
    data = write_pages([Page(name, rows) for name, rows in sheets.items()], "xlsx")
    return filled_from([read(data, headings())], Context(asked, ANNOUNCED, READING))


@pytest.mark.parametrize(("seed", "form"), [(5, "xlsx"), (11, "ods")])
def test_nine_of_ten_required_cells_of_the_councils_lists_come_from_an_annex_a_workbook(seed: int, form: str) -> None:
    filling = _filled(seed=seed, form=form)
    assert set(filling.returns) == {*LISTS, "LA-DA"}
    assert filling.filled / filling.required >= 0.9
    for code in LISTS:
        assert filling.returns[code].filled == filling.returns[code].required


def test_the_cells_that_are_said_to_be_missing_are_those_of_which_the_check_says_that_they_are_blank() -> None:
    made = _made()
    for code, filled in _filled().returns.items():
        outcome = check_file(workbook_of(filled, made.context), contract(code, _DA), made.context)
        blank = sum(count for rule, count in outcome.by_rule.items() if rule.endswith(".required"))
        assert blank == filled.required - filled.filled
        assert outcome.errors == blank


def test_a_filled_workbook_read_back_says_the_same() -> None:
    made = _made()
    for code, filled in _filled().returns.items():
        again = check_file(workbook_of(filled, made.context), contract(code, _DA), made.context)
        assert again.rows == filled.rows
    once, twice = (workbook_of(_filled().returns["LA-3"], made.context) for _ in range(2))
    assert once == twice


def test_the_children_of_the_cohort_list_are_told_as_the_council_told_them() -> None:
    filled = _filled().returns["LA-DA"].frame
    truth = _made().returns["LA-DA"]["LA-DA"]
    both = truth.join(filled, on="la_child_id", suffix=" filled")
    assert both.height == truth.height == filled.height
    for name in ("unborn", "date_of_birth", "sex", "ethnicity", "latest_da_contact_date", "contacts_in_window"):
        assert both[name].eq_missing(both[f"{name} filled"]).all()
    for name in ("household_id", "da_factor_codes", "marac_heard", "nhs_number", "forename"):
        assert filled[name].null_count() == filled.height


def test_l13_what_the_extract_cannot_know_is_said_and_what_is_only_nearest_is_to_be_checked() -> None:
    account = _filled().returns["LA-DA"].to_dict()
    missing = {each["column"]: each["from"] for each in account["missing"]}
    assert {"household_id", "da_factor_codes", "marac_heard"} <= set(missing)
    assert all(missing.values())
    assert "first_da_contact_date" in {each["column"] for each in account["check"]}
    assert account["cells_to_check"] == 4 * account["rows"]
    assert "take out children who have none" in account["notes"][0]


def test_the_list_of_another_theme_has_its_own_columns() -> None:
    other = theme("front-door-2024")
    filled = _filled("front-door-2024").returns
    assert set(filled) == {code for code in (*LISTS, "LA-DA") if other.kinds_asked(code)}
    for code, each in filled.items():
        assert tuple(each.frame.columns) == contract(code, other).main.names


_SSD_1 = ["ChildUniqueID", "Gender", "Ethnicity", "DateOfBirth", "Age", "DateOfContact", "ContactSource"]
_CHILD = ["501", "b) Female", "a) WBRI", "14/03/2020", "4"]
_CONTACT = [*_CHILD, "14/01/2025", "q) 6: Police"]


def test_headers_as_the_ssd_writes_them_are_read_and_counted() -> None:
    headers = [*_SSD_1[:5], "ReferralDate", "ReferralSource", "ReferralNFA", "ReferralsLast12Months"]
    row = [*_CHILD, "15/01/2025", "c) 1C: Individual", "b) No", "1", "Team 2", "SW1"]
    filling = _of({"List_1": [_SSD_1, _CONTACT], "List_3": [[*headers, "AllocatedTeam", "AllocatedWorker"], row]})
    assert [filling.returns[code].filled for code in ("LA-1", "LA-3")] == [7, 10]
    assert filling.returns["LA-3"].frame.row(0)[-6:] == ("15/01/2025", "1C", "No", "1", "Team 2", "SW1")
    assert "3 headers of another system are read as ours." in filling.returns["LA-3"].notes


def test_one_text_file_a_list_fills_as_a_workbook_does() -> None:
    made = _made()
    frames = [made.returns[code][code] for code in LISTS]
    files = [read(to_csv([frame.columns, *frame.iter_rows()]), headings()) for frame in frames]
    filling = filled_from(files, made.context)
    for code, filled in _filled().returns.items():
        assert filling.returns[code].frame.equals(filled.frame)


def test_l14_an_unknown_code_and_an_impossible_date_stay_as_they_are_and_are_missing() -> None:
    odd = ["501", "b) Female", "Martian", "31/02/2020", "4", "14/01/2025", "q) 6: Police"]
    filled = _of({"List 1": [list(contract("LA-1").main.names), odd]}).returns["LA-1"]
    assert filled.frame.row(0)[2:4] == ("Martian", "31/02/2020")
    assert (filled.required, filled.filled) == (7, 5)
    assert all("1 of them hold what we cannot read" in each["from"] for each in filled.to_dict()["missing"])


def test_lists_that_disagree_about_a_child_leave_the_cell_blank_and_say_so() -> None:
    other = ["501", "a) Male", "a) WBRI", "14/03/2020", "4", "01/12/2024", None, "Hub"]
    filling = _of(
        {
            "List 1": [list(contract("LA-1").main.names), _CONTACT],
            "List 2": [list(contract("LA-2").main.names), other],
        }
    )
    cohort = filling.returns["LA-DA"]
    assert cohort.frame["sex"].to_list() == [None]
    assert "disagree about the birth, sex, ethnicity or disability of 1 children" in " ".join(cohort.notes)


def test_a_child_who_is_neither_in_the_lists_is_u_and_counted() -> None:
    row = ["501", "d) Neither", *_CONTACT[2:]]
    filled = _of({"List 1": [list(contract("LA-1").main.names), row]}).returns["LA-DA"]
    assert filled.frame["sex"].to_list() == ["U"]
    assert "The lists give 1 child as neither male nor female, which is U here." in filled.notes


def test_a_row_without_a_number_makes_no_child_and_is_told() -> None:
    filling = _of({"List 1": [list(contract("LA-1").main.names), _CONTACT, [None, *_CONTACT[1:]]]})
    assert filling.returns["LA-DA"].rows == 1
    assert any("1 rows of the lists have no number" in note for note in filling.returns["LA-DA"].notes)


@pytest.mark.parametrize("rows", [[["a", "b"], ["1", "2"]], [["forename", "surname", "upn"], ["x", "y", "z"]]])
def test_a_wrong_extract_is_refused_in_words_that_help(rows: list[list[str]]) -> None:
    with pytest.raises(UnreadableError, match="Annex A workbook, with List 1 to List 8.*children in need census"):
        _of({"Sheet1": rows})


_DAYS = st.dates(date(2023, 1, 1), date(2026, 1, 1))
_BORN = st.dates(date(2005, 1, 1), date(2025, 3, 1))


@given(st.lists(st.tuples(st.integers(1, 9), _DAYS, _BORN), min_size=1, max_size=20))
@examples(60)
def test_l14_rows_used_and_rows_left_out_add_up_to_the_rows_of_the_extract(rows: list[tuple[int, date, date]]) -> None:
    born = {number: day for number, _, day in rows}
    typed = [
        [str(number), "b) Female", "a) WBRI", f"{born[number]:%d/%m/%Y}", None, f"{day:%d/%m/%Y}", "q) 6: Police"]
        for number, day, _ in rows
    ]
    filling = _of({"List 1": [list(contract("LA-1").main.names), *typed]})
    context = Context(_DA, ANNOUNCED, READING)
    contacts, cohort = filling.returns["LA-1"], filling.returns["LA-DA"]
    for filled in (contacts, cohort):
        assert filled.counted == filled.rows + sum(each.count for each in filled.left_out)
        assert filled.filled <= filled.required
    assert cohort.counted == len(born)
    inside = [number for number, day, _ in rows if context.window_start <= day <= ANNOUNCED]
    assert contacts.counted == len(rows)
    assert contacts.frame["Child Unique ID"].to_list() == [str(number) for number in inside]
    young = {n for n in inside if born[n] > context.born_after and born[n] <= ANNOUNCED}
    assert set(cohort.frame["la_child_id"]) == {str(number) for number in young}
    assert dict(cohort.frame.select("la_child_id", "contacts_in_window").iter_rows()) == {
        str(n): str(inside.count(n)) for n in young
    }


@given(st.permutations(range(12)))
@examples(20)
def test_l4_another_order_of_rows_makes_the_same_cohort_list(order: Sequence[int]) -> None:
    frame: pl.DataFrame = _made().returns["LA-1"]["LA-1"].head(12)
    names, rows = frame.columns, frame.rows()
    one = _of({"List 1": [names, *rows]}).returns["LA-DA"].frame
    other = _of({"List 1": [names, *(rows[n] for n in order)]}).returns["LA-DA"].frame
    assert one.equals(other)
