"""One whole stack for all tests of flows, with the rehearsal of one inspection run on it once."""

from collections.abc import Iterator

import pytest

from deployments.demo.story import STEPS, Story
from deployments.keys import replace
from deployments.stack import Stack
from deployments.vault import forget_old
from models.key_ring import Purpose
from tasks.ground import vault
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


_REPLACED = (
    *(Purpose.TOKENS, Purpose.LINKS, Purpose.OPERATOR, Purpose.SESSIONS, Purpose.ADDRESSES, Purpose.SIGNATURES),
    *(Purpose.EVIDENCE, Purpose.PSEUDONYMS, Purpose.SEEDS),
)
"""Keys in the order in which each is replaced before a step, from the first return to the frozen cohort."""


@pytest.fixture(scope="package")
def rehearsed(stack: Stack) -> Story:
    """Rehearse one whole inspection, without any fault, while every key is replaced in turn, and return its story."""
    titles = [title for title, _ in STEPS]
    turns = dict(zip(titles[titles.index("Returns made") :], _REPLACED, strict=False))

    def replaced(title: str) -> None:
        if purpose := turns.get(title):
            replace([purpose])
            # Whoever came in by a link or session that is no more comes in anew.
            story.people.clear()
        if purpose is Purpose.EVIDENCE:
            vault.rewrap()
            forget_old()

    story = Story(stack.addresses["JTAI_PORTAL_URL"], stack.state.folder / "demo", print, before=replaced)
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
