"""The listener as a program: it starts, waits, survives a queue that is away, and stops when told."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest


def started(**more: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": "t", "AWS_SECRET_ACCESS_KEY": "t", **more}
    return subprocess.Popen(
        [sys.executable, "-m", "deployments.listen"],
        env=environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def wait_until_heeding(program: "subprocess.Popen[str]") -> None:
    """Wait until a program catches the signal to stop, however long a busy machine takes over its imports."""
    status = Path(f"/proc/{program.pid}/status")
    ends = time.monotonic() + 60
    while program.poll() is None and time.monotonic() < ends:
        (caught,) = (line.split()[1] for line in status.read_text().splitlines() if line.startswith("SigCgt"))
        if int(caught, 16) >> (signal.SIGTERM - 1) & 1:
            return
        time.sleep(0.1)
    pytest.fail("The listener never came so far as to heed a stop.")


@pytest.mark.usefixtures("storage")
def test_without_a_queue_it_says_which_setting_is_missing() -> None:
    program = started()
    _, said = program.communicate(timeout=30)
    assert program.returncode == 2
    assert "JTAI_QUEUE_URL" in said
    assert "Traceback" not in said


@pytest.mark.usefixtures("storage")
def test_a_queue_that_is_away_is_asked_again_and_a_stop_is_heeded() -> None:
    program = started(JTAI_QUEUE_URL="http://127.0.0.1:9/q", JTAI_QUEUE_ENDPOINT_URL="http://127.0.0.1:9")
    wait_until_heeding(program)
    time.sleep(4)
    assert program.poll() is None
    program.send_signal(signal.SIGTERM)
    out, said = program.communicate(timeout=10)
    assert program.returncode == 0
    assert "Traceback" not in out + said
