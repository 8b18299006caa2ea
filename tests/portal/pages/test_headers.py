"""Headers of every answer, and the limit on what a sender may send."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Request, Response

from portal.pages import errors
from portal.pages.headers import LETTER_POLICY, BodyLimit, SafeHeaders, policy
from tests.portal.pages.made_up import TestClient, set_to

_MOST = 1000
_WITH_SLACK = _MOST + 2**16


@pytest.fixture
def bodies() -> list[int]:
    """Return the sizes of the bodies that reached a page."""
    return []


@pytest.fixture
def browser(bodies: list[int]) -> TestClient:
    """Return a browser of three pages, guarded as the portal's are."""
    app = FastAPI()

    async def size(request: Request) -> dict[str, int]:
        bodies.append(len(await request.body()))
        return {"size": bodies[-1]}

    app.add_api_route("/size", size, methods=["POST"])
    app.add_api_route("/page", lambda: Response("page"))
    app.add_api_route("/own", lambda: Response("own", headers={"Content-Security-Policy": LETTER_POLICY}))
    app.add_api_route("/fault", _fault)
    errors.register(app)
    for guard in (BodyLimit, errors.Faults, SafeHeaders):
        app.add_middleware(guard)
    return TestClient(app)


def _fault() -> None:
    raise ValueError


@pytest.mark.parametrize(("path", "status"), [("/page", 200), ("/nowhere", 404), ("/fault", 500)])
def test_every_answer_has_the_headers_also_those_of_errors(browser: TestClient, path: str, status: int) -> None:
    with set_to():
        answer = browser.get(path)
        expected = policy()
    assert answer.status_code == status
    assert answer.headers["content-security-policy"] == expected
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"


def test_a_page_may_have_a_policy_of_its_own(browser: TestClient) -> None:
    with set_to():
        assert browser.get("/own").headers["content-security-policy"] == LETTER_POLICY


def test_the_letters_policy_runs_no_script_and_sends_no_form() -> None:
    rules = dict(rule.strip().partition(" ")[::2] for rule in LETTER_POLICY.split(";"))
    assert (rules["default-src"], rules["form-action"], rules["sandbox"]) == ("'none'", "'none'", "")
    assert "script-src" not in rules


@pytest.mark.parametrize(
    ("settings", "stores"),
    [
        ({"s3_endpoint_url": "http://127.0.0.1:8333"}, " http://127.0.0.1:8333"),
        # Only we know who vouches for it, so a browser would not believe that it is the store.
        ({"s3_endpoint_url": "https://127.0.0.1:8333", "s3_ca_file": "/ca.crt"}, ""),
        (
            {"s3_endpoint_url": "https://a:1", "s3_ca_file": "/ca.crt", "s3_public_url": "https://files.example.org"},
            " https://files.example.org",
        ),
        (
            {"s3_region": "eu-west-2", "s3_bucket": "evidence", "s3_endpoint_url": ""},
            " https://s3.eu-west-2.amazonaws.com https://evidence.s3.eu-west-2.amazonaws.com",
        ),
    ],
)
def test_pages_may_upload_to_the_store_and_nowhere_else(settings: dict[str, str], stores: str) -> None:
    with set_to(**settings):
        rules = dict(rule.strip().partition(" ")[::2] for rule in policy().split(";"))
    assert rules["connect-src"] == f"'self'{stores}"
    assert (rules["default-src"], rules["script-src"]) == ("'none'", "'self'")


@pytest.mark.parametrize("size", [0, _MOST, _WITH_SLACK])
def test_a_body_as_large_as_an_upload_and_its_form_is_read(browser: TestClient, size: int) -> None:
    with set_to(max_upload_bytes=_MOST):
        assert browser.post("/size", content=b"a" * size).json() == {"size": size}


def test_a_larger_body_is_refused_before_a_page_reads_it(browser: TestClient, bodies: list[int]) -> None:
    with set_to(max_upload_bytes=_MOST):
        answer = browser.post("/size", content=b"a" * (_WITH_SLACK + 1))
    assert answer.status_code == 413
    assert "The selected file must be smaller than" in answer.text
    assert bodies == []


def test_a_larger_body_that_was_not_announced_is_refused_on_its_way(browser: TestClient, bodies: list[int]) -> None:
    def pieces() -> Iterator[bytes]:
        yield from [b"a" * 2**14] * 6

    with set_to(max_upload_bytes=_MOST):
        answer = browser.post("/size", content=pieces())
    assert answer.status_code == 413
    assert bodies == []


@pytest.mark.parametrize("announced", ["-1", "many", "²", ""])
def test_a_length_that_is_no_number_lets_nothing_larger_through(
    browser: TestClient, bodies: list[int], announced: str
) -> None:
    with set_to(max_upload_bytes=_MOST):
        headers = {b"content-length": announced.encode("latin-1")}
        answer = browser.post("/size", content=b"a" * (_WITH_SLACK + 1), headers=headers)
    assert answer.status_code == 413
    assert bodies == []


def test_an_address_with_a_null_character_does_not_exist(browser: TestClient) -> None:
    with set_to():
        assert browser.get("/page%00").status_code == 404
