"""Pages print so that they can be read: as wide as their columns need, their headers on each, guidance upright."""

import io
import zipfile

import pytest

from models.themes import theme
from validation.files.readers import read
from validation.returns import CONTRACTS
from validation.telling.pages import Page, write_pages
from validation.telling.templates import template_pages

_PAGES = {page.name: page for page in template_pages(CONTRACTS["POL-1"], theme("domestic-abuse-2024"))}


def _member(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name).decode()


def test_guidance_is_upright_and_tables_lie_on_their_side() -> None:
    assert [name for name, page in _PAGES.items() if page.landscape] == ["POL-1", "Codes"]
    assert (_PAGES["Guidance"].pages_wide, _PAGES["About"].pages_wide) == (1, 1)
    assert _PAGES["POL-1"].pages_wide > 1


def test_a_page_is_as_wide_as_its_columns_need() -> None:
    assert Page("A", [], widths=(10,) * 20, landscape=True).pages_wide == 1
    assert Page("A", [], widths=(10,) * 21, landscape=True).pages_wide == 2
    assert Page("A", []).pages_wide == 1


def test_xlsx_repeats_the_header_row_and_the_first_column_of_a_wide_table() -> None:
    data = write_pages([_PAGES["POL-1"], _PAGES["Guidance"]], "xlsx")
    book = _member(data, "xl/workbook.xml")
    wide, upright = (_member(data, f"xl/worksheets/sheet{number}.xml") for number in (1, 2))
    assert "'POL-1'!$A:$A,'POL-1'!$1:$1" in book
    assert "Guidance!$1:$1" in book
    assert 'orientation="landscape"' in wide
    assert f'fitToWidth="{_PAGES["POL-1"].pages_wide}"' in wide
    assert 'orientation="portrait"' in upright


def test_ods_names_a_layout_of_the_page_for_each_sheet_and_repeats_its_header() -> None:
    data = write_pages([_PAGES["POL-1"], _PAGES["Guidance"]], "ods")
    styles, content = _member(data, "styles.xml"), _member(data, "content.xml")
    assert (
        styles.count('style:print-orientation="landscape"') == styles.count('style:print-orientation="portrait"') == 1
    )
    assert content.count("<table:table-header-rows>") == 2
    assert 'style:master-page-name="print1"' in content


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_what_is_set_for_printing_changes_no_cell(form: str) -> None:
    rows: list[list[object]] = [["a", "b"], ["1", None], ["long " * 40, "x"]]
    pages = [Page("S", rows, header=True, widths=(8, 8), wrap=wrap, landscape=wrap) for wrap in (False, True)]
    plain, printed = (read(write_pages([page], form), frozenset()).grids[0].frame for page in pages)  # type: ignore[arg-type]
    assert plain.equals(printed)
    assert plain.height == 3
