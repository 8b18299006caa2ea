"""Names in the product are roles and types of the field: none says too little, and no two classes share one."""

import ast

import pytest

from benchmarks.reading.source import module_at, paths, product_rooms
from benchmarks.reading.words import repeated_classes, riddles
from models.settings import CHECKOUT

PRODUCT = {str(path.relative_to(CHECKOUT)): path for path in paths(CHECKOUT, product_rooms(CHECKOUT))}


@pytest.mark.parametrize("path", sorted(PRODUCT))
def test_no_file_binds_a_riddle(path: str) -> None:
    lines = [f"{name} on line {line}" for name, line in riddles(module_at(CHECKOUT, PRODUCT[path]).tree)]

    assert not lines, f"Name the role or the type instead: {', '.join(lines)}"


def test_each_class_of_the_product_has_a_name_of_its_own() -> None:
    product = [module_at(CHECKOUT, path) for path in PRODUCT.values()]

    assert repeated_classes(product) == {}, "Say whose it is: a reader who meets the name must know which class it is"


@pytest.mark.parametrize(
    "code",
    [
        "found = 1",
        "found: int = 1",
        "found += 1",
        "first, (found, *rest) = 1, (2, 3)",
        "for found in (): pass",
        "with open() as found: pass",
        "try: pass\nexcept OSError as found: pass",
        "[found for found in ()]",
        "if (found := 1): pass",
        "def count(found): pass",
        "def count(*, found): pass",
        "lambda found: 1",
        "def _found(): pass",
        "match 1:\n case found: pass",
        "match {}:\n case {**found}: pass",
        "from tasks import lists as found",
    ],
)
def test_every_way_to_bind_a_name_is_seen(code: str) -> None:
    assert [name.strip("_") for name, _ in riddles(ast.parse(code))] == ["found"]


@pytest.mark.parametrize("code", ["print(found)", "row.found = 1", "count(found=1)", "foundling = 1", "x = 'found'"])
def test_what_is_only_read_or_named_elsewhere_is_no_riddle_here(code: str) -> None:
    assert riddles(ast.parse(code)) == []
