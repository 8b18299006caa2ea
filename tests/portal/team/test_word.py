"""The draft goes out to Word and comes back: what is ticked becomes versions, and the rest is shown and not lost."""

import html
import re

import httpx
import pytest
from httpx import codes

from models.lifecycle import Stage
from models.tables import ParagraphVersion
from tasks.drafting.checking import ParagraphWords
from tasks.drafting.loading import current_draft
from tasks.drafting.writing import write_paragraph
from tasks.ground.database import transaction
from tests.portal.driving import Driver, moved_to, words
from tests.portal.team.test_corrected import edited
from tests.scanning import packed, using
from tests.tasks.findings.test_names_kept_out import somebody

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]
OTHER = "inspector: P-EEEEEEEE"


def texts(ref: str) -> dict[str, str]:
    with transaction() as session:
        return {each.id: each.text for each in current_draft(session, ref).paragraphs}


def written(ref: str, *sentences: str) -> None:
    moved_to(ref, Stage.FIELDWORK)
    for sentence in sentences:
        write_paragraph(ref, None, "main", ParagraphWords(sentence), follows=0, by=OTHER)


def sent(inspector: Driver, ref: str, data: bytes) -> httpx.Response:
    page = f"/inspections/{ref}/draft/word"
    return inspector.post(page, files={"file": ("draft.docx", data)})


def taken(inspector: Driver, ref: str, shown: httpx.Response, *numbers: str) -> httpx.Response:
    fields = {
        name: [html.unescape(value) for value in re.findall(rf'name="{name}" value="([^"]*)"', shown.text)]
        for name in ("seen", "text")
    }
    page = f"/inspections/{ref}/draft/word"
    data = {"csrf": inspector.token(page), **fields, "number": list(numbers)}
    return inspector.http.post(f"{page}/take", data=data)


def test_corrections_are_shown_and_those_that_are_ticked_become_versions(inspector: Driver, reading: str) -> None:
    written(reading, "Plans say when.", "Staff listen.", "Schools wait.")
    copy = inspector.get(f"/inspections/{reading}/draft/word/draft.docx").content
    line = "<w:p><w:r><w:t>Health visits early.</w:t></w:r></w:p>"
    body = edited(
        ("Plans say when.", "Plans seldom say when."),
        ("Staff listen.", "Staff listen well."),
        ("<w:sectPr", f"{line}<w:sectPr"),
        data=copy,
    )
    shown = sent(inspector, reading, body)
    assert re.search("<mark>[^<]*seldom", shown.text)
    assert "Health visits early." in words(shown)
    assert texts(reading) == {"P01": "Plans say when.", "P02": "Staff listen.", "P03": "Schools wait."}
    assert len(re.findall(r'name="number"[^>]* checked', shown.text)) == 3
    after = taken(inspector, reading, shown, "0", "2")
    assert "Taken over from Word: P01 and P04." in words(after)
    now = texts(reading)
    assert (now["P01"], now["P02"], now["P03"]) == ("Plans seldom say when.", "Staff listen.", "Schools wait.")
    assert "Health visits early." in now.values()
    with transaction() as session:
        assert session.get_one(ParagraphVersion, (reading, "P01", 2)).written_by != OTHER


def test_what_somebody_else_changed_meanwhile_or_names_a_child_is_not_taken_and_not_lost(
    inspector: Driver, reading: str
) -> None:
    written(reading, "Plans say when.", "Staff listen.")
    copy = inspector.get(f"/inspections/{reading}/draft/word/draft.docx").content
    write_paragraph(reading, "P01", "main", ParagraphWords("Plans say when and who."), follows=1, by=OTHER)
    named = f"Staff listen to {somebody(reading)}."
    shown = sent(
        inspector, reading, edited(("Plans say when.", "Plans never say."), ("Staff listen.", named), data=copy)
    )
    assert "Somebody wrote version 2 meanwhile." in words(shown)
    after = taken(inspector, reading, shown, "0", "1")
    assert after.status_code == 422
    assert "Somebody else has changed this paragraph" in words(after)
    assert "Remove the name" in words(after)
    assert "Plans never say." in words(after)
    assert texts(reading) == {"P01": "Plans say when and who.", "P02": "Staff listen."}


def test_an_unchanged_copy_changes_nothing_and_another_file_is_refused(inspector: Driver, reading: str) -> None:
    written(reading, "Plans say when.")
    copy = inspector.get(f"/inspections/{reading}/draft/word/draft.docx").content
    assert "The file changes no paragraph." in words(sent(inspector, reading, copy))
    refused = sent(inspector, reading, b"PK no letter")
    assert (refused.status_code, "is no Word document" in words(refused)) == (422, True)
    page = f"/inspections/{reading}/draft/word"
    assert inspector.post(page, files={"other": ("", b"")}).status_code == 422
    nothing = inspector.post(f"{page}/take", page=page)
    assert (nothing.status_code, "Choose at least one paragraph." in words(nothing)) == (422, True)


def test_a_copy_that_brings_malware_is_not_opened(inspector: Driver, reading: str, scanner: str) -> None:
    written(reading, "Plans say when.")
    copy = inspector.get(f"/inspections/{reading}/draft/word/draft.docx").content
    with using(scanner):
        assert sent(inspector, reading, copy).status_code == codes.OK
        answer = sent(inspector, reading, packed("word/embeddings/a.bin", around=copy))
    assert "found Eicar-Test-Signature" in words(answer)
    assert "so we have not opened or kept it" in words(answer)
    assert set(texts(reading).values()) == {"Plans say when."}
