"""The list of integrated care boards says what it knows, and that it does not know the rest."""

import re
from datetime import date

from models.icbs import ALL_OF_2022, SOURCE, icbs
from models.lists import LISTS


def test_every_code_is_its_boards_alone_and_has_a_first_day_and_a_day_until_which_it_was_read() -> None:
    boards = icbs().values()
    assert all(re.fullmatch("Q[A-Z0-9]{2}", board.ods_code) for board in boards)
    assert all(re.fullmatch(r"E54\d{6}", board.ons_code) for board in boards)
    for names in ([board.ods_code for board in boards], [board.ons_code for board in boards]):
        assert len(set(names)) == len(names)
    assert {board.valid_from for board in boards} == {date(2022, 7, 1)}
    assert all(board.name.startswith("NHS ") and board.name.endswith(" ICB") for board in boards)
    assert [board.name for board in boards] == sorted(board.name for board in boards)


def test_what_the_list_does_not_say_is_missing_and_not_made_up() -> None:
    assert len(icbs()) < ALL_OF_2022
    for board in icbs().values():
        assert (board.valid_until, board.successor) == (None, "")
        assert board.missing == ("until when it exists", "what took its place")


def test_the_list_is_told_as_old() -> None:
    (listed,) = (codes for codes in LISTS if codes.where == "models/data/icbs.csv")
    assert {board.checked for board in icbs().values()} == {listed.checked}
    assert listed.is_old(date(2026, 4, 1))
    assert str(len(icbs())) in listed.name
    assert "2022" in SOURCE
