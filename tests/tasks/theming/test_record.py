"""The report's JSON has the findings, letters and paragraphs behind every number, and no words of a finding."""

import json

import pytest

from tasks.ground.digests import canonical_document
from tasks.theming.record import FORMAT, report_record
from tests.tasks.theming.reports import report

pytestmark = pytest.mark.pure


def test_every_number_has_the_ids_behind_it() -> None:
    record = json.loads(canonical_document(report_record(report())))
    assert record["format"] == FORMAT
    voice = record["messages"][0]
    assert voice["areas"]["standing"] == ["Ashmere", "Birchford", "Cedarham", "Dalewick"]
    first = voice["matches"][0]
    assert (first["place"], first["paragraphs"], first["anchor"]) == ("F01", ["P01"], "child_voice-1")
    assert record["letters"][0]["address"].startswith("../../letters/")
    assert record["earlier"]["theme"] == "The multi-agency response to children living with domestic abuse"
    assert record["children"]["by_message"] == {"child_voice": 8, "unborn": None}


def test_words_of_findings_are_not_in_it() -> None:
    text = canonical_document(report_record(report())).decode()
    assert "Secret" not in text
    assert "Too few" not in text
