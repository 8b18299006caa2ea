"""Errors: whose fault it is decides the answer, to a person as a page and to a program as JSON."""

import logging
from collections.abc import Iterator
from html import unescape

import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError

from models.refusals import FormRefusedError, Mistake, Refusal
from portal.pages.forms import COOKIE, Form
from tasks.ground.store import NotStoredError
from tasks.ground.vault import DestroyedError
from tests.portal.pages.made_up import TestClient, set_to

_SENTENCE = "The day is past; choose a later one, such as 5 March 2025."
_SECRET = "Ada Lovelace, born 3 May 2019"
_PREFIXES = ("", "/api")
_FAULTS: dict[str, type[Exception]] = {"value": ValueError, "key": KeyError, "zero": ZeroDivisionError}


@pytest.fixture(scope="module")
def made() -> FastAPI:
    """Return the portal with pages that fail in each way, under a person's address and under a program's."""
    from portal.app import create

    app = create()
    for prefix in _PREFIXES:
        app.add_api_route(f"{prefix}/made/refused", _refused)
        app.add_api_route(f"{prefix}/made/form-refused", _form_refused)
        app.add_api_route(f"{prefix}/made/missing", _missing)
        app.add_api_route(f"{prefix}/made/destroyed", _destroyed)
        app.add_api_route(f"{prefix}/made/away", _away)
        app.add_api_route(f"{prefix}/made/number/{{number}}", _number)
        app.add_api_route(f"{prefix}/made/fault/{{kind}}", _fault)
    app.add_api_route("/made/form", _form, methods=["POST"])
    return app


@pytest.fixture
def browser(made: FastAPI) -> TestClient:
    """Return a browser that any exception which no handler catches would reach."""
    return TestClient(made)


def _refused() -> None:
    raise Refusal(_SENTENCE)


def _form_refused() -> None:
    raise FormRefusedError([Mistake("day", "Enter a day."), Mistake("reason", "Choose a reason.")])


def _missing() -> None:
    raise NotStoredError("returns/secret-key.csv")


def _destroyed() -> None:
    raise DestroyedError("reading-20250224")


def _away() -> None:
    raise OperationalError("SELECT 1", {"child": _SECRET}, Exception(_SECRET))


def _number(number: int) -> int:
    return number


def _fault(kind: str) -> None:
    raise _FAULTS[kind](_SECRET) from RuntimeError(f"cause: {_SECRET}")


def _form(form: Form) -> dict[str, str]:
    return {name: str(value) for name, value in form.items()}


def _csrf(browser: TestClient) -> str:
    page: str = browser.get("/sign-in").text
    return page.partition('name="csrf" value="')[2].partition('"')[0]


def test_a_refusal_that_no_page_caught_is_a_page_with_its_sentence(browser: TestClient) -> None:
    with set_to():
        answer = browser.get("/made/refused")
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("text/html")
    assert _SENTENCE in unescape(answer.text)
    assert "Nothing was changed." in answer.text
    assert "the service" not in answer.text


def test_a_refusal_answers_a_program_in_json(browser: TestClient) -> None:
    with set_to():
        answer = browser.get("/api/made/refused")
    assert (answer.status_code, answer.json()) == (422, {"error": _SENTENCE})


def test_a_form_refused_in_several_fields_answers_with_all_of_its_sentences(browser: TestClient) -> None:
    with set_to():
        assert "Enter a day. Choose a reason." in browser.get("/made/form-refused").text
        assert browser.get("/api/made/form-refused").json() == {"error": "Enter a day. Choose a reason."}


def test_what_was_destroyed_is_said_to_be_and_is_no_fault(browser: TestClient) -> None:
    with set_to():
        page, program = browser.get("/made/destroyed"), browser.get("/api/made/destroyed")
    assert page.status_code == program.status_code == 410
    assert "was destroyed with its key" in unescape(page.text)
    assert "destroyed with its key" in program.json()["error"]


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", "\x85"])
def test_control_characters_in_a_form_are_refused_and_not_shown_again(browser: TestClient, character: str) -> None:
    with set_to():
        answer = browser.post("/made/form", data={"csrf": _csrf(browser), "reason": f"late{character}"})
    assert answer.status_code == 422
    assert "Remove the characters that cannot be seen" in answer.text
    assert character not in answer.text


def test_tabs_and_ends_of_lines_in_a_form_are_accepted(browser: TestClient) -> None:
    with set_to():
        csrf = _csrf(browser)
        answer = browser.post("/made/form", data={"csrf": csrf, "reason": "late\t\r\nagain"})
    assert answer.json() == {"csrf": csrf, "reason": "late\t\r\nagain"}


def test_a_form_of_another_site_is_refused_before_its_fields_are_looked_at(browser: TestClient) -> None:
    with set_to():
        csrf = _csrf(browser)
        for fields in ({"reason": "\0"}, {"csrf": "0" * 64, "reason": "\0"}):
            answer = browser.post("/made/form", data=fields)
            assert answer.status_code == 403
            assert "came from another website" in answer.text
        browser.cookies.delete(COOKIE)
        assert browser.post("/made/form", data={"csrf": csrf}).status_code == 403


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Listen to every logger, at its lowest level."""
    with caplog.at_level(logging.DEBUG):
        yield caplog


@pytest.mark.parametrize("kind", sorted(_FAULTS))
@pytest.mark.parametrize("prefix", _PREFIXES)
def test_l5_a_fault_of_ours_is_500_and_its_text_is_nowhere(
    browser: TestClient, log: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], prefix: str, kind: str
) -> None:
    with set_to():
        answer = browser.get(f"{prefix}/made/fault/{kind}")
    assert answer.status_code == 500
    assert "problem with the service" in answer.text
    printed = "".join(capfd.readouterr())
    for text in (answer.text, str(answer.headers), log.text, printed):
        assert "Lovelace" not in text
        assert "Traceback" not in text
    assert [record.exc_info for record in log.records if record.exc_info] == []
    assert _FAULTS[kind].__name__ in log.text


def test_l5_a_log_line_has_the_pattern_of_a_route_and_never_its_address(
    browser: TestClient, log: pytest.LogCaptureFixture
) -> None:
    with set_to():
        browser.get("/made/number/1234567")
    [line] = [record.getMessage() for record in log.records if record.name == "jtai"]
    assert "/made/number/{number}" in line
    assert "1234567" not in line


def test_what_is_not_there_is_404_and_its_name_is_not_shown(browser: TestClient) -> None:
    with set_to():
        for path in ("/made/missing", "/nowhere", "/made/number/none"):
            answer = browser.get(path)
            assert (answer.status_code, "Page not found" in answer.text) == (404, True)
            assert "secret-key" not in answer.text
        assert browser.get("/api/made/missing").status_code == 404
        assert browser.get("/api/nowhere").json() == {"error": "There is nothing at this address for this token."}


def test_a_program_that_sends_another_shape_is_shown_the_right_one(browser: TestClient) -> None:
    with set_to():
        answer = browser.get("/api/made/number/none")
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("Send JSON such as")
    assert "none" not in answer.text


def test_a_method_that_no_page_has_is_refused_without_a_hint(browser: TestClient) -> None:
    with set_to():
        answer = browser.delete("/sign-in")
    assert answer.status_code == 405
    assert "Page not found" in answer.text


def test_a_program_without_a_token_is_told_how_to_send_one(browser: TestClient) -> None:
    with set_to():
        answer = browser.get("/api/requests")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert "Authorization: Bearer jtai_" in answer.json()["error"]


def test_l9_a_part_that_does_not_answer_is_503_and_nobodys_mistake(
    browser: TestClient, log: pytest.LogCaptureFixture
) -> None:
    with set_to():
        page, message = browser.get("/made/away"), browser.get("/api/made/away")
    assert (page.status_code, message.status_code) == (503, 503)
    assert "Sorry, the service is not available" in page.text
    assert "This is our fault and not yours" in page.text
    assert message.json() == {"error": "The service is not available. Try again in a few minutes."}
    assert "OperationalError" in log.text
    assert "Lovelace" not in page.text + message.text + log.text


def test_whoever_is_signed_out_is_shown_where_to_sign_in(browser: TestClient) -> None:
    with set_to():
        answer = browser.get("/letter")
    assert answer.status_code == 403
    assert 'href="/sign-in"' in answer.text
