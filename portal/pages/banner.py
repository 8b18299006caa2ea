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
    "comment": "We have your comment. An inspector replies to it, and you get the reply after the check.",
    "attached": "File {} is with your comment. It is checked for viruses before anybody opens it.",
    "taken_back": "Your comment is taken back.",
    "complaint": "The complaint is recorded. Nothing of the inspection may be destroyed until it is decided.",
    "complained": "We have your complaint. We will tell you what is decided.",
    "complaint_asked": "Another programme manager must confirm the decision. We have told them.",
    "organisation_code": "The code is kept, with where and when you read it.",
    "organisation_successor": "The successor is kept. It serves the same areas from that day on.",
    "organisation_end": "The end is kept. From that day on no announcement tells the organisation.",
    "organisation_mailbox": "The shared mailbox is kept. Notices that did not arrive are sent to it.",
    "person_details": "Who they are is corrected.",
    "person_left": "It is recorded that {} has left. Every way in of theirs has ended.",
    "confirmed": "You confirmed this: {}. It is recorded with both your names.",
    "called_off": "We have recorded that the meeting does not take place.",
    "changed_back": "Finding {} is changed. It was passed before, so it is recorded again and passes each level again.",
    "cases": "The cases behind paragraph {} are saved.",
    "consent": "The answer is recorded. Inspectors see it.",
    "decided": "Your reply is recorded. The agency gets it once the check of facts is closed.",
    "breach_recorded": "The breach is recorded as {}. Its 72 hours have begun, and the programme managers are told.",
    "breach_decided": "What was done about {} is recorded.",
    "persons_recorded": "The request is recorded as {}. Its month has begun, and the programme managers are told.",
    "persons_changed": "{} is changed.",
    "persons_searched": "Searched: {}.",
    "persons_copied": "The copy is made as {}. Read it before you ask for its release.",
    "persons_stated": "The statement stands next to the rows of {}.",
    "persons_restriction_asked": "A programme manager must confirm it. We have told them.",
    "persons_copy_asked": "A programme manager must confirm the release. We have told them.",
    "persons_correction_asked": "The agency is asked to answer {}. It has a notice with a way in.",
    "persons_correction_answered": "The answer to {} is recorded. The data protection officer is told.",
    "persons_closed": "{} is closed.",
    "put_aside": "The file is put aside. Nobody can open it now. Those who follow it are told.",
    "file_asked": "Another person must confirm it. We have told them.",
    "destruction_asked": "Another programme manager must confirm the destruction. We have told them.",
    "hold_asked": "Another programme manager must confirm the hold. We have told them.",
    "lift_asked": "Another programme manager must confirm that the holds are lifted. We have told them.",
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
    "countersigned": "You have countersigned entry {}. It is recorded with your name.",
    "passed": "Finding {}. It is recorded with your name.",
    "planned": "The meeting is recorded. Inspectors see it.",
    "remit_acknowledged": "They are told that you have it.",
    "remit_sent": "It was sent already, so it stays as it is.",
    "remit_withdrawn": "The concern is taken back.",
    "remit_written": "The concern is saved.",
    "removed": "Paragraph {} is taken out. You can put it back below.",
    "restored": "Paragraph {} is back at the end of its section.",
    "refused": "You refused this, and it is not done: {}.",
    "same": "This is the same file as version {}, so no new version was made. Its receipt and verdict are below.",
    "said": "What you said is recorded.",
    "marked": "Somebody else of the team is asked to pass the words.",
    "decided_words": "The decision about the words is recorded. Their writer can save them if they are passed.",
    "sampled": "What you saw of child {} is recorded.",
    "set_aside": "The file was not sent. What you sent before stays as it is.",
    "sight": "What the inspectorate sees has changed.",
    "statement": "We have your written statement.",
    "plan_saved": "Action {} is saved. Nothing is sent yet.",
    "plan_removed": "Action {} is taken out of the draft.",
    "plan_taken": "Actions of your workbook that are now your draft: {}. Nothing is sent yet.",
    "plan_sent": "Version {} of the plan is sent. Inspectors review it.",
    "plan_told": "What you said of action {} is recorded. Inspectors see it.",
    "plan_reviewed": "The lead inspector must confirm the review. We have told them.",
    "plan_closed": "The plan is closed.",
    "publication": "We know where the letter is published.",
    "unmapped": "The mapping is withdrawn. It stays on record and is offered no more.",
    "withdrawn": "Finding {} is withdrawn. It stays on record with your reason.",
    "written": "Paragraph {} is saved.",
    "taken": "Taken over from Word: {}.",
    "part_written": "The part is saved.",
    "report_owed": "A new draft is being made.",
    "report_assured": "It is recorded that the report is ready as it stands.",
    "withdrawal_asked": "Another programme manager must confirm the withdrawal. We have told them.",
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
