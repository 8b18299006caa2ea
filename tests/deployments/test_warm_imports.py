"""What every warm run shares is imported without a thread that holds anything; otherwise each flow would start cold."""

import subprocess
import sys

from models.settings import CHECKOUT

_IMPORTED = """
import os, sys
from pathlib import Path
from deployments.warm import zygote
zygote.import_everything()
print(*sorted({"polars", "pandera", "highspy"} & set(sys.modules)))
print(*sorted(Path(f"/proc/self/task/{task}/comm").read_text().strip() for task in os.listdir("/proc/self/task")))
pid = os.fork()
if pid == 0:
    import polars as pl
    # Its threads start in the run, as they do in a process that was never forked.
    text = pl.DataFrame({"a": range(100_000), "b": ["x"] * 100_000}).group_by("b").agg(pl.col("a").sum()).row(0)[1]
    os.write(1, f"{text}\\n".encode())
    os._exit(0)
os.waitpid(pid, 0)
"""


def test_what_warm_runs_share_leaves_no_thread_that_holds_anything() -> None:
    ran = subprocess.run([sys.executable, "-c", _IMPORTED], cwd=CHECKOUT, capture_output=True, text=True)
    shared, threads, *total = ran.stdout.split("\n")
    assert (ran.returncode, ran.stderr) == (0, "")
    # What computes with threads of its own stays outside.
    assert shared == "pandera polars"
    assert set(threads.split()) <= {"python", "python3", "polars-ooc-clea"}
    assert total[0] == str(sum(range(100_000)))
