"""L5: a log line holds listed keys alone."""

import json
import logging

import pytest

from tasks.ground.log import KEYS, about, log


def test_l5_keys_that_are_not_listed_are_dropped_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "jtai"), about(inspection="reading", child="Zebedee"):
        log().info("work.done", kind="validate", name="Zebedee Quackenbush", birth="2019-02-03")
    line = json.loads(caplog.messages[-1])
    assert (line["event"], line["kind"], line["inspection"], line["dropped"]) == ("work.done", "validate", "reading", 3)
    assert set(line) <= KEYS
    assert "Zebedee" not in caplog.text
