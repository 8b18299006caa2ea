"""Acronyms are explained at their first use."""

import pytest

from tasks.wording.acronyms import unexplained

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        (["The multi-agency safeguarding hub (MASH) meets.", "MASH works."], ()),
        (["MASH works.", "The multi-agency safeguarding hub (MASH) meets."], ((0, "MASH"),)),
        (["The QSB (quality and standards board) meets."], ()),
        (["The quality and standards board meets.", "QSB is new."], ()),
        (["QSB is new.", "QSB is not old. DAPT is."], ((0, "QSB"), (1, "DAPT"))),
        (["NHS staff, GPs and IT managers meet."], ()),
        (["Two IDVAs were there."], ((0, "IDVA"),)),
    ],
)
def test_those_not_explained_are_given_with_their_paragraph(
    paragraphs: list[str], expected: tuple[tuple[int, str], ...]
) -> None:
    assert unexplained(paragraphs) == expected
