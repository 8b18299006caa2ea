"""Rules about cells that hold no value, or hold it in what a program has put around it."""

from validation.contract.file_rules import FileRule

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
LOST_VALUE = FileRule(
    "FILE.lost_value",
    severity="error",
    message=(
        "The value of this cell is not in the file: it points to a text that is not there, or is no number though it "
        "says so. Type the value into the cell again and save the file."
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
PROGRAM_S_BLANKS = FileRule(
    "FILE.blanks_in_words",
    severity="info",
    message=(
        "{count} cells in {columns} hold NULL, NA or another word by which a database writes a blank. They were read "
        "as blank."
    ),
    example={"count": "149", "columns": "12 columns"},
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
TEXT_FORMULA = FileRule(
    "FILE.wrapped",
    severity="info",
    message=(
        '{cells} in {columns} are formulas that only hold a text, such as ="0123". We read the text alone. Nothing '
        "needs fixing if that is what you meant."
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

CELL_RULES = (
    MERGED_CELLS,
    UNCALCULATED,
    ERROR_VALUE,
    ERROR_TEXT,
    LOST_VALUE,
    NO_VALUE,
    NO_VALUES,
    PROGRAM_S_BLANKS,
    MARKS_AROUND,
    TEXT_FORMULA,
    APOSTROPHE,
    POINT_NOUGHT,
)
