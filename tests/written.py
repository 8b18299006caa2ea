"""Reads what people are shown out of the product: pages, messages, notices, command line texts, themes and guides."""

import ast
import html
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.settings import CHECKOUT

ROOMS = ("cli", "deployments", "flows", "models", "portal", "tasks", "validation")
# For people outside the team that builds this; the others describe the code to those who change it.
GUIDES = ("agencies", "command-line", "hidden-children", "inspectors", "machines", "operators", "programme-managers")
_VALUE = "X"
_LOGS = frozenset({"debug", "info", "warning", "error", "exception"})
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_FENCED = re.compile(r"^```.*?^```|^    .*?$|`[^`\n]*`|!?\[([^\]]*)\]\([^)]*\)", re.MULTILINE | re.DOTALL)
_SQL = re.compile(
    r"\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER|TRUNCATE|COMMENT ON|DROP|GRANT|LISTEN)\b .*"
)


@dataclass(frozen=True, slots=True)
class Text:
    """One text that a person reads, with the file and line where it is written."""

    path: str
    line: int
    text: str

    @property
    def place(self) -> str:
        """Return where the text is written."""
        return f"{self.path}:{self.line}"


def texts() -> Iterator[Text]:
    """Yield everything that the product shows to people."""
    for room in ROOMS:
        for path in sorted((CHECKOUT / room).rglob("*.py")):
            if "migrations" not in path.parts and "node_modules" not in path.parts:
                yield from _of_module(path, room)
    for path in [*sorted((CHECKOUT / "portal/templates").glob("*.html")), CHECKOUT / "tasks/letters/letter.html.j2"]:
        yield from _of_template(path)
    for path in sorted((CHECKOUT / "models/themes").glob("*.toml")):
        values = _strings(tomllib.loads(path.read_text()))
        yield from (Text(_named(path), 1, value) for value in values if _is_prose(value))
    for name in GUIDES:
        yield from _of_guide(CHECKOUT / "docs" / f"{name}.md")


def _named(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


def _is_prose(text: str) -> bool:
    """Return whether a string is words for a person: two words or more, and neither SQL nor a pattern."""
    return bool(re.search(r"[A-Za-z]{2,}[,:;]? [A-Za-z]", text)) and not _SQL.search(text)


def _of_module(path: Path, room: str) -> Iterator[Text]:
    tree = ast.parse(path.read_text())
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            shown = room in {"cli", "flows"} and bool(getattr(node, "decorator_list", ()))
            # What a command or a flow does is read by people: its docstring is its help.
            if not shown and node.body and isinstance(node.body[0], ast.Expr):
                skipped.add(id(node.body[0].value))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        elif _is_unread(node):
            skipped.update(id(inner) for inner in ast.walk(node))
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            skipped.update(id(inner) for inner in node.values)
            text = "".join(part.value if isinstance(part, ast.Constant) else _VALUE for part in node.values)  # type: ignore[misc]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if _is_prose(text):
            yield Text(_named(path), node.lineno, text)


def _is_unread(node: ast.AST) -> bool:
    """Return whether nobody but a developer reads what a node holds: log lines, patterns, faults of ours."""
    if isinstance(node, ast.Raise):
        name = getattr(getattr(node.exc, "func", None), "id", "")
        return name in {"ValueError", "TypeError", "KeyError", "RuntimeError", "AssertionError"}
    if isinstance(node, ast.Call):
        return getattr(node.func, "attr", "") in _LOGS | {"compile"}
    return isinstance(node, ast.Assert)


def _of_template(path: Path) -> Iterator[Text]:
    for number, line in enumerate(path.read_text().splitlines(), 1):
        for tag in re.findall(r"\{[{%].*?[%}]\}", line):
            for quoted in _QUOTED.findall(tag):
                if _is_prose(quoted := "".join(quoted)) and not quoted.startswith(("govuk-", "app-", "/", "#")):
                    yield Text(_named(path), number, quoted)
        plain = re.sub(r"\{%.*?%\}|\{#.*?#\}", "", re.sub(r"\{\{.*?\}\}", _VALUE, line))
        for part in re.split(
            r"</?(?:p|h\d|li|td|th|div|caption|title|label|dt|dd|summary|figcaption|main|tr)\b[^>]*>", plain
        ):
            text = html.unescape(re.sub(r"<[^>]*>", "", part)).strip()
            if _is_prose(text):
                yield Text(_named(path), number, text)


def _of_guide(path: Path) -> Iterator[Text]:
    prose = _FENCED.sub(lambda match: match[1] or "\n" * match[0].count("\n"), path.read_text())
    line = 1
    for paragraph in re.split(r"(\n\s*\n|\n(?=[-|#]|\d\.))", prose):
        if _is_prose(paragraph):
            yield Text(_named(path), line, " ".join(paragraph.split()))
        line += paragraph.count("\n")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
