"""Whoever rehearses signs in again before what they sign would ask for it."""

from pathlib import Path

import httpx
import pytest

from deployments.demo import story
from deployments.demo.story import Story
from deployments.demo.web import FRESH_SECONDS, DemoPerson
from tasks.people.sessions import STEP_UP


def test_a_person_of_the_rehearsal_is_signed_in_again_in_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert STEP_UP.total_seconds() > FRESH_SECONDS
    signed_in: list[DemoPerson] = []

    def sign_in(*who: object) -> DemoPerson:
        signed_in.append(DemoPerson(httpx.Client(), str(who[3])))
        return signed_in[-1]

    monkeypatch.setattr(story, "sign_in", sign_in)
    monkeypatch.setattr(story, "outbox_key", lambda: "key")
    rehearsal = Story("http://127.0.0.1", tmp_path, print)
    first = rehearsal.person("police")
    assert rehearsal.person("police") is first
    first.since -= FRESH_SECONDS + 1
    assert rehearsal.person("police") is not first
    assert len(signed_in) == 2
