"""Judgements of one tracked child by several inspectors: made apart, then compared, and agreed where they differ."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.actors import inspector
from models.ids import child_subject
from models.keys import by_content, judgement_folder, version_stem
from models.refusals import FormRefusedError, Mistake, Refusal
from models.tables import AgreedJudgement, Inspection, Judgement
from models.themes import Theme
from tasks.cohort.versions import newest_draw
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json, sha256
from tasks.judging.stages import recording_refusal, words_mistakes
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.sampling.draws import sample_now
from tasks.sampling.restricted_cases import RESTRICTED_CHILD, restricted_cases

TOGETHER = 2
"""So many judgements of one thing are in before anybody sees that of another."""


class JudgementError(Refusal):
    """A judgement cannot be recorded; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class JudgementStanding:
    """How the judgements of one child in one area stand, as one person may know it.

    Attributes:
        child: its label.
        area: code of the area of evaluation.
        number: how many judgements are in.
        own: the person's own; None where they have not given it.
        shown: those that the person may see, their own among them.
        agreed: what a discussion came to.
        state: `yours` to give, `waits` for a second, `same`, `differ`, `settled` by a discussion, or `restricted` by
            the request of a person.
    """

    child: str
    area: str
    number: int
    own: Judgement | None
    shown: tuple[Judgement, ...]
    agreed: AgreedJudgement | None
    state: str


def standing(
    child: str, area: str, judgements: Iterable[Judgement], agreed: AgreedJudgement | None, person: str
) -> JudgementStanding:
    """Return how the judgements of one child in one area stand, as one person may know it.

    Args:
        child: its label.
        area: code of the area.
        judgements: the newest of each inspector on this child and area.
        agreed: what a discussion came to, if one did.
        person: who looks.
    """
    every = tuple(sorted(judgements, key=lambda row: (row.recorded_at, row.person_id)))
    own = next((row for row in every if row.person_id == person), None)
    state = _state(every, own, agreed)
    # A judgement that was made after another was seen is no second one. What was agreed is over, and open to the team.
    shown = every if state in ("same", "differ", "settled") else tuple(filter(None, (own,)))
    return JudgementStanding(child, area, len(every), own, shown, agreed, state)


def _state(every: Sequence[Judgement], own: Judgement | None, agreed: AgreedJudgement | None) -> str:
    if agreed:
        return "settled"
    if own is None:
        return "yours"
    if len(every) < TOGETHER:
        return "waits"
    return "same" if len({row.judgement for row in every}) == 1 else "differ"


def restricted_standing(child: str, area: str) -> JudgementStanding:
    """Return how anybody knows the judgements of a child whose use a person has restricted: not at all."""
    return JudgementStanding(child, area, 0, None, (), None, "restricted")


def judgements_of(session: Session, ref: str) -> list[Judgement]:
    """Return the newest judgement of each inspector on each child and area."""
    query = select(Judgement).where(Judgement.inspection == ref).order_by(col(Judgement.version))
    return list({(row.child, row.area, row.person_id): row for row in session.exec(query)}.values())


def agreed_of(session: Session, ref: str) -> dict[tuple[str, str], AgreedJudgement]:
    """Return what discussions came to, by child and area."""
    query = select(AgreedJudgement).where(AgreedJudgement.inspection == ref)
    return {(row.child, row.area): row for row in session.exec(query)}


def tracked_labels(session: Session, ref: str) -> list[str]:
    """Return the labels of the tracked children in force, T2 before T10; none before a sample is drawn."""
    drawn = newest_draw(session, ref)
    labels = [row.label for row in sample_now(session, drawn).chosen("tracked")] if drawn else []
    return sorted(labels, key=lambda label: int(label[1:]))


def standing_of(session: Session, ref: str, child: str, area: str, person: str) -> JudgementStanding:
    """Return how the judgements of one child in one area stand now, as one person may know it.

    Raises:
        JudgementError: there is no such tracked child or area.
    """
    theme_ = theme_of(inspection_of(session, ref))
    _check_thing(session, ref, theme_, child, area)
    if restricted_cases(session, ref).hides(child):
        return restricted_standing(child, area)
    rows = [row for row in judgements_of(session, ref) if (row.child, row.area) == (child, area)]
    return standing(child, area, rows, session.get(AgreedJudgement, (ref, child, area)), person)


def record_judgement(ref: str, child: str, area: str, code: str, text: str, *, by: str) -> None:
    """Record an inspector's own judgement; the very same again changes nothing.

    It can be changed, as a version of its own, until a second one is in: from then on its maker sees the other.

    Raises:
        JudgementError: judgements are not open, there is no such child or area, or it can no longer be changed.
        FormRefusedError: a value is wrong.
    """
    with transaction() as session:
        inspection, theme_ = _open(session, ref)
        now = standing_of(session, ref, child, area, by)
        _check_words(theme_, code, text)
        body = canonical_json({"judgement": code, "text": text.strip()})
        if now.own and now.own.text_sha256 == sha256(body):
            return
        _check_restricted(now)
        if now.state == "settled":
            raise JudgementError("This was discussed and agreed. No further judgement of it is taken.")
        if now.state in ("same", "differ"):
            raise JudgementError(
                "Another inspector's judgement is in and you have seen it, so yours stays as it is. "
                "Record what you agree on instead."
            )
        version = now.own.version + 1 if now.own else 1
        row = Judgement(
            inspection=ref,
            child=child,
            area=area,
            person_id=by,
            version=version,
            draw_version=_draw(session, ref),
            judgement=code,
            text_key=_kept(ref, child, area, version_stem(by, version=version), body),
            text_sha256=sha256(body),
            recorded_at=inspection.now(),
        )
        session.add(row)
        # Not which judgement it is: whoever has not given theirs is not to learn it from the audit.
        facts = {"area": area, "version": version, "sha256": row.text_sha256}
        _record(session, ref, "judgement.recorded", child, by, facts)


def record_agreed(ref: str, child: str, area: str, code: str, text: str, *, by: str) -> None:
    """Record what a discussion of differing judgements came to, and why; the very same again changes nothing.

    Raises:
        JudgementError: judgements are not open, the judgements do not differ, or whoever records it made none.
        FormRefusedError: a value is wrong.
    """
    with transaction() as session:
        inspection, theme_ = _open(session, ref)
        now = standing_of(session, ref, child, area, by)
        _check_restricted(now)
        _check_words(theme_, code, text)
        body = canonical_json({"judgement": code, "text": text.strip()})
        if now.agreed and now.agreed.text_sha256 == sha256(body):
            return
        if now.state != "differ":
            raise JudgementError(
                "An agreed judgement is recorded once, by an inspector who made one, where judgements differ."
            )
        row = AgreedJudgement(
            inspection=ref,
            child=child,
            area=area,
            draw_version=_draw(session, ref),
            judgement=code,
            text_key=_kept(ref, child, area, "agreed", body),
            text_sha256=sha256(body),
            recorded_by=by,
            recorded_at=inspection.now(),
        )
        session.add(row)
        _record(session, ref, "judgement.agreed", child, by, {"area": area, "sha256": row.text_sha256})


def _check_restricted(now: JudgementStanding) -> None:
    if now.state == "restricted":
        raise JudgementError(RESTRICTED_CHILD)


def _open(session: Session, ref: str) -> tuple[Inspection, Theme]:
    # Locked, so that of two judgements at the same moment neither is made with the other in sight.
    inspection = inspection_of(session, ref, lock=True)
    if refusal := recording_refusal(inspection):
        raise JudgementError(refusal)
    return inspection, theme_of(inspection)


def _check_thing(session: Session, ref: str, theme_: Theme, child: str, area: str) -> None:
    if child not in tracked_labels(session, ref) or area not in {each.code for each in theme_.evaluation_areas}:
        raise JudgementError("There is no such tracked child, or no such area of evaluation. Choose from the list.")


def _check_words(theme_: Theme, code: str, text: str) -> None:
    mistakes = words_mistakes(text, needed="Enter what you base the judgement on.")
    if code not in {each.code for each in theme_.judgements}:
        mistakes.insert(0, Mistake("judgement", "Choose a judgement."))
    if mistakes:
        raise FormRefusedError(mistakes)


def _kept(ref: str, child: str, area: str, stem: str, body: bytes) -> str:
    key = by_content(judgement_folder(ref, child, area), stem, sha256(body), "json")
    return store.put_once(key, body, content_type="application/json").key


def _draw(session: Session, ref: str) -> int:
    drawn = newest_draw(session, ref)
    return drawn.version if drawn else 0


def _record(session: Session, ref: str, action: str, child: str, by: str, facts: dict[str, object]) -> None:
    audit.append(session, ref, actor=inspector(by), action=action, subject=child_subject(ref, child), facts=facts)


def reason_of(row: Judgement | AgreedJudgement) -> str:
    """Read the words of a judgement from the store."""
    return str(json.loads(store.get(row.text_key))["text"])
