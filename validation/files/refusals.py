"""Why a file cannot be read as a table, and what its sender does about it."""

from validation.contract.file_rules import FileRule


def _refusal(message: str, **example: str) -> FileRule:
    return FileRule("FILE.unreadable", severity="error", message=message, example=example)


_SOMETHING_ELSE = (
    "not a table. If your spreadsheet program can open it, copy the rows into the template and send that as .xlsx, "
    ".ods or .csv."
)

EMPTY = _refusal("The file is empty (0 bytes). Save it again and check that it opens, then send it.")
TOO_LARGE = _refusal(
    "The file is larger than {megabytes} MB. Save it as CSV, or send only the rows that were asked for.",
    megabytes="200",
)
PROTECTED = _refusal(
    "The file is protected by a password. Remove the password (the upload itself is secure) and send it again."
)
MACROS = _refusal("The workbook holds macros. Save it as an ordinary workbook (.xlsx) without macros and send that.")
DAMAGED = _refusal(
    "The file is damaged: it begins like a workbook but its contents break off or cannot be unpacked. Open it, save it "
    "again and send that. If it does not open, make it again from your records."
)
NOT_FOLLOWED = _refusal(
    "The file opens as a workbook, but a part of it is written in a way that we cannot read. Open it in your "
    "spreadsheet program, save it as .xlsx or as CSV, and send that."
)
ROWS_LOST = _refusal(
    "From row {row} of {sheet} on, the workbook holds cells that could not be read, so nothing was taken from it. Copy "
    "the rows into the template, or save the sheet as CSV, and send that.",
    row="12",
    sheet="sheet 1",
)
CELL_TWICE = _refusal(
    "The workbook holds the cell {cell} twice, so it is not clear which of the two is meant. Open it in your "
    "spreadsheet program, check that cell and its row, save it and send it again.",
    cell="C12",
)
NO_PLACE = _refusal(
    "The workbook does not say where a cell in or after row {row} belongs. Open it in your spreadsheet program, check "
    "that row, save it as .xlsx and send that.",
    row="12",
)
INFLATED = _refusal(
    "The workbook would unpack to far more than a return needs. Copy the rows into the template and save it again."
)
ENTITIES = _refusal(
    "The workbook holds definitions that no spreadsheet program writes, so it was not opened. Copy the rows into the "
    "template and send that."
)
FAR_OUTSIDE = _refusal(
    "The cell {cell} holds something, perhaps only a space, far outside the table, where a return has no columns or "
    "rows. Delete everything right of and below your rows, or copy the rows into the template, and send it again.",
    cell="AMJ1",
)
BINARY = _refusal(
    "The file is a binary workbook (.xlsb). Open it in your spreadsheet program, save it as an ordinary workbook "
    "(.xlsx) and send that."
)
NO_WORKBOOK = _refusal("The file is not a workbook or a CSV file. Send the template filled in, as .xlsx, .ods or .csv.")
DOCUMENT = _refusal("The file is a document, not a spreadsheet. Send the template filled in, as .xlsx, .ods or .csv.")
NOT_A_TABLE = _refusal(f"The file is {{kind}}, {_SOMETHING_ELSE}", kind="a PDF document")
OTHER_FORM = _refusal(
    "The file is {kind}, which we do not read. Open it in your spreadsheet program, check that every letter and number "
    "is right, save it as .xlsx and send that.",
    kind="a SYLK file (.slk)",
)
ARCHIVE = _refusal(
    "The file is {kind}, and not itself a workbook or a CSV file. Unpack it, and send the return that is in it as "
    ".xlsx, .ods or .csv.",
    kind="an archive",
)
PACKED_AGAIN = _refusal(
    "The file holds the parts of a workbook in a folder, as when somebody has unpacked a workbook and packed it again. "
    "Send the workbook itself, as your spreadsheet program saves it as .xlsx or .ods."
)
MAINFRAME = _refusal(
    "The file is written in EBCDIC, the characters of a mainframe computer, which we do not read. Ask whoever exports "
    "it for CSV in UTF-8, and send that."
)
OLD_DOCUMENT = _refusal(f"The file is an older Office document, {_SOMETHING_ELSE}")
NO_TEXT = _refusal("The file holds no text. Save it again and check that it opens, then send it.")
CONTROL_CODES = _refusal(
    "The file is not a table: it holds codes that no text has. Send the template as .xlsx, .ods or .csv."
)
CHARACTERS = _refusal("The file's characters cannot be read. Save it as 'CSV UTF-8' and send it again.")
LONG_CELL = _refusal(
    "Line {line}: a cell is too long to be real, often because a quotation mark is opened and never closed. Look for a "
    'single " on this line, fix it and send the file again.',
    line="5",
)
UNSAFE = _refusal(
    "The file could not be read safely: opening it took more memory or time than any return needs, or it is damaged. "
    "Copy the rows into a fresh template, or save the file as CSV, and send that."
)
TOO_LONG = _refusal(
    "The file could not be read in time: {seconds} seconds are more than any return needs. Delete everything that is "
    "not part of the return, or copy the rows into a fresh template, and send that.",
    seconds="300",
)
MALWARE = _refusal(
    "Our virus scanner found {name} in the file, so it was not opened and nothing in it was read. Tell your IT "
    "security team. Make the file again from your own records, on a computer that they have checked, and send that.",
    name="Eicar-Test-Signature",
)

# Quotation marks in delimited text, and lines of it.
_HOW_TO_QUOTE = (
    "Remove the mark, or, where the text is meant to hold it, put the whole cell in quotation marks and write the mark "
    'twice, for example "Robert ""Bob""". Then send the file again.'
)
UNCLOSED = _refusal(
    "Line {line}: a cell begins with a quotation mark that is never closed, so everything below would be read as part "
    f"of that cell. {_HOW_TO_QUOTE}",
    line="5",
)
TEXT_BEHIND = _refusal(
    "Line {line}: a cell begins with a quotation mark, and there is text or a space behind the mark that closes it. "
    f"{_HOW_TO_QUOTE}",
    line="5",
)
CLOSED_LATER = _refusal(
    "Line {line}: a cell begins with a quotation mark, and the next mark, on line {closed}, does not end a cell. "
    f"{_HOW_TO_QUOTE}",
    line="5",
    closed="10",
)
ENCLOSES_ROWS = _refusal(
    "Line {line}: a cell begins with a quotation mark that is closed only on a later line, and the lines between look "
    f"like rows of their own. {_HOW_TO_QUOTE}",
    line="5",
)
LINES_MISSING = _refusal(
    "From line {line} on we could not tell which lines belong together, so no row was read. Open the file in your "
    "spreadsheet program, check the rows from there on, save it as .xlsx and send that.",
    line="5",
)

OTHER_SEPARATOR = _refusal(
    "Line {line}: the headers are separated by {separator}, which we do not read. Export the file with a comma, "
    "semicolon, tab or vertical bar between the cells, or save it as .xlsx, and send that.",
    line="1",
    separator="the sign ^",
)
TWO_SEPARATORS = _refusal(
    "Line {line}: the cells are separated by {other}, but the headers by {separator}, so no row was read. Export the "
    "file again with one separator in all lines, or save it as .xlsx, and send that.",
    line="2",
    other="semicolons",
    separator="commas",
)
ONE_CELL = _refusal(
    "Line {line}: quotation marks stand around the whole line, so that it is one cell. Export the file again without "
    "them, or with marks around each cell, or save it as .xlsx, and send that.",
    line="2",
)
NUMBERED_ROWS = _refusal(
    "Line {line}: from here down each row begins with a number that has no header, as programs number rows, so that "
    "every value stands under the wrong header. Export the file again without row numbers (in R: row.names = FALSE), "
    "or save it as .xlsx, and send that.",
    line="2",
)

# Files of other kinds.
LINK = _refusal(
    "The file is {kind}: it only points to a table and holds none of its rows. Open what it points to, download that "
    "as .xlsx or .csv, and send what you downloaded.",
    kind="a link to a Google Sheet",
)
MAIL = _refusal(
    "The file is {kind}, not a table. If the return is attached to it, save the attachment and send that.",
    kind="an email",
)

# What our reader does not understand.
READER_STOPPED = _refusal(
    "Our reader stopped at something in this file that it does not know ({fault}). The fault may be ours. Copy the "
    "rows into the template, or save the file as .xlsx, and send that. Tell us the name in brackets, so that we can "
    "fix it.",
    fault="IndexError",
)

REFUSALS = (
    *(EMPTY, TOO_LARGE, PROTECTED, MACROS, DAMAGED, NOT_FOLLOWED, ROWS_LOST, CELL_TWICE, NO_PLACE, INFLATED, ENTITIES),
    *(FAR_OUTSIDE, BINARY, NO_WORKBOOK, DOCUMENT),
    *(
        NOT_A_TABLE,
        OTHER_FORM,
        ARCHIVE,
        PACKED_AGAIN,
        MAINFRAME,
        OLD_DOCUMENT,
        NO_TEXT,
        CONTROL_CODES,
        CHARACTERS,
        LONG_CELL,
        UNSAFE,
        TOO_LONG,
        MALWARE,
    ),
    *(
        UNCLOSED,
        TEXT_BEHIND,
        CLOSED_LATER,
        ENCLOSES_ROWS,
        LINES_MISSING,
        OTHER_SEPARATOR,
        TWO_SEPARATORS,
        ONE_CELL,
        NUMBERED_ROWS,
        LINK,
        MAIL,
        READER_STOPPED,
    ),
)
