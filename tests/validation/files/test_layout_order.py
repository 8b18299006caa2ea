"""Every rule about files is about the layout, a whole column, or cells."""

from validation.files.layout_order import COLUMNS, LAYOUT
from validation.files.rules import FILE_RULES

_CELLS = {
    *("FILE.merged_cells", "FILE.formula", "FILE.error_value", "FILE.no_value", "FILE.odd_character"),
    "FILE.lost_value",
}


def test_every_rule_about_files_has_its_place() -> None:
    assert {rule.id for rule in FILE_RULES} == {*LAYOUT, *COLUMNS, *_CELLS}
    assert not COLUMNS & set(LAYOUT)
