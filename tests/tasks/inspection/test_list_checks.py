"""What a theme says of its lists is checked: columns left out, columns of its own, decision points read from them."""

import pytest

from models.themes import path_of
from tasks.inspection.theme_checks import theme_mistakes

NAME = "child-sexual-exploitation-2016"
TEXT = path_of(NAME).read_text()


@pytest.mark.parametrize(
    ("old", "new", "words", "meant"),
    [
        ('"LA-DA.marac_heard"', '"LA-DA.marac_herd"', "has a column 'marac_herd'", "marac_heard"),
        ('"LA-DA.marac_heard"', '"LA-DB.marac_heard"', "no return 'LA-DB'", "LA-DA"),
        ('"*.mother_surname"', '"*.mothers_surname"', "no return has a column", "mother_surname"),
        ('"LA-DA.marac_heard"', '"LA-DA.la_child_id"', "cannot be left out", ""),
        ('"LA-DA.marac_heard"', '"LA-DA.case_status"', "cannot be left out", ""),
        ('"LA-DA.marac_heard"', '"*.yjs_ref"', "cannot be left out", ""),
        ('list = "LA-DA", name = "exp', 'list = "LA-D", name = "exp', "does not ask for 'LA-D'", "LA-DA"),
        ('list = "LA-DA", name = "exp', 'list = "MAR-1", name = "exp', "does not ask for 'MAR-1'", ""),
        ('name = "strategy_discussion", after', 'name = "upn", after', "has a column 'upn' already", ""),
        ('after = "contacts_in_window"', 'after = "contacts_in_windows"', "no column", "contacts_in_window"),
        ('example = "moderate"', 'example = "modest"', "not a good value", ""),
        ('example = "2"', 'example = "-2"', "not a good value", ""),
        ('type = "category", codes = ["Yes", "No"]', 'type = "category"', "needs codes if it is a category", ""),
        ('column = "strategy_discussion"', 'column = "strategy_discusion"', "no column", "strategy_discussion"),
        ('codes = ["Yes"] }', 'codes = ["Yess"] }', "no code 'Yess'", "Yes"),
        ("least = 1 }", 'least = 1, codes = ["1"] }', "either codes or a least number", ""),
        ('type = "integer", minimum = 0', 'type = "intger", minimum = 0', "is not one of", "integer"),
        ('abbreviation = "cse"', 'abreviation = "cse"', "abreviation", "abbreviation"),
    ],
)
def test_what_does_not_fit_is_told_at_its_line(old: str, new: str, words: str, meant: str) -> None:
    at = TEXT.index(old)
    line = TEXT.count("\n", 0, at) + 1
    mistakes = [each for each in theme_mistakes(TEXT.replace(old, new, 1), NAME) if words.lower() in str(each).lower()]
    assert line in {mistake.line for mistake in mistakes}
    assert not meant or meant in {mistake.meant for mistake in mistakes}
