"""Functions that are imported with their first call."""

import subprocess
import sys

from flows.lazily import lazily
from models.settings import CHECKOUT

_PROBE = """
import sys
from flows.lazily import lazily
make = lazily("sched:scheduler")
assert "sched" not in sys.modules
assert make().empty()
assert "sched" in sys.modules
"""


def test_nothing_is_imported_before_the_first_call() -> None:
    subprocess.run([sys.executable, "-c", _PROBE], cwd=CHECKOUT, check=True)


def test_arguments_and_answer_go_through() -> None:
    assert lazily("math:pow")(2, 3) == 8.0


def test_every_kind_of_owed_work_has_its_code() -> None:
    from importlib import import_module

    from flows.jobs import JOBS
    from models.events import Owed

    assert set(JOBS) == set(Owed)
    assert len({job.task for job in JOBS.values()}) == len(Owed)
    for kind in Owed:
        import_module(f"tasks.jobs.{kind.value.replace('-', '_')}")
