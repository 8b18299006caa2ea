"""What can be said of a file as a file, read from the code that says it, so that no page leaves a sentence out."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

_ROOM = Path(__file__).parents[1]
# The calls that refuse a file whole, and which of their arguments is the sentence.
_REFUSALS = {"Unreadable": 0, "unreadable": 1}
_PAIR = 2
_ID, _SEVERITY, _MESSAGE = 0, 1, 6

# What stands for the parts of a sentence that differ from file to file, by the expression that puts them in.
_EXAMPLES = {
    "', '.join(contract.main.names[:3])": "la_child_id, nhs_number, upn",
    "contract.title.removeprefix('Annex A ')": "Children within the theme known to the council",
    "cell": "C1",
    "cells": "C2 to C5",
    "column.name": "la_child_id",
    "context.gss": "E06000038",
    "context.theme.rule_set": "domestic-abuse-2024@1",
    "contract.code": "LA-DA",
    "contract.version": "1",
    "now": "2",
    "', '.join(part.claims)": "LA-1, LA-2",
    "CONTRACTS[code].title": "Domestic abuse incidents with children",
    "claim.sheet.name": "Children",
    "code": "POL-1",
    "kind": "a PDF document",
    "long(context.announced)": "24 February 2025",
    "long(due)": "26 February 2025",
    "other.code": "POL-1",
    "other.title": "Domestic abuse incidents with children",
    "seconds": "300",
    "sheet.name": "Children",
    "stamp.code": "POL-1",
    # Passed on from where the sentence stands.
    "str(error)": "",
    "message": "",
}
# What is put in as it is, though it is put together nearby.
_SHORT = frozenset({"cell", "cells"})
# Where one of the checks across returns can be told from the file alone.
SOURCES = {"FILE.extract_date": "X10", "FILE.no_rows": "X11"}


# Name -> what is assigned to it, in the order of the lines.
Assigned = dict[str, list[ast.expr]]


class UnknownPartError(LookupError):
    """A sentence has a part for which there is no example; it is given in this module."""


@dataclass(frozen=True)
class Sentence:
    """One sentence that can be said of a file."""

    id: str
    severity: str
    text: str


def sentences() -> tuple[Sentence, ...]:
    """Return every sentence that the reading of a file can say, by id, as often as it differs.

    Raises:
        UnknownPartError: a sentence has a part without an example.
    """
    modules = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(_ROOM.rglob("*.py"))}
    constants = _assigned(node for module in modules.values() for node in module.body)
    shared = {name: values for name, values in constants.items() if not name.startswith("_")}
    # What is written into the copy that a sender gets back is no finding.
    speaking = (module for path, module in modules.items() if path.parent.name != "annotated")
    found = {said for module in speaking for said in _said_in(module, shared | _assigned(module.body))}
    return tuple(sorted(found, key=lambda one: (one.id, one.severity, one.text)))


def _said_in(module: ast.Module, known: Assigned) -> Iterator[Sentence]:
    for function in ast.walk(module):
        if isinstance(function, ast.FunctionDef):
            names = known | _assigned(ast.walk(function))
            for node in ast.walk(function):
                yield from _said(node, names)


def _assigned(nodes: Iterable[ast.AST]) -> Assigned:
    """Return name -> what is assigned to it among these statements."""
    found: Assigned = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
    return {name: sorted(values, key=lambda value: value.lineno) for name, values in found.items()}


def _said(node: ast.AST, names: Assigned) -> Iterator[Sentence]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        yield from _called(node.func.id, node.args, names)
    if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == _PAIR:
        # The stamp yields the last part of the id and the sentence; all of them are errors.
        rule, told = node.value.elts
        if isinstance(rule, ast.Constant) and isinstance(rule.value, str):
            yield from (Sentence(f"FILE.{rule.value}", "error", text) for text in _texts(told, names))


def _called(name: str, told: list[ast.expr], names: Assigned) -> Iterator[Sentence]:
    if name in _REFUSALS:
        texts = _texts(told[_REFUSALS[name]], names)
        yield from (Sentence("FILE.unreadable", "error", text) for text in texts if text)
    if name == "Finding" and told and isinstance(rule := told[_ID], ast.Constant):
        severities, texts = _texts(told[_SEVERITY], names), _texts(told[_MESSAGE], names)
        yield from (Sentence(str(rule.value), *both) for both in product(severities, texts) if both[1])


def _texts(node: ast.expr, names: Assigned) -> list[str]:
    """Return every text that an expression can have."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.JoinedStr):
        return ["".join(parts) for parts in product(*(_texts(value, names) for value in node.values))]
    if isinstance(node, ast.FormattedValue):
        return _texts(node.value, names)
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body, names), *_texts(node.orelse, names)]
    return _named(node.values[0] if isinstance(node, ast.BoolOp) else node, names)


def _named(node: ast.expr, names: Assigned) -> list[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        filled = {keyword.arg: _texts(keyword.value, names)[0] for keyword in node.keywords if keyword.arg}
        return [text.format(**filled) for text in _texts(node.func.value, names)]
    part = ast.unparse(node)
    if isinstance(node, ast.Name) and node.id in names and part not in _SHORT:
        # Of what is assigned in a function, the latest before the use; else a constant of the room.
        before = [value for value in names[node.id] if value.lineno <= node.lineno]
        return _texts((before or names[node.id])[-1], names)
    if part in _EXAMPLES:
        return [_EXAMPLES[part]]
    raise UnknownPartError(f"There is no example of {part}, which stands in a sentence about files.")
