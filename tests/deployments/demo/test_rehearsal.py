"""Whoever rehearses signs in again before what they sign would ask for it."""

from pathlib import Path

import httpx
import pytest

from deployments.demo import rehearsal
from deployments.demo.rehearsal import Rehearsal
from deployments.demo.web import FRESH_SECONDS, DemoPerson
from tasks.people.sessions import STEP_UP


def test_a_person_of_the_rehearsal_is_signed_in_again_in_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert STEP_UP.total_seconds() > FRESH_SECONDS
    signed_in: list[DemoPerson] = []

    def sign_in(*who: object) -> DemoPerson:
        signed_in.append(DemoPerson(httpx.Client(), str(who[3])))
        return signed_in[-1]

    monkeypatch.setattr(rehearsal, "sign_in", sign_in)
    monkeypatch.setattr(rehearsal, "outbox_key", lambda: "key")
    police = Rehearsal("http://127.0.0.1", tmp_path, print)
    first = police.person("police")
    assert police.person("police") is first
    first.since -= FRESH_SECONDS + 1
    assert police.person("police") is not first
    assert len(signed_in) == 2
