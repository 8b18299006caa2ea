"""Records what an inspector saw of a child of the wider sample: codes to the ledger, words to the store (L5)."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field

from sqlmodel import Session, col, select

from models.actors import inspector
from models.ids import child_subject
from models.keys import by_content, form_folder, version_stem
from models.refusals import FormRefusedError, Mistake, Refusal
from models.tables import Agency, SampledForm
from models.themes import Theme
from tasks.cohort.versions import newest_draw
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json, sha256
from tasks.judging.stages import recording_refusal, words_mistakes
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.sampling.draws import ever_chosen, sample_now
from tasks.sampling.restricted_cases import RESTRICTED_CHILD, restricted_cases

ANSWERS: Mapping[str, str] = {
    "yes": "Yes",
    "no": "No",
    "unclear": "Not clear",
    "not_seen": "Not seen there",
}
"""What can be said to each question of a decision point."""


class SampledFormError(Refusal):
    """A form on a child of the wider sample cannot be recorded; the message says why."""


@dataclass(frozen=True, slots=True)
class SampledAt:
    """A child of the wider sample: its label, the decision point, and whether it has left the sample."""

    label: str
    point: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class FormWords:
    """What an inspector fills in: whose records they looked at, answers by question, a judgement, words."""

    agency: str
    answers: Mapping[str, str] = field(default_factory=dict)
    judgement: str = ""
    text: str = ""


def sampled_children(session: Session, ref: str) -> list[SampledAt]:
    """Return the children of the wider sample, those too who have left it since, by label; none before a draw."""
    drawn = newest_draw(session, ref)
    if drawn is None:
        return []
    now = {row.label for row in sample_now(session, drawn).chosen("sampled")}
    ever = [row for row in ever_chosen(session, drawn) if row.set == "sampled"]
    # Who left before the approval was never looked at by anybody.
    gone = {row.child for row in session.exec(select(SampledForm).where(SampledForm.inspection == ref))}
    shown = [row for row in ever if row.label in now | gone]
    return sorted(
        (SampledAt(row.label, row.stratum, row.label not in now) for row in shown), key=lambda at: int(at.label[1:])
    )


def check_form(words: FormWords, point: str, theme_: Theme, agencies: Collection[str]) -> tuple[Mistake, ...]:
    """Return what is wrong with a form, field by field; empty when it can be recorded."""
    mistakes = []
    if words.agency not in agencies:
        mistakes.append(Mistake("agency", "Choose whose records you looked at."))
    labels = {question.code: question.label for question in theme_.sampled.questions}
    for code in theme_.sampled.points[point].questions:
        if words.answers.get(code) not in ANSWERS:
            mistakes.append(Mistake(f"answer-{code}", f"Answer the question: {labels[code]}"))
    if words.judgement not in {each.code for each in theme_.judgements}:
        mistakes.append(Mistake("judgement", "Choose your judgement of what you saw."))
    return (*mistakes, *words_mistakes(words.text))


def record_form(ref: str, label: str, words: FormWords, *, by: str) -> int:
    """Record a form as a version of its own and return its number; the very same form again changes nothing.

    Args:
        ref: the inspection.
        label: of the child.
        words: the form.
        by: reference of the inspector. Each inspector has a form for each agency whose records they looked at.

    Raises:
        SampledFormError: forms are not open, or no child of the wider sample has the label.
        FormRefusedError: values are wrong; each mistake has its field.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if refusal := recording_refusal(inspection):
            raise SampledFormError(refusal)
        child = next((at for at in sampled_children(session, ref) if at.label == label and not at.withdrawn), None)
        drawn = newest_draw(session, ref)
        if child is None or drawn is None:
            raise SampledFormError(f"No child of the wider sample has the label {label[:8]}.")
        if restricted_cases(session, ref).hides(label):
            raise SampledFormError(RESTRICTED_CHILD)
        theme_ = theme_of(inspection)
        agencies = frozenset(session.exec(select(Agency.kind).where(Agency.inspection == ref)))
        if mistakes := check_form(words, child.point, theme_, agencies):
            raise FormRefusedError(mistakes)
        answers = {code: words.answers[code] for code in theme_.sampled.points[child.point].questions}
        body = canonical_json({**asdict(words), "answers": answers, "text": words.text.strip()})
        own = _versions(session, ref, label, by, words.agency)
        if own and own[-1].text_sha256 == sha256(body):
            return own[-1].version
        version = own[-1].version + 1 if own else 1
        # A key by digest, so that a retry writes the same object and a change never overwrites one (L2).
        key = by_content(form_folder(ref, label), version_stem(by, words.agency, version=version), sha256(body), "json")
        store.put_once(key, body, content_type="application/json")
        row = SampledForm(
            inspection=ref,
            child=label,
            person_id=by,
            agency=words.agency,
            version=version,
            point=child.point,
            draw_version=drawn.version,
            answers=answers,
            judgement=words.judgement,
            text_key=key,
            text_sha256=sha256(body),
            recorded_at=inspection.now(),
        )
        session.add(row)
        facts = {"agency": words.agency, "point": child.point, "version": version, "sha256": row.text_sha256}
        audit.append(
            session, ref, actor=inspector(by), action="sampled.recorded", subject=child_subject(ref, label), facts=facts
        )
    return version


def _versions(session: Session, ref: str, label: str, person: str, agency: str) -> list[SampledForm]:
    query = select(SampledForm).where(
        SampledForm.inspection == ref,
        SampledForm.child == label,
        SampledForm.person_id == person,
        SampledForm.agency == agency,
    )
    return list(session.exec(query.order_by(col(SampledForm.version))))


def forms_of(session: Session, ref: str) -> list[SampledForm]:
    """Return every version of every form of an inspection, oldest first."""
    query = select(SampledForm).where(SampledForm.inspection == ref)
    return list(session.exec(query.order_by(col(SampledForm.recorded_at), col(SampledForm.version))))


def newest_of(forms: Iterable[SampledForm]) -> list[SampledForm]:
    """Return the newest version of each form: one for each child, inspector and agency."""
    newest: dict[tuple[str, str, str], SampledForm] = {}
    for form in forms:
        key = (form.child, form.person_id, form.agency)
        if key not in newest or newest[key].version < form.version:
            newest[key] = form
    return list(newest.values())


def text_of_form(form: SampledForm) -> str:
    """Read the words of a form from the store."""
    return str(json.loads(store.get(form.text_key))["text"])
