"""Forms on the wider sample as the team reads them: each child's, who is looked at by nobody yet, and counts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from models.ids import child_subject
from models.tables import SampledForm
from models.themes import Theme
from tasks.ground.database import transaction
from tasks.judging.sampled_forms import (
    ANSWERS,
    SampledAt,
    forms_of,
    newest_of,
    sampled_children,
    text_of_form,
)
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.reading.closed import closed_to
from tasks.reading.visibility import Reader

READ = "sampled.read"


@dataclass(frozen=True, slots=True)
class SeenForm:
    """The newest version of a form with its words, and how many versions there are."""

    form: SampledForm
    text: str
    versions: int


@dataclass(frozen=True, slots=True)
class Looked:
    """A child of the wider sample, with how many forms and inspectors there are on it."""

    child: SampledAt
    forms: int
    inspectors: int


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """How often a question of a decision point was answered how, over the forms of its children."""

    point: str
    question: str
    children: int
    forms: int
    answers: dict[str, int]


@dataclass(frozen=True, slots=True)
class SampledBoard:
    """Where the wider sample stands: each child with who looked, the points, and the answers counted."""

    looked: tuple[Looked, ...]
    counts: tuple[AnswerCount, ...]
    points: dict[str, str]

    @property
    def nobody(self) -> list[str]:
        """Return the labels of children in the sample whom nobody has looked at."""
        return [row.child.label for row in self.looked if not row.forms and not row.child.withdrawn]

    @property
    def points_without(self) -> list[str]:
        """Return the decision points of which nobody has looked at any child."""
        seen = {row.child.point for row in self.looked if row.forms}
        there = dict.fromkeys(row.child.point for row in self.looked if not row.child.withdrawn)
        return [point for point in there if point not in seen]


def is_visible(form: SampledForm, reader: Reader, person: str) -> bool:
    """Return whether somebody reads a form: their own, and those on agencies whose records they see."""
    return form.person_id == person or reader.kinds is None or form.agency in reader.kinds


def forms_seen(session: Session, ref: str, reader: Reader, person: str) -> list[SampledForm]:
    """Return every version of the forms that somebody reads, oldest first; none on a child whose use is restricted."""
    closed = closed_to(session, ref, reader)
    return [
        form
        for form in forms_of(session, ref)
        if is_visible(form, reader, person) and not closed.hides(form.child, form.draw_version)
    ]


def board_of(session: Session, ref: str, reader: Reader, person: str) -> SampledBoard:
    """Return where the wider sample stands.

    Who was looked at counts every form; answers are those of forms that the reader sees.
    """
    theme_ = theme_of(inspection_of(session, ref))
    children = sampled_children(session, ref)
    forms = newest_of(forms_of(session, ref))
    seen = newest_of(forms_seen(session, ref, reader, person))
    now = {child.label for child in children if not child.withdrawn}
    points = {point.key: point.label for point in theme_.sampling.decision_points}
    return SampledBoard(_looked(children, forms), counted([f for f in seen if f.child in now], theme_), points)


def _looked(children: Iterable[SampledAt], forms: Sequence[SampledForm]) -> tuple[Looked, ...]:
    rows = []
    for child in children:
        own = [form for form in forms if form.child == child.label]
        rows.append(Looked(child, len(own), len({form.person_id for form in own})))
    return tuple(rows)


def counted(forms: Sequence[SampledForm], theme_: Theme) -> tuple[AnswerCount, ...]:
    """Return the answers of forms counted, by decision point and question, in the theme's order.

    Args:
        forms: the newest versions.
        theme_: of the inspection.
    """
    rows = []
    for point in (each.key for each in theme_.sampling.decision_points):
        own = [form for form in forms if form.point == point]
        children = len({form.child for form in own})
        for question in theme_.sampled.points[point].questions:
            answers = Counter(form.answers.get(question, "") for form in own)
            rows.append(AnswerCount(point, question, children, len(own), {code: answers[code] for code in ANSWERS}))
    return tuple(rows)


def table_of(board: SampledBoard, theme_: Theme) -> list[list[object]]:
    """Return the counts as the rows of a table, its head first: words and numbers, no child."""
    labels = {question.code: question.label for question in theme_.sampled.questions}
    head: list[object] = ["Decision point", "Question", "Children looked at", "Forms", *ANSWERS.values()]
    rows = [
        [board.points[row.point], labels[row.question], row.children, row.forms, *row.answers.values()]
        for row in board.counts
    ]
    return [head, *rows]


def read_forms(session: Session, ref: str, label: str, reader: Reader, person: str) -> list[SeenForm]:
    """Return the forms on a child that somebody sees, newest versions; the audit records it where there are any."""
    every = [form for form in forms_seen(session, ref, reader, person) if form.child == label]
    seen = [
        SeenForm(
            form,
            text_of_form(form),
            sum((other.person_id, other.agency) == (form.person_id, form.agency) for other in every),
        )
        for form in newest_of(every)
    ]
    if seen:
        facts: dict[str, object] = {"forms": len(seen)}
        audit.append(session, ref, actor=reader.by, action=READ, subject=child_subject(ref, label), facts=facts)
    return seen


def take_counts(ref: str, reader: Reader, person: str, kind: str) -> list[list[object]]:
    """Return the counts to be taken away, as `table_of` has them; the audit records who took them."""
    with transaction() as session:
        theme_ = theme_of(inspection_of(session, ref))
        table = table_of(board_of(session, ref, reader, person), theme_)
        audit.append(session, ref, actor=reader.by, action="sampled.counted", subject=ref, facts={"as": kind})
    return table
