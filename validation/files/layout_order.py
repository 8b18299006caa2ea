"""Which rules about a file are about its layout, in the order in which a file is best put right."""

from collections.abc import Mapping

SHEETS, HEADERS, ROWS = 0, 1, 2
"""Parts of the layout, in order."""

LAYOUT: Mapping[str, int] = {
    **dict.fromkeys(
        (
            *("FILE.unreadable", "FILE.wrong_return", "FILE.wrong_theme", "FILE.wrong_area", "FILE.old_template"),
            *("FILE.extract_date", "FILE.marked_rows", "FILE.missing_sheet", "FILE.second_sheet", "FILE.extra_sheet"),
            *("FILE.hidden_sheet", "FILE.no_header"),
        ),
        SHEETS,
    ),
    **dict.fromkeys(
        (
            *("FILE.duplicate_header", "FILE.missing_column", "FILE.absent_column", "FILE.extra_column"),
            "FILE.hidden_columns",
        ),
        HEADERS,
    ),
    **dict.fromkeys(
        (
            *("FILE.no_rows", "FILE.nil_row", "FILE.second_header", "FILE.second_table", "FILE.no_row"),
            *("FILE.long_row", "FILE.wide_row", "FILE.joined_cells", "FILE.cut_row", "FILE.hidden_rows"),
        ),
        ROWS,
    ),
}
COLUMNS = frozenset({"FILE.wrapped", "FILE.blanks_in_words"})
"""Rules about a file that speak of columns as a whole; its other rules, outside `LAYOUT`, are about cells."""
