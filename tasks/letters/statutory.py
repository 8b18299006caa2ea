"""What the law requires in a letter: determination, principal authority, recipients with addresses (SI 2015/1792)."""

from collections.abc import Iterable

from models.words import long
from tasks.letters.blocks import Block, Paragraph, TableBlock
from tasks.letters.facts import LetterFacts


def next_steps(facts: LetterFacts) -> Iterable[Block]:
    """Give the determination, who answers it and when, who receives the report, and their duty to publish it."""
    if facts.statement_needed:
        yield Paragraph(
            "His Majesty's Chief Inspector has determined that a written statement of proposed action is needed in "
            "response to the findings in this letter."
        )
        yield Paragraph(
            f"The principal authority is {facts.principal_authority}. It must make the written statement, with the "
            "support of the other recipients, within 70 working days of receiving this report"
            + (f": by {long(facts.statement_due)}." if facts.statement_due else ".")
        )
    else:
        yield Paragraph(
            "His Majesty's Chief Inspector has determined that no written statement of proposed action is needed. "
            f"The principal authority is {facts.principal_authority}."
        )
    yield Paragraph(
        "The bodies listed below receive this report. Each must publish it on its website and supply a copy to anyone "
        "who asks, for which it may make a reasonable charge."
    )
    yield TableBlock(
        caption="Recipients of this report",
        header=("Name", "Postal address", "Website"),
        rows=tuple((r.name, r.postal_address, r.web_address) for r in facts.recipients),
        widths=(27, 46, 27),
    )
    yield Paragraph(
        "This section is given under regulations 3 and 4 of the Children Act 2004 (Joint Area Reviews) Regulations "
        "2015 (SI 2015/1792)."
    )
