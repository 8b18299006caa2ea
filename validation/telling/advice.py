"""What a verdict means and what to do next, in the same words wherever it is read; light, for pages without frames."""

from collections.abc import Mapping, Sequence

from models.words import HELD, VERDICTS, plural

NEXT: Mapping[str, str] = {
    "accepted": "The return is accepted. There is nothing to fix.",
    "queried": "The return is accepted. Look at each query: fix what is wrong, or explain what is right.",
    "rejected": "The return cannot be used yet. Fix the errors in your own file and send it again.",
    "unreadable": "Nothing in the file was checked. Do what is said below and send it again.",
}


def verdict_words(verdict: str, not_checked: Sequence[str] = ()) -> str:
    """Return the words for a verdict, or for one that waits for rules of ours."""
    return HELD if not_checked else VERDICTS[verdict]


def next_step(verdict: str, not_checked: Sequence[str] = ()) -> str:
    """Return what to do next: nothing yet, where the verdict waits for rules of ours."""
    return waiting(not_checked) if not_checked else NEXT[verdict]


def waiting(not_checked: Sequence[str]) -> str:
    """Return the sentences that say which rules could not be run, and what becomes of the file; empty where all ran."""
    if not not_checked:
        return ""
    return (
        f"This verdict is held: {plural(len(not_checked), 'rule')} of ours could not be run "
        f"({', '.join(not_checked)}). The fault is ours and we have been told. Keep the file as it is: we "
        "will check it again."
    )
