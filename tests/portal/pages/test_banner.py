"""The banner says once what was just done, and nobody but the portal can write one."""

from fastapi import Response

from portal.pages.banner import COOKIE, announce, banner_of
from portal.pages.frame import page, to
from tests.portal.pages.made_up import request, set_to


def cookie_of(answer: Response) -> str:
    return answer.headers["set-cookie"].split(";")[0].partition("=")[2]


def test_the_next_page_says_what_was_done_and_only_the_next() -> None:
    with set_to():
        answer = to("/", "nil", "POL-1")
        shown = page(request("/", **{COOKIE: cookie_of(answer)}), "refused", "A page", sentence="")
    assert b"Your nil return for POL-1 is recorded." in shown.body
    deleted = [value for name, value in shown.raw_headers if name == b"set-cookie" and COOKIE.encode() in value]
    assert b"Max-Age=0" in deleted[0]


def test_no_step_no_banner() -> None:
    with set_to():
        assert "set-cookie" not in to("/").headers
        assert b"govuk-notification-banner" not in page(request("/"), "refused", "A page", sentence="").body


def test_a_banner_that_is_not_ours_is_none() -> None:
    with set_to():
        answer = Response()
        announce(answer, "late", "POL-1", secure=False)
        value = cookie_of(answer)
        assert banner_of({COOKIE: value}) == "We have recorded that POL-1 will be late. The deadline stays."
        assert banner_of({COOKIE: value[:-1] + ("0" if value[-1] != "0" else "1")}) == ""
        announce(answer := Response(), "no such step", secure=False)
        assert banner_of({COOKIE: cookie_of(answer)}) == ""
        assert banner_of({}) == ""
    with set_to(secret_key="z" * 40):
        assert banner_of({COOKIE: value}) == ""
