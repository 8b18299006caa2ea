"""The counters of `make reading` count what their definitions say."""

import ast
from pathlib import Path

from benchmarks.reading.arrows import circles, module_graph
from benchmarks.reading.chains import call_graph, chains, most_passed
from benchmarks.reading.measures import comments_and_code, complexity, functions, quantile
from benchmarks.reading.source import Module, modules
from benchmarks.reading.words import ids_by_hand, repeated_classes


def module(name: str, text: str) -> Module:
    return Module(name, f"{name.replace('.', '/')}.py", text, ast.parse(text), is_package=False)


def depth(*parts: Module) -> dict[str, int]:
    return {name: len(chain) for name, chain in chains(call_graph(list(parts))).items()}


def test_a_chain_goes_through_names_modules_classes_and_methods() -> None:
    a = module("a", "import b.c\nfrom b.c import Box as Crate\ndef top():\n b.c.middle()\ndef make():\n Crate()\n")
    b = module("b.c", "def middle():\n low()\ndef low(): pass\nclass Box:\n def __init__(self): self.fill()\n"
                      " def fill(self): low()\n")  # fmt: skip

    assert depth(a, module("b", ""), b) == {
        "a:top": 3, "a:make": 4, "b.c:middle": 2, "b.c:low": 1, "b.c:Box.__init__": 3, "b.c:Box.fill": 2,
    }  # fmt: skip


def test_functions_that_call_each_other_count_once_each() -> None:
    assert depth(module("a", "def f():\n g()\ndef g():\n f()\n h()\ndef h(): pass\n")) == {"a:f": 3, "a:g": 3, "a:h": 1}


def test_what_most_of_the_longest_chains_pass_through_comes_first() -> None:
    longest = chains(call_graph([module("a", "def f():\n h()\ndef g():\n h()\ndef h():\n k()\ndef k(): pass\n")]))

    assert most_passed(longest) == [
        {"function": "a:h", "chains": 2, "depth": 2},
        {"function": "a:k", "chains": 2, "depth": 1},
        {"function": "a:f", "chains": 1, "depth": 3},
        {"function": "a:g", "chains": 1, "depth": 3},
    ]


def test_what_is_passed_as_a_value_is_not_followed() -> None:
    assert depth(module("a", "def f(x):\n x.g()\n map(g, [])\ndef g(): pass\n")) == {"a:f": 1, "a:g": 1}


def test_circles_of_imports_are_seen_inside_functions_too() -> None:
    graph = module_graph([module("a", "import b"), module("b", "def f():\n import a"), module("c", "import a")])

    assert graph == {"a": {"b"}, "b": {"a"}, "c": {"a"}}
    assert circles(graph) == [["a", "b"]]


def test_lines_and_branches_are_counted() -> None:
    text = '"""Duty."""\n\n# why\nx = 1  # noqa: F401\n\n\ndef f(a):\n    return [b for b in a if b or a]\n'

    assert comments_and_code(text) == (1, 4)
    assert [complexity(function) for function in functions(ast.parse(text))] == [4]
    assert quantile([1, 2, 3, 10], 0.9) == 10


def test_ids_and_repeated_classes_are_found() -> None:
    text = 'f"{a}-v{b}"\nf"{ref}/{b}"\nf"{ref}-{b}"\nx.rsplit("/", 1)\nf"{a}-{b}"\nx.split(".")\nclass A: pass\n'
    both = [module("tasks.a", text), module("tasks.b", "class A: pass\n")]

    assert [place.rpartition(":")[2] for place in ids_by_hand(both)] == ["1", "2", "3", "4"]
    assert repeated_classes(both) == {"A": ["tasks/a.py", "tasks/b.py"]}


def test_migrations_are_left_out(tmp_path: Path) -> None:
    for name in ("models/a.py", "models/migrations/b.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")

    assert [part.name for part in modules(tmp_path, ("models",))] == ["models.a"]
