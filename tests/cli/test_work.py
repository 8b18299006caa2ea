"""`jtai work` and `jtai token`: the operator's doors from a terminal."""

import re

from models.events import Owed
from models.states import WorkState
from models.tables import Work
from tasks.ground.database import transaction
from tasks.ledger.work import owe
from tests.cli.running import jtai


def put_aside(ref: str) -> None:
    with transaction() as session:
        owe(session, Owed.CHECK_ACROSS, f"{ref}/x", ref)
        row = session.get_one(Work, (Owed.CHECK_ACROSS, f"{ref}/x"))
        row.state, row.attempts, row.fault = WorkState.DEAD, 5, "ZeroDivisionError"
        session.add(row)


def test_dead_work_is_listed_and_started_again(reading: str) -> None:
    assert jtai("work").out == "Nothing is waiting.\n"
    put_aside(reading)
    (one,) = jtai("work", "--dead", "--json").json()["work"]
    assert (one["kind"], one["subject"], one["state"], one["fault"]) == (
        "check-across",
        f"{reading}/x",
        "dead",
        "ZeroDivisionError",
    )
    assert "1 started again" in jtai("work", "--again", "check-across", f"{reading}/x").out
    assert jtai("work", "--dead", "--json").json() == {"work": []}
    put_aside_again = jtai("work", "--again", "check-across", f"{reading}/x")
    assert put_aside_again.code == 2
    assert "was put aside" in put_aside_again.sentence()
    assert "There is no work called" in jtai("work", "--again", "nonsense", "x").sentence()
    assert jtai("work", "--all-again", "--json").json() == {"again": []}


def test_a_token_is_shown_once_and_revoked(reading: str) -> None:
    made = jtai("token", reading, "police", "--name", "exports").out
    assert re.match(r"jtai_[0-9a-f]{32}_[0-9a-f]{48}\nIt works until \d{1,2} \w+ \d{4}", made)
    assert jtai("token", reading, "police", "--revoke", "--json").json() == {"revoked": 1}
    assert "No fire brigade takes part" in jtai("token", reading, "fire_brigade").sentence()
    assert "There is no inspection" in jtai("token", "atlantis", "police").sentence()
