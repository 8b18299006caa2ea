"""A copy has what is the person's own; everybody else is left out, and stands nowhere in any byte of the file."""

from datetime import date

import pytest

from tasks.persons_requests.masking import (
    MARKS,
    hidden_values,
    masked_row,
    values_in_words,
    values_within,
    workbook,
)
from validation.contract.persons_numbers import Number, NumberKind
from validation.returns import contract

pytestmark = pytest.mark.pure
CHILD = Number(NumberKind.NHS, "9434765919")
POL = contract("POL-1").main
ROW: dict[str, object] = {
    "row": 2,
    "incident_ref": "INC-7788",
    "child_nhs_number": "9434765919",
    "forename": "Siân",
    "surname": "Okafor & Lee",
    "date_of_birth": date(2020, 3, 14),
    "postcode": "RG1 1AA",
    "mother_forename": "Alys<b>",
    "mother_surname": "Quizzlebury",
    "mother_date_of_birth": date(1994, 11, 9),
    "mother_nhs_number": "9434765870",
    "suspect_ref": "SUS-4455",
    "suspect_pnc_id": None,
    "child_present": "yes",
}


def texts(number: Number) -> dict[str, str]:
    return {cell.column: cell.text for cell in masked_row("POL-1", POL, ROW, [number])}


def test_the_child_gets_their_own_and_nobody_elses() -> None:
    shown = texts(CHILD)
    assert (shown["forename"], shown["child_nhs_number"], shown["child_present"]) == ("Siân", "9434765919", "yes")
    for name in ("mother_forename", "mother_surname", "mother_date_of_birth", "suspect_ref"):
        assert shown[name] == "[Left out: about another person]"
    # A mark stands where nothing stood, too: it tells nothing of that.
    assert shown["suspect_pnc_id"] == shown["suspect_ref"]
    assert shown["postcode"] == "[Left out: tells where somebody lives or goes]"
    assert shown["incident_ref"].startswith("[Left out: words")


def test_the_mother_gets_her_own_and_nothing_of_the_child() -> None:
    shown = texts(Number(NumberKind.NHS, "9434765870"))
    assert shown["mother_surname"] == "Quizzlebury"
    assert all(shown[name] in MARKS for name in ("forename", "child_nhs_number", "child_present", "suspect_ref"))


def test_somebody_who_is_not_in_the_row_gets_nothing_of_it() -> None:
    assert set(texts(Number(NumberKind.CRN, "X123456")).values()) <= set(MARKS)


def test_of_a_list_of_children_each_gets_their_own_number_alone() -> None:
    row: dict[str, object] = {"child_la_ids": ["CH1", "ch 2"], "children_in_household": 2}
    number = Number(NumberKind.LA_CHILD, "CH2")
    shown = {cell.column: cell.text for cell in masked_row("MAR-1", contract("MAR-1").main, row, [number])}
    assert shown["child_la_ids"] == "ch 2; [Left out: numbers of other children]"
    assert shown["children_in_household"] in MARKS


def test_no_byte_of_the_file_holds_what_is_left_out_and_the_search_would_find_it() -> None:
    cells = masked_row("POL-1", POL, ROW, [CHILD])
    hidden = hidden_values(cells)
    assert {"Quizzlebury", "Alys<b>", "9434765870", "RG1 1AA", "SUS-4455", "09/11/1994", "INC-7788"} <= set(hidden)
    data = workbook([("Reading", "Police", "POL-1", "2", cell.column, cell.text) for cell in cells], ["About."])
    assert values_within(data, hidden) == []
    assert values_within(data, ["Siân", "Okafor & Lee"]) == ["Siân", "Okafor & Lee"]
    # The same search finds each value in a file that does hold it, packed and escaped as it is there.
    leaking = workbook([("", "", "", "", cell.column, cell.hidden or cell.text) for cell in cells], ["About."])
    assert set(values_within(leaking, hidden)) == set(hidden)


def test_what_the_published_letter_holds_is_found_by_whole_words() -> None:
    letter = "We met the family of Quizzlebury. RG1 1AAX is no postcode."
    assert values_in_words(letter, ["quizzlebury", "RG1 1AA", "Quizz"]) == ["quizzlebury"]
