"""Styles, scripts and images: our own and those of GOV.UK Frontend, and nothing else on the disk."""

from pathlib import Path

import pytest
from fastapi import FastAPI

from portal.pages import static
from tests.portal.pages.made_up import TestClient


@pytest.fixture(scope="module")
def browser() -> TestClient:
    app = FastAPI()
    app.include_router(static.router)
    return TestClient(app)


def test_the_licensed_typeface_is_neither_named_nor_fetched() -> None:
    styles = static.styles()
    assert "arial" in styles
    for text in ("@font-face", "GDS Transport", "sourceMappingURL", "woff"):
        assert text not in styles


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("govuk.css", "text/css; charset=utf-8"),
        ("govuk.js", "text/javascript; charset=utf-8"),
        ("portal.css", "text/css; charset=utf-8"),
        ("portal.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ],
)
def test_files_are_served_by_their_kind_and_kept_for_a_day(browser: TestClient, name: str, media_type: str) -> None:
    answer = browser.get(f"/assets/{name}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert answer.content


@pytest.mark.parametrize("name", ["none.css", "..", "%2e%2e", "..%2fapp.py", "..%2Fpages%2fstatic.py", ".css"])
def test_nothing_else_is_served(browser: TestClient, name: str) -> None:
    assert browser.get(f"/assets/{name}").status_code == 404


def test_a_file_of_another_kind_is_not_served_even_beside_our_own(
    browser: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("own.css", "own.env"):
        (tmp_path / name).write_text("a")
    monkeypatch.setattr(static, "_OWN", tmp_path)
    assert browser.get("/assets/own.css").status_code == 200
    assert browser.get("/assets/own.env").status_code == 404


def test_a_missing_package_is_said_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(static, "_GOVUK", tmp_path)
    static.styles.cache_clear()
    with pytest.raises(static.MissingAssetsError, match="npm ci"):
        static.styles()
    static.styles.cache_clear()
