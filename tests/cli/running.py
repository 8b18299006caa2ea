"""Runs `jtai` as a person does: in a process of its own, forked from one that has imported the commands already."""

import json
import multiprocessing
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.main import main
from models.settings import CHECKOUT, reread

# A Python that begins with nothing pays a second of imports a command, and there are dozens; `tests/cli/test_check.py`
# starts such ones too.
_FORKS = multiprocessing.get_context("forkserver")
_COMMANDS = sorted((CHECKOUT / "cli").glob("[a-z]*.py"))
_FORKS.set_forkserver_preload([__name__, *(f"cli.{path.stem}" for path in _COMMANDS)])


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int | None
    out: str
    err: str

    def json(self) -> Any:
        """Return what it answered."""
        return json.loads(self.out)

    def sentence(self) -> str:
        """Return the one line that it said on misuse, with no answer beside it."""
        assert (self.code, self.out) == (2, ""), (self.code, self.out, self.err)
        assert self.err.count("\n") == 1
        assert "Traceback" not in self.err
        return self.err.strip()


def jtai(*args: str | Path, **environment: str) -> Done:
    """Run a command as a person does, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        command = _FORKS.Process(target=_command, args=([*map(str, args)], {**os.environ, **environment}, out, err))
        command.start()
        command.join(120)
        command.kill()
        command.join()
        return Done(command.exitcode, out.read_text(), err.read_text())


def _command(args: list[str], environment: dict[str, str], out: Path, err: Path) -> None:
    os.chdir(CHECKOUT)
    os.environ.clear()
    os.environ.update(environment)
    reread()
    for path, stream in ((out, sys.stdout), (err, sys.stderr)):
        with path.open("wb") as file:
            os.dup2(file.fileno(), stream.fileno())
    sys.argv = ["jtai", *args]
    main()
