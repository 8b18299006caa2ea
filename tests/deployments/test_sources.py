"""Whatever a run reads changes the digest of the deployments and the age of the process that runs are forked from."""

from pathlib import Path

import pytest

from deployments.deploy import digest
from deployments.sources import sources
from models.settings import CHECKOUT

READ = (
    "prefect.yaml",
    "requirements.txt",
    "flows/probe.py",
    "models/themes/theme.toml",
    "models/data/areas.csv",
    "tasks/letters/letter.typ",
    "validation/returns/return.py",
    "deployments/deploy.py",
)
NOT_READ = ("README.md", "tests/test_probe.py", "flows/__pycache__/probe.pyc", "flows/.probe.py.swp", "flows/probe.py~")


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in (*READ, *NOT_READ):
        write(tmp_path, name, "before")
    return tmp_path


@pytest.mark.parametrize("name", READ)
def test_a_change_of_what_runs_read_changes_the_digest(root: Path, name: str) -> None:
    before = digest(root, 1, "jtai")
    write(root, name, "after")
    assert digest(root, 1, "jtai") != before


@pytest.mark.parametrize("name", NOT_READ)
def test_a_change_of_anything_else_does_not(root: Path, name: str) -> None:
    before = digest(root, 1, "jtai")
    write(root, name, "after")
    assert digest(root, 1, "jtai") == before


def test_pool_and_workers_are_part_of_the_digest(root: Path) -> None:
    assert len({digest(root, 1, "jtai"), digest(root, 2, "jtai"), digest(root, 1, "other")}) == 3


def test_every_theme_and_flow_of_the_product_is_read() -> None:
    read = set(sources(CHECKOUT))
    assert set((CHECKOUT / "models" / "themes").glob("*.toml")) < read
    assert set((CHECKOUT / "flows").glob("*.py")) < read
    assert {path.suffix for path in read} >= {".py", ".toml", ".csv", ".yaml", ".txt"}
