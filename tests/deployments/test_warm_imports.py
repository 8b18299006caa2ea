"""What every warm run shares is imported without starting a thread; otherwise each flow would start cold."""

import subprocess
import sys

from models.settings import CHECKOUT

_IMPORTED = """
import sys
from deployments.warm import zygote
zygote.import_everything()
print(*sorted({"polars", "pandera", "highspy"} & set(sys.modules)))
"""


def test_what_warm_runs_share_starts_no_thread() -> None:
    ran = subprocess.run([sys.executable, "-c", _IMPORTED], cwd=CHECKOUT, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout.strip(), ran.stderr) == (0, "", "")
