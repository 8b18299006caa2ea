"""Rules about the template from which a file was made: its return, theme, area, version and date of extract."""

from validation.contract.file_rules import FileRule
from validation.files.marks import LINE

_PERIOD = (
    "the data is drawn between the announcement and the day on which the return is due. Fix the date if it is wrong; "
    "if it is right, draw the data again."
)

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

TEMPLATE_RULES = (
    WRONG_TEMPLATE,
    WRONG_THEME,
    WRONG_AREA,
    OLD_TEMPLATE,
    NO_EXTRACT_DATE,
    EXTRACT_OUTSIDE,
    EXTRACT_BEFORE,
    MARKED_ROWS,
)
