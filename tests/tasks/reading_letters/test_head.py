"""Addressees are read line by line, also where one goes on below."""

from datetime import date

import pytest

from tasks.reading_letters.head import addressees, dated
from tasks.reading_letters.letter import ReadAddressee
from tasks.reading_letters.lines import PageLine

pytestmark = pytest.mark.pure

_LINES = tuple(
    PageLine(text, 1)
    for text in (
        "3 May 2019",
        "Ann Dale, Interim Executive Director of Children’s Services, Eastmere and the",
        "Levels Metropolitan Borough Council",
        "Bo Fenn QPM – Chief Constable",
        "Cy Hart Chair of the safeguarding board",
    )
)


def test_each_addressee_has_name_office_and_body() -> None:
    assert dated(_LINES) == date(2019, 5, 3)
    assert addressees(_LINES, 86) == (
        ReadAddressee(
            *("Ann Dale", "Interim Executive Director of Children’s Services"),
            "Eastmere and the Levels Metropolitan Borough Council",
        ),
        ReadAddressee("Bo Fenn QPM", "Chief Constable"),
        ReadAddressee("Cy Hart", "Chair of the safeguarding board"),
    )


def test_a_draft_without_a_date_has_none() -> None:
    assert dated(_LINES[1:]) is None
