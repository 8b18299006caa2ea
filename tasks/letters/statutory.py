"""What the law requires in a letter: determination, principal authority, recipients with addresses (SI 2015/1792)."""

from collections.abc import Iterable, Iterator
from datetime import date

from models.states import LetterStatus
from models.words import long
from tasks.letters.blocks import Block, RunningText
from tasks.letters.facts import LetterFacts

_NOT_RECORDED = "address not recorded yet"


def next_steps(facts: LetterFacts) -> Iterable[Block]:
    """Yield the determination, who answers it, where it is sent and by when, and what becomes of it."""
    statement, authority = facts.determination, facts.determination.authority
    yield RunningText(_determination(facts))
    if not statement.needed:
        yield RunningText(f"The principal authority is {authority}.")
        return
    yield RunningText(
        f"{authority} is the principal authority and should prepare the statement. All bodies to which this letter is "
        "addressed should take part. It should set out what the partnership will do and, where it is for single "
        "agencies to act, what each of them will do. The local safeguarding partners should see through their own "
        "arrangements that it is done."
    )
    # A statement that is needed has its day: `check_complete` lets no letter pass without.
    by = long(statement.due or date.max)
    yield RunningText(
        f"{authority} should send the statement to {statement.send_to or _NOT_RECORDED} by {by}. The inspectorates "
        "will use it to decide what to look at in later inspections of the area, joint or their own."
    )


def _determination(facts: LetterFacts) -> str:
    """Return the determination; a letter that is not published yet has none, and says what it is written for (L13)."""
    a_statement = f"{'a' if facts.determination.needed else 'no'} written statement of proposed action is needed"
    if facts.status == LetterStatus.PUBLISHED:
        return f"His Majesty's Chief Inspector has determined that {a_statement} in response to this letter."
    return (
        "His Majesty's Chief Inspector makes the determination when the letter is published. "
        f"This copy is written as if {a_statement}."
    )


def receivers(facts: LetterFacts) -> Iterator[str]:
    """Yield who is sent the letter, with their addresses, and their duty to publish it."""
    yield (
        "This letter is sent to the bodies below under regulations 3 and 4 of the Children Act 2004 (Joint Area "
        "Reviews) Regulations 2015 (SI 2015/1792). Each must publish it on its website and give a copy to anyone who "
        "asks, for which it may make a reasonable charge."
    )
    for recipient in facts.recipients:
        addresses = [text or _NOT_RECORDED for text in recipient.addresses]
        yield ", ".join((recipient.name, *addresses))
