"""Every route of the installed Prefect is read, started or refused by name; one that nobody listed is refused."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.gate.routes import READS, REFUSED, START, STREAMS, RouteUse, template_of, use_of, uses


@pytest.fixture(scope="module")
def routes() -> set[str]:
    """Return every route of the API of the Prefect that is installed, as its own description names them."""
    from prefect.server.api.server import create_app

    paths = create_app(ephemeral=True).openapi()["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


# Prefect's server is imported whole for this, which takes seconds.
@pytest.mark.parts
def test_every_route_of_the_installed_prefect_is_listed_once(routes: set[str]) -> None:
    listed = Counter(line for lines in (READS, REFUSED, START) for line in lines.split("\n") if line)
    assert set(listed) == routes
    assert max(listed.values()) == 1


def test_nothing_that_changes_anything_is_a_read() -> None:
    reads = [template for template, use in uses().items() if use is RouteUse.READ]
    assert not [template for template in reads if template.startswith(("PUT", "PATCH", "DELETE"))]
    reading = ("filter", "count", "paginate", "history", "lateness", "status", "validate", "counts", "count-task-runs")
    posts = [template for template in reads if template.startswith("POST")]
    others = [template for template in posts if not template.endswith(reading)]
    assert sorted(others) == [
        "POST /events/count-by/{countable}",
        "POST /ui/flows/count-deployments",
        "POST /ui/flows/next-runs",
    ]


@pytest.mark.parametrize("template", uses())
def test_a_request_is_recognised_as_its_own_route(template: str) -> None:
    method, path = template.split(" ")
    filled = path.replace("{", "x").replace("}", "")
    assert template_of(method, filled) == template


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/flows/1/"),
        ("GET", "//flows/1"),
        ("GET", "/flows/../variables/1"),
        ("get", "/flows/1"),
        ("HEAD", "/flows/1"),
        ("OPTIONS", "/flows/filter"),
        ("POST", "/flows/filter\n"),
        ("POST", "/new_route_of_prefect/filter"),
        ("POST", "/deployments/1/create_flow_run/"),
        ("GET", "/work_pools/a/b/queues/c"),
    ],
)
def test_what_is_not_listed_is_refused(method: str, path: str) -> None:
    assert use_of(template_of(method, path)) is RouteUse.REFUSED


@given(st.sampled_from(sorted(uses())), st.text("abcz-._~%2F /{}é", max_size=12))
def test_what_stands_in_an_address_opens_no_other_route(template: str, word: str) -> None:
    method, path = template.split(" ")
    filled = path.replace("{id}", word)
    answer = template_of(method, filled)
    # Only words of the list itself can make another listed route of it, and never one that does more.
    assert use_of(answer) is use_of(template) or use_of(answer) is RouteUse.REFUSED or answer == template


def test_people_send_nothing_over_a_websocket() -> None:
    assert not [path for path in STREAMS if not path.endswith("/out")]
