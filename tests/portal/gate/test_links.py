"""Short addresses lead to forms and boards of Prefect's UI, and nowhere else."""

import pytest

from portal.gate.links import artifact_at, board_in, form_at, form_in
from tasks.watch.overview import KEY


@pytest.mark.parametrize("name", ["extend-request", "confirm-decision", "chase-returns"])
def test_a_form_has_a_short_address(name: str) -> None:
    assert form_in(f"/forms/{name}") == name


@pytest.mark.parametrize("path", ["/forms/", "/forms/delete-all", "/forms/extend-request/x", "/v2/forms/publish"])
def test_what_is_no_form_of_ours_has_none(path: str) -> None:
    assert form_in(path) == ""


def test_a_form_is_filled_in() -> None:
    assert form_at("7", {"request": "a&b"}) == (
        "/v2/deployments/deployment/7/run?parameters=%7B%22request%22%3A%20%22a%26b%22%7D"
    )
    assert form_at("7", {}) == "/v2/deployments/deployment/7/run"


def test_a_board_has_a_short_address() -> None:
    assert board_in("/boards/reading-x-20250224") == "board-reading-x-20250224"
    assert board_in("/boards/overview") == KEY
    assert [board_in(path) for path in ("/boards/../../evil", "/boards//evil.example", "/boards/")] == ["", "", ""]


def test_the_newest_text_is_opened_or_else_the_list() -> None:
    assert artifact_at("7") == "/v2/artifacts/artifact/7"
    assert artifact_at("") == "/v2/artifacts"
