"""The draft letter as its writers read it: sections, paragraphs, what each rests on, and what is still to write."""

from typing import Any

from fastapi import APIRouter, Request, Response

from models.refusals import Mistake, Refusal
from models.tables import Inspection
from portal.pages.forms import Form
from portal.pages.frame import page, to
from portal.pages.session import LetterReader, Visitor, Writer
from tasks.assuring.threads import open_counts
from tasks.assuring.turns import tell_turns
from tasks.drafting.draft import LetterDraft
from tasks.drafting.loading import current_draft
from tasks.drafting.putting_together import put_together
from tasks.drafting.quantifiers import fit, quantified, share_in_words, unbound
from tasks.drafting.writing import draft_refusal, removed_paragraphs
from tasks.findings.findings import all_findings
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.themes import theme_of
from tasks.wording.alarms import Alarm, parts_of
from tasks.wording.linting import Form as LetterForm
from tasks.wording.linting import alarms_of_draft, has_every_section

router = APIRouter(prefix="/inspections/{ref}/draft")

FITS = {
    "fits": "",
    "fewer": "Fewer cases show it than the word says.",
    "more": "More cases show it than the word says.",
    "nothing": "No case is named.",
}
"""What is said of a share and its word."""


@router.get("")
def show(request: Request, ref: str, member: LetterReader) -> Response:
    """Show the draft letter as it stands; the audit records who read it."""
    return _show(request, ref, member)


@router.post("/put-together")
def first_draft(request: Request, ref: str, member: Writer, _: Form) -> Response:
    """Put a first draft together from the agreed findings, for people to write from."""
    try:
        number = put_together(ref, by=member.by)
    except Refusal as refused:
        return _show(request, ref, member, tuple(Mistake("together", each.text) for each in refused.mistakes))
    tell_turns(ref)
    return to(f"/inspections/{ref}/draft", "together", str(number))


def _show(request: Request, ref: str, member: Visitor, mistakes: tuple[Mistake, ...] = ()) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        draft = current_draft(session, ref)
        removed = [row.id for row in removed_paragraphs(session, ref)]
        withdrawn = {row.id for row in all_findings(session, ref) if row.withdrawn_at is not None}
        counts = open_counts(session, ref)
        form = theme_of(inspection).letter.form
        read = {"paragraphs": len(draft.paragraphs)}
        audit.append(session, ref, actor=member.by, action="draft.read", subject=ref, facts=read)
    facts: dict[str, Any] = {
        "inspection": inspection,
        "draft": draft,
        "removed": removed,
        "withdrawn": withdrawn,
        "open_threads": counts,
        "shares": shares_of(draft),
        "fits": FITS,
        **advice_on(draft, form),
        "refusal": draft_refusal(inspection),
    }
    status = 422 if mistakes else 200
    return page(request, "draft", "Draft letter", status=status, mistakes=mistakes, **facts)


_STANDS_ALREADY = frozenset({"share", "without_cases"})
"""What the page says of each share anyway."""


def advice_on(draft: LetterDraft, form: LetterForm) -> dict[str, Any]:
    """Return where a draft leaves the norms of letters: by paragraph, by section, and of the whole letter."""
    advice: dict[str, dict[str, list[Alarm]]] = {"advice": {}, "section_advice": {}}
    parts = parts_of(draft)
    finished = draft.is_written and has_every_section(parts)
    for alarm in alarms_of_draft(parts, form, finished=finished):
        if alarm.rule in _STANDS_ALREADY:
            continue
        kind, key = ("advice", alarm.id) if alarm.paragraph is not None else ("section_advice", alarm.section)
        advice[kind].setdefault(key, []).append(alarm)
    return dict(advice)


def shares_of(draft: LetterDraft) -> dict[str, list[dict[str, str]]]:
    """Return what stands behind sentences with a quantifier, by paragraph: word, share in words, and how it fits."""
    shares = {}
    for paragraph in draft.paragraphs:
        words = {each.place: each.word for each in quantified(paragraph.text)}
        bound = [
            {"word": words.get(each.sentence, each.quantifier), "share": share_in_words(each), "fit": fit(each)}
            for each in paragraph.bindings
            if each.cases or each.against
        ]
        bound += [
            {"word": each.word, "share": "no case is named", "fit": "nothing"}
            for each in unbound(paragraph.text, paragraph.bindings)
        ]
        shares[paragraph.id] = bound
    return shares
