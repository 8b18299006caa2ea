"""Names that say too little: riddles that code binds, classes of one name, ids made or taken apart by hand."""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator

from benchmarks.reading.source import Module

RIDDLES = frozenset({"told", "asked", "found", "said", "known", "held", "one"})
IDS_HOME = "models/ids.py"
_SEPARATORS = {"/", "-v"}
_CUTS = {"split", "rsplit", "partition", "rpartition"}


def bound_names(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield each name that the code binds, with its line.

    That is by assignment, argument, loop, `with`, `except`, comprehension, `:=`, pattern, import or `def`.
    """
    for node in ast.walk(tree):
        name = _bound(node)
        if name:
            yield name, getattr(node, "lineno", 0)


def _bound(node: ast.AST) -> str | None:
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            return name
        case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return name
        case ast.ExceptHandler(name=name) | ast.MatchAs(name=name) | ast.MatchStar(name=name):
            return name
        case ast.MatchMapping(rest=name) | ast.alias(asname=name):
            return name
    return None


def riddles(tree: ast.AST) -> list[tuple[str, int]]:
    """Return the riddles among the bound names, with their lines; a leading underscore makes no other word."""
    return sorted(
        ((name, line) for name, line in bound_names(tree) if name.strip("_") in RIDDLES), key=lambda pair: pair[1]
    )


def riddles_by_file(modules: list[Module]) -> dict[str, int]:
    """Return how many riddles each file binds, files without any left out."""
    counts = {module.path: len(riddles(module.tree)) for module in modules}
    return {path: number for path, number in counts.items() if number}


def riddles_by_word(modules: list[Module]) -> dict[str, int]:
    """Return how often each riddle is bound, the most frequent first."""
    return dict(Counter(name.strip("_") for module in modules for name, _ in riddles(module.tree)).most_common())


def repeated_classes(modules: list[Module]) -> dict[str, list[str]]:
    """Return the classes that modules define under one name, with the files."""
    homes: dict[str, list[str]] = defaultdict(list)
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                homes[node.name].append(module.path)
    return {name: paths for name, paths in sorted(homes.items()) if len(paths) > 1}


def ids_by_hand(modules: list[Module]) -> list[str]:
    """Return the places, as `file:line`, that make an id or take one apart outside the module of ids.

    A text of values joined by `/` or `-v` alone, or by `-` after a reference, makes an id; cutting a text at `/`, or
    taking a computed beginning off, takes one apart. That also finds a few keys of the store and addresses of pages:
    the source does not say which text is an id. Synthetic data, whose texts are seeds, is left out.
    """
    return [
        f"{module.path}:{node.lineno}"
        for module in modules
        if module.path != IDS_HOME and not module.path.startswith("validation/synthetic/")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.expr) and (_makes(node) or _takes_apart(node))
    ]


def _makes(node: ast.expr) -> bool:
    if not isinstance(node, ast.JoinedStr) or len(node.values) < 3 or len(node.values) % 2 == 0:
        return False
    values, joints = node.values[::2], node.values[1::2]
    if not all(isinstance(value, ast.FormattedValue) for value in values):
        return False
    texts = {joint.value for joint in joints if isinstance(joint, ast.Constant)}
    if len(joints) == sum(isinstance(joint, ast.Constant) for joint in joints) and texts <= _SEPARATORS:
        return True
    first = values[0]
    return texts == {"-"} and isinstance(first, ast.FormattedValue) and _is_reference(first.value)


def _is_reference(value: ast.expr) -> bool:
    name = value.attr if isinstance(value, ast.Attribute) else value.id if isinstance(value, ast.Name) else ""
    return name.lower() in {"ref", "inspection"}


def _takes_apart(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
        return False
    argument = node.args[0]
    if node.func.attr in _CUTS:
        return isinstance(argument, ast.Constant) and argument.value in _SEPARATORS
    return node.func.attr in {"removeprefix", "removesuffix"} and isinstance(argument, ast.JoinedStr)
