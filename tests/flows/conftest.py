"""One whole stack for all tests of flows, with the rehearsal of one inspection run on it once."""

from collections.abc import Iterator

import pytest

from deployments.demo.story import Story
from deployments.stack import Stack
from tests.chaos.inspecting import Remains, remains
from tests.stacks import no_addresses, pointed_at


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Start every part, and point the settings at them while the tests of this folder run."""
    with no_addresses():
        stack = Stack(tmp_path_factory.mktemp("whole") / "state")
        with stack, pointed_at(stack):
            yield stack
        stack.destroy()


@pytest.fixture(scope="package")
def rehearsed(stack: Stack) -> Story:
    """Rehearse one whole inspection, without any fault, and return its story."""
    story = Story(stack.addresses["JTAI_PORTAL_URL"], stack.state.folder / "demo", print)
    story.run()
    return story


@pytest.fixture(scope="package")
def left_behind(rehearsed: Story) -> Remains:  # noqa: ARG001 - what it left
    """Return what the rehearsal has left behind, in digests."""
    return remains()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give whichever test comes first the time that the rehearsal takes on a machine with two stacks."""
    for item in items:
        if "rehearsed" in getattr(item, "fixturenames", ()) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(600))
