"""Rules about the sheets of a file: those that are missing, are there twice, were not asked for or are hidden."""

from validation.contract.file_rules import FileRule

_COUNCIL = "Children within the theme known to the council"
_INCIDENTS = "Domestic abuse incidents with children"

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
        "This sheet was not asked for, so we left it out. Delete it if it holds personal data: the copy that we keep "
        "does not have it, but the file with it stays until its receipt says that it is destroyed."
    ),
)
HIDDEN_SHEET = FileRule(
    "FILE.hidden_sheet",
    severity="info",
    message=(
        "The file has a hidden sheet, which we left out. The copy that we keep does not have it: unhide the sheet if "
        "it is part of the return, or delete it."
    ),
)

SHEET_RULES = (
    NOT_AMONG,
    MISSING_SHEET,
    MISSING_OPTIONAL_SHEET,
    OTHER_RETURN,
    SECOND_SHEET,
    EXTRA_SHEET,
    HIDDEN_SHEET,
)
