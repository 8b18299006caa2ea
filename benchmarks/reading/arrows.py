"""Who imports whom: arrows between modules and between rooms, and the circles among them."""

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from benchmarks.reading.source import Module

Graph = dict[str, set[str]]


def targets(module: Module, node: ast.Import | ast.ImportFrom) -> list[tuple[str, str, str]]:
    """Return what an import binds: the name here, the module named, and the name in that module or an empty one."""
    if isinstance(node, ast.Import):
        return [(item.asname or item.name.partition(".")[0], item.name, "") for item in node.names]
    base = node.module or ""
    if node.level:
        parents = module.name.split(".")
        kept = parents[: len(parents) - node.level + module.is_package]
        base = ".".join([*kept, *([base] if base else [])])
    return [(item.asname or item.name, base, item.name) for item in node.names]


def imports(module: Module) -> list[tuple[str, str, str]]:
    """Return everything that a module imports anywhere, also inside functions and for types alone."""
    nodes = (node for node in ast.walk(module.tree) if isinstance(node, ast.Import | ast.ImportFrom))
    return [item for node in nodes for item in targets(module, node)]


def module_graph(modules: Iterable[Module]) -> Graph:
    """Return which modules each module imports; a submodule counts for itself and not for its package."""
    by_name = {module.name: module for module in modules}
    graph: Graph = {name: set() for name in by_name}
    for name, module in by_name.items():
        for _, base, item in imports(module):
            inner = f"{base}.{item}"
            target = inner if item and inner in by_name else base
            if target in by_name and target != name:
                graph[name].add(target)
    return graph


def between(graph: Graph, room_of: Callable[[str], str]) -> dict[tuple[str, str], int]:
    """Return how many module imports each arrow between two rooms stands for."""
    arrows: dict[tuple[str, str], int] = {}
    for source, names in graph.items():
        for target in names:
            pair = room_of(source), room_of(target)
            if pair[0] != pair[1]:
                arrows[pair] = arrows.get(pair, 0) + 1
    return arrows


def components(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Return the strongly connected components, each after those that it points to (Kosaraju)."""
    backwards: Graph = {node: set() for node in graph}
    for node, following in graph.items():
        for target in following:
            backwards[target].add(node)
    seen: set[str] = set()
    finished = [node for root in graph for node in _reached(graph, root, seen)]
    seen = set()
    result = [_reached(backwards, root, seen) for root in reversed(finished)]
    return [component for component in reversed(result) if component]


def _reached(graph: Mapping[str, Iterable[str]], root: str, seen: set[str]) -> list[str]:
    """Return what is reached from a node and not yet seen, each after what it leads to; marks it as seen."""
    finished: list[str] = []
    path = [] if root in seen else [(root, iter(sorted(graph[root])))]
    seen.add(root)
    while path:
        node, following = path[-1]
        target = next((name for name in following if name not in seen), None)
        if target is None:
            finished.append(node)
            path.pop()
        else:
            seen.add(target)
            path.append((target, iter(sorted(graph[target]))))
    return finished


def circles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Return groups of more than one that reach each other."""
    return [sorted(component) for component in components(graph) if len(component) > 1]


def figures(modules: list[Module]) -> dict[str, Any]:
    """Return arrows and circles between modules, between rooms and between the folders inside rooms."""
    graph = module_graph(modules)
    inner = {module.name: module.inner_room for module in modules}
    outer = between(graph, lambda name: name.partition(".")[0])
    inside = between(graph, inner.__getitem__)
    room_graph: Graph = {room: set() for room in inner.values()}
    for source, target in inside:
        room_graph[source].add(target)
    fan_in = {name: sum(name in names for names in graph.values()) for name in graph}
    return {
        "modules": len(graph),
        "imports": sum(map(len, graph.values())),
        "largest_fan_out": max(((len(names), name) for name, names in graph.items()), default=(0, "")),
        "largest_fan_in": max(((number, name) for name, number in fan_in.items()), default=(0, "")),
        "module_circles": circles(graph),
        "room_arrows": {f"{a} -> {b}": number for (a, b), number in sorted(outer.items())},
        "inner_arrows": {f"{a} -> {b}": number for (a, b), number in sorted(inside.items())},
        "inner_circles": circles(room_graph),
    }
