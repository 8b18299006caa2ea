"""What the law requires in a letter: determination, principal authority, recipients with addresses (SI 2015/1792)."""

from collections.abc import Iterable

from models.states import LetterStatus
from models.words import long
from tasks.letters.blocks import Block, Paragraph, TableBlock
from tasks.letters.facts import LetterFacts

_NOT_RECORDED = "Not recorded yet"


def _determination(facts: LetterFacts) -> str:
    """Return the determination; a letter that is not published yet has none, and says what it is written for (L13)."""
    a_statement = f"{'a' if facts.statement_needed else 'no'} written statement of proposed action is needed"
    if facts.status == LetterStatus.PUBLISHED:
        return f"His Majesty's Chief Inspector has determined that {a_statement} in response to this letter."
    return (
        "His Majesty's Chief Inspector makes the determination when the letter is published. "
        f"This copy is written as if {a_statement}."
    )


def _duty(facts: LetterFacts) -> str:
    days = next(step.working_days for step in facts.theme.timetable.steps if step.step == "statement_due")
    by = long(facts.statement_due) if facts.statement_due else ""
    return (
        "It must make the written statement with the support of the other recipients. "
        f"The statement is due within {days} working days of receiving this report, by {by}."
    )


def next_steps(facts: LetterFacts) -> Iterable[Block]:
    """Yield the determination, who answers it and when, who receives the report, and their duty to publish it."""
    needed = facts.statement_needed
    yield Paragraph(_determination(facts))
    yield Paragraph(
        f"The principal authority is {facts.principal_authority}."
        + (f" {_duty(facts)}" if needed and facts.statement_due else "")
    )
    yield Paragraph(
        "The bodies listed below receive this report. Each must publish it on its website and supply a copy to anyone "
        "who asks, for which it may make a reasonable charge."
    )
    yield TableBlock(
        caption="Recipients of this report",
        header=("Name", "Postal address", "Website"),
        rows=tuple((r.name, *(text or _NOT_RECORDED for text in r.addresses)) for r in facts.recipients),
        widths=(27, 46, 27),
    )
    yield Paragraph(
        "This section is given under regulations 3 and 4 of the Children Act 2004 (Joint Area Reviews) "
        "Regulations 2015 (SI 2015/1792)."
    )
