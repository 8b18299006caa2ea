"""The wider sample on the portal: the form of each child, whom nobody has looked at, counts to take away."""

import re

import pytest

from models.lifecycle import Stage
from tests.portal.driving import Driver, moved_to, words

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]
_ALL = {f"answer__{code}": "yes" for code in ("timely", "child_seen", "threshold", "agencies", "recorded")}


def test_l12_an_inspector_records_what_they_saw_and_it_stands_on_the_childs_page_and_in_the_counts(
    inspector: Driver, police: Driver, reading: str
) -> None:
    moved_to(reading, Stage.FIELDWORK)
    base = f"/inspections/{reading}/sampled"
    assert f'href="{base}"' in inspector.get(f"/inspections/{reading}/children").text
    assert "Nobody has looked at" in words(inspector.get(base))
    refused = inspector.post(f"{base}/S1", agency="", text="kept words")
    assert refused.status_code == 422
    assert "Choose whose records you looked at." in words(refused)
    assert "Answer the question: Was it timely?" in words(refused)
    assert "kept words" in refused.text
    done = inspector.post(f"{base}/S1", agency="police", judgement="concern", text="CANARY-W2 nobody asked.", **_ALL)
    assert done.url.path == base
    assert "What you saw of child S1 is recorded." in words(done)
    assert re.search("Child S1 .{1,80} By somebody 1 form by 1 inspector", words(done))
    wanted = inspector.post(base, page=base, **{"only-state": "By somebody"})
    assert re.search(r"1 of \d+ children", words(wanted))
    assert len(inspector.post(base, page=base, download="csv").text.splitlines()) > 2
    for page in (f"{base}/S1", f"/inspections/{reading}/children/S1"):
        assert "CANARY-W2 nobody asked." in words(inspector.get(page))
    table = inspector.get(f"{base}/counts.csv").content.decode("utf-8-sig")
    assert "Was it timely?,1,1,1,0,0,0" in table
    assert "CANARY" not in table
    assert inspector.get(f"{base}/counts.xlsx").content.startswith(b"PK")
    assert inspector.get(f"{base}/counts.exe").status_code == 404
    assert inspector.get(f"{base}/S99").status_code == 404
    assert police.get(base).status_code == police.get(f"{base}/S1").status_code == 404


def test_a_persons_number_in_an_answer_is_refused_and_one_in_the_words_is_not(inspector: Driver, reading: str) -> None:
    base = f"/inspections/{reading}/sampled"
    given = {**_ALL, "answer__timely": "943 476 5919"}
    refused = inspector.post(f"{base}/S1", agency="police", judgement="mixed", text="x", **given)
    assert refused.status_code >= 400
    taken = inspector.post(f"{base}/S1", agency="police", judgement="mixed", text="943 476 5919", **_ALL)
    assert taken.url.path == base
