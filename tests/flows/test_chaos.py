"""Deaths at named checkpoints and at random moments, up to the sample; `make chaos` makes hundreds."""

from pathlib import Path

import pytest

from models.settings import reread
from tests.chaos.inspecting import remains
from tests.chaos.rounds import at_both

CHECKPOINTS = (
    "announce-inspection after the commit",
    "issue-request before the commit",
    "portal after the commit",
    "validate after report stored",
    "validate before the commit",
    "receive-returns before the events are sent",
    "check-across after across stored",
    "chase-returns after the commit",
    "build-cohort after frame stored",
    "build-cohort before the commit",
    "propose-sample after manifest stored",
)
KILLS, SEED = 4, 3


@pytest.mark.usefixtures("rehearsed")
@pytest.mark.deaths
@pytest.mark.timeout(1800)
def test_l3_deaths_up_to_the_sample_change_no_byte_and_lose_nothing(tmp_path: Path) -> None:
    reread()
    wanted = remains()
    found = at_both(tmp_path, print, CHECKPOINTS, KILLS, SEED, until="One child replaced")
    assert found.wrong == []
    assert found.left is not None
    assert found.kills.total() >= KILLS - 1, found.kills
    assert found.left.stage == "sample_proposed"
    # What the sample covers is worked out anew with each decision, of which there are none yet.
    documents = {name: digest for name, digest in found.left.documents.items() if name != "sample 1 coverage"}
    assert {"sample 1 manifest", "cohort 1 manifest", "cohort 1 frame"} <= set(documents)
    assert documents.items() <= wanted.documents.items()
    checked = {request for request, state in found.left.requests.items() if state in {"accepted", "queried"}}
    assert len(checked) > 4
    assert checked <= {name.split()[0] for name in found.left.reports}
    assert found.left.reports.items() <= wanted.reports.items()
    assert set(found.left.notices.values()) == {1}
    assert found.left.notices.keys() <= wanted.notices.keys()
