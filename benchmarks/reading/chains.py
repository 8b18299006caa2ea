"""How many functions a reader holds in mind at once: the longest chain of calls below each function.

The definition. A node is a function or method of the product. It calls another where its body, inner functions and
lambdas included, holds a call of: a function of its own module; a name imported from the product, followed through
packages that only pass it on; an attribute of a product's module; a method of its own class by `self` or `cls`, looked
up in its bases as well; a class of the product, which counts as its `__init__` or `__post_init__` where it has one.
What is passed as a value, and methods of other objects, cannot be seen in the source and are not followed. Functions
that call each other in a circle count once each. The depth of a function is the number of functions on its longest
chain, itself included: a function that calls none of ours has depth 1.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from benchmarks.reading.arrows import components, targets
from benchmarks.reading.measures import Function, quantile
from benchmarks.reading.source import Module


@dataclass
class _Scope:
    """What the names of one module stand for: functions and methods of its own, classes, and what it imports."""

    module: Module
    functions: dict[str, Function] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)


def call_graph(modules: list[Module]) -> dict[str, set[str]]:
    """Return for each function, as `module:name` or `module:Class.name`, the functions that it calls."""
    scopes = {module.name: _names(module) for module in modules}
    graph: dict[str, set[str]] = {}
    for name, scope in scopes.items():
        for qualified, function in scope.functions.items():
            owner = qualified.rpartition(".")[0]
            calls = {_called(scopes, name, owner, node.func) for node in _calls(function)}
            graph[f"{name}:{qualified}"] = {call for call in calls if call and call != f"{name}:{qualified}"}
    return graph


def chains(graph: dict[str, set[str]]) -> dict[str, list[str]]:
    """Return the longest chain below each function, the function first."""
    best: dict[str, list[str]] = {}
    for component in components(graph):
        outside = [best[target] for node in component for target in graph[node] if target in best]
        below = max(outside, key=lambda chain: (len(chain), chain), default=[])
        for node in component:
            others = sorted(other for other in component if other != node)
            best[node] = [node, *others, *below]
    return best


def most_passed(longest: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Return the functions on the longest tenth of all chains, those on most of them first: where shortening counts."""
    depths = sorted(map(len, longest.values()))
    least = quantile(depths, 0.9)
    passed = Counter(name for chain in longest.values() if len(chain) >= least for name in chain)
    return [
        {"function": name, "chains": number, "depth": len(longest[name])}
        for name, number in sorted(passed.items(), key=lambda pair: (-pair[1], -len(longest[pair[0]]), pair[0]))
    ]


def _names(module: Module) -> _Scope:
    scope = _Scope(module)
    for node in module.tree.body:
        if isinstance(node, Function):
            scope.functions[node.name] = node
        elif isinstance(node, ast.ClassDef):
            scope.classes[node.name] = node
            scope.functions |= {f"{node.name}.{item.name}": item for item in node.body if isinstance(item, Function)}
    for import_ in ast.walk(module.tree):
        if isinstance(import_, ast.Import | ast.ImportFrom):
            scope.imported |= {bound: (base, name) for bound, base, name in targets(module, import_)}
    return scope


def _calls(function: Function) -> Iterator[ast.Call]:
    """Yield the calls of a body; decorators and defaults run when the module is read, and are none of it."""
    for statement in function.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call):
                yield node


def _called(scopes: dict[str, _Scope], module: str, owner: str, callee: ast.expr) -> str | None:
    if isinstance(callee, ast.Name):
        return _resolved(scopes, module, callee.id)
    if not isinstance(callee, ast.Attribute):
        return None
    if isinstance(callee.value, ast.Name) and callee.value.id in {"self", "cls"} and owner:
        return _method(scopes, module, owner, callee.attr)
    place = _place(scopes, module, callee.value)
    return _resolved(scopes, place, callee.attr) if place else None


def _place(scopes: dict[str, _Scope], module: str, value: ast.expr) -> str | None:
    """Return the product's module that an expression such as `store` or `tasks.ground.store` names."""
    if isinstance(value, ast.Attribute):
        outer = _place(scopes, module, value.value)
        inner = f"{outer}.{value.attr}"
        return inner if outer and inner in scopes else None
    if not isinstance(value, ast.Name) or value.id not in scopes[module].imported:
        return None
    base, name = scopes[module].imported[value.id]
    full = f"{base}.{name}" if name else value.id if value.id == base.partition(".")[0] else base
    return full if full in scopes else None


def _resolved(scopes: dict[str, _Scope], module: str, name: str, steps: int = 5) -> str | None:
    """Return the function that a name of a module stands for; a class stands for what makes one."""
    scope = scopes.get(module)
    if scope is None or steps == 0:
        return None
    if name in scope.functions:
        return f"{module}:{name}"
    if name in scope.classes:
        return _method(scopes, module, name, "__init__") or _method(scopes, module, name, "__post_init__")
    if name in scope.imported:
        base, inner = scope.imported[name]
        return _resolved(scopes, base, inner, steps - 1) if inner else None
    return None


def _method(scopes: dict[str, _Scope], module: str, owner: str, name: str, steps: int = 5) -> str | None:
    scope = scopes.get(module)
    if scope is None or steps == 0:
        return None
    if f"{owner}.{name}" in scope.functions:
        return f"{module}:{owner}.{name}"
    if owner in scope.classes:
        bases = [base.id for base in scope.classes[owner].bases if isinstance(base, ast.Name)]
        methods = (_method(scopes, module, base, name, steps - 1) for base in bases)
        return next((method for method in methods if method), None)
    if owner in scope.imported:
        base, inner = scope.imported[owner]
        return _method(scopes, base, inner, name, steps - 1) if inner else None
    return None
