"""Stacks that start in an empty folder and leave nothing behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.stack import Stack
from tests.deployments.probes import NewStack


@pytest.fixture(autouse=True, scope="module")
def no_outside_parts() -> Iterator[None]:
    """Forget addresses of the caller's own stack, which would replace the embedded parts."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "PREFECT_DATABASE_URL", "S3_ENDPOINT_URL", "PREFECT_API_URL", "PORTAL_URL"):
            patch.delenv(f"JTAI_{name}", raising=False)
        yield


@pytest.fixture
def new_stack(tmp_path: Path) -> Iterator[NewStack]:
    """Return a maker of stacks of storage alone; what it makes is stopped and thrown away afterwards."""
    made: list[Stack] = []

    def make(name: str) -> Stack:
        made.append(Stack(tmp_path / name, prefect=False))
        return made[-1]

    yield make
    for stack in made:
        stack.stop()
    for folder in {stack.state.folder: stack for stack in made}.values():
        folder.destroy()
