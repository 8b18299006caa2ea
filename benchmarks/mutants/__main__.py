"""Breaks each module of the rules in every small way, and tells which mutants the tests of the rules do not notice.

python -m benchmarks.mutants [--modules PART ...] [--out FILE.json]
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
import types
from collections import Counter
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path

from benchmarks.mutants.making import Mutant, mutants

_ROOT = Path(__file__).parent.parent.parent
_RETURNS = sorted(
    f"validation.returns.{path.stem}"
    for path in (_ROOT / "validation" / "returns").glob("*.py")
    if path.stem not in ("__init__",)
)
MODULES = (
    "validation.contract.identifiers",
    "validation.contract.workdays",
    "validation.contract.table_rules",
    "validation.across.area",
    "validation.across.council",
    "validation.across.rules",
    *_RETURNS,
)
_SECONDS = 300
# Imported once, so that no mutant's process has to.
_LIBRARIES = ("pandera.polars", "hypothesis", "pytest", "rapidfuzz.process", "xlsxwriter", "models.themes")


def _source(module: str) -> Path:
    return _ROOT / (module.replace(".", "/") + ".py")


def _passes(test: Callable[[], None]) -> bool:
    """Run a test in a process of its own; a crash is no pass.

    A time-out is one: nothing noticed anything. The parent evaluates nothing with polars, whose threads would not
    survive the fork.
    """
    child = os.fork()
    if not child:
        signal.alarm(_SECONDS)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        code = 1
        try:
            test()
            code = 0
        except BaseException:
            code = 1
        os._exit(code)
    _, status = os.waitpid(child, 0)
    timed_out = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM
    return timed_out or (os.WIFEXITED(status) and not os.WEXITSTATUS(status))


def _noticed(mutant: Mutant, clean: Path) -> None:
    """Run the tests of the rules over a mutant.

    Raises:
        AssertionError: they noticed it.
    """
    _put_in_place(mutant)
    from benchmarks.mutants.noticing import notice

    notice(mutant.module, clean)


def _put_in_place(mutant: Mutant) -> None:
    """Make the mutant what an import of its module gives, and forget everything that imported the original."""
    for name in [n for n in sys.modules if n.split(".")[0] in ("validation", "tests") or n.endswith("noticing")]:
        del sys.modules[name]
    code = compile(mutant.tree, str(_source(mutant.module)), "exec")

    class Finder(MetaPathFinder, Loader):
        def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
            if name != mutant.module:
                return None
            return ModuleSpec(name, self, origin=str(_source(name)))

        def exec_module(self, module: types.ModuleType) -> None:
            module.__file__ = str(_source(mutant.module))
            exec(code, module.__dict__)  # noqa: S102 - our own source, changed in one place

    sys.meta_path.insert(0, Finder())


def main() -> None:
    """Run the mutants of the modules asked for, and print how many there are and which were not noticed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description=__doc__)
    parser.add_argument("--modules", nargs="*", default=[], help="Only modules whose names hold one of these words.")
    parser.add_argument("--out", type=Path, help="Write the survivors as JSON.")
    arguments = parser.parse_args()
    chosen = [m for m in MODULES if not arguments.modules or any(word in m for word in arguments.modules)]
    for library in _LIBRARIES:
        import_module(library)

    from benchmarks.mutants.noticing import notice, prepare

    clean = Path(tempfile.mkdtemp(prefix="mutants-")) / "clean.json"
    assert _passes(partial(prepare, clean))
    made, survived, started = Counter[str](), list[Mutant](), time.monotonic()
    for module in chosen:
        if not _passes(partial(notice, module, clean)):
            sys.exit(f"The tests do not pass over {module} as it is.")
        for mutant in mutants(module, _source(module).read_text(encoding="utf-8")):
            made[module] += 1
            if _passes(partial(_noticed, mutant, clean)):
                survived.append(mutant)
                print(f"  survived {mutant.module}:{mutant.line}:{mutant.column}  {mutant.change}", flush=True)
        left = sum(mutant_.module == module for mutant_ in survived)
        print(f"{module}: {made[module]} mutants, {left} survived", flush=True)
    print(f"{sum(made.values())} mutants, {len(survived)} survived, {time.monotonic() - started:.0f} s")
    if arguments.out:
        rows = [{"module": m.module, "line": m.line, "change": m.change, "text": _text(m)} for m in survived]
        arguments.out.write_text(json.dumps({"made": made, "survived": rows}, indent=1), encoding="utf-8")


def _text(mutant: Mutant) -> str:
    return _source(mutant.module).read_text(encoding="utf-8").splitlines()[mutant.line - 1].strip()


if __name__ == "__main__":
    main()
