"""A writer sees what could tell who a child is, and asks; somebody else of the team passes it by their own way in."""

import re
from typing import Any

import pytest

from models.lifecycle import Stage
from models.roles import Role
from portal.team.marked import shown
from tasks.recognition.marks import MarkKind, RecognisedMark
from tests.portal.driving import Driver, moved_to, words
from tests.portal.team.passing import FINDING, signed_in
from tests.tasks.findings.test_names_kept_out import somebody

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


def test_a_text_is_shown_with_every_mark_and_each_reason_once() -> None:
    marks = [RecognisedMark(MarkKind.COMBINATION, 0, 9, 2), RecognisedMark(MarkKind.NAME, 4, 6)]
    marked = shown("abcdefghi j", marks)
    assert marked.pieces == (("abcdefghi", True), (" j", False))
    assert marked.reasons == (("abcdefghi", marks[0].words), ("ef", marks[1].words))


def test_l12_marked_words_are_shown_asked_of_and_passed_by_somebody_else(
    inspector: Driver, portal: str, reading: str
) -> None:
    moved_to(reading, Stage.FIELDWORK)
    name = somebody(reading)
    text = f"The court named {name}."
    base = f"/inspections/{reading}"
    given: dict[str, Any] = {**FINDING, "text": text}
    refused = inspector.post(f"{base}/findings/new", **given)
    assert refused.status_code == 422
    assert f"<mark>{name}</mark>" in refused.text
    assert "Ask somebody else" in words(refused)
    lacking = inspector.post(f"{base}/words", page=f"{base}/findings/new", text=text)
    assert (lacking.status_code, "Choose why" in words(lacking)) == (422, True)
    asked = inspector.post(f"{base}/words", page=f"{base}/findings/new", text=text, reason="public")
    assert "asked to pass the words" in words(asked)
    table = inspector.post(f"{base}/words/list", page=f"{base}/words", download="csv").text.splitlines()
    assert (len(table), "Alex Lee" in table[1], text in "".join(table)) == (2, True, False)
    (waiting,) = set(re.findall(rf"{base}/words/[0-9a-f]{{32}}", asked.text))
    own = inspector.post(waiting, outcome="pass")
    assert (own.status_code, "You asked. Somebody else of the team decides." in words(own)) == (422, True)
    with signed_in(portal, reading, Role.INSPECTOR, "Bea Second") as second:
        page = second.get(waiting)
        assert f"<mark>{name}</mark>" in page.text
        assert second.post(waiting).status_code == 422
        decided = second.post(waiting, outcome="pass")
        assert "The decision about the words is recorded." in words(decided)
        assert "No words wait." in words(decided)
    assert inspector.post(f"{base}/findings/new", **given).status_code == 200
    assert inspector.get(f"{base}/words/{'0' * 32}").status_code == 404


def test_a_paragraph_is_marked_in_the_same_way(inspector: Driver, reading: str) -> None:
    moved_to(reading, Stage.FIELDWORK)
    page = f"/inspections/{reading}/draft/new?section=main"
    name = somebody(reading)
    data = {"csrf": inspector.token(page), "page": "main", "seen": "0", "text": f"Most knew {name}."}
    refused = inspector.http.post(f"/inspections/{reading}/draft/new", data=data)
    assert (refused.status_code, f"<mark>{name}</mark>" in refused.text) == (422, True)
