"""A disk that is full: the check is ours to do again, and the sender is not told that their file is wrong (L9)."""

import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

from models.lifecycle import RequestState
from models.settings import CHECKOUT
from tasks.ground.database import transaction
from tests.tasks.steps import checked, file_of, request, send

# No file may grow beyond 8 KiB, which ends a write as a full disk does: after a part of it.
_WORKER = """
import resource, sys
from models.events import Owed
from tasks.ledger.work import claim, give_back
from tasks.jobs.validate import validate_submission
claimed = claim(Owed.VALIDATE, sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
try:
    validate_submission(claimed)
except OSError as fault:
    print(give_back(claimed, fault) is None)
"""


def test_l9_where_a_worker_s_disk_is_full_the_check_waits_and_is_done_later(area: str, synthetic: Path) -> None:
    data = file_of(synthetic, "POL-1").read_bytes()
    assert len(data) > 8192
    send(f"{area}-pol-1", "POL-1.csv", data)
    ended = subprocess.run(
        [sys.executable, "-c", _WORKER, area], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert ended.stdout == "False\n"
    assert request(area, "pol-1").state == RequestState.VALIDATING
    with transaction() as session:
        session.execute(text("UPDATE work SET not_before = now() - interval '1 second'"))
    assert [one.verdict for one in checked(area)] == ["accepted"]
