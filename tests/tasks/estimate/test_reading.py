"""The estimate of a frozen cohort: with what people said of pairs, recorded as read, and in no letter."""

import subprocess
import sys

import polars as pl
import pytest
from sqlmodel import select

from models.answers import PairAnswer
from models.settings import CHECKOUT
from models.tables import AuditEntry
from tasks.cohort.review import decide_pair, doubtful_pairs
from tasks.cohort.versions import newest_cohort
from tasks.estimate.reading import EstimateRead, read_estimate, settled
from tasks.ground.database import transaction
from tasks.ledger.rows import UnknownInspectionError
from tasks.linkage.doubtful import Doubtful

NOBODY = {"by": "inspectorate: P-TEST"}


def pairs(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    """Return doubtful pairs: the digests of both records and the children of both."""
    return pl.DataFrame(
        [(*row, "POL-1", 2, "LA-DA", 2, 0.5, "model", "") for row in rows], schema=Doubtful.schema, orient="row"
    )


def test_a_pair_called_the_same_is_settled_one_called_different_is_gone_and_the_others_stay_in_doubt() -> None:
    given = pairs(("1", "2", "a", "b"), ("3", "4", "c", "d"), ("5", "6", "e", "f"), ("7", "8", "g", "g"))
    decided = (("1", "2", PairAnswer.MATCH), ("3", "4", PairAnswer.DIFFERENT), ("5", "6", PairAnswer.UNSURE))
    assert settled(given, decided).rows() == [("a", "b", 1.0), ("e", "f", 0.5)]
    assert settled(given, ()).height == 3


_PATHS = (
    *("flows.compile_findings", "flows.publish", "flows.factual_accuracy", "tasks.letters.compiling"),
    *("tasks.letters.gathering", "tasks.findings.findings", "tasks.watch.board", "portal.agency.letters"),
    *("portal.team.letters", "portal.team.findings", "tasks.reading.triangulation", "deployments.demo.story"),
)


@pytest.mark.parts
def test_nothing_that_writes_a_letter_a_finding_or_a_board_can_reach_the_estimate() -> None:
    code = f"import sys\nfor name in {_PATHS}: __import__(name)\nprint('tasks.estimate' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "room", ["tasks/letters", "tasks/findings", "tasks/judging", "tasks/watch", "tasks/jobs", "flows"]
)
def test_no_room_of_letters_findings_or_runs_imports_it_even_late(room: str) -> None:
    texts = [path.read_text("utf-8") for path in (CHECKOUT / room).rglob("*") if path.suffix in (".py", ".j2", ".typ")]
    assert texts
    assert not [text for text in texts if "tasks.estimate" in text]


def read(ref: str) -> EstimateRead:
    return read_estimate(ref, **NOBODY)


@pytest.mark.parts
def test_l6_each_reading_is_recorded_without_the_number(asked: str) -> None:
    made = read(asked).made
    assert made.pairs >= 3
    assert {name for name, _ in made.lists} <= {"health", "local_authority", "mental_health", "police+probation"}
    with transaction() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.action == "estimate.read")).all()
    assert [entry.facts for entry in entries] == [{"cohort": 1, "estimate": made.unseen is not None}]


@pytest.mark.parts
def test_what_people_decide_after_the_freeze_is_in_the_next_reading(asked: str) -> None:
    with transaction() as session:
        pair = doubtful_pairs(session, newest_cohort(session, asked))[0]
    before = read(asked).made
    decide_pair(asked, pair.name, PairAnswer.DIFFERENT, "related", seen=0, by="A Lee")
    assert read(asked).made.pairs == before.pairs - 1


@pytest.mark.parts
def test_without_a_cohort_there_is_nothing_to_estimate_from(asked: str) -> None:
    with pytest.raises(UnknownInspectionError):
        read(f"{asked}-other")
