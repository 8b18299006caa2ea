"""Rules about the headers of a sheet and the columns below them."""

from validation.contract.file_rules import FileRule

NO_HEADER = FileRule(
    "FILE.no_header",
    severity="error",
    message=(
        "The headers of {code} were not found in the first {rows} rows. Keep the template's header row above your "
        "rows: it begins {headers}."
    ),
    example={"code": "LA-DA", "rows": "20", "headers": "la_child_id, nhs_number, upn"},
)
NOTHING_SEEN = FileRule(
    "FILE.no_header",
    severity="error",
    message=(
        "No sheet of the file that can be seen holds anything. Check that this is the right file, unhide its sheets "
        "if they are hidden, and send the template filled in."
    ),
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
        "This column was not asked for, so we left it out. Remove it if it holds personal data: of what it holds, the "
        "copy that we keep has nothing, but the file with it stays until its receipt says that it is destroyed."
    ),
)
SIMILAR_COLUMN = FileRule(
    "FILE.extra_column",
    severity="info",
    message=(
        "This column was not asked for. Its header is like {header}, and so is the one in {place}: check which of the "
        "two you mean. We left this one out, and the copy that we keep has nothing of what it holds. The file with it "
        "stays until its receipt says that it is destroyed."
    ),
    example={"header": "date_of_birth", "place": "C1"},
)
NAMELESS_COLUMN = FileRule(
    "FILE.extra_column",
    severity="info",
    message=(
        "The column has cells but no header, so we left it out. The copy that we keep has nothing of what it holds: "
        "give the column its header if it is part of the return, or remove it."
    ),
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

HEADER_RULES = (
    NO_HEADER,
    NOTHING_SEEN,
    SIDEWAYS,
    DUPLICATE_HEADER,
    MISSING_COLUMN,
    MISSPELT_COLUMN,
    ABSENT_COLUMN,
    EXTRA_COLUMN,
    SIMILAR_COLUMN,
    NAMELESS_COLUMN,
    HIDDEN_HEADER,
    HIDDEN_COLUMNS,
)
