"""Pages: what each has, that every text is escaped, and what goes out as a download."""

from http.cookies import SimpleCookie
from typing import Any

import pytest

from models.refusals import Mistake
from portal.pages.forms import COOKIE, token
from portal.pages.frame import MEDIA, SERVICE, attachment, navigation, page, to
from portal.pages.session import COOKIE as SESSION
from portal.pages.session import Visitor
from tests.portal.pages.made_up import POLICE, request, set_to, visit

_POLICE = Visitor("officer", "jtai-1", "jtai-1/police", "P-00000001", "session")
_INSPECTOR = Visitor("inspector", "jtai-1", "", "P-00000002", "session")
_MANAGER = Visitor("manager", "jtai-1", "", "P-00000003", "session")


def _text(title: str, **context: Any) -> str:
    with set_to():
        return bytes(page(request(), "refused", title, **{"sentence": "No.", **context}).body).decode()


def test_a_page_has_its_title_and_that_of_the_service() -> None:
    text = _text("Sign in")
    assert f"<title>Sign in - {SERVICE}</title>" in text
    assert '<h1 class="govuk-heading-l">Sign in</h1>' in text


def test_mistakes_are_said_in_the_title_and_linked_to_their_fields() -> None:
    text = _text("Sign in", mistakes=[Mistake("mailbox", "Enter the address.")])
    assert f"<title>Error: Sign in - {SERVICE}</title>" in text
    assert 'href="#mailbox"' in text
    assert "Enter the address." in text


@pytest.mark.parametrize("back", ["", "/requests/a"])
def test_a_back_link_stands_where_it_leads_somewhere(back: str) -> None:
    assert ("govuk-back-link" in _text("Sign in", back=back)) is bool(back)


def test_every_text_is_escaped() -> None:
    text = _text("<b>Title</b>", sentence="<script>alert(1)</script>", mistakes=[Mistake("a", "<i>x</i>")])
    for markup in ("<b>Title", "<script>alert", "<i>x"):
        assert markup not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_the_first_page_names_the_browser_and_later_ones_keep_the_name() -> None:
    with set_to(portal_url="https://portal.example"):
        first = request()
        answer = page(first, "refused", "Sign in", sentence="No.")
        cookie = SimpleCookie(answer.headers["set-cookie"])[COOKIE]
        csrf = token(first)
        assert csrf == token(request(**{COOKIE: cookie.value}))
        later = page(request(**{COOKIE: cookie.value}), "refused", "Sign in", sentence="No.")
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "lax")
    assert "set-cookie" not in later.headers


def test_a_forms_token_is_that_of_browser_and_sign_in() -> None:
    visitor = request("/sign-out", **{COOKIE: "named", SESSION: ""})
    with set_to():
        assert f'name="csrf" value="{token(visitor)}"' in bytes(page(visitor, "sign_out", "Sign out").body).decode()


def test_the_links_in_the_header_are_those_of_the_visitor() -> None:
    assert navigation(None, "/") == []
    assert [link["href"] for link in navigation(_POLICE, "/letter")] == ["/home", "/", "/letter", "/sign-out"]
    assert [link["text"] for link in navigation(_POLICE, "/letter") if link["current"]] == ["Letter"]
    links = navigation(_INSPECTOR, "/inspections/jtai-1")
    assert [link["text"] for link in links if link["current"]] == ["Overview"]
    assert all(link["href"].startswith("/inspections/jtai-1") for link in links[1:-1])
    assert {"Pairs", "Explanations"} <= {link["text"] for link in links}
    assert not {"Pairs", "Explanations"} & {link["text"] for link in navigation(_MANAGER, "/")}


def test_whoever_is_signed_in_sees_their_links_and_others_see_none() -> None:
    with set_to():
        signed_in = bytes(page(visit(POLICE), "refused", "No", sentence="No.").body).decode()
    assert "Sign out" in signed_in
    assert "Sign out" not in _text("No")


def test_after_a_form_the_browser_goes_on_with_get() -> None:
    answer = to("/letter#comments")
    assert (answer.status_code, answer.headers["location"]) == (303, "/letter#comments")


def test_a_download_is_saved_under_our_name_and_not_shown() -> None:
    answer = attachment(b"a,b", "report.csv", MEDIA["csv"])
    assert answer.headers["content-disposition"] == 'attachment; filename="report.csv"'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.body == b"a,b"
