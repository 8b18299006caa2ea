"""Makes mutants: one small change each of what a rule says, never of its words or of its examples."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Mod: ast.Mult,
}
_METHODS = {
    "is_null": "is_not_null",
    "is_not_null": "is_null",
    "min": "max",
    "max": "min",
    "any_horizontal": "all_horizontal",
    "all_horizontal": "any_horizontal",
    "max_horizontal": "min_horizontal",
    "to_uppercase": "to_lowercase",
    "to_lowercase": "to_uppercase",
}
# Calls without which the expression they are called on still is one.
_DROPPED = frozenset(
    {"fill_null", "unique", "drop_nulls", "over", "to_uppercase", "to_lowercase", "replace_all", "abs"}
)
# Words, examples and structure; the page of rules and the templates hold them.
_WORDS = frozenset({"message", "source", "passes_on", "fails_on", "cellwise", "on", "guidance", "example", "when"})
_DECLARATIONS = frozenset({"Column", "Contract", "Sheet", "replace", "code_set"})
# Severities, windows of words and sources are held by the page of rules, word for word.
_SEVERITIES = frozenset({"error", "query", "info"})
_CODES = 40
_COMPARING = frozenset({"is_in", "contains", "extract_groups", "offset_by", "fill_null", "complete"})
_NAMING = frozenset({"v", "raw", "col", "alias", "select", "join", "sheet", "group_by", "has"})


@dataclass(frozen=True)
class Mutant:
    """One change of one module."""

    module: str
    line: int
    column: int
    change: str
    tree: ast.Module


def mutants(module: str, source: str) -> Iterator[Mutant]:
    """Yield every mutant of a module, in the order of its lines."""
    tree = ast.parse(source)
    codes = _codes(tree)
    judged = (node for node in _judged(tree) if not _is_text(node) or id(node) in codes)
    changes = [(node, change, make) for node in judged for change, make in _changes(node)]
    changes.sort(key=lambda triple: (triple[0].lineno, triple[0].col_offset, triple[1]))
    for node, change, make in changes:
        yield Mutant(module, node.lineno, node.col_offset, change, _with(tree, node, make))


def _codes(tree: ast.Module) -> set[int]:
    """Return which texts are compared with, so that ids, names of columns and words are left alone."""
    codes: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) or (isinstance(node, ast.Call) and _name(node) in _COMPARING):
            names = {id(arg) for call in ast.walk(node) if _is_name_of(call) for arg in call.args}  # type: ignore[attr-defined]
            codes |= {id(text) for text in ast.walk(node) if _is_text(text)} - names
    return codes


def _is_name_of(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _name(node) in _NAMING


def _with(tree: ast.Module, at: ast.expr, make: Callable[[ast.expr], ast.expr]) -> ast.Module:
    index = next(n for n, node in enumerate(ast.walk(tree)) if node is at)
    fresh = copy.deepcopy(tree)
    copied = next(node for n, node in enumerate(ast.walk(fresh)) if n == index)
    assert isinstance(copied, ast.expr)
    target: ast.expr = copied

    class Replaced(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return make(target) if node is target else super().generic_visit(node)

    changed = Replaced().visit(fresh)
    assert isinstance(changed, ast.Module)
    return ast.fix_missing_locations(changed)


def _judged(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions that decide something: no words, no examples, no types, no declarations of columns."""
    for child in _children(node):
        if isinstance(child, ast.expr):
            yield child
        yield from _judged(child)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef):
        yield from node.body
        return
    if isinstance(node, ast.AnnAssign):
        yield from (child for child in (node.value,) if child is not None and not _is_row(node))
        return
    if isinstance(node, ast.Assign) and _is_words(node):
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.keyword) and child.arg in _WORDS:
            continue
        if isinstance(child, ast.Call) and _name(child) in _DECLARATIONS:
            continue
        if not isinstance(child, ast.JoinedStr | ast.Import | ast.ImportFrom | ast.Dict):
            yield child


def _is_row(node: ast.AnnAssign) -> bool:
    return "Row" in ast.unparse(node.annotation) or "dict[str, str" in ast.unparse(node.annotation)


def _is_words(node: ast.Assign) -> bool:
    value = node.value
    return isinstance(value, ast.JoinedStr) or (isinstance(value, ast.Constant) and " " in str(value.value))


def _name(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


_Change = tuple[str, Callable[[ast.expr], ast.expr]]


def _changes(node: ast.expr) -> Iterator[_Change]:
    if isinstance(node, ast.Compare):
        yield from _compared(node)
    elif isinstance(node, ast.BinOp):
        yield from _operated(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert | ast.Not | ast.USub):
        yield f"{ast.unparse(node)} without its sign", lambda n: n.operand  # type: ignore[attr-defined]
    elif isinstance(node, ast.BoolOp):
        yield "and <-> or", _other_bool
    elif isinstance(node, ast.IfExp):
        yield "always the first", lambda n: n.body  # type: ignore[attr-defined]
        yield "always the second", lambda n: n.orelse  # type: ignore[attr-defined]
    elif isinstance(node, ast.Call):
        yield from _called(node)
    elif isinstance(node, ast.Constant):
        yield from _constant(node)


def _compared(node: ast.Compare) -> Iterator[_Change]:
    for n, op in enumerate(node.ops):
        other = _COMPARISONS[type(op)]

        def make(fresh: ast.expr, n: int = n, other: type[ast.cmpop] = other) -> ast.expr:
            assert isinstance(fresh, ast.Compare)
            fresh.ops[n] = other()
            return fresh

        yield f"{type(op).__name__} -> {other.__name__} in {ast.unparse(node)[:70]}", make


def _operated(node: ast.BinOp) -> Iterator[_Change]:
    other = _OPERATORS.get(type(node.op))
    if other is None or _is_text(node.left) or _is_text(node.right):
        return

    def make(fresh: ast.expr) -> ast.expr:
        assert isinstance(fresh, ast.BinOp)
        fresh.op = other()
        return fresh

    yield f"{type(node.op).__name__} -> {other.__name__} in {ast.unparse(node)[:70]}", make
    if isinstance(node.op, ast.BitAnd | ast.BitOr):
        yield f"without the right of {ast.unparse(node)[:70]}", lambda n: n.left  # type: ignore[attr-defined]
        yield f"without the left of {ast.unparse(node)[:70]}", lambda n: n.right  # type: ignore[attr-defined]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _other_bool(node: ast.expr) -> ast.expr:
    assert isinstance(node, ast.BoolOp)
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    return node


def _called(node: ast.Call) -> Iterator[_Change]:
    name = _name(node)
    if not isinstance(node.func, ast.Attribute):
        return
    if name in _METHODS:

        def renamed(fresh: ast.expr) -> ast.expr:
            assert isinstance(fresh, ast.Call)
            assert isinstance(fresh.func, ast.Attribute)
            fresh.func.attr = _METHODS[name]
            return fresh

        yield f"{name} -> {_METHODS[name]}", renamed
    if name in _DROPPED:

        def dropped(fresh: ast.expr) -> ast.expr:
            assert isinstance(fresh, ast.Call)
            assert isinstance(fresh.func, ast.Attribute)
            receiver = fresh.func.value
            return receiver.value if isinstance(receiver, ast.Attribute) and receiver.attr == "str" else receiver

        yield f"without {name}", dropped


def _is_code(text: str) -> bool:
    return 0 < len(text) < _CODES and " " not in text and text not in _SEVERITIES and text[-1:] != "."


def _constant(node: ast.Constant) -> Iterator[_Change]:
    value = node.value
    if isinstance(value, bool):
        other: object = not value
    elif isinstance(value, int):
        other = value + 1
    elif isinstance(value, float):
        other = value * 1.1
    elif isinstance(value, str) and _is_code(value):
        other = value + "x"
    else:
        return

    def make(fresh: ast.expr) -> ast.expr:
        assert isinstance(fresh, ast.Constant)
        fresh.value = other  # type: ignore[assignment]
        return fresh

    yield f"{value!r} -> {other!r}", make
