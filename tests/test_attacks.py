"""Every attack that was tried once is a test, and every bad one has guards that are taken away to see it succeed."""

import ast
from collections.abc import Iterator

import pytest

from benchmarks.reading.source import Module, modules
from models.settings import CHECKOUT
from tests.attacks import ATTACKS, Attack
from tests.test_guards import GUARDS
from tests.written import ROOMS

_RANKS = {"critical": 2, "high": 6, "medium": 12, "low": 10, "held": 18}
_BY_NAME = {guard.name: guard for guard in GUARDS}


def functions_of(file: str) -> set[str]:
    """Return the functions of a test file that pytest collects."""
    tree = ast.parse((CHECKOUT / file).read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.what[:60])
def test_every_attack_is_played_by_tests_that_are_there(attack: Attack) -> None:
    assert attack.tests
    for test in attack.tests:
        file, _, name = test.partition("::")
        assert file.rpartition("/")[2].startswith("test_")
        assert name in functions_of(file), test


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.what[:60])
def test_what_succeeded_once_and_was_bad_has_guards(attack: Attack) -> None:
    assert bool(attack.guards) is (attack.rank in {"critical", "high", "medium"})
    assert set(attack.guards) <= set(_BY_NAME)


def test_no_attack_is_lost_and_none_stands_twice() -> None:
    assert {rank: sum(attack.rank == rank for attack in ATTACKS) for rank in _RANKS} == _RANKS
    assert len({attack.what for attack in ATTACKS}) == len(ATTACKS)
    # The worst come first.
    assert [attack.rank for attack in ATTACKS] == sorted((attack.rank for attack in ATTACKS), key=list(_RANKS).index)


_PUT_TOGETHER = {
    # A rehearsal makes its agencies and its team up; nothing is sent to them.
    ("tasks/inspection/taking_part.py", "_rehearsed"),
    ("tasks/inspection/taking_part.py", "_made_up_address"),
    ("models/word_tags.py", "tag_of"),
    ("tasks/retention/kept_figures.py", "keep_figures"),
    # No mailboxes: a rule set with its version, the id of a message, the characters of cells, a source of chance.
    ("validation/synthetic/__init__.py", "synthesise"),
    ("validation/files/wrappings.py", "unwrapped"),
    ("models/themes.py", "rule_set"),
    ("tasks/people/smtp.py", "_mail"),
}


def _built(module: Module) -> Iterator[tuple[str, str]]:
    """Yield the functions of a module that put an address together from pieces."""
    for function in ast.walk(module.tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                pieces = [piece.value for piece in getattr(node, "values", ()) if isinstance(piece, ast.Constant)]
                texts = [text for text in pieces if isinstance(text, str)]
                if isinstance(node, ast.JoinedStr) and any("@" in text for text in texts):
                    yield module.path, function.name


def test_no_mailbox_is_made_up_outside_rehearsals() -> None:
    rooms = [room for room in ROOMS if room != "deployments"]
    assert {place for module in modules(CHECKOUT, tuple(rooms)) for place in _built(module)} == _PUT_TOGETHER
    # And both are reached by rehearsals alone.
    source = (CHECKOUT / "tasks/inspection/taking_part.py").read_text("utf-8")
    assert source.count("_rehearsed(") == source.count("_made_up_team(") == source.count("_name_for_concerns(") == 2
    assert source.count("_made_up_address(") == 3
    assert "    if inspection.rehearsal:\n        return _rehearsed(" in source
    assert "    if inspection.rehearsal and not team.lead:\n        team = _made_up_team(" in source
