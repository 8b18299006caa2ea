"""Lengths, complexity, comments and docstrings of a set of modules."""

import ast
import io
import math
import tokenize
from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.reading.source import Module

Function = ast.FunctionDef | ast.AsyncFunctionDef
_DECISIONS = (
    ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.Assert, ast.match_case,
)  # fmt: skip
_NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` of the values do not exceed; 0 of no values."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median, 90th percentile and maximum."""
    return {"median": quantile(values, 0.5), "p90": quantile(values, 0.9), "max": max(values, default=0)}


def functions(tree: ast.AST) -> list[Function]:
    """Return all functions and methods of a tree, inner ones too."""
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


def complexity(function: Function) -> int:
    """Return McCabe's number: 1 and one for each branch, boolean operator and condition of a comprehension."""
    number = 1
    for node in ast.walk(function):
        if isinstance(node, _DECISIONS):
            number += 1
        elif isinstance(node, ast.BoolOp):
            number += len(node.values) - 1
        elif isinstance(node, ast.comprehension):
            number += 1 + len(node.ifs)
    return number


def comments_and_code(text: str) -> tuple[int, int]:
    """Return how many comments say something to a reader, and how many lines hold code or a docstring.

    Comments for tools (`noqa`, `type:`, `fmt:`, `pragma:`) are not counted.
    """
    comments, lines = 0, set[int]()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            words = token.string.lstrip("#! ")
            comments += bool(words) and not words.startswith(("noqa", "type:", "fmt:", "pragma:"))
        elif token.type not in _NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return comments, len(lines)


def measures(modules: Iterable[Module]) -> dict[str, Any]:
    """Return the figures of some modules together."""
    rooms = list(modules)
    bodies = [function for module in rooms for function in functions(module.tree)]
    counted = [comments_and_code(module.text) for module in rooms]
    code = sum(lines for _, lines in counted)
    return {
        "files": len(rooms),
        "lines": sum(_lines(module) for module in rooms),
        "file_lines": spread([_lines(module) for module in rooms]),
        "functions": len(bodies),
        "function_lines": spread([(body.end_lineno or body.lineno) - body.lineno + 1 for body in bodies]),
        "complexity": spread([complexity(body) for body in bodies]),
        "comments_per_100_lines": round(100 * sum(comments for comments, _ in counted) / code, 2) if code else 0.0,
        "module_docstrings": _share([ast.get_docstring(module.tree) is not None for module in rooms]),
        "public_docstrings": _share([ast.get_docstring(node) is not None for node in _public(rooms)]),
    }


def _lines(module: Module) -> int:
    return module.text.count("\n")


def _public(rooms: list[Module]) -> list[Function | ast.ClassDef]:
    """Return public classes and functions of modules, and public methods of public classes."""
    tops = [node for module in rooms for node in module.tree.body if _is_public(node)]
    inner = [node for top in tops if isinstance(top, ast.ClassDef) for node in top.body if _is_public(node)]
    return [node for node in (*tops, *inner) if isinstance(node, Function | ast.ClassDef)]


def _is_public(node: ast.stmt) -> bool:
    return isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_")


def _share(answers: list[bool]) -> float:
    return round(sum(answers) / len(answers), 3) if answers else 1.0
