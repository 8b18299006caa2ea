"""Forms: the token that another site cannot know, and what the fields of a form give."""

import io

import pytest
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.exceptions import HTTPException

from portal.pages.forms import COOKIE, browser_of, check_token, file_of, text_of, texts_of, token
from portal.pages.session import COOKIE as SESSION
from tests.portal.pages.made_up import request, set_to


def test_a_browser_gets_one_name_and_keeps_it() -> None:
    first = request()
    assert browser_of(first) == browser_of(first)
    assert browser_of(first) != browser_of(request())
    assert browser_of(request(**{COOKIE: "named"})) == "named"


def test_a_form_of_this_browser_and_sign_in_is_accepted() -> None:
    with set_to():
        for cookies in ({COOKIE: "named"}, {COOKIE: "named", SESSION: "signed-in"}):
            check_token(request(**cookies), token(request(**cookies)))


def test_a_token_has_only_letters_that_need_no_escape() -> None:
    with set_to():
        assert set(token(request(**{COOKIE: "named"}))) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    "cookies",
    [{}, {COOKIE: "other", SESSION: "signed-in"}, {COOKIE: "named"}, {COOKIE: "named", SESSION: "somebody-else"}],
)
def test_a_form_of_another_browser_or_sign_in_is_refused(cookies: dict[str, str]) -> None:
    with set_to():
        csrf = token(request(**{COOKIE: "named", SESSION: "signed-in"}))
        with pytest.raises(HTTPException) as caught:
            check_token(request(**cookies), csrf)
    assert caught.value.status_code == 403


def test_each_altered_letter_of_a_token_is_refused() -> None:
    browser = request(**{COOKIE: "named"})
    with set_to():
        right = token(browser)
        altered = [right[:at] + ("0" if right[at] != "0" else "1") + right[at + 1 :] for at in range(len(right))]
        for csrf in ("", "é", right[:-1], right + "0", right.upper(), *altered):
            with pytest.raises(HTTPException):
                check_token(browser, csrf)


def test_a_token_under_another_key_is_refused() -> None:
    browser = request(**{COOKIE: "named"})
    with set_to(secret_key="another"):
        csrf = token(browser)
    with set_to(), pytest.raises(HTTPException):
        check_token(browser, csrf)


def _file(name: str) -> UploadFile:
    return UploadFile(io.BytesIO(b"a"), filename=name, headers=Headers())


def test_fields_are_trimmed_and_missing_ones_are_empty() -> None:
    form = FormData([("text", " late \n"), ("file", _file("a.csv")), ("none", _file(""))])
    assert text_of(form, "text") == "late"
    assert text_of(form, "missing") == ""
    assert text_of(form, "file") == ""


def test_several_values_of_a_field_come_in_order_without_empty_ones() -> None:
    form = FormData([("at", "2"), ("at", ""), ("at", "1"), ("at", _file("a.csv"))])
    assert texts_of(form, "at") == ("2", "1")
    assert texts_of(form, "missing") == ()


def test_a_file_without_a_name_was_not_chosen() -> None:
    form = FormData([("file", _file("a.csv")), ("none", _file("")), ("text", "a.csv")])
    chosen = file_of(form, "file")
    assert chosen is not None
    assert chosen.filename == "a.csv"
    assert file_of(form, "none") is None
    assert file_of(form, "text") is None
    assert file_of(form, "missing") is None
