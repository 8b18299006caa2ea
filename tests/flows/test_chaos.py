"""Deaths at named checkpoints and at random moments, up to the letter; `make chaos` makes hundreds."""

from pathlib import Path

import pytest

from tests.chaos.inspecting import Remains
from tests.chaos.rounds import at_both

# One of each kind of step and of each side of a commit; `make chaos` dies at all of them.
CHECKPOINTS = (
    "announce-inspection after the commit",
    "portal after the commit",
    "validate after report stored",
    "receive-returns before the events are sent",
    "build-cohort after frame stored",
    "propose-sample after manifest stored",
    "decide-sample before the commit",
    "compile-letter before the commit",
    "publish after the commit",
)
# The server of Prefect, the worker, the database, the store, the whole stack, a child that checks, the zygote.
KILLS, SEED = 7, 35


@pytest.mark.deaths
@pytest.mark.timeout(1800)
def test_l4_deaths_from_announcement_to_letter_change_no_byte_and_lose_nothing(
    left_behind: Remains, tmp_path: Path
) -> None:
    found = at_both(tmp_path, print, CHECKPOINTS, KILLS, SEED)
    assert found.wrong == []
    # Of what is short-lived there may be none at the moment at which it would die.
    assert found.kills.total() >= KILLS - 1, found.kills
    assert found.kills["supervisor"] == 1
    assert found.left is not None
    assert left_behind.differences(found.left) == []
    assert left_behind.stage == "statement_due"
    wanted = {"sample 1 manifest", "sample 1 coverage", "cohort 1 manifest", "cohort 1 frame", "published pdf"}
    assert wanted <= set(left_behind.documents)
    assert len(left_behind.reports) > 4
