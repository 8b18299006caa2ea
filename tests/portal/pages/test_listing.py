"""One pattern for all lists: what is wanted is what is shown, in its order, on its page, and in a file as on a page."""

import csv
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from portal.pages.listing import PAGE, ListingColumn, Wanted, arrange, table_file, wanted_in

Thing = tuple[str, int | None, Sequence[str]]
COLUMNS: tuple[ListingColumn[Thing], ...] = (
    ListingColumn("name", "Name", lambda thing: thing[0]),
    ListingColumn("size", "Size", lambda thing: thing[1]),
    ListingColumn("kinds", "Kinds", lambda thing: thing[2], chosen=True),
)
THINGS: list[Thing] = [("Bea", 10, ("b", "a")), ("ada", None, ("a",)), ("Cy", 9, ())]
things = st.lists(
    st.tuples(st.text(max_size=3), st.none() | st.integers(), st.lists(st.sampled_from("abc"), max_size=2)),
    max_size=2 * PAGE + 1,
)


def names(wanted: Wanted) -> list[str]:
    return [name for name, *_ in arrange(THINGS, COLUMNS, wanted).rows]


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        (Wanted(), ["Bea", "ada", "Cy"]),
        (Wanted(words="A"), ["Bea", "ada"]),
        (Wanted(words="10"), ["Bea"]),
        (Wanted(by="name"), ["ada", "Bea", "Cy"]),
        (Wanted(by="size"), ["Cy", "Bea", "ada"]),
        (Wanted(by="size", falling=True), ["Bea", "Cy", "ada"]),
        (Wanted(by="nothing of it"), ["Bea", "ada", "Cy"]),
        (Wanted(chosen={"kinds": "a"}), ["Bea", "ada"]),
        (Wanted(chosen={"kinds": "b", "name": "Cy"}), ["Bea"]),
        (Wanted(chosen={"kinds": "no such value"}), ["Bea", "ada", "Cy"]),
    ],
)
def test_what_is_wanted_is_shown_in_its_order(wanted: Wanted, shown: list[str]) -> None:
    assert names(wanted) == shown


def test_a_list_offers_each_value_once_and_says_how_much_there_is() -> None:
    listing = arrange(THINGS, COLUMNS, Wanted(words="bea"))
    assert listing.choices == {"kinds": ["a", "b"]}
    assert (listing.total, listing.matching, listing.pages) == (3, 1, 1)
    assert listing.titles == {"name": "Name", "size": "Size", "kinds": "Kinds"}


@given(things, st.sampled_from(["", "name", "size", "kinds"]), st.booleans(), st.text(max_size=1))
def test_l14_all_pages_together_are_the_file_and_no_row_is_lost_or_doubled(
    rows: list[Thing], by: str, falling: bool, words: str
) -> None:
    every = arrange(rows, COLUMNS, Wanted(words, by, falling, download="csv")).rows
    pages = arrange(rows, COLUMNS, Wanted(words, by, falling)).pages
    shown = [row for n in range(pages) for row in arrange(rows, COLUMNS, Wanted(words, by, falling, n + 1)).rows]
    assert shown == list(every)
    if not words:
        assert sorted(map(repr, shown)) == sorted(map(repr, rows))


def test_a_page_beyond_the_last_is_the_last() -> None:
    rows: list[Thing] = [(str(number), number, ()) for number in range(PAGE + 1)]
    listing = arrange(rows, COLUMNS, Wanted(number=99))
    assert (listing.wanted.number, listing.pages, list(listing.rows)) == (2, 2, rows[PAGE:])


def test_a_form_is_read_as_it_was_filled_in_and_nothing_else_is_believed() -> None:
    fields = {"words": " a ", "by": "size", "falling": "true", "number": "3", "only-kinds": "a", "download": "ods"}
    assert wanted_in(FormData(fields)) == Wanted("a", "size", True, 3, {"kinds": "a"}, "ods")
    odd = {"number": "-1", "download": "exe", "only-kinds": "", "falling": "yes"}
    assert wanted_in(FormData(odd)) == Wanted()


def _file(cells: list[list[str]], extension: str) -> Any:
    return table_file("What you sent, all of it", ["One", "Two"], cells, extension)


@pytest.mark.parametrize("extension", ["csv", "xlsx", "ods"])
def test_a_file_has_a_plain_name_and_no_formula(extension: str) -> None:
    answer = _file([["=1+1", "a"], ["@x", "b"]], extension)
    assert answer.headers["content-disposition"] == f'attachment; filename="what-you-sent-all-of-it.{extension}"'
    if extension == "csv":
        rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))
        assert rows == [["One", "Two"], ["'=1+1", "a"], ["'@x", "b"]]
    else:
        with zipfile.ZipFile(io.BytesIO(answer.body)) as packed:
            text = "".join(packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml"))
        assert "=1+1" in text
        assert "<f>" not in text
        assert "table:formula" not in text


def test_a_file_of_no_row_has_its_headings() -> None:
    assert _file([], "csv").body.decode("utf-8-sig").strip() == "One,Two"


def test_a_person_who_stands_in_many_rows_is_looked_up_once_and_found_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[str] = []

    def who(reference: str) -> str:
        looked_up.append(reference)
        return f"Alex {reference}"

    monkeypatch.setattr("portal.pages.listing.who", who)
    by: tuple[ListingColumn[Thing], ...] = (
        ListingColumn("by", "By", lambda thing: "P-1" if thing[1] else "", chosen=True, person=True),
    )
    listing = arrange(THINGS * 20, by, Wanted(words="alex p-1", by="by"))
    assert looked_up == ["P-1"]
    assert (listing.choices, listing.matching) == ({"by": ["Alex P-1"]}, 40)
