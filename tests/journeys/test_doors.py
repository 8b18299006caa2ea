"""The kit of this room has no way to make a way in: it can only use what was delivered to somebody."""

import ast
from pathlib import Path

import pytest

_ROOM = Path(__file__).parent
# All that the room may use of the product: the field's own values, the clock, reading the ledger, and sending what the
# product has written, as a run does each minute: nobody can write a notice by that, nor read one.
_ALLOWED = {
    *("deployments.stack", "deployments.up", "deployments.demo.returns"),
    *("tasks.ground.database", "tasks.ground.prefect_api", "tasks.people.delivery", "tasks.people.notify"),
    *("tests.notify_server", "tests.stacks"),
}
_ROOMS = ("models", "validation", "tests.journeys")
_PRODUCT = ("models", "validation", "tasks", "flows", "portal", "cli", "deployments", "tests")
# They make sessions and links, or hold the program's own way past the gate.
_NEVER = {"start_as", "make_link", "begin", "use_link", "secret_of", "outbox_key", "write_notice", "cookie_of", "Link"}


def imports(tree: ast.AST) -> set[tuple[str, str]]:
    """Return the modules that a file imports, wherever in it, each with the name that it takes."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {(node.module or "", alias.name) for alias in node.names}
    return found


def names(tree: ast.AST) -> set[str]:
    """Return every name and attribute that a file speaks of."""
    return {node.id if isinstance(node, ast.Name) else node.attr
            for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Attribute)}  # fmt: skip


@pytest.mark.parametrize("path", sorted(_ROOM.glob("*.py")), ids=lambda path: path.name)
def test_l12_no_file_of_this_room_can_make_itself_a_door(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    of_product = {pair for pair in imports(tree) if pair[0].split(".")[0] in _PRODUCT}
    strange = {pair for pair in of_product if pair[0] not in _ALLOWED and not pair[0].startswith(_ROOMS)}
    assert not strange, f"{path.name} takes {sorted(strange)}"
    taken = {name for _, name in of_product} | names(tree)
    assert not taken & _NEVER, f"{path.name} speaks of {sorted(taken & _NEVER)}"


def test_what_would_be_a_door_is_seen() -> None:
    wrong = ast.parse("def f():\n    from tasks.people.sign_in_links import make_link\n    make_link()")
    assert imports(wrong) == {("tasks.people.sign_in_links", "make_link")}
    assert "make_link" in names(wrong)
