"""What the documents say of the checkout is so: paths exist, decisions have one form, and the index lists them all."""

import re
import runpy
from pathlib import Path

import pytest
import yaml

from models.settings import CHECKOUT, Settings

GUIDES = sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md")])
RECORDS = sorted((CHECKOUT / "docs" / "decisions").glob("[0-9]*.md"))
ROOMS = "benchmarks|cli|deployments|docs|flows|models|portal|tasks|tests|validation"
PATH = re.compile(rf"`((?:{ROOMS})/[\w./*-]+)`")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)")


def named(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


@pytest.mark.parametrize("guide", GUIDES, ids=named)
def test_every_path_that_a_guide_names_is_there(guide: Path) -> None:
    text = guide.read_text()
    # What `flows/new_name.py` and the like stand for is yet to be written.
    examples = {"validation/returns/hea_3.py", "flows/new_name.py"}
    paths = set(PATH.findall(text)) - examples
    assert [path for path in sorted(paths) if not list(CHECKOUT.glob(path.rstrip("/")))] == []


@pytest.mark.parametrize("guide", GUIDES, ids=named)
def test_every_link_of_a_guide_leads_somewhere(guide: Path) -> None:
    assert [link for link in LINK.findall(guide.read_text()) if not (guide.parent / link).exists()] == []


def anchors(guide: Path) -> set[str]:
    """Return the anchors of a guide's headings, as a page of the repository makes them."""
    titles = re.findall(r"^#+ (.+)$", guide.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("guide", GUIDES, ids=named)
def test_every_link_into_a_page_leads_to_a_heading_of_it(guide: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:)([^)#\s]*)#([^)\s]+)\)", guide.read_text())
    assert [link for link in links if link[1] not in anchors(guide.parent / link[0] if link[0] else guide)] == []


def test_every_setting_stands_in_the_table_of_the_operators() -> None:
    table = (CHECKOUT / "docs" / "operators.md").read_text()
    assert [name for name in Settings.model_fields if f"| `JTAI_{name.upper()}` |" not in table] == []


@pytest.mark.parametrize("record", RECORDS, ids=named)
def test_a_decision_record_has_the_three_parts(record: Path) -> None:
    text = record.read_text()
    assert re.match(rf"# {record.name[:4]}: \S", text)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Choice", "Consequence"]


def test_the_index_lists_every_decision_by_its_number() -> None:
    listed = re.findall(
        r"^- \[(\d{4}): .+\]\((.+)\)$", (CHECKOUT / "docs/decisions/README.md").read_text(), re.MULTILINE
    )
    assert listed == [(record.name[:4], record.name) for record in RECORDS]


def test_every_hook_before_a_commit_is_a_locked_tool_of_the_project() -> None:
    written = yaml.safe_load((CHECKOUT / ".pre-commit-config.yaml").read_text())
    assert {repository["repo"] for repository in written["repos"]} == {"local"}
    hooks = [hook for repository in written["repos"] for hook in repository["hooks"]]
    assert {hook["language"] for hook in hooks} == {"system"}
    tools = {hook["entry"].split()[0].removeprefix(".venv/bin/") for hook in hooks}
    assert tools == {"ruff", "mypy", "lint-imports"}
    locked = re.findall(r"^([\w-]+)==", (CHECKOUT / "requirements-dev.txt").read_text(), re.MULTILINE)
    assert {"ruff", "mypy", "import-linter"} <= set(locked)


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt", "deployments/container/workers.txt"])
def test_nothing_is_locked_that_makes_each_start_slow(lock: str) -> None:
    # Each builds a grammar or reads tables whenever something imports it, and Prefect does where it is there.
    slow = {"rfc3987-syntax", "rfc3987", "pandas"}
    assert not slow & set(re.findall(r"^([\w-]+)==", (CHECKOUT / lock).read_text(), re.MULTILINE))


@pytest.mark.parametrize("program", sorted((CHECKOUT / "docs").glob("*.py")), ids=lambda path: path.name)
def test_the_programs_that_take_pictures_name_what_there_is(program: Path) -> None:
    # They run by hand, after a change of pages: whatever they import may have another name since.
    assert "main" in runpy.run_path(str(program), run_name="read")
