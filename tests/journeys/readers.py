"""What is collected, and who is to read it."""

import html
import io
import re
import zipfile
from collections.abc import Mapping

from tests.journeys.assuring import ASSURED, REMARK, WRITTEN
from tests.journeys.inspecting import (
    COMMENT,
    COMMENT_FILE,
    COMPLAINT,
    DECISION,
    EXPLANATION,
    FINDING,
    FORM,
    JUDGEMENT,
    NOTE,
    PLANNED,
    PROGRESS,
    REMIT,
    REPLY,
    REVIEWED,
    STATEMENT,
    Inspecting,
)
from tests.journeys.person import Person, all_pages
from tests.journeys.sending import CHRONOLOGY, CONSENT, DOCUMENT, MEETING, RECORD

KINDS: Mapping[str, str] = {
    "incoming": "rows of returns",
    "return_folder": "rows of returns",
    "check_folder": "rows of returns",
    "explanation": "explanations",
    "evaluation_folder": "names of the chosen children",
    "sampled_folder": "names of the chosen children",
    "finding_folder": "findings",
    "paragraph_folder": "the draft letter",
    "marked_words": "words that wait for a second person",
    "remark": "discussions",
    "assurance": "the quality assurer's words",
    "form_folder": "forms on the wider sample",
    "judgement_folder": "judgements",
    "note_log": "notes",
    "note_batch": "notes",
    "correction": "comments",
    "comment_file": "comments",
    "reply": "comments",
    "complaint": "complaints",
    "complaint_folder": "complaints",
    "remit_concern_folder": "concerns on a remit",
    "statement": "the written statement",
    "plan_folder": "the plan",
    "plan_file_folder": "the plan",
    "report_part_folder": "thematic reports",
    "concern": "concerns",
    "document": "documents",
    "family_meeting": "planned meetings and consent",
    "meeting_record": "records of meetings",
    # Made by the product itself, from what was collected.
    "template": "",
    "cohort_folder": "",
    "sample_folder": "",
    "letter_folder": "",
    "report_folder": "",
    "figures_folder": "",
    "destruction_folder": "",
    "anchor_key": "",
    "witness_key": "",
    "commitment_key": "",
    # What a person asked for, which the data protection officer reads on pages of their own.
    "persons_folder": "",
    "persons_copy": "",
    # What they say is wrong, which the agency that sent it reads on a page of its own.
    "persons_correction": "",
}
"""Where the evidence store keeps what is collected, by the maker of its key in `models/keys.py`."""

_HELPERS = frozenset(
    {
        *("by_content", "stem_of", "extension_of", "name_in_folder", "version_stem"),
        *("persons_request", "anchor_ref", "put_aside"),
    }
)
"""Functions there that say where nothing lies; what stands in place of a key opens nothing."""


def makers_of_keys() -> set[str]:
    """Return the names of the functions that say where something lies in the evidence store."""
    from inspect import getmembers, isfunction

    from models import keys

    makers = {name: made for name, made in getmembers(keys, isfunction) if made.__module__ == keys.__name__}
    # Who asks whether a key is of a kind makes none.
    return {name for name, made in makers.items() if made.__annotations__["return"] is not bool} - _HELPERS


def collected(on: Inspecting, chosen: list[str], rows: list[str]) -> dict[str, list[str]]:
    """Return what was collected in one inspection: texts by kind, all of which its reader finds on pages or in files.

    Args:
        on: the inspection.
        chosen: names of the chosen children who have one, as the council's list has them.
        rows: cells of a return, one of each row.
    """
    return {
        "evaluations": ["The child is calmer at home and at nursery."],
        "names of the chosen children": chosen,
        "rows of returns": rows,
        "the written statement": [STATEMENT.decode().splitlines()[1]],
        "the plan": [PLANNED, REVIEWED, PROGRESS],
        "explanations": [EXPLANATION],
        "findings": [FINDING],
        "the draft letter": [WRITTEN],
        "discussions": [REMARK],
        "the quality assurer's words": [ASSURED],
        "forms on the wider sample": [FORM],
        "judgements": [JUDGEMENT],
        "notes": [NOTE],
        "comments": [COMMENT, REPLY, COMMENT_FILE.decode().splitlines()[0]],
        "documents": [DOCUMENT.decode().splitlines()[0], CHRONOLOGY.decode().splitlines()[0]],
        "planned meetings and consent": [MEETING, CONSENT],
        "records of meetings": [RECORD],
        "concerns on a remit": [REMIT],
        "complaints": [COMPLAINT, DECISION],
    } | ({} if on.explained else {"explanations": []})


def text_for(reader: Person, start: str) -> str:
    """Return all text of every page and file that somebody reaches from a page."""
    return "\n".join(_text(answer.content) for _, answer in all_pages(reader, start) if answer.is_success)


def complaints_for(manager: Person, ref: str) -> str:
    """Return all text of the complaints of an inspection: managers alone read them, for they are about its team."""
    base = f"/inspections/{ref}/complaints"
    listed = _text(manager.browser.get(base).content)
    pages = sorted(set(re.findall(rf'href="({base}/\w+)"', listed)))
    return "\n".join([listed, *(_text(manager.browser.get(page).content) for page in pages)])


def _text(content: bytes) -> str:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b"\n".join(packed.read(name) for name in packed.namelist() if name.endswith(".xml"))
    # A text that stands over several lines of a page is the same text.
    return re.sub(r"\s+", " ", html.unescape(content.decode("utf-8", "replace")))
