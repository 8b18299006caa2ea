"""Reads what people are shown out of the product: pages, messages, notices, command line texts, themes and guides."""

import ast
import html
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard

from benchmarks.reading.source import Module, modules
from models.settings import CHECKOUT

ROOMS = ("cli", "deployments", "flows", "models", "portal", "tasks", "validation")
# For people outside the team that builds this; the others describe the code to those who change it.
GUIDES = ("agencies", "command-line", "hidden-children", "inspectors", "machines", "operators", "programme-managers")
_VALUE = "X"
_LOGS = frozenset({"debug", "info", "warning", "error", "exception"})
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_FENCED = re.compile(r"^```.*?^```|^    .*?$|`[^`\n]*`|!?\[([^\]]*)\]\([^)]*\)", re.MULTILINE | re.DOTALL)
# An expression ends with a space before its braces; those of a dictionary inside it have none.
_TAGS = re.compile(r"\{\{.*?\s\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_BLOCKS = re.compile(
    r"(<(?:style|script)\b.*?</(?:style|script)>"
    r"|</?(?:p|h\d|li|td|th|div|caption|title|label|dt|dd|summary|figcaption|main|tr|article|thead|tbody)\b[^>]*>)",
    re.DOTALL,
)
_DEVELOPERS = frozenset({"ValueError", "TypeError", "KeyError", "RuntimeError", "AssertionError"})
_SQL = re.compile(
    r"\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER|TRUNCATE|COMMENT ON|DROP|GRANT|REVOKE|LISTEN)\b .*"
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


@cache
def texts() -> tuple[Text, ...]:
    """Return everything that the product shows to people."""
    return tuple(_texts())


def _texts() -> Iterator[Text]:
    for room in ROOMS:
        for module in modules(CHECKOUT, (room,)):
            yield from _of_module(module, room)
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


def _of_module(module: Module, room: str) -> Iterator[Text]:
    # Breadth first, so that a text with values in it comes before its own parts.
    nodes = list(ast.walk(module.tree))
    read = {id(node.body[0]) for node in nodes if _is_shown(node, room)}
    unread = {id(inner) for node in nodes if id(node) not in read for inner in _unread(node)}
    for node in nodes:
        if id(node) in unread or not isinstance(node, ast.JoinedStr | ast.Constant):
            continue
        unread.update(map(id, ast.walk(node)))
        if _is_prose(text := _written(node)):
            yield Text(module.path, node.lineno, text)


def _written(node: ast.JoinedStr | ast.Constant) -> str:
    """Return a string of the code as a person reads it, each value in it as a letter."""
    if isinstance(node, ast.JoinedStr):
        parts = (str(part.value) if isinstance(part, ast.Constant) else _VALUE for part in node.values)
        return "".join(parts)
    return node.value if isinstance(node.value, str) else ""


def _is_shown(node: ast.AST, room: str) -> TypeGuard[ast.FunctionDef]:
    """Return whether the docstring of a function is read by people: it is the help of a command or of a flow."""
    shown = isinstance(node, ast.FunctionDef) and room in {"cli", "flows"} and bool(node.decorator_list)
    return shown and ast.get_docstring(node, clean=False) is not None  # type: ignore[arg-type]


def _unread(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is inside a node that nobody but a developer reads: docstrings, log lines, patterns, our faults."""
    if isinstance(node, ast.Assert) or _is_for_developers(node) or _stands_alone(node):
        yield from ast.walk(node)


def _stands_alone(node: ast.AST) -> bool:
    """Return whether a string is a statement of its own: it describes the constant above it."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_for_developers(node: ast.AST) -> bool:
    if isinstance(node, ast.Raise):
        return getattr(getattr(node.exc, "func", None), "id", "") in _DEVELOPERS
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _LOGS | {"compile"}


def _of_template(path: Path) -> Iterator[Text]:
    source = path.read_text()
    for tag in _TAGS.finditer(source):
        for quoted in _QUOTED.finditer(tag[0]):
            text = quoted[1] or quoted[2] or ""
            if _is_prose(text) and not text.startswith(("govuk-", "app-", "/", "#")):
                yield Text(_named(path), _line(source, tag.start() + quoted.start()), text)
    # A tag leaves its lines, so that what follows it keeps its own.
    plain = _TAGS.sub(lambda tag: (_VALUE if tag[0].startswith("{{") else "") + "\n" * tag[0].count("\n"), source)
    start = 0
    for part in _BLOCKS.split(plain):
        text = " ".join(html.unescape(re.sub(r"<[^>]*>", "", part)).split())
        if _is_prose(text):
            yield Text(_named(path), _line(plain, start), text)
        start += len(part)


def _line(source: str, position: int) -> int:
    return source.count("\n", 0, position) + 1


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
