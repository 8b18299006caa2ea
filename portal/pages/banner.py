"""The sentence about what was just done, which the next page shows once."""

from collections.abc import Mapping

from fastapi import Response
from itsdangerous import BadData

from portal.pages.signing import serializer

COOKIE = "jtai_done"
_SALT = "done"
SECONDS = 60  # as long as a redirect may take; a page that is opened later has nothing to announce
_SENTENCES = {
    "acknowledged": "We have recorded that you have seen the request for {}.",
    "assured": "What you said is recorded. Those whose turn it is are told.",
    "again": "Version {} is in use. It is being checked now.",
    "comment": "We have your comment. An inspector decides on it, and you see the outcome on this page.",
    "confirmed": "You confirmed this: {}. It is recorded with both your names.",
    "called_off": "We have recorded that the meeting does not take place.",
    "changed_back": "Finding {} is changed. It was passed before, so it is recorded again and passes each level again.",
    "cases": "The cases behind paragraph {} are saved.",
    "consent": "The answer is recorded. Inspectors see it.",
    "decided": "Your decision on the comment is recorded.",
    "document": "Your document is received as version {}.",
    "document_same": "This is the same file as version {}, so nothing has changed.",
    "explained": "Your explanation is recorded. Inspectors read it.",
    "filled": "We filled {} from your extract. Nothing is sent yet.",
    "finding": "The finding is recorded.",
    "imported": "The file is read. {}",
    "judgement": "Your judgement is recorded.",
    "late": "We have recorded that {} will be late. The deadline stays.",
    "late_asked": "We have asked the inspection team to accept that day for {}. Until they do, the deadline stays.",
    "mapped": "Your mapping is kept: {}. You can use it to fill returns from your export.",
    "addressee": "The letter is addressed to them too.",
    "addressee-removed": "The letter is no longer addressed to them.",
    "signatory": "The person signs letters from that day.",
    "determination": "A programme manager must confirm the determination. We have told them.",
    "meeting": "The record of the meeting is kept.",
    "moved": "Paragraph {} is moved.",
    "newer": "Somebody changed paragraph {} after you opened the page, so it was not taken out.",
    "not_open": "Nothing was changed. The draft letter cannot be changed now.",
    "nil": "Your nil return for {} is recorded.",
    "nil_undone": "Your nil return for {} is taken back. The return is owed again.",
    "none_held": "We have recorded that you hold no such document.",
    "notes": "The words are let in. They are in the list of notes.",
    "passed": "Finding {}. It is recorded with your name.",
    "planned": "The meeting is recorded. Inspectors see it.",
    "removed": "Paragraph {} is taken out. You can put it back below.",
    "restored": "Paragraph {} is back at the end of its section.",
    "refused": "You refused this, and it is not done: {}.",
    "same": "This is the same file as version {}, so no new version was made. Its receipt and verdict are below.",
    "said": "What you said is recorded.",
    "sampled": "What you saw of child {} is recorded.",
    "set_aside": "The file was not sent. What you sent before stays as it is.",
    "sight": "What the inspectorate sees has changed.",
    "statement": "We have your written statement.",
    "publication": "We know where the letter is published.",
    "unmapped": "The mapping is withdrawn. It stays on record and is offered no more.",
    "withdrawn": "Finding {} is withdrawn. It stays on record with your reason.",
    "written": "Paragraph {} is saved.",
    "part_written": "The part is saved.",
    "report_owed": "A new draft is being made.",
    "report_assured": "It is recorded that the report is ready as it stands.",
    "report_asked": "Another programme manager must confirm the publication. We have told them.",
    "together": "Paragraphs that were put together now: {}. Write each of them.",
    "uploaded": "Your file is received as version {}.",
}


def announce(response: Response, code: str, about: str = "", *, secure: bool) -> None:
    """Let the next page say what was done.

    Args:
        response: the answer that sends the browser there.
        code: of the sentence.
        about: the return or the number that it names.
        secure: whether cookies travel over HTTPS alone.
    """
    value = serializer(_SALT).dumps([code, about])
    response.set_cookie(COOKIE, str(value), max_age=SECONDS, httponly=True, samesite="lax", secure=secure)


def banner_of(cookies: Mapping[str, str]) -> str:
    """Return the sentence that a browser brings along; empty where it brings none, or one that is not ours."""
    try:
        code, about = serializer(_SALT).loads(cookies.get(COOKIE, ""))
        return _SENTENCES[code].format(about)
    except (BadData, KeyError, TypeError, ValueError):
        return ""
