"""A copy to be printed says what its lines say, each row by itself, and the same lines make the same bytes."""

import json
from dataclasses import asdict

from tasks.letters.pdf import pdf
from tasks.persons_requests.printed import printed

LINES = [
    ["Reading", "Thames Valley Police", "POL-1, version 2", "POL-1, row 7", "child_forename", "Xanthippa"],
    [
        "Reading",
        "Thames Valley Police",
        "POL-1, version 2",
        "POL-1, row 7",
        "suspect_ref",
        "[Left out: about another person]",
    ],
    ["Reading", "Thames Valley Police", "POL-1, version 2", "POL-1, row 9", "child_forename", "Xanthippa"],
    ["Reading", "Slough Council", "LA-DA, version 1", "LA-DA, row 3", "forename", "Xanthippa"],
]


def test_every_line_stands_under_its_agency_and_its_row() -> None:
    document = printed("C-1A2B3C4D", LINES)
    assert [part.heading for part in document.sections] == [
        *("About this copy", "Thames Valley Police: POL-1, version 2", "Slough Council: LA-DA, version 1"),
    ]
    police = document.sections[1].blocks
    assert [getattr(block, "text", "") for block in police] == ["POL-1, row 7", "", "POL-1, row 9", ""]
    text = json.dumps(asdict(document))
    assert all(cell in text for line in LINES for cell in line)


def test_l4_the_same_lines_make_the_same_file() -> None:
    data = pdf(printed("C-1A2B3C4D", LINES))
    assert data.startswith(b"%PDF-")
    assert pdf(printed("C-1A2B3C4D", LINES)) == data


def test_a_copy_without_a_line_is_a_page_that_says_what_it_is() -> None:
    assert pdf(printed("C-1A2B3C4D", [])).startswith(b"%PDF-")
