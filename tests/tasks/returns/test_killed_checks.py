"""A check that is killed at any point leaves nothing of the file outside the evidence store, where it is sealed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from models.settings import CHECKOUT
from tests.searching import cores_under, files_since
from tests.tasks.steps import file_of, send

NAME = b"Quackenbush-Featherstonehaugh"

_BEFORE = f"""
import os, signal, sys, threading, time
from pathlib import Path
sys.path.insert(0, {str(CHECKOUT)!r})
from models.tables import Inspection, Request, Submission
from tasks.documents import arrivals
from tasks.ground import progress, store
from tasks.ground.database import transaction
from tasks.returns import checking
from validation.engine import isolation

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def die_once_there(mark):
    while not Path(mark).exists():
        time.sleep(0.02)
    die()

submission_id, mark = sys.argv[1:]
"""
_AFTER = """
with transaction() as session:
    submission = session.get_one(Submission, submission_id)
    request = session.get_one(Request, submission.request_id)
    context = checking.context_of(session, session.get_one(Inspection, request.inspection), request, submission)
checking.check(submission, request, context, 0)
"""
_POINTS = {
    "the file is opened, and its child to begin": "isolation.run_in_place = die" + _AFTER,
    "the child has read it, and applies the rules": """
program = Path(mark).parent / "python"
code = f"import runpy, time, validation.engine.checking as e; e._checked = lambda *_: (open({mark!r}, 'w').close(), "
script = program.with_name("hanging.py")
script.write_text(code + "time.sleep(60))\\nrunpy.run_module('validation.engine.child', run_name='__main__')\\n")
program.write_text(f"#!/bin/sh\\nexec {sys.executable} {script}\\n")
program.chmod(0o700)
sys.executable = str(program)
threading.Thread(target=die_once_there, args=(mark,), daemon=True).start()
"""
    + _AFTER,
    "the child is done, and nothing of it is kept": """
progress.at = lambda share, *_: die() if share > 0.5 else None
"""
    + _AFTER,
    "a table of it is to be kept": "store.put_once = die" + _AFTER,
    "a document is looked at": """
arrivals.kind_of = die
with transaction() as session:
    key = session.get_one(Submission, submission_id).key
arrivals._looked_at(store.look(key))
""",
}


@pytest.mark.parametrize("point", _POINTS)
def test_l5_a_check_that_is_killed_leaves_nothing_of_the_file(
    storage: dict[str, str], area: str, synthetic: Path, tmp_path: Path, point: str
) -> None:
    rows = file_of(synthetic, "POL-1").read_bytes()
    header, first, *others = rows.splitlines(keepends=True)
    cells = first.split(b",")
    planted = b",".join([NAME if cell.isalpha() else cell for cell in cells[:6]] + cells[6:])
    assert NAME in planted
    since = time.time() - 1
    receipt = send(f"{area}-pol-1", "a.csv", b"".join([header, planted, *others]))
    own = tmp_path / "own"
    own.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", _BEFORE + _POINTS[point], receipt.id, str(own / "mark")],
        cwd=own,
        env=os.environ | {"TMPDIR": str(own)},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert NAME not in done.stdout + done.stderr
    folders = [Path(storage["JTAI_STATE"]), own, Path("/dev/shm"), Path("/var/tmp")]  # noqa: S108 - looked into alone
    files = dict(files_since(folders, since))
    # The search does look where the file was stored.
    assert any(path.suffix == ".dat" for path in files)
    assert [path for path, data in files.items() if NAME in data] == []
    assert cores_under(folders, since) == []
