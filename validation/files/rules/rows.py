"""Rules about the rows below the headers: those that are no rows, or whose cells may stand under the wrong header."""

from validation.contract.file_rules import FileRule

NO_ROWS = FileRule(
    "FILE.no_rows",
    severity="error",
    message=(
        "The sheet has headers but no rows. If there is nothing to report, say so with a nil return instead of an "
        "empty file; if there is, add the rows and send it again."
    ),
    source="X11",
)
NIL_ROW = FileRule(
    "FILE.nil_row",
    severity="error",
    message=(
        "The row only says that there is nothing to report, and was left out. If that is so, declare a nil return "
        "instead of sending a file; if there are other rows, remove this one."
    ),
)
SECOND_HEADER = FileRule(
    "FILE.second_header",
    severity="error",
    message=(
        "The headers stand here once more. The row was left out; remove it, and keep one header row above all rows."
    ),
)
OTHER_ORDER = FileRule(
    "FILE.second_header",
    severity="error",
    message=(
        "The headers stand here once more, but not in the columns in which they stand in row {first}. Nothing from "
        "here down was read. Move the columns below to the order of row {first}, and keep one header row."
    ),
    example={"first": "1"},
)
SECOND_TABLE = FileRule(
    "FILE.second_table",
    severity="error",
    message=(
        "A second table begins here, with headers of its own. It was not read, nor was anything below it: put each "
        "table on a sheet of its own."
    ),
)
RULED_LINE = FileRule(
    "FILE.no_row",
    severity="error",
    message="The line is ruled off with dashes or the like and is no row. It was left out; remove it.",
)
UNDER_HEADERS = FileRule(
    "FILE.no_row",
    severity="error",
    message=(
        "Most cells of the row cannot be values of their columns, as where a row says the type, format or number of "
        "each column. It was left out. Remove it, or correct its cells if it is a row."
    ),
)
NOTE_ROW = FileRule(
    "FILE.no_row",
    severity="error",
    message=(
        "The line holds few cells and hardly anything that every row needs, as totals or a note next to the table "
        "do. It was left out. Remove it, or fill in its row if it is one."
    ),
)
SPARSE_ROWS = FileRule(
    "FILE.no_row",
    severity="error",
    message=(
        "Rows {first} to {last} hold few cells each and hardly anything that every row needs, as formulas that were "
        "filled down or notes do. They were left out. Clear them, or fill them in if they are rows."
    ),
    example={"first": "28", "last": "57"},
)
LONG_ROW = FileRule(
    "FILE.long_row",
    severity="error",
    message=(
        "The row has more cells than there are headers, so its values may stand under the wrong header. Put text that "
        "holds the separator in quotation marks, or send the file as .xlsx."
    ),
)
WIDE_ROW = FileRule(
    "FILE.wide_row",
    severity="query",
    message=(
        "The row has more separators than there are headers, though nothing stands behind the last. Check that each "
        "value stands under its own header. Put text that holds the separator in quotation marks, or explain why it "
        "is right."
    ),
)
JOINED_CELLS = FileRule(
    "FILE.joined_cells",
    severity="error",
    message=(
        "The row has fewer cells than there are headers, and a cell in quotation marks holds the separators that it "
        "lacks, so its values may stand under the wrong header. Remove the marks if they join cells that belong apart, "
        "or send the file as .xlsx."
    ),
)
CUT_ROW = FileRule(
    "FILE.cut_row",
    severity="error",
    message=(
        "The row holds nothing from {first} on, where every row needs more cells, as a row that was cut off does. Fill "
        "in the rest of it, export the file again, or remove the row if it is none."
    ),
    example={"first": "K12"},
)
HIDDEN_ROWS = FileRule(
    "FILE.hidden_rows",
    severity="info",
    message=(
        "{rows} hidden in the file, by a filter, a closed group or by hand. We read hidden rows like all others. "
        "Delete from the file any that is not part of the return."
    ),
    example={"rows": "Rows 5 to 7 and 12 are"},
)

ROW_RULES = (
    NO_ROWS,
    NIL_ROW,
    SECOND_HEADER,
    OTHER_ORDER,
    SECOND_TABLE,
    RULED_LINE,
    UNDER_HEADERS,
    NOTE_ROW,
    SPARSE_ROWS,
    LONG_ROW,
    WIDE_ROW,
    JOINED_CELLS,
    CUT_ROW,
    HIDDEN_ROWS,
)
