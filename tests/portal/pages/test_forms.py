"""Forms: the token that another site cannot know, and what the fields of a form give."""

import ast
import io
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.exceptions import HTTPException

from models.refusals import PersonsNumberError
from models.settings import CHECKOUT
from portal.pages.forms import (
    COOKIE,
    UNCHECKED,
    browser_of,
    check_field,
    check_token,
    file_of,
    read_file_form,
    text_of,
    texts_of,
    token,
)
from portal.pages.session import COOKIE as SESSION
from tests.portal.pages.made_up import TestClient, request, set_to
from tests.searching import nameless_files


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


FIELDS = {
    "kept": (
        *("body", "code", "controller", "job", "name", "office", "reason", "send_to"),
        *("signatory", "signatory-office", "title"),
        *("source", "website", "why"),
    ),
    "chosen": (
        *("against", "agencies", "cases", "evidence_kinds", "findings", "tags"),
        *(
            "agency",
            "answer",
            "by",
            "child",
            "download",
            "falling",
            "list",
            "number",
            "result",
            "rung",
            "sheet",
            "spoken",
        ),
        *("area", "category", "declare", "decision", "how", "inspection", "inspectorate", "kind", "kinds"),
        *("judgement", "organisation", "outcome", "page", "replaces", "role", "shared", "where"),
        *("act", "authority", "needed"),
        *("came_from", "incomplete", "late_reason", "to"),
        *("covers", "classes", "high_risk", "lift_reason", "lifted", "matter", "people"),
        *("contact", "instrument"),
        *("asked_by", "extension", "identity", "row", "version", "copy"),
        *("correct", "correction", "refusal", "show"),
        *("ground", "opens", "restrict", "restriction"),
        *("ask_for", "asker", "attending", "clock", "of", "present", "return"),
    ),
}
"""Fields of all forms by what they hold, apart from those that may look like a person's number."""


def read_fields() -> set[str]:
    """Return the names of the fields that any page reads from a form."""
    names = set()
    for path in (CHECKOUT / "portal").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Name(id="text_of" | "texts_of"), args=[_, ast.Constant(value=str(name))]):
                    names.add(name)
    return names


def test_l5_every_field_of_every_form_is_known_by_what_it_holds() -> None:
    listed = {name for names in FIELDS.values() for name in names}
    assert not listed & UNCHECKED
    assert read_fields() <= listed | UNCHECKED


@pytest.mark.parametrize("number", ["9434765919", "my 943 476 5919.", "943-476-5919", "A123456789012", "QQ 12 34 56 C"])
@pytest.mark.parametrize("field", [name for names in FIELDS.values() for name in names])
def test_l5_no_field_that_is_kept_takes_a_persons_number(field: str, number: str) -> None:
    with pytest.raises(PersonsNumberError) as caught:
        check_field(field, number)
    assert number not in str(caught.value)


@pytest.mark.parametrize("field", sorted(UNCHECKED))
def test_words_for_the_evidence_store_and_numbers_of_staff_are_taken(field: str) -> None:
    check_field(field, "943 476 5919")


@pytest.mark.parametrize("text", ["reading-domestic-abuse-2024-20250224", "2025-02-24 to 2025-03-07", "12 of 47"])
def test_what_is_no_persons_number_is_taken(text: str) -> None:
    check_field("reason", text)


@pytest.mark.parametrize("size", [0, 5, 3 << 20])
def test_l5_a_file_that_a_form_brings_is_not_plain_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    row = b"Quackenbush,1978\n"
    data, app = (row * (size // len(row) + 1))[:size], FastAPI()
    seen: list[tuple[bytes, list[bytes]]] = []

    @app.post("/file")
    async def take(form: Request) -> None:
        file = file_of(await read_file_form(form), "file")
        assert file is not None
        assert file.size == size
        seen.append((file.file.read(), nameless_files(tmp_path)))

    with set_to():
        fields = {"csrf": token(request(**{COOKIE: "named"}))}
        browser = TestClient(app, cookies={COOKIE: "named"})
        answer = browser.post("/file", data=fields, files={"file": ("a.csv", data)})
    assert answer.status_code == 200
    ((content, on_disk),) = seen
    assert content == data
    assert len(on_disk) == (size > 1 << 20)
    assert not any(b"Quackenbush" in each for each in on_disk)


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x", "Multipart/Form-Data"])
def test_a_form_that_is_none_is_refused_as_a_mistake_of_its_sender(kind: str) -> None:
    app = FastAPI()

    @app.post("/file")
    async def take(form: Request) -> None:
        await read_file_form(form)

    with set_to():
        answer = TestClient(app).post("/file", content=b"no form", headers={"content-type": kind})
    assert answer.status_code == 400
