"""`make reading`, `python -m benchmarks.reading [FOLDER] [--chains N] [--json FILE]`: figures of a checkout."""

import argparse
import json
from pathlib import Path
from typing import Any

from benchmarks.reading import arrows, chains, measures, words
from benchmarks.reading.source import BESIDES, Module, modules, product_rooms

VERDICT = ("check_file", "validate_submission", "receive_returns")
"""Functions that a verdict is followed from, by their names without the module."""


def figures(folder: Path, shown: int = 10) -> dict[str, Any]:
    """Return everything that is measured of a checkout, with so many of the longest chains of calls."""
    product = modules(folder, product_rooms(folder))
    besides = modules(folder, tuple(room for room in BESIDES if (folder / room).exists()))
    return {
        "product": measures.measures(product),
        "rooms": _grouped([*product, *besides], "room"),
        "inner_rooms": _grouped(product, "inner_room"),
        "test_lines_per_line": round(_lines(besides, "tests") / sum(m.text.count("\n") for m in product), 2),
        "arrows": arrows.figures(product),
        "chains": _chains(product, shown),
        "riddles": {"in_all": sum(words.riddles_by_file(product).values()), "by_word": words.riddles_by_word(product),
                    "by_file": words.riddles_by_file(product)},
        "repeated_classes": words.repeated_classes(product),
        "ids_by_hand": words.ids_by_hand(product),
    }  # fmt: skip


def _lines(group: list[Module], room: str) -> int:
    return sum(module.text.count("\n") for module in group if module.room == room)


def _grouped(group: list[Module], by: str) -> dict[str, Any]:
    rooms: dict[str, list[Module]] = {}
    for module in group:
        rooms.setdefault(getattr(module, by), []).append(module)
    return {room: measures.measures(members) for room, members in rooms.items()}


def _chains(product: list[Module], shown: int) -> dict[str, Any]:
    graph = chains.call_graph(product)
    longest = chains.chains(graph)
    depths = [len(chain) for chain in longest.values()]
    deepest = sorted(longest.values(), key=lambda chain: (-len(chain), chain))
    verdict = {name: chain for name, chain in longest.items() if name.rpartition(":")[2] in VERDICT}
    return {
        "functions": len(graph),
        "callees_a_function": round(sum(map(len, graph.values())) / len(graph), 2) if graph else 0,
        "depth": measures.spread(depths),
        "deepest": [{"depth": len(chain), "chain": chain} for chain in deepest[:shown]],
        "passed": chains.most_passed(longest)[:shown],
        "verdict": [{"depth": len(chain), "chain": chain} for _, chain in sorted(verdict.items())],
        "circles": arrows.circles(graph),
    }


def report(result: dict[str, Any]) -> str:
    """Return the figures as a page of text."""
    return "\n".join(
        [
            _room_table("Rooms", result["rooms"] | {"the product": result["product"]}),
            _room_table("Folders inside the rooms", result["inner_rooms"]),
            f"Lines of tests for a line of the product: {result['test_lines_per_line']}\n",
            *_arrow_lines(result["arrows"]),
            *_chain_lines(result["chains"]),
            *_word_lines(result),
        ]
    )


def _room_table(title: str, rooms: dict[str, Any]) -> str:
    head = ("files", "lines", "file med/p90/max", "functions", "med/p90/max", "complexity p90/max", "comments/100",
            "docstrings mod/pub")  # fmt: skip
    width = max(len(title), *(len(room) for room in rooms))
    lines = ["  ".join([title.ljust(width), *(name.rjust(max(9, len(name))) for name in head)])]
    for room, row in rooms.items():
        cells = (
            row["files"],
            row["lines"],
            _three(row["file_lines"]),
            row["functions"],
            _three(row["function_lines"]),
            f"{row['complexity']['p90']} / {row['complexity']['max']}",
            row["comments_per_100_lines"],
            f"{row['module_docstrings']:.0%} / {row['public_docstrings']:.0%}",
        )
        texts = [str(cell).rjust(max(9, len(name))) for cell, name in zip(cells, head, strict=True)]
        lines.append("  ".join([room.ljust(width), *texts]))
    return "\n".join([*lines, ""])


def _three(spread: dict[str, float]) -> str:
    return f"{spread['median']} / {spread['p90']} / {spread['max']}"


def _arrow_lines(result: dict[str, Any]) -> list[str]:
    return [
        f"Imports: {result['imports']} between {result['modules']} modules; arrows between rooms: "
        f"{len(result['room_arrows'])}, between the folders inside them: {len(result['inner_arrows'])}",
        *(f"  {arrow}: {number}" for arrow, number in result["room_arrows"].items()),
        f"Largest fan-out {_pair(result['largest_fan_out'])}, fan-in {_pair(result['largest_fan_in'])}",
        f"Circles of modules: {_joined(result['module_circles'])}",
        f"Circles of folders: {_joined(result['inner_circles'])}",
        "",
    ]


def _pair(pair: tuple[int, str]) -> str:
    return f"{pair[0]} ({pair[1]})"


def _joined(groups: list[list[str]]) -> str:
    return "; ".join(", ".join(group) for group in groups) or "none"


def _chain_lines(result: dict[str, Any]) -> list[str]:
    return [
        f"Chains of calls: {result['functions']} functions, {result['callees_a_function']} callees each; "
        f"depth median/p90/max {_three(result['depth'])}; calling in circles: {_joined(result['circles'])}",
        *(f"  {item['depth']:3}  {_path(item['chain'])}" for item in result["deepest"]),
        "Functions that most chains of the longest tenth pass through, with the depth below them:",
        *(f"  {item['chains']:5}  {item['depth']:3}  {item['function']}" for item in result["passed"]),
        "A verdict is followed through:" if result["verdict"] else f"No function is named {' or '.join(VERDICT)}.",
        *(f"  {item['depth']:3}  {_path(item['chain'])}" for item in result["verdict"]),
        "",
    ]


def _path(chain: list[str]) -> str:
    """Return a chain with each module by its last name, as people speak of it."""
    return " > ".join(name.partition(":")[0].rpartition(".")[2] + "." + name.partition(":")[2] for name in chain)


def _word_lines(result: dict[str, Any]) -> list[str]:
    riddles, classes, ids = result["riddles"], result["repeated_classes"], result["ids_by_hand"]
    counts = ", ".join(f"{word} {number}" for word, number in riddles["by_word"].items())
    return [
        f"Riddles bound: {riddles['in_all']} in {len(riddles['by_file'])} files ({counts or 'none'})",
        *(f"  {number:3}  {path}" for path, number in sorted(riddles["by_file"].items(), key=lambda row: -row[1])[:20]),
        f"Class names defined more than once: {len(classes)}",
        *(f"  {name}: {', '.join(paths)}" for name, paths in classes.items()),
        f"Ids made or taken apart by hand: {len(ids)}",
        *(f"  {place}" for place in ids),
    ]


def main() -> None:
    """Measure a checkout, print the figures, and write them where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description="Figures of a checkout's code.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), help="a checkout; this folder if not given")
    parser.add_argument("--chains", type=int, default=10, metavar="N", help="how many of the longest chains to show")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file, too")
    choice = parser.parse_args()
    result = figures(choice.folder, choice.chains)
    print(report(result))
    if choice.json:
        choice.json.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"\nWritten to {choice.json}")


if __name__ == "__main__":
    main()
