"""The table of guards speaks of the code as it is, and its verdicts tell a test that notices from one that does not."""

from pathlib import Path

import pytest

from models.settings import CHECKOUT
from tests.guards import Guard, MovedGuardError
from tests.guards import __main__ as trying
from tests.guards.doors import DOORS
from tests.guards.gate import GATE
from tests.guards.inside import INSIDE
from tests.guards.people import PEOPLE

GUARDS = (*PEOPLE, *DOORS, *GATE, *INSIDE)


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_every_guard_stands_where_the_table_says(guard: Guard) -> None:
    source = (CHECKOUT / guard.file).read_text("utf-8")
    without = guard.take_away(source)
    assert without != source
    compile(without, guard.file, "exec")


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_the_test_of_every_guard_is_there(guard: Guard) -> None:
    file, _, name = guard.test.partition("::")
    assert f"def {name}(" in (CHECKOUT / file).read_text("utf-8") or not name


def test_each_guard_has_a_name_of_its_own() -> None:
    assert len({guard.name for guard in GUARDS}) == len(GUARDS)


def test_a_guard_that_moved_is_told_of() -> None:
    for source in ("", "a a"):
        with pytest.raises(MovedGuardError, match="change its line"):
            Guard("n", "f.py", "a", "b", "t").take_away(source)


@pytest.mark.parametrize(
    ("whole", "without", "words"),
    [
        ("passed", "failed", "the attack succeeds without it"),
        ("passed", "passed", "the test does not notice"),
        ("passed", "error", "the test breaks without it, and shows nothing"),
        ("failed", "failed", "the test does not pass with all guards in place (failed)"),
    ],
)
def test_a_guard_is_shown_to_matter_only_by_a_test_that_fails_without_it_and_passes_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: str, without: str, words: str
) -> None:
    (tmp_path / "f.py").write_text("a = 1\n")
    seen = []

    def outcome(folder: Path, _: str) -> str:
        seen.append((folder / "f.py").read_text())
        return without

    monkeypatch.setattr(trying, "outcome", outcome)
    assert trying.verdict(tmp_path, Guard("n", "f.py", "a = 1", "a = 2", "t"), whole) == words
    assert set(seen) <= {"a = 2\n"}
    assert (tmp_path / "f.py").read_text() == "a = 1\n"
