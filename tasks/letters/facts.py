"""Everything in a letter, as values: area, dates, findings and their evidence, numbers, what the law requires."""

from dataclasses import dataclass, field
from datetime import date

from models.refusals import Refusal
from models.states import LetterStatus
from models.themes import Theme
from tasks.findings.labels import Category


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence behind a finding, by reference.

    Attributes:
        kind: a key of EVIDENCE_KINDS.
        agency: whose practice it shows.
        case: label of the child in the sample, such as T3; empty where it is about no one child.
        code: the return it comes from; empty where it comes from none.
        version: the stored version of that return.
        rows: line numbers in the return.
        digest: SHA-256 of the object.
    """

    kind: str
    agency: str
    case: str = ""
    code: str = ""
    version: str = ""
    rows: tuple[int, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class LetterFinding:
    """One finding, in the words that inspectors agreed; it names no child."""

    id: str
    category: Category
    area: str
    heading: str
    text: str
    tags: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    @property
    def evidence_kinds(self) -> tuple[str, ...]:
        """Return the different kinds of evidence, sorted."""
        return tuple(sorted({piece.kind for piece in self.evidence}))


@dataclass(frozen=True, slots=True)
class Recipient:
    """A body that is sent the report; regulation 3 of SI 2015/1792 wants name, postal and web address listed."""

    name: str
    postal_address: str
    web_address: str

    @property
    def addresses(self) -> tuple[str, str]:
        """Return both addresses, empty while nobody has recorded them."""
        return self.postal_address.strip(), self.web_address.strip()


@dataclass(frozen=True, slots=True)
class DatedStep:
    """One date of the inspection that the letter mentions."""

    step: str
    label: str
    date: date


@dataclass(frozen=True, slots=True)
class Count:
    """A group and its number of children; None where it is withheld."""

    group: str
    children: int | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """Children of the cohort by age and plan status, and by agency, after disclosure control.

    `cells[i][j]` belongs to age band i and plan status j; totals are rows, columns and the whole. None is withheld.
    Where they are `rounded`, each is a multiple of 5 within 4 of the truth.
    """

    ages: tuple[str, ...]
    statuses: tuple[str, ...]
    cells: tuple[tuple[int | None, ...], ...]
    age_totals: tuple[int | None, ...]
    status_totals: tuple[int | None, ...]
    total: int | None
    agencies: tuple[Count, ...]
    rounded: bool = False

    @property
    def withheld(self) -> bool:
        """Return whether any number is withheld."""
        shown = (*self.age_totals, *self.status_totals, self.total, *(c.children for c in self.agencies))
        return None in shown or any(None in row for row in self.cells)


NO_NUMBERS = Numbers((), (), (), (), (), 0, ())


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """The facts from which the letter is compiled in every format.

    Attributes:
        area_name: the local area.
        gss: its GSS code.
        theme: the theme version: title, headings, labels of the evaluation areas.
        rehearsal: True where the inspection is not real; every page says so.
        dates: dated steps, from the timetable.
        lead_inspector: role or name of the lead inspector.
        inspectorates: who took part.
        findings: in the order in which they are read.
        numbers: children in the cohort, after disclosure control.
        tracked: children looked at in depth.
        sampled: children in the wider sample.
        statement_needed: the determination under regulation 3 of SI 2015/1792.
        principal_authority: who makes the written statement; named whatever the determination.
        statement_due: the day by which it is due; None where it is not needed.
        recipients: who is sent the report.
        status: draft, pre_publication or published.
        corrections: what was changed after comments on factual accuracy, in sentences.
        list_holders: agencies that hold a list of who their own children in the sample are.
    """

    area_name: str
    gss: str
    theme: Theme
    rehearsal: bool
    dates: tuple[DatedStep, ...]
    lead_inspector: str
    inspectorates: tuple[str, ...]
    findings: tuple[LetterFinding, ...]
    numbers: Numbers
    tracked: int
    sampled: int
    statement_needed: bool
    principal_authority: str
    statement_due: date | None
    recipients: tuple[Recipient, ...]
    status: LetterStatus
    corrections: tuple[str, ...] = field(default=())
    list_holders: tuple[str, ...] = field(default=())

    def date_of(self, step: str) -> date | None:
        """Return the date of a step, or None where the letter has none."""
        return next((dated.date for dated in self.dates if dated.step == step), None)


class IncompleteLetterError(Refusal):
    """The letter lacks something that the law requires in it."""

    def __init__(self, lacking: list[str]) -> None:
        super().__init__(
            f"The letter lacks {', '.join(lacking)}. Regulation 3 of SI 2015/1792 requires this. Add it and try again."
        )


def check_statutory(facts: LetterFacts) -> None:
    """Check that a letter has the content that the law requires.

    The recipients' addresses can be recorded until the letter is published, so that no draft waits for them.

    Raises:
        IncompleteLetterError: no principal authority, recipient, or due date of a statement that is needed; in the
            published letter also no address.
    """
    lacking = []
    if not facts.principal_authority.strip():
        lacking.append("the name of the principal authority")
    if not facts.recipients:
        lacking.append("the recipients")
    published = facts.status == LetterStatus.PUBLISHED
    if published and not all(r.name.strip() and all(r.addresses) for r in facts.recipients):
        lacking.append("the name, postal address and web address of every recipient")
    if facts.statement_needed and facts.statement_due is None:
        lacking.append("the date on which the written statement is due")
    if lacking:
        raise IncompleteLetterError(lacking)
