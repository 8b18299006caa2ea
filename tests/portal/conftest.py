"""The real portal on its own port, drivers without scripts, and a real browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from models.settings import reread, settings
from tests.portal.driving import Driver, Outbox, apart, validated
from tests.proxies import before_store
from tests.tasks.returns.test_explanations import police_file as queried_file
from tests.tasks.snapshots import put_back


@pytest.fixture
def reading(request: pytest.FixtureRequest, reading: str) -> str:
    """Return the inspection of the test: Slough at open evaluations where it asks for `chosen`, else Reading."""
    if "chosen" not in request.fixturenames:
        return reading
    ref: str = request.getfixturevalue("kept")
    put_back("chosen")
    return ref


@pytest.fixture
def public_store(portal: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:  # noqa: ARG001 - it is reached by pages
    """Return an address of the store at which a browser reaches it, and at which pages send files to it."""
    with before_store(settings().required("s3_endpoint_url")) as (_, url):
        with monkeypatch.context() as patched:
            patched.setenv("JTAI_S3_PUBLIC_URL", url)
            reread()
            yield url
        reread()


@pytest.fixture
def chosen(reading: str) -> str:
    """Return an inspection whose evaluations are open; whoever is signed in was so then."""
    return reading


@pytest.fixture
def outbox(portal: str, reading: str) -> Outbox:  # noqa: ARG001 - there is something in it
    """Return the outbox of the announced rehearsal."""
    return Outbox(portal)


@pytest.fixture
def police(portal: str, outbox: Outbox) -> Iterator[Driver]:
    """Return a signed-in person of the police."""
    yield from _signed_in(portal, outbox, "police")


@pytest.fixture
def council(portal: str, outbox: Outbox) -> Iterator[Driver]:
    """Return a signed-in person of the local authority."""
    yield from _signed_in(portal, outbox, "local_authority")


def _signed_in(portal: str, outbox: Outbox, kind: str) -> Iterator[Driver]:
    with Driver(portal) as driver:
        driver.sign_in(outbox.link_of(kind))
        yield driver


@pytest.fixture
def queried(police: Driver, reading: str, synthetic: Path) -> str:
    """Return the id of a submission of the police that was accepted with queries."""
    apart(f"{reading}-pol-1", after=60)
    police.upload(f"{reading}-pol-1", "a.csv", queried_file(synthetic))
    validated(reading)
    return f"{reading}-pol-1-v61"


@pytest.fixture
def inspector(portal: str, reading: str) -> Iterator[Driver]:
    """Return a signed-in inspector."""
    with Driver(portal) as driver:
        driver.sign_in(Outbox(portal).link_to("Alex Lee", reading))
        yield driver


@pytest.fixture
def window(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """Return a fresh browser window; a test may ask for one without scripts."""
    options: dict[str, Any] = getattr(request, "param", {})
    context = chromium.new_context(viewport={"width": 1200, "height": 900}, **options)
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def police_file(synthetic: Path) -> Path:
    """Return a clean return of the police."""
    return synthetic / "POL-1.csv"


@pytest.fixture
def rejected(police: Driver, reading: str, police_file: Path) -> str:
    """Return the id of a rejected submission, whose first row is formulas."""
    apart(f"{reading}-pol-1")
    lines = police_file.read_text(encoding="utf-8-sig").splitlines()
    broken = [lines[0], ",".join("=1+1" for _ in lines[0].split(",")), *lines[2:]]
    police.upload(f"{reading}-pol-1", "a.csv", "\n".join(broken).encode())
    validated(reading)
    return f"{reading}-pol-1-v41"
