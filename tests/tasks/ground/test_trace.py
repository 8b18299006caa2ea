"""A click is followed by one id, and nothing of it is left behind for the next."""

import json
import logging

import pytest

from tasks.ground.log import log
from tasks.ground.trace import current_trace, new_trace, traced


def test_a_trace_is_on_every_line_and_ends_with_its_block(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "jtai"):
        with traced("a"):
            with traced("b"):
                assert current_trace() == "b"
            log().info("inside")
        log().info("outside")
    inside, outside = (json.loads(line) for line in caplog.messages)
    assert inside["trace"] == "a"
    assert "trace" not in outside
    assert current_trace() == ""


def test_no_two_clicks_have_the_same_trace() -> None:
    assert len({new_trace() for _ in range(100)}) == 100
