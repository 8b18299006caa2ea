"""Everything in a letter, as values; what only the team and the archive read of it stands apart (L5)."""

from dataclasses import dataclass, field
from datetime import date

from models.refusals import Refusal
from models.states import LetterStatus
from models.themes import Theme
from tasks.findings.labels import Category
from tasks.ledger.anchored import Anchored


@dataclass(frozen=True, slots=True)
class EvidenceReference:
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
    evidence: tuple[EvidenceReference, ...] = ()

    @property
    def evidence_kinds(self) -> tuple[str, ...]:
        """Return the different kinds of evidence, sorted."""
        return tuple(sorted({piece.kind for piece in self.evidence}))


@dataclass(frozen=True, slots=True)
class Passage:
    """Prose of one section of the letter, as people wrote it.

    Attributes:
        section: code of the section's heading, such as `main`.
        text: paragraphs with a blank line between them; where the section is a list, one line of it.
        heading: of a practice study; other sections have no headings of their own.
        agencies: whom it is about; a letter of the form of 2016 lists what to improve by agency.
    """

    section: str
    text: str
    heading: str = ""
    agencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterAddressee:
    """A person to whom the letter is addressed, by office."""

    name: str
    office: str
    body: str


@dataclass(frozen=True, slots=True)
class LetterSignatory:
    """A person who signs for an inspectorate."""

    name: str
    office: str
    inspectorate: str


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
class Determination:
    """Whether a written statement is needed, who makes it, to which address it is sent and by which day.

    Regulation 3 of SI 2015/1792 names the principal authority whatever the determination.
    """

    needed: bool
    authority: str
    send_to: str = ""
    due: date | None = None


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
    """The facts from which the letter is compiled in every format; none of them is a case, a count or an id.

    Attributes:
        area_name: the local area.
        gss: its GSS code.
        theme: the theme version: title, form and headings of the letter.
        rehearsal: True where the inspection is not real; every page says so.
        dates: dated steps, from the timetable.
        inspectorates: who took part.
        passages: the prose, in the order in which it is read.
        addressees: whom the letter is to, in order.
        signatories: who sign it, one of each inspectorate.
        determination: on the written statement.
        recipients: bodies that are sent the letter by law.
        status: draft, pre_publication or published.
        published: the day on which it was published; None before.
        anchor: how far the record of the inspection had come, signed; None where nobody had signed it yet.
    """

    area_name: str
    gss: str
    theme: Theme
    rehearsal: bool
    dates: tuple[DatedStep, ...]
    inspectorates: tuple[str, ...]
    passages: tuple[Passage, ...]
    addressees: tuple[LetterAddressee, ...]
    signatories: tuple[LetterSignatory, ...]
    determination: Determination
    recipients: tuple[Recipient, ...]
    status: LetterStatus
    published: date | None = None
    anchor: Anchored | None = None

    def date_of(self, step: str) -> date | None:
        """Return the date of a step, or None where the letter has none."""
        return next((dated.date for dated in self.dates if dated.step == step), None)


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """What stands behind a letter, for the team and the archive alone.

    Attributes:
        letter: the letter.
        findings: in the order in which they are read.
        numbers: children in the cohort, after disclosure control.
        tracked: children looked at in depth.
        sampled: children in the wider sample.
        corrections: what was changed after comments on factual accuracy, in sentences.
        list_holders: agencies that hold a list of who their own children in the sample are.
    """

    letter: LetterFacts
    findings: tuple[LetterFinding, ...]
    numbers: Numbers = NO_NUMBERS
    tracked: int = 0
    sampled: int = 0
    corrections: tuple[str, ...] = field(default=())
    list_holders: tuple[str, ...] = field(default=())


class IncompleteLetterError(Refusal):
    """The letter lacks something that it cannot leave without."""

    def __init__(self, lacking: list[str]) -> None:
        super().__init__(f"The letter lacks {', '.join(lacking)}. Add what is missing and try again.")


def check_complete(facts: LetterFacts) -> None:
    """Check that a letter has what regulation 3 of SI 2015/1792 requires, and in its last form all that a letter has.

    Addressees, signatories and addresses can be recorded until the letter is published, so that no draft waits.

    Raises:
        IncompleteLetterError: no principal authority, recipient, or due date of a statement that is needed; in the
            published letter also no addressee, no signatory of an inspectorate, or a recipient without an address.
    """
    lacking = []
    statement = facts.determination
    if not statement.authority.strip():
        lacking.append("the name of the principal authority")
    if not facts.recipients:
        lacking.append("the recipients")
    if statement.needed and statement.due is None:
        lacking.append("the date on which the written statement is due")
    if facts.status == LetterStatus.PUBLISHED:
        if not all(r.name.strip() and all(r.addresses) for r in facts.recipients):
            lacking.append("the name, postal address and web address of every recipient")
        if not facts.addressees:
            lacking.append("the people to whom it is addressed")
        lacking += [f"the signatory of {body}" for body in unsigned(facts)]
    if lacking:
        raise IncompleteLetterError(lacking)


def unsigned(facts: LetterFacts) -> list[str]:
    """Return the inspectorates of which nobody signs the letter."""
    signed = {signatory.inspectorate for signatory in facts.signatories}
    return [body for body in facts.inspectorates if body not in signed]
