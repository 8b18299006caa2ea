"""What the zygote of the tests runs in place of Prefect's engine: does what its environment says."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

told = os.environ["JTAI_TOLD"]
if told == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(f"{os.getpid()} {Path.cwd()} {threading.active_count()} {told}", flush=True)  # noqa: T201
if told in {"wait", "deaf"}:
    time.sleep(60)
if told == "gone":
    os._exit(0)
sys.exit(int(told) if told.isdigit() else 0)
