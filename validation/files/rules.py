"""Every rule about a file as a file: its template, its sheets, its headers, and cells that hold no value."""

from validation.contract.file_rules import FileRule
from validation.files.marks import LINE
from validation.files.refusals import REFUSALS

_COUNCIL = "Children within the theme known to the council"
_INCIDENTS = "Domestic abuse incidents with children"
_PERIOD = (
    "the data is drawn between the announcement and the day on which the return is due. Fix the date if it is wrong; "
    "if it is right, draw the data again."
)

# The template from which the file was made.
WRONG_TEMPLATE = FileRule(
    "FILE.wrong_return",
    severity="error",
    message="The file is the template of another return, not {code}. Send the {code} template filled in.",
    example={"code": "LA-DA"},
)
WRONG_THEME = FileRule(
    "FILE.wrong_theme",
    severity="error",
    message=(
        "The template was made for another theme or version. Use the one that came with the request, for {rule_set}."
    ),
    example={"rule_set": "domestic-abuse-2024@1"},
)
WRONG_AREA = FileRule(
    "FILE.wrong_area",
    severity="error",
    message=(
        "The template was made for another area. This request is about {gss}: use the template that came with it."
    ),
    example={"gss": "E06000038"},
)
OLD_TEMPLATE = FileRule(
    "FILE.old_template",
    severity="error",
    message="The template is not version {version} of {code}. Download it again and copy your rows in.",
    example={"version": "2", "code": "POL-1"},
)
NO_EXTRACT_DATE = FileRule(
    "FILE.extract_date",
    severity="error",
    message="The date of extract is not a real date. Enter day, month and 4-digit year, for example 25/02/2025.",
    source="X10",
)
EXTRACT_OUTSIDE = FileRule(
    "FILE.extract_date",
    severity="error",
    message=f"The date of extract is not from {{announced}} to {{due}}: {_PERIOD}",
    source="X10",
    example={"announced": "24 February 2025", "due": "26 February 2025"},
)
EXTRACT_BEFORE = FileRule(
    "FILE.extract_date",
    severity="error",
    message=f"The date of extract is before {{announced}}: {_PERIOD}",
    source="X10",
    example={"announced": "24 February 2025"},
)
MARKED_ROWS = FileRule(
    "FILE.marked_rows",
    severity="error",
    message=(
        f"This is a list of the rows to fix that we made from your file, as its first column, {LINE}, shows. It is "
        "not the whole return. Fix your own file and send that."
    ),
)

# The sheets of the file.
NOT_AMONG = FileRule(
    "FILE.missing_sheet",
    severity="error",
    message=(
        "{title} ({code}) is not in the file, which holds {others}. Add its sheet with the headers of the template, or "
        "send it in a file of its own."
    ),
    example={"title": _COUNCIL, "code": "LA-DA", "others": "LA-1, LA-2"},
)
MISSING_SHEET = FileRule(
    "FILE.missing_sheet",
    severity="error",
    message=(
        "The sheet {sheet} of {code} is not in the file. Send the template with all its sheets, as .xlsx or .ods."
    ),
    example={"sheet": "Children", "code": "LA-DA"},
)
MISSING_OPTIONAL_SHEET = FileRule(
    "FILE.missing_sheet",
    severity="query",
    message=(
        "The sheet {sheet} of {code} is not in the file. Send the template with all its sheets, as .xlsx or .ods, or "
        "explain that there is nothing to put on it."
    ),
    example={"sheet": "Children", "code": "LA-DA"},
)
OTHER_RETURN = FileRule(
    "FILE.wrong_return",
    severity="error",
    message="This looks like {other} ({title}), not {code}. Send it against the request for {other}.",
    example={"other": "POL-1", "title": _INCIDENTS, "code": "LA-DA"},
)
SECOND_SHEET = FileRule(
    "FILE.second_sheet",
    severity="error",
    message=(
        "This sheet too has the headers of {sheet}, and only the first such sheet was read. Put all rows on one sheet, "
        "or delete the sheet that is not meant."
    ),
    example={"sheet": "Children"},
)
EXTRA_SHEET = FileRule(
    "FILE.extra_sheet",
    severity="info",
    message=(
        "This sheet was not asked for, so we left it out. The file that you send is kept as it is: delete the sheet if "
        "it holds personal data."
    ),
)
HIDDEN_SHEET = FileRule(
    "FILE.hidden_sheet",
    severity="info",
    message=(
        "The file has a hidden sheet, which we left out. The file that you send is kept as it is: unhide the sheet if "
        "it is part of the return, or delete it."
    ),
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
HIDDEN_HEADER = FileRule(
    "FILE.hidden_rows",
    severity="info",
    message=(
        "The row of the headers, {place}, is hidden in the file. We read it like any other. Unhide it to check that "
        "each header is the right one."
    ),
    example={"place": "row 1"},
)
HIDDEN_COLUMNS = FileRule(
    "FILE.hidden_columns",
    severity="info",
    message=(
        "{columns} hidden in the file. We read hidden columns like all others. Unhide what is hidden to check that it "
        "is right."
    ),
    example={"columns": "Columns C to E and H are"},
)

# The headers of a sheet.
NO_HEADER = FileRule(
    "FILE.no_header",
    severity="error",
    message=(
        "The headers of {code} were not found in the first {rows} rows. Keep the template's header row above your "
        "rows: it begins {headers}."
    ),
    example={"code": "LA-DA", "rows": "20", "headers": "la_child_id, nhs_number, upn"},
)
SIDEWAYS = FileRule(
    "FILE.no_header",
    severity="error",
    message=(
        "The headers of {code} stand one below another, in a column: the table lies on its side. Turn it, so that the "
        "headers are one row and each record is a row below them (copy it, then Paste special, Transpose)."
    ),
    example={"code": "LA-DA"},
)
DUPLICATE_HEADER = FileRule(
    "FILE.duplicate_header",
    severity="error",
    message="The header {header} is there twice; only the first was read. Remove or rename this column.",
    example={"header": "la_child_id"},
)
MISSING_COLUMN = FileRule(
    "FILE.missing_column",
    severity="error",
    message="The column {header} is missing. Add a column headed {header}.",
    example={"header": "la_child_id"},
)
MISSPELT_COLUMN = FileRule(
    "FILE.missing_column",
    severity="error",
    message="The column {header} is missing. The header in {place} looks like it: rename it.",
    example={"header": "la_child_id", "place": "C1"},
)
ABSENT_COLUMN = FileRule(
    "FILE.absent_column",
    severity="info",
    message="The column {header} is not in the file. You can leave it out if you hold none of it.",
    example={"header": "la_child_id"},
)
EXTRA_COLUMN = FileRule(
    "FILE.extra_column",
    severity="info",
    message=(
        "This column was not asked for, so we left it out. The file that you send is kept as it is: remove the column "
        "if it holds personal data."
    ),
)
SIMILAR_COLUMN = FileRule(
    "FILE.extra_column",
    severity="info",
    message=(
        "This column was not asked for. Its header is like {header}, and so is the one in {place}: check which of the "
        "two you mean. This one was left out and is not kept; remove it if it holds personal data."
    ),
    example={"header": "date_of_birth", "place": "C1"},
)
NAMELESS_COLUMN = FileRule(
    "FILE.extra_column",
    severity="info",
    message=(
        "The column has cells but no header, so we left it out. The file that you send is kept as it is: give the "
        "column its header if it is part of the return, or remove it."
    ),
)

# Rows that are no rows of the return.
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
TYPES_ROW = FileRule(
    "FILE.no_row",
    severity="error",
    message="The line names the type of each column and is no row. It was left out; remove it.",
)
NOTE_ROW = FileRule(
    "FILE.no_row",
    severity="error",
    message=(
        "The line holds 1 or 2 cells and nothing of what every row needs, as a total or a note next to the table "
        "does. It was left out. Remove it, or fill in its row if it is one."
    ),
)
SPARSE_ROWS = FileRule(
    "FILE.no_row",
    severity="error",
    message=(
        "Rows {first} to {last} hold 1 or 2 cells each and nothing of what every row needs, as formulas that were "
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

# Cells that hold no value.
MERGED_CELLS = FileRule(
    "FILE.merged_cells",
    severity="error",
    message=(
        "The cells {first} to {last} are merged, so that only the first of them holds the value. Unmerge them and fill "
        "in each."
    ),
    example={"first": "C2", "last": "C5"},
)
UNCALCULATED = FileRule(
    "FILE.formula",
    severity="error",
    message=(
        "The cell holds a formula whose result is not in the file, so it reads as blank. Open the file in your "
        "spreadsheet program and save it, or put the value in place of the formula."
    ),
)
ERROR_VALUE = FileRule(
    "FILE.error_value",
    severity="error",
    message=(
        "The cell holds a formula's error, such as #REF! or #N/A, and no value. Fix the formula, or type the value."
    ),
)
ERROR_TEXT = FileRule(
    "FILE.error_value",
    severity="error",
    message=(
        "The cell holds a formula's error, such as #REF! or #N/A, as text, or Loading... in place of what had not "
        "arrived. Type the value, or leave the cell blank."
    ),
)

NO_VALUE = FileRule(
    "FILE.no_value",
    severity="query",
    message=(
        "The cell holds a word or mark for nothing, such as Unknown, TBC or a dash. It counts as blank. Leave the "
        "cell blank, enter the value, or explain why it is right."
    ),
)
NO_VALUES = FileRule(
    "FILE.no_value",
    severity="query",
    message=(
        "From here down {count} cells of the column hold a word or mark for nothing, such as Unknown, TBC or a dash. "
        "They count as blank. Leave the cells blank, enter the values, or explain why they are right."
    ),
    example={"count": "26"},
)
MARKS_AROUND = FileRule(
    "FILE.wrapped",
    severity="info",
    message=(
        "{cells} in {columns} stand in quotation marks, with a space before them. They were read without the marks. "
        "Set your system to write no space after the separator."
    ),
    example={"cells": "195 cells", "columns": "12 columns"},
)
APOSTROPHE = FileRule(
    "FILE.wrapped",
    severity="info",
    message="{cells} in {columns} begin with an apostrophe, which marks text. They were read without it.",
    example={"cells": "164 cells", "columns": "9 columns"},
)
POINT_NOUGHT = FileRule(
    "FILE.wrapped",
    severity="info",
    message=(
        "{cells} in {columns} end in .0, which a program put behind whole numbers. They were read without it. Export "
        "numbers and references as text."
    ),
    example={"cells": "26 cells", "columns": "1 column"},
)
PROGRAM_S_BLANKS = FileRule(
    "FILE.blanks_in_words",
    severity="info",
    message=(
        "{count} cells in {columns} hold NULL, NA or another word by which a database writes a blank. They were read "
        "as blank."
    ),
    example={"count": "149", "columns": "12 columns"},
)

# Characters that their sender did not mean.
_OR_EXPLAIN = (
    "Compare the cell with your own system: fix it there and send the file again, or explain that it is right."
)
GUESSED = FileRule(
    "FILE.odd_character",
    severity="query",
    message=(
        "A letter of the cell is stored in another code than the rest of the file, so we had to guess it; saving the "
        f"file as 'CSV UTF-8' avoids that. {_OR_EXPLAIN}"
    ),
)
CONTROL = FileRule(
    "FILE.odd_character",
    severity="query",
    message=(
        "The cell holds a character that cannot be seen, such as a line break of another program, and we read a space "
        f"in its place. {_OR_EXPLAIN}"
    ),
)
LOST_LETTER = FileRule(
    "FILE.odd_character",
    severity="query",
    message=(
        "A letter of the cell was lost before the file was sent, and a sign such as � stands in its place. "
        f"{_OR_EXPLAIN}"
    ),
)
TWICE = FileRule(
    "FILE.odd_character",
    severity="query",
    message=(
        f"Letters of the cell look garbled, as in SiÃ¢n for Siân, because a system encoded them twice. {_OR_EXPLAIN}"
    ),
)
ENTITY = FileRule(
    "FILE.odd_character",
    severity="query",
    message=(
        "The cell holds a letter or sign as a web page writes it, such as &amp; for &. Write the sign itself. "
        f"{_OR_EXPLAIN}"
    ),
)

LOST_VALUE = FileRule(
    "FILE.lost_value",
    severity="error",
    message=(
        "The value of this cell is not in the file: it points to a text that is not there, or is no number though it "
        "says so. Type the value into the cell again and save the file."
    ),
)

FILE_RULES = (
    *(WRONG_TEMPLATE, WRONG_THEME, WRONG_AREA, OLD_TEMPLATE, NO_EXTRACT_DATE, EXTRACT_OUTSIDE, EXTRACT_BEFORE),
    *(MARKED_ROWS, NOT_AMONG, MISSING_SHEET, MISSING_OPTIONAL_SHEET, OTHER_RETURN, SECOND_SHEET, EXTRA_SHEET),
    *(
        HIDDEN_SHEET,
        HIDDEN_ROWS,
        HIDDEN_HEADER,
        HIDDEN_COLUMNS,
        NO_HEADER,
        DUPLICATE_HEADER,
        MISSING_COLUMN,
        MISSPELT_COLUMN,
    ),
    *(ABSENT_COLUMN, EXTRA_COLUMN, SIMILAR_COLUMN),
    *(NAMELESS_COLUMN, NO_ROWS, NIL_ROW, SECOND_HEADER, SECOND_TABLE, LONG_ROW, WIDE_ROW),
    *(RULED_LINE, TYPES_ROW, NOTE_ROW, SPARSE_ROWS, MERGED_CELLS, UNCALCULATED),
    *(ERROR_VALUE, ERROR_TEXT, LOST_VALUE, NO_VALUE, NO_VALUES, PROGRAM_S_BLANKS),
    *(MARKS_AROUND, APOSTROPHE, POINT_NOUGHT, JOINED_CELLS),
    *(GUESSED, CONTROL, LOST_LETTER, TWICE, ENTITY, SIDEWAYS, *REFUSALS),
)
