"""The modules of a checkout, parsed; nothing of it is imported, so that any commit can be read."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BESIDES = ("tests", "benchmarks", "docs")
"""Rooms that are measured, but are no part of the product."""


@dataclass(frozen=True)
class Module:
    """One module: its dotted name, its path below the checkout, its text and its syntax tree."""

    name: str
    path: str
    text: str
    tree: ast.Module
    is_package: bool

    @property
    def room(self) -> str:
        """Top-level folder."""
        return self.name.partition(".")[0]

    @property
    def inner_room(self) -> str:
        """Folder on the second level, such as `tasks/cohort`; modules beside the folders are in `tasks/.`."""
        parts = self.path.split("/")
        return "/".join(parts[:2]) if len(parts) > 2 else f"{parts[0]}/."


def product_rooms(folder: Path) -> tuple[str, ...]:
    """Return the packages that the project's wheel is made of."""
    project = tomllib.loads((folder / "pyproject.toml").read_text())
    packages: list[str] = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    return tuple(packages)


def modules(folder: Path, rooms: tuple[str, ...]) -> list[Module]:
    """Parse all modules of some rooms; migrations are left out, as they are written once and never read again."""
    return [module_at(folder, path) for path in paths(folder, rooms)]


def paths(folder: Path, rooms: tuple[str, ...]) -> list[Path]:
    """Return the files of all modules of some rooms."""
    return [path for room in rooms for path in _files(folder / room)]


def _files(room: Path) -> Iterator[Path]:
    for path in sorted(room.rglob("*.py")):
        if not {"migrations", "node_modules", "__pycache__"} & set(path.parts):
            yield path


@cache
def module_at(folder: Path, path: Path) -> Module:
    """Parse the module of a file below a checkout."""
    inside = path.relative_to(folder)
    is_package = inside.name == "__init__.py"
    parts = inside.parent.parts if is_package else inside.with_suffix("").parts
    text = path.read_text(encoding="utf-8")
    return Module(".".join(parts), inside.as_posix(), text, ast.parse(text), is_package)
