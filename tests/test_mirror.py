"""Whoever changes a module finds its tests: by the same name in the same room, or by a line of tests/README.md."""

import re
from pathlib import Path

import pytest

from models.settings import CHECKOUT

_ROOMS = ("models", "validation", "tasks", "flows", "portal", "cli", "deployments")
_LINE = re.compile(r"^\| `([a-z_/0-9]+\.py)` \| (.+) \|$", re.MULTILINE)
_TEST = re.compile(r"`(tests/[a-z_/0-9]+\.py)`")

HELD_ELSEWHERE = {
    module: _TEST.findall(where) for module, where in _LINE.findall((CHECKOUT / "tests/README.md").read_text("utf-8"))
}


def _modules() -> list[str]:
    without_tests = ("__init__.py", "__main__.py")
    paths = (path for room in _ROOMS for path in (CHECKOUT / room).rglob("*.py"))
    names = (path.relative_to(CHECKOUT) for path in paths if path.name not in without_tests)
    return sorted(str(name) for name in names if not {"migrations", "node_modules"} & set(name.parts))


def _namesake(module: str) -> Path:
    path = Path(module)
    return CHECKOUT / "tests" / path.parent / f"test_{path.name}"


@pytest.mark.parametrize("module", _modules())
def test_every_module_has_a_test_of_its_name_or_a_line_that_says_what_holds_it(module: str) -> None:
    if _namesake(module).exists():
        assert module not in HELD_ELSEWHERE, "it has a test of its own name, so tests/README.md need not say more"
        return
    assert HELD_ELSEWHERE.get(module), f"write {_namesake(module).relative_to(CHECKOUT)}, or a line in tests/README.md"
    assert all((CHECKOUT / test).exists() for test in HELD_ELSEWHERE[module])


def test_each_module_stands_in_one_line_in_order() -> None:
    modules = [module for module, _ in _LINE.findall((CHECKOUT / "tests/README.md").read_text("utf-8"))]
    assert modules == sorted(set(modules))


def test_no_line_speaks_of_a_module_that_is_gone() -> None:
    assert set(HELD_ELSEWHERE) <= set(_modules())
